"""A place where the YAML parser stopped, as the explanations look at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qtm_action.errors import Problem
    from qtm_action.spec.model import Origin

QUOTE_IT = "Put the whole text in quotes."


@dataclass(frozen=True, slots=True)
class Fault:
    """What the parser says, and the lines around; lines and columns count from 0 here.

    ``problem`` is what it did not expect at ``line`` and ``column``, ``context`` what it was reading, which
    began at ``context_line`` and ``context_column``; both in the parser's own words.
    """

    origin: Origin
    problem: str
    context: str
    line: int
    column: int
    context_line: int
    context_column: int
    lines: list[str]

    def line_at(self, number: int) -> str:
        """Return a line; empty behind the end."""
        return self.lines[number] if number < len(self.lines) else ""

    @property
    def text(self) -> str:
        """The line in which the parser stopped."""
        return self.line_at(self.line)

    @property
    def before(self) -> str:
        """What that line has before the place."""
        return self.text[: self.column]

    @property
    def character(self) -> str:
        """The character at the place; empty at the end of the line."""
        return self.text[self.column : self.column + 1]

    def says(self, *parts: str) -> bool:
        """Tell whether the parser's problem has one of ``parts`` in it."""
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
