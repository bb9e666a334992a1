"""Secrets: the known values in every form they can take in a text, and the filter all writers go through.

A secret is searched for as it is and in every mixture of the escapes that JSON, URLs, HTML, XML,
Markdown and Python use, so that it makes no difference who encoded it or how many characters of it;
and as Base64 of either alphabet, alone or in the middle of a longer text (``user:password``).
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MASK = "***"
SHORTEST = 4  # characters; masking anything shorter would blot out the log
_NEVER_ESCAPED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_SHORT_ESCAPES = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
_SCHEMES = ("bearer ", "basic ")
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
        self._pattern: re.Pattern[str] | None = None

    def redact(self, text: str) -> str:
        """Return ``text`` with every secret in every form replaced by ``***``; linear in its length."""
        if not self._lines:
            return text
        if self._pattern is None:
            self._pattern = re.compile("|".join(self._alternatives()))
        return self._pattern.sub(MASK, text)

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
        redacted = self.redact(text)
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

    def _alternatives(self) -> Iterator[str]:
        """Yield regular expressions, the longest form of a secret first.

        Each begins with a literal character, so that the search skips from one candidate to the next.
        """
        forms = [(line, _plain_units(line), "") for line in self._lines]
        for line in self._lines:
            edge = "[A-Za-z0-9+/_-]?={0,2}"  # the character that the secret shares with what follows it
            forms += [(form, _base64_units(form), edge) for form in _base64_forms(line, self._usernames)]
        seen = set()
        for _, (first, *rest), edge in sorted(forms, key=lambda form: len(form[0]), reverse=True):
            tail = "".join(unit[0] if len(unit) == 1 else f"(?:{'|'.join(unit)})" for unit in rest) + edge
            for start in first:
                if (alternative := start + tail) not in seen:
                    seen.add(alternative)
                    yield alternative


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


def _plain_units(text: str) -> list[list[str]]:
    """Return for each character of ``text`` the expressions of every way to write it."""
    units = []
    for match in re.finditer(r"\\+|.", text, re.DOTALL):
        run = match[0]
        if run[0] == "\\":  # a run of them is one unit, so that there is one way only to match it
            units.append([rf"\\\\{{{len(run) - 1},{4 * len(run) - 1}}}", *_numeric(run)])
        else:
            units.append(_ways(run))
    return units


def _ways(char: str) -> list[str]:
    if char in _NEVER_ESCAPED:
        return [re.escape(char)]
    ways = _numeric(char)
    if char in _NAMED:
        ways.append(f"&{_NAMED[char]};")
    if char in _SHORT_ESCAPES:
        ways.append(r"\\\\{0,3}" + _SHORT_ESCAPES[char])
    elif char.isascii() and char.isprintable() and not char.isspace():
        ways.append(r"\\\\{0,3}" + re.escape(char))
    if char == " ":
        ways.append(r"\+")
    return [*ways, re.escape(char)]


def _numeric(text: str) -> list[str]:
    """Return the escapes that spell the code points or bytes of ``text``: URLs', JSON's, HTML's, Python's."""
    ways = []
    for encoding in ("utf-8", "latin-1"):
        try:
            data = text.encode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")
        except UnicodeEncodeError:
            continue
        ways.append("".join(f"%(?:25)*{_hex(f'{byte:02x}')}" for byte in data))
    units = text.encode("utf-16-be", "surrogatepass")
    pairs = [units[place : place + 2].hex() for place in range(0, len(units), 2)]
    ways.append("".join(rf"\\\\{{0,3}}u{_hex(pair)}" for pair in pairs))
    points = [ord(char) for char in text]
    ways.append("".join(rf"\\\\{{0,3}}U{_hex(f'{point:08x}')}" for point in points))
    if max(points) <= 0xFF:  # noqa: PLR2004 - what two digits can say
        ways.append("".join(rf"\\\\{{0,3}}x{_hex(f'{point:02x}')}" for point in points))
    ways.append("".join(f"&#0*{point};" for point in points))
    ways.append("".join(f"&#[xX]0*{_hex(f'{point:x}')};" for point in points))
    return list(dict.fromkeys(ways))


def _hex(digits: str) -> str:
    """Return an expression for ``digits`` in either case."""
    return "".join(digit if digit.isdigit() else f"[{digit}{digit.upper()}]" for digit in digits)


def _base64_units(text: str) -> list[list[str]]:
    """Return the units of a Base64 text: either alphabet, and escaped as any other text."""
    other = {"+": "-", "/": "_"}
    return [[*_ways(char), other[char]] if char in other else _ways(char) for char in text]


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
