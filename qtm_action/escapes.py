"""Escapes in texts: what they stand for, and where each character of what they stand for came from."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

# HTML's names of ASCII characters and of invisible ones; html.entities has two thousand, and loads slowly.
_WITHOUT_SEMICOLON = "amp lt gt quot AMP LT GT QUOT"
_NAMES = (
    f"{_WITHOUT_SEMICOLON} Tab NewLine excl num dollar percnt apos lpar rpar ast midast plus comma period "
    "sol colon semi equals quest commat lbrack lsqb bsol rbrack rsqb Hat lowbar UnderBar grave "
    "DiacriticalGrave lbrace lcub verbar vert VerticalLine rbrace rcub nbsp shy zwnj zwj lrm rlm"
)
_NAMED = '&<>"&<>"\t\n!#$%\'()**+,./:;=?@[[\\]]^__``{{|||}}\xa0\xad\u200c\u200d\u200e\u200f'
_BY_NAME = dict(zip(_NAMES.split(), _NAMED, strict=True))
_BY_LETTER = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_ESCAPE = re.compile(
    r"(?P<url>(?:%[0-9A-Fa-f]{2})+)"
    r"|(?P<bytes>(?:\\x[0-9A-Fa-f]{2})+)|(?P<octal>(?:\\[0-3][0-7]{2})+)|\\(?P<short>[0-7]{1,2})"
    r"|\\u(?P<pair>[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2})"
    r"|\\u(?P<utf16>[0-9A-Fa-f]{4})|\\U(?P<utf32>00[01][0-9A-Fa-f]{5})"
    r"|&#0{0,9}(?P<decimal>[0-9]{1,7});?|&#[xX]0{0,9}(?P<hex>[0-9A-Fa-f]{1,6});?"
    rf"|&(?P<name>(?:{_NAMES.replace(' ', '|')})(?=;)|{_WITHOUT_SEMICOLON.replace(' ', '|')});?"
    r"|\\(?P<letter>[nrtbf])|\\(?P<itself>[^A-Za-z0-9])",
    re.DOTALL,
)
# What a secret may be broken by, and what is lost when a text is put on one line; without and with tags.
_TERMINAL = (
    r"(?:\x1b\[[0-9;:?]{0,20}|\x9b[0-9;:?]{1,20})[ -/]{0,5}[@-~]"  # a sequence such as a color's
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c\x9d]{1,500}(?:\x07|\x1b\\|\x9c)"  # the title of a window, a link
    r"|[\x1b\x9b\x9d]"
)
_INVISIBLE = (
    r"[\s\x00-\x1a\x1c-\x1f\x7f-\x9a\x9c\x9e\x9f\xad\u034f\u061c\u180e"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+"
)
_GAP = f"{_TERMINAL}|{_INVISIBLE}"
BREAKS = (re.compile(f"(?:{_GAP})+"), re.compile(f"(?:{_GAP}|<[^<>]+>)+"))


class View(NamedTuple):
    """A text as it reads with escapes decoded or gaps left out.

    ``starts`` and ``ends`` are where each of its characters begins and ends in the original.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def view_of(text: str) -> View:
    """Return ``text`` as it is."""
    return View(text, range(len(text)), range(1, len(text) + 1))


def decoded(view: View) -> View | None:
    """Return ``view`` with the outermost layer of its escapes decoded; None when it has none."""
    if not any(char in view.text for char in "%\\&"):  # what every escape begins with
        return None
    return _replaced(view, _ESCAPE, _characters)


def joined(view: View, breaks: re.Pattern[str]) -> View | None:
    """Return ``view`` without what may break a secret apart; None when there is nothing of that."""
    return _replaced(view, breaks, lambda _: ())


def _replaced(
    view: View, pattern: re.Pattern[str], meaning: Callable[[re.Match[str]], Iterable[tuple[str, int]]]
) -> View | None:
    """Return ``view`` with the characters that each match means in its place; None without a match.

    ``meaning`` gives each character with the length of its part of the match.
    """
    pieces: list[str] = []
    starts, ends = array("q"), array("q")
    done = 0

    def keep(until: int) -> None:
        pieces.append(view.text[done:until])
        starts.extend(view.starts[done:until])
        ends.extend(view.ends[done:until])

    for match in pattern.finditer(view.text):
        place = match.start()
        keep(place)
        for character, length in meaning(match):
            pieces.append(character)
            starts.append(view.starts[place])
            place += length
            ends.append(view.ends[place - 1])
        done = match.end()
    if not done:
        return None
    keep(len(view.text))
    return View("".join(pieces), starts, ends)


def _characters(match: re.Match[str]) -> Iterator[tuple[str, int]]:
    """Yield the characters that an escape stands for, each with the length of its part of the escape."""
    kind, value, length = match.lastgroup, match[match.lastgroup or 0], len(match[0])
    if kind in ("url", "bytes", "octal"):
        width, base = (3, 16) if kind == "url" else (4, 8 if kind == "octal" else 16)
        data = bytes(int(each, base) for each in re.split(r"%|\\x?", value)[1:])
        try:
            encoding, characters = "utf-8", data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            encoding, characters = "latin-1", data.decode("latin-1")
        for char in characters:
            yield char, width * len(char.encode(encoding, "surrogatepass"))
    elif kind == "pair":
        yield bytes.fromhex(value.replace("\\u", "")).decode("utf-16-be"), length
    elif kind in ("utf16", "utf32", "hex", "decimal", "short"):
        point = int(value, {"decimal": 10, "short": 8}.get(kind, 16))
        yield chr(point) if point <= 0x10FFFF else "?", length  # noqa: PLR2004 - the last of Unicode
    elif kind == "name":
        yield _BY_NAME[value], length
    elif kind == "letter":
        yield _BY_LETTER[value], length
    else:
        yield value, length
