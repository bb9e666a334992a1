"""Secrets: the known values in every form they can take in a text, and the filter all writers go through.

A secret is looked for as it is and below the escapes that JSON, URLs, HTML, XML, Markdown and Python use:
a text's escapes are decoded, layer by layer, and what is found there is replaced in the original. So it makes
no difference who encoded which characters, or how often (up to four times). White space, control
characters, colour codes and tags between the characters of a secret hide nothing, since they are lost when a
text is put on one line. Base64 of either alphabet is found alone and in the middle of a longer text
(``user:password``).

Texts of servers, files and specs are redacted by :func:`redacted` when they enter, before anything is cut or
joined: a secret that has lost its tail would not be found any more. SECURITY.md lists what is not found.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import PurePosixPath
from typing import Any, TypeVar
from urllib.parse import quote

from qtm_action.escapes import BREAKS, View, decoded, joined, view_of

MASK = "***"
BLOT = "\u2588"
"""What stands for each character of a secret in a text that keeps its lines and columns."""

SHORTEST = 4  # characters; masking anything shorter would hide the log
_LOOKED_AT = 4000  # characters of a text of which the beginning is shown
MOST_LEARNED = 32  # secrets of a few minutes, of which each import that runs has one
_LAYERS = 4  # of escapes, one inside the other
# The ways to write a character other than escapes: a form writes a space as +; the two alphabets of Base64.
_OTHERS_OF_TEXT = {" ": "[ +]"}
_OTHERS_OF_BASE64 = {"+": "[+-]", "/": "[/_]"}
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
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
        # Of the secrets of the whole run, then of those learned; threads may add while others look.
        self._patterns: list[tuple[re.Pattern[str], re.Pattern[str]]] = []
        self.longest = 0
        """The length of a secret with every character escaped, gaps and double escapes apart."""
        self._add(self._lines)
        self._of_run = len(self._patterns)

    def learn(self, secrets: Iterable[str]) -> None:
        """Hide ``secrets`` of a few minutes too, such as a URL's signature; of many the last are known."""
        self._add(_lines(secrets))
        del self._patterns[self._of_run : -MOST_LEARNED]

    def _add(self, lines: Sequence[str]) -> None:
        """Add patterns for ``lines``: one for all secrets together would take long to make again."""
        if lines:
            # The last character of a secret in Base64 is shared with what follows it, but not across a gap.
            edge = "[A-Za-z0-9+/_-]?={0,2}"
            whole, broken = (
                re.compile("|".join(_alternatives(lines, self._usernames, each))) for each in (edge, "")
            )
            self._patterns.append((whole, broken))
            self.longest = max(self.longest, *(8 * len(line) for line in lines))

    def redact(self, text: str, *, unbroken: bool = False) -> str:
        """Return ``text`` with every secret in every form replaced by ``***``; linear in its length.

        ``unbroken``: do not look for secrets that white space or tags break apart, which takes longer.
        """
        return _masked(text, self._spans(text, unbroken=unbroken), lambda _secret: MASK)

    def mask_in_place(self, text: str) -> str:
        """Return ``text`` with BLOT in place of each character of a secret: lines and columns stay.

        For what has to be taken apart by position, such as the line that a parser could not read.
        """
        return _masked(text, self._spans(text), lambda secret: re.sub(r"[^\r\n]", BLOT, secret))

    def _spans(self, text: str, *, unbroken: bool = False) -> list[tuple[int, int]]:
        """Return where ``text`` holds secrets."""
        spans: list[tuple[int, int]] = []
        view: View | None = view_of(text)
        for _ in range(_LAYERS + 1):
            if view is None or not self._patterns:
                break
            spans += self._found(view, unbroken=unbroken)
            view = decoded(view)
        return spans

    def _found(self, view: View, *, unbroken: bool) -> Iterator[tuple[int, int]]:
        """Yield where in the original the text of ``view`` holds a secret."""
        without = [] if unbroken else [each for breaks in BREAKS if (each := joined(view, breaks))]
        for whole, broken in tuple(self._patterns):
            for pattern, each in ((whole, view), *((broken, each) for each in without)):
                for match in pattern.finditer(each.text):
                    yield each.starts[match.start()], each.ends[match.end() - 1]

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
        if isinstance(value, tuple) and hasattr(value, "_fields"):  # a NamedTuple: as a dataclass
            return type(value)(*map(self._walk, value))
        if isinstance(value, list | tuple):
            return type(value)(map(self._item, value))
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
            digits = str(value)
            return value if self.redact(digits) == digits else MASK
        return self._walk(value)


