"""Says in the user's words what the YAML parser could not read: what was typed, and what to type instead."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qtm_action.spec.wording import short_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import Mark, MarkedYAMLError

    from qtm_action.errors import Problem
    from qtm_action.spec.model import Origin

_CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)
_CURLY = re.compile("[\u2018-\u201f]")
_KEY = r"[\w.-]+"
_ITEM = r"\s*(?:- +)*"
_KEY_WITHOUT_SPACE = re.compile(rf"^{_ITEM}({_KEY}):[^\s/]")
_KEY_WITHOUT_COLON = re.compile(rf"^{_ITEM}({_KEY})(?: +[^\s:#]|$)")
_BEGINNING = re.compile(rf"^{_ITEM}([^\s:]{{1,30}})")
_QUOTE_IT = "Put the whole text in quotes."
_BRACKETED = re.compile(rf"^{_ITEM}(?:{_KEY}: +)?([\[{{].*[^\]}}\s])\s*$")
_SECRET = re.compile("pass|token|key|secret", re.IGNORECASE)
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class _Fault:
    """What the parser says, and the line it stopped in; ``line`` and ``column`` count from 0 here."""

    origin: Origin
    problem: str
    context: str
    line: int
    column: int
    context_line: int
    context_column: int
    lines: list[str]

    @property
    def text(self) -> str:
        return self.lines[self.line] if self.line < len(self.lines) else ""

    @property
    def before(self) -> str:
        return self.text[: self.column]

    @property
    def character(self) -> str:
        return self.text[self.column : self.column + 1]

    def says(self, *parts: str) -> bool:
        return any(part in self.problem for part in parts)

    def line_above(self) -> int | None:
        """Return the last line above that is neither empty nor a comment."""
        for number in range(min(self.line, len(self.lines)) - 1, -1, -1):
            if self.lines[number].strip() and not self.lines[number].lstrip().startswith("#"):
                return number
        return None

    def told(self, message: str, hint: str, *, line: int | None = None, column: int | None = None) -> Problem:
        """Make the problem, at where the parser stopped unless another place is given."""
        line = self.line if line is None else line
        column = self.column if column is None else column
        return replace(self.origin, line=line + 1, column=column + 1).problem(message, hint)


def problem_of(error: MarkedYAMLError, text: str, origin: Origin) -> Problem:
    """Return ``error`` in the user's words; ``text`` is what was read, ``origin`` names the file."""
    mark: Mark | None = error.problem_mark or error.context_mark
    context: Mark | None = error.context_mark
    fault = _Fault(
        origin,
        problem=error.problem or "",
        context=error.context or "",
        line=mark.line if mark else 0,
        column=mark.column if mark else 0,
        context_line=context.line if context else 0,
        context_column=context.column if context else 0,
        lines=text.splitlines(),
    )
    if found := _CONFLICT.search(text):
        line = text.count("\n", 0, found.start())
        return fault.told("a merge conflict is left in the file", "Resolve it.", line=line, column=0)
    for explain in _EXPLANATIONS:
        if problem := explain(fault):
            return problem
    return fault.told(f"this is not YAML: {fault.problem}", "Compare with the lines above.")


def _tab(fault: _Fault) -> Problem | None:
    if fault.character == "\t" or "\t" in fault.text[: len(fault.text) - len(fault.text.lstrip())]:
        column = fault.text.find("\t")
        return fault.told(
            "there is a tab in the indentation; YAML allows only spaces",
            "Replace each tab by two spaces.",
            column=column,
        )
    return None


def _open_quote(fault: _Fault) -> Problem | None:
    if not ("quoted scalar" in fault.context and fault.says("end of stream", "document separator")):
        return None
    quote = fault.lines[fault.context_line][fault.context_column]
    return fault.told(
        f"the text that begins here with {quote} has no closing {quote}",
        f"Put the closing {quote} at the end of the text.",
        line=fault.context_line,
        column=fault.context_column,
    )


def _escape(fault: _Fault) -> Problem | None:
    if not fault.says("escape"):
        return None
    return fault.told(
        "a backslash in double quotes begins an escape, and this is none",
        "Use single quotes, or / in paths.",
    )


def _first_character(fault: _Fault) -> Problem | None:
    line, column = fault.line, fault.column
    if fault.context in ("while scanning an alias", "while scanning an anchor", "while scanning a tag"):
        line, column = fault.context_line, fault.context_column
    elif not fault.says("cannot start any token", "mapping keys are not allowed"):
        return None
    before, word = fault.lines[line][:column], fault.lines[line][column:].strip()
    if before[-1:] in ("]", "}"):
        return _bracketed(fault, line)
    word = re.split(r"[],]", word)[0].strip() if "[" in before else word
    begin = word[:1]
    shown = f"{begin}…" if _SECRET.search(before) else _in_quotes(word)
    return fault.told(
        f'a text that begins with {begin} must be in quotes: "{shown}"',
        f"In YAML, {begin} at the beginning of a word has a meaning of its own.",
        line=line,
        column=column,
    )


def _in_quotes(word: str) -> str:
    """Return ``word`` where it can be shown in double quotes as it is to be written, else its beginning."""
    fits = len(word) <= _SHOWN and word.isprintable() and not set('"\\') & set(word)
    return word if fits else f"{word[:1]}…"


def _directive(fault: _Fault) -> Problem | None:
    if "directive" not in fault.context:
        return None
    return fault.told('a line that begins with % must be in quotes: "%…"', _QUOTE_IT)


