"""Secrets: the known values in every form they can take in a text, and the filter all writers go through.

A secret is looked for as it is and below the escapes that JSON, URLs, HTML, XML, Markdown and Python use:
a text's escapes are decoded, layer by layer, and what is found there is replaced in the original. So it makes
no difference who encoded which characters, or how often (up to four times). White space, control
characters, colour codes and tags between the characters of a secret hide nothing, since they are lost when a
text is put on one line. Base64 of either alphabet is found alone and in the middle of a longer text
(``user:password``).

Texts of servers, files and specs are redacted by :func:`redacted` when they enter, before anything is cut or
joined: a secret that has lost its tail would not be found any more. SECURITY.md says what is not found.
"""

from __future__ import annotations

import binascii
import json
import re
import sys
import threading
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MASK = "***"
SHORTEST = 4  # characters; masking anything shorter would blot out the log
_MOST_LEARNED = 32  # as many imports may run side by side
_learning = threading.Lock()
_LAYERS = 4  # of escapes, one inside the other
_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_SHORT_ESCAPES = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
_BY_NAME = {name: char for char, name in _NAMED.items()}
_BY_LETTER = {letter: char for char, letter in _SHORT_ESCAPES.items()}
# The ways to write a character beside escapes: a form writes a space as +; the two alphabets of Base64.
_OTHERS_OF_TEXT = {" ": "[ +]"}
_OTHERS_OF_BASE64 = {"+": "[+-]", "/": "[/_]"}
_SCHEMES = ("bearer ", "basic ")
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
_BREAKS = (re.compile(f"(?:{_GAP})+"), re.compile(f"(?:{_GAP}|<[^<>]{{1,200}}>)+"))
_T = TypeVar("_T")


