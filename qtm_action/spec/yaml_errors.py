"""Explains what the YAML parser could not read: what was typed, and what to type instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from yaml import Mark, MarkedYAMLError

from qtm_action.errors import Problem
from qtm_action.spec.foreign_text import short_key
from qtm_action.spec.import_spec import Location
from qtm_action.words import counted

_QUOTE_IT = "Put the whole string in quotes."
_CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)
_SECRET = re.compile("pass|token|key|secret", re.IGNORECASE)
_ITEM = r"\s*(?:- +)*"
_BRACKETED = re.compile(rf"^{_ITEM}(?:[\w.-]+: +)?([\[{{].*[^\]}}\s])\s*$")
_KEY_WITHOUT_SPACE = re.compile(rf"^{_ITEM}([\w.-]+):[^\s/]")
_KEY_WITHOUT_COLON = re.compile(rf"^{_ITEM}([\w.-]+)(?: +[^\s:#]|\s*$)")
_BEGINNING = re.compile(rf"^{_ITEM}([^\s:]+)")


class _Failure(NamedTuple):
    """The parser's message, and the lines around; lines and columns count from 0 here.

    ``complaint`` is what it did not expect at ``stop``, ``reading`` what it was reading, which began at
    ``start``; both as the parser reports it. The lines have masks in place of secrets.
    """

    file: Location
    complaint: str
    reading: str
    stop: tuple[int, int]
    start: tuple[int, int]
    lines: list[str]

    def line(self, number: int) -> str:
        """Return a line; empty behind the end."""
        return self.lines[number] if number < len(self.lines) else ""

    @property
    def text(self) -> str:
        """The line in which the parser stopped."""
        return self.line(self.stop[0])

    @property
    def before(self) -> str:
        """What that line has before the place."""
        return self.text[: self.stop[1]]

    @property
    def character(self) -> str:
        """The character at the place; empty at the end of the line."""
        return self.text[self.stop[1] : self.stop[1] + 1]

    def has(self, *parts: str) -> bool:
        """Return whether one of ``parts`` is in the parser's complaint."""
        return any(part in self.complaint for part in parts)

    def line_above(self) -> int | None:
        """Return the last line above that is neither empty nor a comment."""
        for number in range(min(self.stop[0], len(self.lines)) - 1, -1, -1):
            if self.lines[number].strip() and not self.lines[number].lstrip().startswith("#"):
                return number
        return None

    def problem(self, message: str, hint: str, *, at: tuple[int, int] | None = None) -> Problem:
        """Return the problem, at where the parser stopped unless another place is given."""
        line, column = at or self.stop
        return self.file._replace(line=line + 1, column=column + 1).problem(message, hint)


def explain(error: MarkedYAMLError, text: str, file: Location) -> Problem:
    """Return ``error`` for a person; ``text`` is what was read from ``file``, without secrets."""
    failure = _Failure(
        file,
        error.problem or "",
        error.context or "",
        _place(error.problem_mark or error.context_mark),
        _place(error.context_mark),
        text.splitlines(),
    )
    if found := _CONFLICT.search(text):
        line = text.count("\n", 0, found.start())
        return failure.problem("a merge conflict is left in the file", "Resolve it.", at=(line, 0))
    for explanation in _EXPLANATIONS:
        if problem := explanation(failure):
            return problem
    return failure.problem(
        "invalid YAML from here", "Check the indentation, quotes and brackets up to this place."
    )


def _place(mark: Mark | None) -> tuple[int, int]:
    return (mark.line, mark.column) if mark else (0, 0)


def _when(
    message: str, hint: str, *, complaint: tuple[str, ...] = ("",), reading: str = "", at_start: bool = False
) -> Callable[[_Failure], Problem | None]:
    """Explain by the parser's own words: its ``complaint``, and what it was ``reading``."""

    def explanation(failure: _Failure) -> Problem | None:
        if reading not in failure.reading or not failure.has(*complaint):
            return None
        return failure.problem(message, hint, at=failure.start if at_start else None)

    return explanation