def _block_header(fault: _Fault) -> Problem | None:
    if "block scalar" not in fault.context:
        return None
    return fault.told(
        "after | or > the text begins in the next line", "Break the line there, and indent the text."
    )


def _list_on_the_line(fault: _Fault) -> Problem | None:
    if not fault.says("sequence entries are not allowed"):
        return None
    return fault.told(
        "a list can't begin in the line of its key",
        "Begin it in the next line, indented, or write [a, b].",
    )


def _curly_quote(fault: _Fault) -> Problem | None:
    if not (found := _CURLY.search(fault.text)):
        return None
    return fault.told(
        f"the curly quote {found[0]} is no quote in YAML",
        "Replace curly quotes by straight ones: \" or '.",
        column=found.start(),
    )


def _variable_in_brackets(fault: _Fault) -> Problem | None:
    if "flow" not in fault.context or "${" not in fault.text:
        return None
    return fault.told(
        "a text with ${…} inside [ ] or { } must be in quotes",
        'Write "…${NAME}…".',
        column=fault.text.index("${"),
    )


def _bracket(fault: _Fault) -> Problem | None:
    if "flow" not in fault.context:
        return None
    opening, closing = "[]" if "sequence" in fault.context else "{}"
    if fault.character in ("", ":"):  # the end of the file, or the key after the next line's
        return fault.told(
            f"the {opening} that opens here has no closing {closing}",
            f"Add the {closing}, or check the quotes and brackets up to line {fault.line + 1}.",
            line=fault.context_line,
            column=fault.context_column,
        )
    return fault.told(
        f"a comma or the closing {closing} is missing before this",
        f"The {opening} is in line {fault.context_line + 1}.",
    )


def _missing_space(fault: _Fault) -> Problem | None:
    """``key:value`` and ``key value``: the fault is in the line above, or where a key was begun."""
    if not fault.says("mapping values are not allowed", "could not find expected ':'"):
        return None
    if fault.says("could not find"):
        candidate: int | None = fault.context_line
    elif ": " in fault.before:
        return None
    else:
        candidate = fault.line_above()
    if candidate is None:
        return None
    line = fault.lines[candidate]
    if found := _KEY_WITHOUT_SPACE.match(line):
        return fault.told(
            f"a space is missing after `{short_key(found[1])}:`",
            f"Write `{short_key(found[1])}: …`.",
            line=candidate,
            column=found.end(1) + 1,
        )
    if (found := _KEY_WITHOUT_COLON.match(line)) and not line.lstrip().startswith("- "):
        return fault.told(
            f"a colon is missing after `{short_key(found[1])}`",
            f"Write `{short_key(found[1])}: …`.",
            line=candidate,
            column=found.end(1),
        )
    return None


def _colon_in_text(fault: _Fault) -> Problem | None:
    if not (fault.says("mapping values are not allowed") and ": " in fault.before):
        return None
    return fault.told("a text with a colon and a space in it must be in quotes", _QUOTE_IT)


def _after_the_end(fault: _Fault) -> Problem | None:
    """Tell of what stands behind an end: a pattern such as ``{a,b}.xml``, or quotes that don't pair."""
    if not fault.says("did not find expected", "expected <block end>") or not fault.before.strip():
        return None
    for number in range(min(fault.line, len(fault.lines) - 1), fault.context_line - 1, -1):
        line = fault.lines[number]
        if quote := next((mark for mark in "\"'" if line.count(mark) % 2), None):
            return fault.told(
                f"the quotes {quote} in line {number + 1} don't pair",
                "Add the missing one. In single quotes an apostrophe is written twice: 'it''s'.",
                line=number,
                column=line.rfind(quote),
            )
    last = fault.before.rstrip()[-1]
    if last in "]}":
        return _bracketed(fault, fault.line)
    if last in "\"'":
        return fault.told("the text goes on after its closing quote", "Put all of it in one pair of quotes.")
    return None


def _bracketed(fault: _Fault, line: int) -> Problem:
    """Tell of a text that begins with a bracket and goes on after its end, such as ``{a,b}.xml``."""
    if found := _BRACKETED.match(fault.lines[line]):
        return fault.told(
            f'a text that begins with {found[1][0]} must be in quotes: "{_in_quotes(found[1])}"',
            "Without quotes YAML takes it for a list or for keys with values.",
            line=line,
            column=found.start(1),
        )
    return fault.told(
        "something stands after a closing bracket", "Check the brackets and quotes of this line.", line=line
    )


def _indentation(fault: _Fault) -> Problem | None:
    if not fault.says("mapping values are not allowed", "did not find expected", "expected <block end>"):
        return None
    above = fault.line_above()
    here = _BEGINNING.match(fault.text)
    if above is None or here is None:
        return None
    there = _BEGINNING.match(fault.lines[above])
    if there is None:
        return None
    return fault.told(
        f"the indentation is wrong: {_spaces(here.start(1))} before `{short_key(here[1])}`, "
        f"{_spaces(there.start(1))} before `{short_key(there[1])}` in line {above + 1}",
        "Keys of the same level begin in the same column; in a list they begin after the `- `.",
        column=here.start(1),
    )


def _spaces(count: int) -> str:
    return "no space" if count == 0 else f"{count} space{'s' if count > 1 else ''}"


_EXPLANATIONS: tuple[Callable[[_Fault], Problem | None], ...] = (
    _tab,
    _open_quote,
    _escape,
    _curly_quote,
    _directive,
    _block_header,
    _first_character,
    _list_on_the_line,
    _missing_space,
    _colon_in_text,
    _variable_in_brackets,
    _bracket,
    _after_the_end,
    _indentation,
)
