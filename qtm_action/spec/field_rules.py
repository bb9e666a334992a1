"""The rules of single fields that a schema can't hold: days that exist, times, and an end after its start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qtm_action.formats import DeploymentKind
from qtm_action.spec import dates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from qtm_action.errors import Problem
    from qtm_action.spec.nodes import Node


@dataclass(frozen=True, slots=True)
class _Form:
    """How a field is to be written.

    ``expected`` may name the day as {today}; ``corrected`` returns what was meant where that is clear, and
    ``otherwise`` is the hint where it is not.
    """

    expected: str
    is_right: Callable[[str], object]
    corrected: Callable[[str], str | None]
    otherwise: str


_MONTHS = "The month is its English name in three letters: Jan, Feb, Mar, …"
_DATE = _Form(
    "a date such as {today} (dd/MMM/yyyy)", dates.read_date, dates.corrected_date, otherwise=_MONTHS
)
_DATE_AND_TIME = _Form(
    "a date and time such as {today} 00:00 (dd/MMM/yyyy HH:mm)",
    dates.read_date_and_time,
    dates.corrected_date_and_time,
    otherwise=_MONTHS,
)
_HOURS_AND_MINUTES = _Form(
    "hours and minutes such as 01:30 (HH:mm)",
    dates.is_hours_and_minutes,
    dates.corrected_hours_and_minutes,
    otherwise="It is a duration: 00:45 is 45 minutes, 36:00 a day and a half.",
)
_HOURS_TO_SECONDS = _Form(
    "hours, minutes and seconds such as 01:30:00 (HH:mm:ss), as this is QTM4J Cloud",
    dates.is_hours_to_seconds,
    dates.corrected_hours_to_seconds,
    otherwise="It is a duration: 00:45:00 is 45 minutes.",
)
_DURATIONS = {DeploymentKind.SERVER: _HOURS_AND_MINUTES, DeploymentKind.CLOUD: _HOURS_TO_SECONDS}
_DATES = (
    ("testCycle", "plannedStartDate", _DATE_AND_TIME),
    ("testCycle", "plannedEndDate", _DATE_AND_TIME),
    ("testCaseExecution", "executionPlannedDate", _DATE),
)
_DURATION_FIELDS = (("testCase", "estimatedTime"), ("testCaseExecution", "actualTime"))


def check_fields(
    fields: Node, *, today: date, deployment: DeploymentKind = DeploymentKind.SERVER
) -> Iterator[Problem]:
    """Yield a problem for each date, time and duration in ``fields`` that ``deployment`` would refuse.

    Values that are no texts are left to the schema. ``today`` is for examples.
    """
    durations = ((section, key, _DURATIONS[deployment]) for section, key in _DURATION_FIELDS)
    for section, key, form in (*_DATES, *durations):
        node = _text_at(fields, section, key)
        if node is not None and not form.is_right(str(node.content)):
            expected = form.expected.format(today=dates.show_date(today))
            yield node.location.problem(f"expected {expected}, got {node.shown()}", _hint(node, form))
    start = _text_at(fields, "testCycle", "plannedStartDate")
    end = _text_at(fields, "testCycle", "plannedEndDate")
    if start is not None and end is not None:
        yield from _order(start, end)


def _order(start: Node, end: Node) -> Iterator[Problem]:
    begins = dates.read_date_and_time(str(start.content))
    ends = dates.read_date_and_time(str(end.content))
    if begins is not None and ends is not None and ends < begins:
        yield end.location.problem(
            f"`plannedEndDate` {end.content} is before `plannedStartDate` {start.content}",
            "Swap the two, or correct one of them.",
        )


def _hint(node: Node, form: _Form) -> str:
    text = str(node.content)
    if corrected := form.corrected(text):
        return f"Write {corrected}."
    return "There is no such day in the calendar." if dates.names_no_day(text) else form.otherwise


def _text_at(fields: Node, section: str, key: str) -> Node | None:
    found = fields.children.get(section)
    node = found.children.get(key) if found else None
    return node if node and isinstance(node.content, str) else None
