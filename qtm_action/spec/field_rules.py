"""The rules of single fields that a schema can't hold: days that exist, times, and an end after its start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtm_action.spec import dates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from qtm_action.errors import Problem
    from qtm_action.spec.nodes import Node


def check_fields(fields: Node, *, today: date) -> Iterator[Problem]:
    """Yield a problem for each date, time and duration in ``fields`` that the server would refuse.

    Values that are no texts are not looked at: the schema speaks of them. ``today`` is for examples.
    """
    checks: tuple[tuple[str, str, Callable[[str, date], tuple[str, str] | None]], ...] = (
        ("testCycle", "plannedStartDate", _date_and_time),
        ("testCycle", "plannedEndDate", _date_and_time),
        ("testCase", "estimatedTime", _hours_and_minutes),
        ("testCaseExecution", "actualTime", _hours_and_minutes),
        ("testCaseExecution", "executionPlannedDate", _date),
    )
    for section, key, check in checks:
        node = _text_at(fields, section, key)
        if node is not None and (told := check(str(node.content), today)):
            expectation, hint = told
            yield node.location.problem(f"{expectation}, got {node.shown()}", hint)
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
            "Swap the two, or mend one of them.",
        )


def _date_and_time(text: str, today: date) -> tuple[str, str] | None:
    if dates.read_date_and_time(text) is not None:
        return None
    example = f"{dates.show_date(today)} 00:00"
    expectation = f"expected a date and time such as {example} (dd/MMM/yyyy HH:mm)"
    return expectation, _correction(text, dates.corrected_date_and_time(text))


def _date(text: str, today: date) -> tuple[str, str] | None:
    if dates.read_date(text) is not None:
        return None
    example = dates.show_date(today)
    return f"expected a date such as {example} (dd/MMM/yyyy)", _correction(text, dates.corrected_date(text))


def _correction(text: str, corrected: str | None) -> str:
    if corrected:
        return f"Write {corrected}."
    if dates.names_no_day(text):
        return "There is no such day in the calendar."
    return "The month is its English name in three letters: Jan, Feb, Mar, …"


def _hours_and_minutes(text: str, _today: date) -> tuple[str, str] | None:
    if dates.is_hours_and_minutes(text):
        return None
    corrected = dates.corrected_hours_and_minutes(text)
    return (
        "expected hours and minutes such as 01:30 (HH:mm)",
        f"Write {corrected}."
        if corrected
        else "It is a duration: 00:45 is 45 minutes, 36:00 a day and a half.",
    )


def _text_at(fields: Node, section: str, key: str) -> Node | None:
    found = fields.children.get(section)
    node = found.children.get(key) if found else None
    return node if node and isinstance(node.content, str) else None
