"""The rules of single fields that a schema can't hold: days that exist, times, and an end after its start.

Source: vendor page, "Supported Fields": ``dd/MMM/yyyy HH:mm``, ``dd/MMM/yyyy``, ``HH:mm``; English months,
which strptime reads as long as nothing calls setlocale. QTM4J Cloud: ``HH:mm:ss``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from qtm_action.errors import Problem
from qtm_action.formats import DeploymentKind
from qtm_action.spec.nodes import Node

DAY = "%d/%b/%Y"
MINUTE = "%d/%b/%Y %H:%M"

# Longer texts are not looked into for what they mean.
_LONGEST = 60
_OTHER_FORMS = ("%Y %m %d", "%d %b %Y", "%b %d %Y", "%d %m %Y", "%m %d %Y")
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_CLOCK = re.compile(r"(?:[T\s]|^)([0-9]{1,2}):([0-9]{2})(?::[0-9.]+)?\s*(?:Z|[-+][0-9:]+)?$")
_HOURS_AND_MINUTES = re.compile(r"[0-9]{2,}:[0-5][0-9]")
_HOURS_TO_SECONDS = re.compile(r"[0-9]{2,}:[0-5][0-9]:[0-5][0-9]")


def read_time(text: str, form: str) -> datetime | None:
    """Return the time that ``text`` names in ``form``, DAY or MINUTE; None if it names none (31/Feb/2026)."""
    found = _parsed(text, form)
    return found if found and show_time(found, form) == text else None  # strptime takes 1/MAY/2026 too


def show_time(time: date, form: str = DAY) -> str:
    """Return ``time`` in ``form``; the year has four digits, unlike strftime's."""
    return time.strftime(form.replace("%Y", f"{time.year:04}"))


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the vendor's have no zone
    except ValueError:
        return None


def _corrected_day(text: str) -> str | None:
    """Return the day that was meant where only one can have been: 05/20 is in May, 05/06 is ambiguous."""
    words = [each for each in re.findall(r"[0-9]+|[A-Za-z]+", text[:_LONGEST]) if each not in _ORDINALS]
    text = " ".join(each if each.isdigit() else each[:3] for each in words[:3])
    meant = {day for form in _OTHER_FORMS if (day := _parsed(text, form))}
    return show_time(meant.pop()) if len(meant) == 1 else None


def _corrected_minute(text: str) -> str | None:
    """Return the minute that was meant; midnight if no time was given."""
    found = _CLOCK.search(text[:_LONGEST].strip())
    clock = f"{int(found[1]):02}:{found[2]}" if found else "00:00"
    corrected = f"{_corrected_day(text)} {clock}"
    return corrected if read_time(corrected, MINUTE) else None


def _corrected_duration(text: str) -> str | None:
    """Return the ``HH:mm`` that was meant by ``9:05``, ``90m`` or ``1h 30m``."""
    text = text[:_LONGEST]
    if found := re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])(?::[0-9]{2})?", text):
        return f"{int(found[1]):02}:{found[2]}"
    found = re.fullmatch(r"(?:([0-9]{1,4}) ?h(?:ours?)?)? ?(?:([0-9]{1,5}) ?m(?:in(?:utes?)?)?)?", text)
    if not found or not any(found.groups()):
        return None
    hours, minutes = divmod(int(found[1] or 0) * 60 + int(found[2] or 0), 60)
    return f"{hours:02}:{minutes:02}"


def _corrected_duration_on_cloud(text: str) -> str | None:
    """Return the ``HH:mm:ss`` that was meant by ``01:30``, ``9:05:00``, ``90m`` or ``1h 30m``."""
    if found := re.fullmatch(r"([0-9]{1,2}):([0-5][0-9]:[0-5][0-9])", text[:_LONGEST]):
        return f"{int(found[1]):02}:{found[2]}"
    minutes = text if _HOURS_AND_MINUTES.fullmatch(text) else _corrected_duration(text)
    return f"{minutes}:00" if minutes else None


