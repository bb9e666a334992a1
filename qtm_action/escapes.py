"""Escapes in texts: what they stand for, and where each character of the text below them came from."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
"""The characters that HTML and XML escape, and their names."""

SHORT_ESCAPES = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
"""The characters that JSON escapes by a letter."""

_BY_NAME = {name: char for char, name in NAMED.items()}
_BY_LETTER = {letter: char for char, letter in SHORT_ESCAPES.items()}
_ESCAPE = re.compile(
    r"(?P<url>(?:%[0-9A-Fa-f]{2})+)"
    r"|(?P<bytes>(?:\\x[0-9A-Fa-f]{2})+)"
    r"|\\u(?P<pair>[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2})"
    r"|\\u(?P<utf16>[0-9A-Fa-f]{4})|\\U(?P<utf32>00[01][0-9A-Fa-f]{5})"
    r"|&#0{0,9}(?P<decimal>[0-9]{1,7});|&#[xX]0{0,9}(?P<hex>[0-9A-Fa-f]{1,6});"
    r"|&(?P<name>amp|lt|gt|quot|apos);"
    r"|\\(?P<letter>[nrtbf])|\\(?P<itself>[^A-Za-z0-9])",
    re.DOTALL,
)
# What a secret may be broken by, and what is lost when a text is put on one line; without and with tags.
_GAP = r"\x1b\[[0-9;]{0,20}[A-Za-z]|[\s\x00-\x1a\x1c-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff]+"
BREAKS = (re.compile(f"(?:{_GAP})+"), re.compile(f"(?:{_GAP}|<[^<>]{{1,200}}>)+"))


@dataclass(frozen=True, slots=True)
class Layer:
    """A text whose escapes are decoded, and where each of its parts stands in the text before.

    ``places`` and ``origins`` are the starts of the parts in both, ``lengths`` those before; a part is an
    escape of one character or what stands between two escapes.
    """

    text: str
    places: list[int]
    origins: list[int]
    escapes: list[int]

    def start(self, place: int) -> int:
        """Return where the character at ``place`` begins in the text before."""
        part = bisect_right(self.places, place) - 1
        inside = 0 if self.escapes[part] else place - self.places[part]
        return self.origins[part] + inside

    def end(self, place: int) -> int:
        """Return where the character before ``place`` ends in the text before."""
        part = bisect_right(self.places, place - 1) - 1
        return self.origins[part] + (self.escapes[part] or place - self.places[part])


def decoded(text: str) -> Layer | None:
    """Return ``text`` with the outermost layer of its escapes decoded; None when it has none."""
    if not any(char in text for char in "%\\&"):  # what every escape begins with
        return None
    return _replaced(text, _ESCAPE, _characters)


def joined(text: str, breaks: re.Pattern[str]) -> Layer | None:
    """Return ``text`` without what may break a secret apart; None when there is nothing of that."""
    return _replaced(text, breaks, lambda match: [("", len(match[0]))])


def _replaced(
    text: str, pattern: re.Pattern[str], meaning: Callable[[re.Match[str]], Iterable[tuple[str, int]]]
) -> Layer | None:
    """Return ``text`` with what each match means, piece by piece, in its place; None without a match."""
    pieces: list[str] = []
    places: list[int] = []
    origins: list[int] = []
    escapes: list[int] = []
    place = origin = 0
    for match in pattern.finditer(text):
        literal = (text[origin : match.start()], match.start() - origin, 0)
        for piece, length, escape in (
            literal,
            *((piece, length, length) for piece, length in meaning(match)),
        ):
            if piece:
                pieces.append(piece)
                places.append(place)
                origins.append(origin)
                escapes.append(escape)
            place += len(piece)
            origin += length
    if not origin:
        return None
    pieces.append(text[origin:])
    places.append(place)
    origins.append(origin)
    escapes.append(0)
    return Layer("".join(pieces), places, origins, escapes)


def _characters(match: re.Match[str]) -> Iterator[tuple[str, int]]:
    """Yield the characters that an escape stands for, each with the length of its part of the escape."""
    kind, value, length = match.lastgroup, match[match.lastgroup or 0], len(match[0])
    if kind in ("url", "bytes"):
        width = 3 if kind == "url" else 4
        data = bytes.fromhex(value.replace("%", "").replace("\\x", ""))
        try:
            encoding, characters = "utf-8", data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            encoding, characters = "latin-1", data.decode("latin-1")
        for char in characters:
            yield char, width * len(char.encode(encoding, "surrogatepass"))
        return
    if kind == "pair":
        yield bytes.fromhex(value.replace("\\u", "")).decode("utf-16-be"), length
    elif kind in ("utf16", "utf32", "hex", "decimal"):
        point = int(value, 10 if kind == "decimal" else 16)
        yield chr(point) if point <= 0x10FFFF else "?", length  # noqa: PLR2004 - the last of Unicode
    elif kind == "name":
        yield _BY_NAME[value], length
    elif kind == "letter":
        yield _BY_LETTER[value], length
    else:
        yield value, length