class Redactor:
    """Replaces secrets by ``***``.

    ``secrets`` may hold several lines; each line counts for itself. A line shorter than four
    characters is left out: such secrets are refused as inputs. ``usernames`` make the Base64 of
    ``username:secret`` known as a whole; without them the part that holds the secret is.
    """

    def __init__(self, secrets: Iterable[str], *, usernames: Iterable[str] = ()) -> None:
        self._lines = _lines(secrets)
        self._usernames = tuple(dict.fromkeys(name for name in usernames if name))
        # Without white space, which the text may have lost.
        self._shortest = min((len("".join(line.split())) for line in self._lines), default=sys.maxsize)
        self._patterns: tuple[re.Pattern[str], re.Pattern[str]] | None = None
        # Each with patterns of its own, since making them takes longer the more there are.
        self._learned: tuple[Redactor, ...] = ()

    def learn(self, secrets: Iterable[str]) -> None:
        """Hide ``secrets`` of a few minutes too, such as a URL's signature; of many the last are known."""
        learned = Redactor(secrets)
        if learned.longest:
            with _learning:
                self._learned = (*self._learned, learned)[-_MOST_LEARNED:]

    @property
    def longest(self) -> int:
        """The length of a secret with every character escaped, in characters; gaps and double escapes apart."""
        own = max((8 * len(line) for line in self._lines), default=0)
        return max((own, *(each.longest for each in self._learned)))

    def redact(self, text: str, *, unbroken: bool = False) -> str:
        """Return ``text`` with every secret in every form replaced by ``***``; linear in its length.

        ``unbroken``: do not look for secrets that white space or tags break apart, which takes longer.
        """
        for each in self._learned:
            text = each.redact(text, unbroken=unbroken)
        if len(text) < self._shortest:
            return text
        layers: list[_Layer] = []
        spans = list(self._found(text, layers, unbroken=unbroken))
        while len(layers) < _LAYERS:
            view = _decoded(layers[-1].text if layers else text)
            if view is None:
                break
            layers.append(view)
            spans += self._found(view.text, layers, unbroken=unbroken)
        return _masked(text, spans) if spans else text

    def _found(self, view: str, layers: list[_Layer], *, unbroken: bool) -> Iterator[tuple[int, int]]:
        """Yield where in the original, above ``layers``, a view of it holds a secret."""
        if self._patterns is None:
            # The last character of a secret in Base64 is shared with what follows it, but not across a gap.
            edge = "[A-Za-z0-9+/_-]?={0,2}"
            whole, broken = (re.compile("|".join(self._alternatives(each))) for each in (edge, ""))
            self._patterns = whole, broken
        whole, broken = self._patterns
        views = [(whole, view, layers)]
        if not unbroken:
            joined = filter(None, (_joined(view, breaks) for breaks in _BREAKS))
            views += [(broken, each.text, [*layers, each]) for each in joined]
        for pattern, text, above in views:
            for match in pattern.finditer(text):
                start, end = match.span()
                for layer in reversed(above):
                    start, end = layer.start(start), layer.end(end)
                yield start, end

    def masks(self) -> tuple[str, ...]:
        """Return what a platform's own filter is to hide: every line and its encoded forms, longest first."""
        found: dict[str, None] = {}
        for line in self._lines:
            for form in (line, *_base64_forms(line, self._usernames), *_escaped_forms(line)):
                if len(form) >= SHORTEST and "\n" not in form and "\r" not in form:
                    found[form] = None
        return tuple(sorted(found, key=len, reverse=True))

    def apply(self, value: _T) -> _T:
        """Return a copy of ``value`` in which every text is redacted.

        Walks dataclasses, mappings, lists and tuples. Numbers in mappings and lists (JSON that a
        server sent) are looked at too, and become the text ``***`` when they are a secret.
        """
        walked: _T = self._walk(value)
        return walked

    def redact_json(self, text: str) -> str:
        """Return JSON with its texts and numbers redacted, still JSON; other text is redacted as it is."""
        redacted = self.redact(text, unbroken=True)
        if redacted == text:
            return text
        try:
            value = json.loads(text)
        except ValueError:
            return redacted
        if "\n" in text.strip():
            return json.dumps(self._item(value), indent=2, ensure_ascii=False) + "\n"
        return json.dumps(self._item(value), separators=(",", ":"))

    def _walk(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, Mapping):
            return {self._walk(key): self._item(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._item(inner) for inner in value]
        if isinstance(value, tuple):
            return tuple(self._item(inner) for inner in value)
        if is_dataclass(value) and not isinstance(value, type):
            changes = {
                each.name: changed
                for each in fields(value)
                if (changed := self._walk(before := getattr(value, each.name))) is not before
            }
            return replace(value, **changes) if changes else value
        return value

    def _item(self, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            told = str(value)
            return value if self.redact(told) == told else MASK
        return self._walk(value)

    def _alternatives(self, edge: str) -> Iterator[str]:
        """Yield regular expressions, the longest form of a secret first; ``edge`` follows those in Base64.

        Each begins with a literal character, so that the search skips from one candidate to the next.
        """
        forms: dict[str, str] = {}
        for line in self._lines:
            view = line
            for _ in range(_LAYERS + 1):  # where the secret looks like an escape itself
                forms |= dict.fromkeys((view, "".join(view.split())), "")
                if (decoded := _decoded(view)) is None:
                    break
                view = decoded.text
            forms |= dict.fromkeys(_base64_forms(line, self._usernames), "base64")
        for form in sorted(forms, key=len, reverse=True):
            if len(form.strip()) >= SHORTEST:
                others = _OTHERS_OF_BASE64 if forms[form] else _OTHERS_OF_TEXT
                rest = "".join(others.get(char, re.escape(char)) for char in form[1:])
                for first in dict.fromkeys((form[0], *others.get(form[0], "").strip("[]"))):
                    yield re.escape(first) + rest + (edge if forms[form] else "")


@dataclass(frozen=True, slots=True)
class _Layer:
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


def _decoded(text: str) -> _Layer | None:
    """Return ``text`` with the outermost layer of its escapes decoded; None when it has none."""
    if not any(char in text for char in "%\\&"):  # what every escape begins with
        return None
    return _replaced(text, _ESCAPE, _characters)


def _joined(text: str, breaks: re.Pattern[str]) -> _Layer | None:
    """Return ``text`` without what may break a secret apart; None when there is nothing of that."""
    return _replaced(text, breaks, lambda match: [("", len(match[0]))])


def _replaced(
    text: str, pattern: re.Pattern[str], meaning: Callable[[re.Match[str]], Iterable[tuple[str, int]]]
) -> _Layer | None:
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
    return _Layer("".join(pieces), places, origins, escapes)


def _characters(match: re.Match[str]) -> Iterator[tuple[str, int]]:
    """Yield the characters that an escape stands for, each with the length of its part of the escape."""
    kind, value, length = match.lastgroup, match[match.lastgroup or 0], len(match[0])
    if kind in ("url", "bytes"):
        width = 3 if kind == "url" else 4
        data = bytes.fromhex(value.replace("%", "").replace("\\x", ""))
        try:
            encoding, decoded = "utf-8", data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            encoding, decoded = "latin-1", data.decode("latin-1")
        for char in decoded:
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


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    """Return ``text`` with ``***`` in place of each of ``spans``; those that overlap are one."""
    pieces, done = [], 0
    for start, end in sorted(spans):
        if start >= done:
            pieces += [text[done:start], MASK]
        done = max(done, end)
    return "".join([*pieces, text[done:]])


def _lines(secrets: Iterable[str]) -> tuple[str, ...]:
    """Return every line worth hiding, longest first; of ``Bearer …`` also what follows the scheme."""
    found: dict[str, None] = {}
    for secret in secrets:
        for line in (secret, *re.split(r"[\r\n]+", secret)):
            rest = next((line[len(scheme) :] for scheme in _SCHEMES if line.lower().startswith(scheme)), line)
            for each in (line, line.strip(), rest.strip()):
                if len(each.strip()) >= SHORTEST:
                    found[each] = None
    return tuple(sorted(found, key=len, reverse=True))


def _base64_forms(line: str, usernames: Iterable[str]) -> Iterator[str]:
    """Yield the Base64 of ``line``, of ``username:line``, and what is in common of all that hold it.

    Base64 writes three bytes as four characters, so a secret in a longer text has three spellings;
    the characters at its edges that depend on its neighbours are left out.
    """
    for encoding in ("utf-8", "latin-1"):
        try:
            data = line.encode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")
        except UnicodeEncodeError:
            continue
        whole = [data, *(name.encode(encoding, "replace") + b":" + data for name in usernames)]
        yield from (_base64(each) for each in whole)
        for before in range(3):
            skipped = -(-before * 8 // 6)
            certain = (before + len(data)) * 8 // 6
            form = _base64(b"\0" * before + data)[skipped:certain]
            if len(form) >= SHORTEST:
                yield form


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _escaped_forms(line: str) -> Iterator[str]:
    """Yield ``line`` as URLs, JSON, HTML and XML usually write it."""
    data = line.encode("utf-8", "surrogatepass")
    for safe in ("-._~", "-._~/", "-._~ "):
        quoted = "".join(
            chr(byte) if bytes([byte]).isalnum() or chr(byte) in safe else f"%{byte:02X}" for byte in data
        )
        yield quoted.replace(" ", "+")
        yield re.sub("%..", lambda match: match[0].lower(), quoted).replace(" ", "+")
    quotes = {'"': '\\"', "\\": "\\\\", **{char: "\\" + letter for char, letter in _SHORT_ESCAPES.items()}}
    escaped = "".join(quotes.get(char, char) for char in line)
    yield escaped
    yield escaped.replace("/", "\\/")
    yield "".join(char if char.isascii() else _utf16_escape(char) for char in escaped)
    for apostrophe in ("&#x27;", "&#39;", "&apos;", "'"):
        named = {char: f"&{name};" for char, name in _NAMED.items()} | {"'": apostrophe}
        yield "".join(named.get(char, char) for char in line)


def _utf16_escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


class Redacted(str):
    """A text from outside without secrets: what may be shortened, joined and shown."""

    __slots__ = ()


# The secrets of this process, for texts that enter it; see redacted().
_of_process = Redactor(())


def protect(redactor: Redactor) -> None:
    """Make ``redactor`` the one that :func:`redacted` uses, for the whole process."""
    global _of_process  # noqa: PLW0603 - a process has one set of secrets, and every room needs it
    _of_process = redactor


def keep_secret(secrets: Iterable[str]) -> None:
    """Hide ``secrets``, which came up during the run, wherever the secrets of this process are hidden."""
    _of_process.learn(secrets)


def redacted(text: str, *, is_cut: bool = False) -> Redacted:
    """Return a text that a server, a file or a spec says, in its raw form but without secrets.

    ``is_cut``: the text was cut already, by a limit on what is read. Then its end may be the beginning of a
    secret, which no filter knows, and is left out.
    """
    if isinstance(text, Redacted):
        return text
    if is_cut and _of_process.longest:
        text = text[: -_of_process.longest]
    return Redacted(_of_process.redact(text))
