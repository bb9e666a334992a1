"""Explains faults inside a line: quotes, brackets, and characters that YAML has taken for itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qtm_action.spec.fault import QUOTE_IT

if TYPE_CHECKING:
    from qtm_action.errors import Problem
    from qtm_action.spec.fault import Fault

_CURLY = re.compile("[\u2018-\u201f]")
_SECRET = re.compile("pass|token|key|secret", re.IGNORECASE)
_SHOWN = 40
_BRACKETED = re.compile(r"^\s*(?:- +)*(?:[\w.-]+: +)?([\[{].*[^\]}\s])\s*$")


def open_quote(fault: Fault) -> Problem | None:
    """Tell of a text in quotes that the file ends in."""
    if not ("quoted scalar" in fault.context and fault.says("end of stream", "document separator")):
        return None
    quote = fault.line_at(fault.context_line)[fault.context_column]
    return fault.told(
        f"the text that begins here with {quote} has no closing {quote}",
        f"Put the closing {quote} at the end of the text.",
        line=fault.context_line,
        column=fault.context_column,
    )


def escape(fault: Fault) -> Problem | None:
    """Tell of a backslash that is meant as one."""
    if not fault.says("escape", "hexdecimal", "hexadecimal"):
        return None
    return fault.told(
        "a backslash in double quotes begins an escape, and this is none",
        "Use single quotes, or / in paths.",
    )


def curly_quote(fault: Fault) -> Problem | None:
    """Tell of quotes that a word processor made."""
    if not (found := _CURLY.search(fault.text)):
        return None
    return fault.told(
        f"the curly quote {found[0]} is no quote in YAML",
        "Replace curly quotes by straight ones: \" or '.",
        column=found.start(),
    )


def directive(fault: Fault) -> Problem | None:
    """Tell of a line that begins with a percent sign."""
    if "directive" not in fault.context:
        return None
    return fault.told('a line that begins with % must be in quotes: "%…"', QUOTE_IT)


def block_header(fault: Fault) -> Problem | None:
    """Tell of a text in the line of its bar."""
    if "block scalar" not in fault.context:
        return None
    return fault.told(
        "after | or > the text begins in the next line", "Break the line there, and indent the text."
    )


def first_character(fault: Fault) -> Problem | None:
    """Tell of a text that begins with a character that YAML has taken."""
    line, column = fault.line, fault.column
    if fault.context in ("while scanning an alias", "while scanning an anchor", "while scanning a tag"):
        line, column = fault.context_line, fault.context_column
    elif not fault.says("cannot start any token", "mapping keys are not allowed"):
        return None
    before, word = fault.line_at(line)[:column], fault.line_at(line)[column:].strip()
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


def variable_in_brackets(fault: Fault) -> Problem | None:
    """Tell of a variable without quotes whose braces YAML takes for its own."""
    if "flow" not in fault.context or "${" not in fault.text:
        return None
    return fault.told(
        "a text with ${…} inside [ ] or { } must be in quotes",
        'Write "…${NAME}…".',
        column=fault.text.index("${"),
    )


def no_value(fault: Fault) -> Problem | None:
    """Tell of a comma or bracket with nothing before it."""
    if not fault.says("node content") or not fault.character:
        return None
    return fault.told(
        f"there is {fault.character} where a key or a value should begin",
        "Remove it, or put the text in quotes.",
    )


def colon_in_brackets(fault: Fault) -> Problem | None:
    """Tell of a colon in a text inside brackets."""
    if not fault.says("found unexpected ':'"):
        return None
    return fault.told("a text with a colon inside [ ] or { } must be in quotes", QUOTE_IT)


def bracket(fault: Fault) -> Problem | None:
    """Tell of a bracket that is not closed, or a comma that is missing."""
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


def _bracketed(fault: Fault, line: int) -> Problem:
    """Tell of a text that begins with a bracket and goes on after its end, such as ``{a,b}.xml``."""
    if found := _BRACKETED.match(fault.line_at(line)):
        return fault.told(
            f'a text that begins with {found[1][0]} must be in quotes: "{_in_quotes(found[1])}"',
            "Without quotes YAML takes it for a list or for keys with values.",
            line=line,
            column=found.start(1),
        )
    return fault.told(
        "something stands after a closing bracket", "Check the brackets and quotes of this line.", line=line
    )


def after_the_end(fault: Fault) -> Problem | None:
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