class _Form(NamedTuple):
    """How a field is to be written.

    ``expected`` may name the day as {today}; ``corrected`` returns what was meant where that is clear, and
    ``otherwise`` is the hint where it is not.
    """

    expected: str
    is_right: Callable[[str], object]
    corrected: Callable[[str], str | None]
    otherwise: str


_MONTHS = "Abbreviate the English name of the month: Jan, Feb, Mar, …"
_DATE = _Form(
    "a date such as {today} (dd/MMM/yyyy)", partial(read_time, form=DAY), _corrected_day, otherwise=_MONTHS
)
_DATE_AND_TIME = _Form(
    "a date and time such as {today} 00:00 (dd/MMM/yyyy HH:mm)",
    partial(read_time, form=MINUTE),
    _corrected_minute,
    otherwise=_MONTHS,
)
_DURATIONS = {
    DeploymentKind.SERVER: _Form(
        "hours and minutes such as 01:30 (HH:mm)",
        _HOURS_AND_MINUTES.fullmatch,
        _corrected_duration,
        otherwise="It is a duration: 00:45 is 45 minutes, 36:00 is a day and a half.",
    ),
    DeploymentKind.CLOUD: _Form(
        "hours, minutes and seconds such as 01:30:00 (HH:mm:ss) on QTM4J Cloud",
        _HOURS_TO_SECONDS.fullmatch,
        _corrected_duration_on_cloud,
        otherwise="It is a duration: 00:45:00 is 45 minutes.",
    ),
}
_DATES = (
    ("testCycle", "plannedStartDate", _DATE_AND_TIME),
    ("testCycle", "plannedEndDate", _DATE_AND_TIME),
    ("testCaseExecution", "executionPlannedDate", _DATE),
)
_DURATION_FIELDS = (("testCase", "estimatedTime"), ("testCaseExecution", "actualTime"))


def check_fields(fields: Node, *, today: date, deployment: DeploymentKind) -> Iterator[Problem]:
    """Yield a problem for each date, time and duration in ``fields`` that ``deployment`` would refuse.

    Values that are not strings are left to the schema. ``today`` is for examples.
    """
    durations = ((section, key, _DURATIONS[deployment]) for section, key in _DURATION_FIELDS)
    for section, key, form in (*_DATES, *durations):
        node = _text_at(fields, section, key)
        if node is not None and not form.is_right(str(node.content)):
            expected = form.expected.format(today=show_time(today))
            yield node.location.problem(f"expected {expected}, got {node.shown()}", _hint(node, form))
    start = _text_at(fields, "testCycle", "plannedStartDate")
    end = _text_at(fields, "testCycle", "plannedEndDate")
    if start is not None and end is not None:
        yield from _order(start, end)


def _order(start: Node, end: Node) -> Iterator[Problem]:
    begins, ends = (read_time(str(each.content), MINUTE) for each in (start, end))
    if begins is not None and ends is not None and ends < begins:
        yield end.location.problem(
            f"`plannedEndDate` {end.content} is before `plannedStartDate` {start.content}",
            "Swap the two, or correct one of them.",
        )


def _hint(node: Node, form: _Form) -> str:
    text = str(node.content)
    if corrected := form.corrected(text):
        return f"Write {corrected}."
    return "This date does not exist." if _names_no_day(text[:11]) else form.otherwise


def _names_no_day(text: str) -> bool:
    """Return whether ``text`` is dd/MMM/yyyy but no day of the calendar, such as 31/Feb/2026."""
    has_form = text[:2].isdigit() and read_time(f"01{text[2:]}", DAY) is not None
    return has_form and read_time(text, DAY) is None


def _text_at(fields: Node, section: str, key: str) -> Node | None:
    found = fields.children.get(section)
    node = found.children.get(key) if found else None
    return node if node and isinstance(node.content, str) else None