def _in_line(
    pattern: str, message: str, hint: str, *, reading: str = ""
) -> Callable[[_Failure], Problem | None]:
    """Explain by what the line has in it, at its place; ``{}`` in ``message`` stands for it."""
    compiled = re.compile(pattern)

    def explanation(failure: _Failure) -> Problem | None:
        found = compiled.search(failure.text)
        if found is None or reading not in failure.reading:
            return None
        at = (failure.stop[0], found.end() - 1)
        return failure.problem(message.replace("{}", short_key(found[0])), hint, at=at)

    return explanation


def _tab(failure: _Failure) -> Problem | None:
    text = failure.text
    if failure.character != "\t" and "\t" not in text[: len(text) - len(text.lstrip())]:
        return None
    return failure.problem(
        "there is a tab in the indentation; YAML allows only spaces",
        "Replace each tab with two spaces.",
        at=(failure.stop[0], text.find("\t")),
    )


def _open_quote(failure: _Failure) -> Problem | None:
    """Explain quotes that the end of the file comes in."""
    if "quoted scalar" not in failure.reading or not failure.has("end of stream", "document separator"):
        return None
    quote = failure.line(failure.start[0])[failure.start[1]]
    return failure.problem(
        f"the string that begins here with {quote} has no closing {quote}",
        f"Put the closing {quote} at the end of the string.",
        at=failure.start,
    )


def _first_character(failure: _Failure) -> Problem | None:
    """Explain a string that begins with a character that has a meaning in YAML."""
    if failure.reading in ("while scanning an alias", "while scanning an anchor", "while scanning a tag"):
        line, column = failure.start
    elif failure.has("cannot start any token", "mapping keys are not allowed"):
        line, column = failure.stop
    else:
        return None
    before, word = failure.line(line)[:column], failure.line(line)[column:].strip()
    if before[-1:] in ("]", "}"):
        return _bracketed(failure, line)
    word = re.split(r"[],]", word)[0].strip() if "[" in before else word
    shown = f"{word[:1]}…" if _SECRET.search(before) else _to_be_quoted(word)
    return failure.problem(
        f'a string that begins with {word[:1]} must be in quotes: "{shown}"',
        f"In YAML, {word[:1]} at the beginning of a word has a special meaning.",
        at=(line, column),
    )


def _bracketed(failure: _Failure, line: int) -> Problem:
    """Explain a string that begins with a bracket and goes on after its end, such as ``{a,b}.xml``."""
    if found := _BRACKETED.match(failure.line(line)):
        return failure.problem(
            f'a string that begins with {found[1][:1]} must be in quotes: "{_to_be_quoted(found[1])}"',
            "Without quotes, YAML reads it as a list or a mapping.",
            at=(line, found.start(1)),
        )
    return failure.problem(
        "unexpected text after a closing bracket",
        "Check the brackets and quotes of this line.",
        at=(line, failure.stop[1]),
    )


def _to_be_quoted(word: str) -> str:
    """Return ``word`` where it can be shown in double quotes as it is to be written, else its beginning."""
    shown = short_key(word)
    return shown if shown == word and not set('"\\') & set(word) else f"{word[:1]}…"


def _missing_space(failure: _Failure) -> Problem | None:
    """Explain ``key:value`` and ``key value``: in the line above, or where a key was begun."""
    line: int | None = None
    if failure.has("could not find expected ':'"):
        line = failure.start[0]
    elif failure.has("mapping values are not allowed") and ": " not in failure.before:
        line = failure.line_above()
    if line is None:
        return None
    text = failure.line(line)
    if found := _KEY_WITHOUT_SPACE.match(text):
        key, missing, column = short_key(found[1]), "space is missing after `{}:`", found.end(1) + 1
    elif (found := _KEY_WITHOUT_COLON.match(text)) and not text.lstrip().startswith("- "):
        key, missing, column = short_key(found[1]), "colon is missing after `{}`", found.end(1)
    else:
        return None
    return failure.problem(f"a {missing.format(key)}", f"Write `{key}: …`.", at=(line, column))


def _colon_in_text(failure: _Failure) -> Problem | None:
    if ": " not in failure.before or not failure.has("mapping values are not allowed"):
        return None
    return failure.problem("a string with a colon and a space in it must be in quotes", _QUOTE_IT)