def _alternatives(lines: Sequence[str], usernames: Sequence[str], edge: str) -> Iterator[str]:
    """Yield regular expressions, the longest form of a secret first; ``edge`` follows those in Base64.

    Each begins with a literal character, so that the search skips from one candidate to the next.
    """
    forms: dict[str, bool] = {}  # and whether it is Base64
    for line in lines:
        view: View | None = view_of(line)
        for _ in range(_LAYERS + 1):  # where the secret looks like an escape itself
            if view is None:
                break
            forms |= dict.fromkeys((view.text, "".join(view.text.split())), False)
            view = decoded(view)
        # As it is shown where it was given as a path, or within one: a//b is a/b.
        forms |= dict.fromkeys((str(PurePosixPath(line)), str(PurePosixPath(f"x{line}"))[1:]), False)
        forms |= dict.fromkeys(_base64_forms(line, usernames), True)
    for form in sorted(forms, key=len, reverse=True):
        if len(form.strip()) >= SHORTEST:
            others = _OTHERS_OF_BASE64 if forms[form] else _OTHERS_OF_TEXT
            rest = "".join(others.get(char, re.escape(char)) for char in form[1:])
            for first in dict.fromkeys((form[0], *others.get(form[0], "").strip("[]"))):
                yield re.escape(first) + rest + (edge if forms[form] else "")


def _masked(text: str, spans: list[tuple[int, int]], mask: Callable[[str], str]) -> str:
    """Return ``text`` with the ``mask`` of each of ``spans`` in its place; those that overlap are one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    pieces, done = [], 0
    for start, end in merged:
        pieces += [text[done:start], mask(text[start:end])]
        done = end
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
    for safe in ("", "/", " "):
        quoted = quote(line, safe=safe, errors="surrogatepass").replace(" ", "+")
        yield quoted
        yield re.sub("%..", lambda match: match[0].lower(), quoted)
    for ascii_only in (False, True):
        escaped = json.dumps(line, ensure_ascii=ascii_only)[1:-1]
        yield escaped
        yield escaped.replace("/", "\\/")
    for apostrophe in ("&#x27;", "&#39;", "&apos;", "'"):
        named = _NAMED | {"'": apostrophe}
        yield "".join(named.get(char, char) for char in line)


class Redacted(str):
    """A text from outside without secrets: what may be shortened, joined and shown."""

    __slots__ = ()


# The secrets of this process, for texts that enter it; see redacted().
_of_process = Redactor(())


def protect(redactor: Redactor) -> None:
    """Make ``redactor`` the one that :func:`redacted` uses, for the whole process."""
    global _of_process  # noqa: PLW0603 - a process has one set of secrets, and every package needs it
    _of_process = redactor


def keep_secret(secrets: Iterable[str]) -> None:
    """Hide ``secrets``, which came up during the run, wherever the secrets of this process are hidden."""
    _of_process.learn(secrets)


def redacted(text: str, *, is_cut: bool = False) -> Redacted:
    """Return a text of a server, a file or a spec, in its raw form but without secrets.

    ``is_cut``: the text was cut already, by a limit on what is read. Then its end may be the beginning of a
    secret, which no filter knows, and is left out.
    """
    if isinstance(text, Redacted):
        return text
    if is_cut and _of_process.longest:
        text = text[: -_of_process.longest]
    return Redacted(_of_process.redact(text))


def beginning(text: str, limit: int) -> Redacted:
    """Return the first ``limit`` characters of a text from outside, which is redacted before it is cut."""
    return Redacted(redacted(text[:_LOOKED_AT], is_cut=len(text) > _LOOKED_AT)[:limit])


def masked_in_place(text: str) -> Redacted:
    """Return a text from outside as :meth:`Redactor.mask_in_place` does, to be taken apart by position."""
    return Redacted(_of_process.mask_in_place(text))


def part_of(whole: str, part: str) -> Redacted:
    """Return a part of a text from outside: ``***`` where the whole holds a secret.

    For what a text was split into before anybody thought of showing it: the part may be a secret's.
    """
    return redacted(part) if redacted(whole) == whole else Redacted(MASK)
