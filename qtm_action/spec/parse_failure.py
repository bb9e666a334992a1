"""A place where the YAML parser stopped, as its explanations look at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml import Mark, MarkedYAMLError

    from qtm_action.errors import Problem
    from qtm_action.spec.import_spec import Location


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """What the parser says, and the lines around; lines and columns count from 0 here.

    ``complaint`` is what it did not expect at ``stop``, ``reading`` what it was reading, which began at
    ``start``; both in the parser's own words. The lines have blots in place of secrets.
    """

    file: Location
    complaint: str
    reading: str
    stop: tuple[int, int]
    start: tuple[int, int]
    lines: list[str]

    @classmethod
    def of(cls, error: MarkedYAMLError, text: str, file: Location) -> ParseFailure:
        """Return ``error`` of the parser with the ``text`` that it was reading."""
        return cls(
            file,
            error.problem or "",
            error.context or "",
            _place(error.problem_mark or error.context_mark),
            _place(error.context_mark),
            text.splitlines(),
        )

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

    def says(self, *parts: str) -> bool:
        """Return whether the parser's complaint has one of ``parts`` in it."""
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
        return replace(self.file, line=line + 1, column=column + 1).problem(message, hint)


def _place(mark: Mark | None) -> tuple[int, int]:
    return (mark.line, mark.column) if mark else (0, 0)