def _no_value(failure: _Failure) -> Problem | None:
    """Explain a comma or bracket with nothing before it."""
    if not failure.has("node content") or not failure.character:
        return None
    return failure.problem(
        f"unexpected {failure.character} where a key or a value should begin",
        "Remove it, or put the string in quotes.",
    )


def _bracket(failure: _Failure) -> Problem | None:
    """Explain a bracket that is not closed, or a comma that is missing."""
    if "flow" not in failure.reading:
        return None
    opening, closing = "[]" if "sequence" in failure.reading else "{}"
    if failure.character in ("", ":"):  # the end of the file, or the key after the next line's
        return failure.problem(
            f"the {opening} that opens here has no closing {closing}",
            f"Add the {closing}, or check the quotes and brackets up to line {failure.stop[0] + 1}.",
            at=failure.start,
        )
    return failure.problem(
        f"a comma or the closing {closing} is missing before this",
        f"The {opening} is on line {failure.start[0] + 1}.",
    )


def _after_the_end(failure: _Failure) -> Problem | None:
    """Explain what stands behind an end: a pattern such as ``{a,b}.xml``, or quotes that don't pair."""
    if not failure.has("expected <block end>") or not failure.before.strip():
        return None
    for number in range(min(failure.stop[0], len(failure.lines) - 1), failure.start[0] - 1, -1):
        line = failure.lines[number]
        if quote := next((mark for mark in "\"'" if line.count(mark) % 2), None):
            return failure.problem(
                f"the quotes {quote} on line {number + 1} are unbalanced",
                "Add the missing one. In single quotes an apostrophe is written twice: 'it''s'.",
                at=(number, line.rfind(quote)),
            )
    last = failure.before.rstrip()[-1]
    if last in "]}":
        return _bracketed(failure, failure.stop[0])
    if last in "\"'":
        hint = "Put the whole string in one pair of quotes."
        return failure.problem("the string continues after its closing quote", hint)
    return None


def _indentation(failure: _Failure) -> Problem | None:
    """Explain a line that stands in no column of the lines above."""
    if not failure.has("mapping values are not allowed", "expected <block end>"):
        return None
    above = failure.line_above()
    here = _BEGINNING.match(failure.text)
    there = _BEGINNING.match(failure.line(above)) if above is not None else None
    if above is None or here is None or there is None:
        return None
    return failure.problem(
        f"the indentation is wrong: {_spaces(here.start(1))} before `{short_key(here[1])}`, "
        f"{_spaces(there.start(1))} before `{short_key(there[1])}` on line {above + 1}",
        "Keys of the same level begin in the same column. In a list, they begin after the `- `.",
        at=(failure.stop[0], here.start(1)),
    )


def _spaces(count: int) -> str:
    return counted(count, "space") if count else "no space"


# The first that knows the failure explains it: from what is certain to what is likely.
_EXPLANATIONS: tuple[Callable[[_Failure], Problem | None], ...] = (
    _tab,
    _open_quote,
    _when(
        "a backslash in double quotes begins an escape, and this is not one",
        "Use single quotes, or / in paths.",
        complaint=("escape",),
    ),
    _in_line(
        "[\u2018-\u201f]",
        "the curly quote {} is not a quotation mark in YAML",
        "Replace curly quotes with straight ones: \" or '.",
    ),
    _when('a line that begins with % must be in quotes: "%…"', _QUOTE_IT, reading="directive"),
    _when(
        "after | or >, the text must begin on the next line",
        "Break the line there, and indent the text.",
        reading="block scalar",
    ),
    _first_character,
    _when(
        "a list cannot begin on the line of its key",
        "Begin it on the next line, indented, or write [a, b].",
        complaint=("sequence entries are not allowed",),
    ),
    _in_line(r"^\s*:", "a key is missing before the colon", "Add the key, or remove the line."),
    _missing_space,
    _when(
        "a key or its colon is missing on this line",
        "Write `key: value`.",
        complaint=("could not find expected ':'",),
        at_start=True,
    ),
    _colon_in_text,
    _in_line(
        r"\$(?={)",
        "a string with ${…} inside [ ] or { } must be in quotes",
        'Write "…${NAME}…".',
        reading="flow",
    ),
    _no_value,
    _bracket,
    _after_the_end,
    _indentation,
)
