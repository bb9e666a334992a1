"""Explains faults of the lines as a whole: indentation, keys and their colons, lists and their dashes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qtm_action.spec.fault import QUOTE_IT
from qtm_action.spec.wording import short_key

if TYPE_CHECKING:
    from qtm_action.errors import Problem
    from qtm_action.spec.fault import Fault

_KEY = r"[\w.-]+"
_ITEM = r"\s*(?:- +)*"
_KEY_WITHOUT_SPACE = re.compile(rf"^{_ITEM}({_KEY}):[^\s/]")
_KEY_WITHOUT_COLON = re.compile(rf"^{_ITEM}({_KEY})(?: +[^\s:#]|\s*$)")
_BEGINNING = re.compile(rf"^{_ITEM}([^\s:]{{1,30}})")


def tab(fault: Fault) -> Problem | None:
    """Tell of a tab in the indentation."""
    if fault.character == "\t" or "\t" in fault.text[: len(fault.text) - len(fault.text.lstrip())]:
        column = fault.text.find("\t")
        return fault.told(
            "there is a tab in the indentation; YAML allows only spaces",
            "Replace each tab by two spaces.",
            column=column,
        )
    return None


def list_on_the_line(fault: Fault) -> Problem | None:
    """Tell of a list that begins in the line of its key."""
    if not fault.says("sequence entries are not allowed"):
        return None
    return fault.told(
        "a list can't begin in the line of its key",
        "Begin it in the next line, indented, or write [a, b].",
    )


def colon_alone(fault: Fault) -> Problem | None:
    """Tell of a colon without a key."""
    if not fault.text.lstrip().startswith(":"):
        return None
    return fault.told(
        "there is a colon without a key before it",
        "Write the key, or remove the line.",
        column=fault.text.index(":"),
    )


def missing_space(fault: Fault) -> Problem | None:
    """``key:value`` and ``key value``: the fault is in the line above, or where a key was begun."""
    candidate: int | None = None
    if fault.says("could not find expected ':'"):
        candidate = fault.context_line
    elif fault.says("mapping values are not allowed") and ": " not in fault.before:
        candidate = fault.line_above()
    if candidate is None:
        return None
    line = fault.line_at(candidate)
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


def piece_of_a_line(fault: Fault) -> Problem | None:
    """Tell of a line that is neither a key nor a value."""
    if not fault.says("could not find expected ':'"):
        return None
    return fault.told(
        "a key or its colon is missing in this line",
        "Write `key: value`.",
        line=fault.context_line,
        column=fault.context_column,
    )


def colon_in_text(fault: Fault) -> Problem | None:
    """Tell of a second colon in a line."""
    if not (fault.says("mapping values are not allowed") and ": " in fault.before):
        return None
    return fault.told("a text with a colon and a space in it must be in quotes", QUOTE_IT)


def indentation(fault: Fault) -> Problem | None:
    """Tell of a line that stands in no column of the lines above."""
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
