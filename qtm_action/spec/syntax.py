"""Says in the user's words what the YAML parser could not read: what was typed, and what to type instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qtm_action.spec import layout_faults, text_faults
from qtm_action.spec.fault import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import Mark, MarkedYAMLError

    from qtm_action.errors import Problem
    from qtm_action.spec.model import Origin

_CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)


def problem_of(error: MarkedYAMLError, text: str, origin: Origin) -> Problem:
    """Return ``error`` in the user's words; ``text`` is what was read, ``origin`` names the file."""
    mark: Mark | None = error.problem_mark or error.context_mark
    context: Mark | None = error.context_mark
    fault = Fault(
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
    return fault.told(
        "here it stops being YAML", "Check the indentation, quotes and brackets up to this place."
    )


# The first that knows the fault explains it: from what is certain to what is likely.
_EXPLANATIONS: tuple[Callable[[Fault], Problem | None], ...] = (
    layout_faults.tab,
    text_faults.open_quote,
    text_faults.escape,
    text_faults.curly_quote,
    text_faults.directive,
    text_faults.block_header,
    text_faults.first_character,
    layout_faults.list_on_the_line,
    layout_faults.colon_alone,
    layout_faults.missing_space,
    layout_faults.piece_of_a_line,
    layout_faults.colon_in_text,
    text_faults.variable_in_brackets,
    text_faults.no_value,
    text_faults.colon_in_brackets,
    text_faults.bracket,
    text_faults.after_the_end,
    layout_faults.indentation,
)
