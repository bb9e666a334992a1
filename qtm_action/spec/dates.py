"""Dates and times as the vendor writes them, and what somebody probably meant by another form.

Source: vendor page, "Supported Fields": ``dd/MMM/yyyy HH:mm``, ``dd/MMM/yyyy``, ``HH:mm``; English months.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

# Not strftime's %b, which speaks the language of the machine.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_DATE = re.compile(rf"([0-9]{{2}})/({'|'.join(MONTHS)})/([0-9]{{4}})")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_HOURS_TO_SECONDS = re.compile(r"[0-9]{2,}:[0-5][0-9]:[0-5][0-9]", re.ASCII)
_HOURS_AND_MINUTES = re.compile(r"[0-9]{2,}:[0-5][0-9]", re.ASCII)

# Longer texts are not looked into for what they mean.
_LONGEST = 60
_DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})")
_OTHER_FORMS = (
    re.compile(
        r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[ /.-]*(?P<month>[A-Za-z]{3,9})[ /.,-]*(?P<year>[0-9]{4})"
    ),
    re.compile(r"(?P<month>[A-Za-z]{3,9}) (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})"),
    _DAY_FIRST,
)
_CLOCK = re.compile(r"(?:[T\s]|^)([0-9]{1,2}):([0-9]{2})(?::[0-9.]+)?\s*(?:Z|[-+][0-9:]+)?$")


def read_date(text: str) -> date | None:
    """Return the day that ``dd/MMM/yyyy`` names, None if it names none (31/Feb/2026)."""
    found = _DATE.fullmatch(text)
    return _day(int(found[3]), _month(found[2]), int(found[1])) if found else None


def read_date_and_time(text: str) -> datetime | None:
    """Return the minute that ``dd/MMM/yyyy HH:mm`` names, None if it names none; without a time zone."""
    day_text, _, time_text = text.partition(" ")
    day, found = read_date(day_text), _TIME.fullmatch(time_text)
    return datetime.combine(day, time(int(found[1]), int(found[2]))) if day and found else None


def is_hours_and_minutes(text: str) -> bool:
    """Return whether ``text`` is ``HH:mm``: two or more digits of hours, so that 36:00 is one too."""
    return _HOURS_AND_MINUTES.fullmatch(text) is not None


def is_hours_to_seconds(text: str) -> bool:
    """Return whether ``text`` is ``HH:mm:ss``, the form of QTM4J Cloud."""
    return _HOURS_TO_SECONDS.fullmatch(text) is not None


def show_date(day: date) -> str:
    """Return ``day`` as ``dd/MMM/yyyy``."""
    return f"{day.day:02}/{MONTHS[day.month - 1]}/{day.year:04}"


def corrected_date(text: str) -> str | None:
    """Return the date that was meant, as ``dd/MMM/yyyy``, where only one can have been."""
    day = _meant(text)
    return show_date(day) if day else None


def corrected_date_and_time(text: str) -> str | None:
    """Return the date and time that were meant, as ``dd/MMM/yyyy HH:mm``; midnight if no time was given."""
    day = _meant(text)
    if day is None:
        return None
    found = _CLOCK.search(text[:_LONGEST].strip())
    clock = f"{int(found[1]):02}:{found[2]}" if found else "00:00"
    return f"{show_date(day)} {clock}" if _TIME.fullmatch(clock) else None


def corrected_hours_and_minutes(text: str) -> str | None:
    """Return the ``HH:mm`` that was meant by ``9:05``, ``90m`` or ``1h 30m``."""
    text = text[:_LONGEST]
    if found := re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])(?::[0-9]{2})?", text):
        return f"{int(found[1]):02}:{found[2]}"
    found = re.fullmatch(r"(?:([0-9]{1,4}) ?h(?:ours?)?)? ?(?:([0-9]{1,5}) ?m(?:in(?:utes?)?)?)?", text)
    if not found or not any(found.groups()):
        return None
    hours, minutes = divmod(int(found[1] or 0) * 60 + int(found[2] or 0), 60)
    return f"{hours:02}:{minutes:02}"


def corrected_hours_to_seconds(text: str) -> str | None:
    """Return the ``HH:mm:ss`` that was meant by ``01:30``, ``9:05:00``, ``90m`` or ``1h 30m``."""
    if found := re.fullmatch(r"([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])", text[:_LONGEST]):
        return f"{int(found[1]):02}:{found[2]}:{found[3]}"
    minutes = text if is_hours_and_minutes(text) else corrected_hours_and_minutes(text)
    return f"{minutes}:00" if minutes else None


def names_no_day(text: str) -> bool:
    """Return whether ``text`` is in the right form but no day of the calendar, such as 31/Feb/2026."""
    found = _DATE.match(text)
    return found is not None and read_date(found[0]) is None


def _meant(text: str) -> date | None:
    text = text[:_LONGEST].strip()
    for form in _OTHER_FORMS:
        if found := form.match(text):
            year, month, day = int(found["year"]), _month(found["month"]), int(found["day"])
            if form is _DAY_FIRST and day <= 12 and month != day:  # noqa: PLR2004 - months
                # 05/20 can only be May; of 05/06 nobody knows.
                return _day(year, day, month) if month > 12 else None  # noqa: PLR2004 - months
            return _day(year, month, day)
    return None


def _month(name: str) -> int:
    """Return the number of the month, which is given as a number or by its English name; 0 for no name."""
    if name.isdigit():
        return int(name)
    short = name[:3].capitalize()
    return MONTHS.index(short) + 1 if short in MONTHS else 0


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
