"""Freshness: result files older than they may be are last week's results in today's test cycle."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from qtm_action.errors import Problem, Severity
from qtm_action.formats import StaleFiles
from qtm_action.words import format_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN = 3
_DAY = 86400


class Aged(NamedTuple):
    """A file, and when it was last changed, in seconds since the epoch."""

    name: str
    modified: float


class Judgement(NamedTuple):
    """Which of the files are dropped for their age, and what to say about it."""

    dropped: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


def judge_age(
    files: Sequence[Aged], *, max_age: float | None, if_older: StaleFiles, now: float, together: bool
) -> Judgement:
    """Judge files by ``max_age`` (seconds; None: any age will do).

    With ``together`` the files are those of one run, which stands or falls by its newest.
    """
    if max_age is None or not files:
        return Judgement()
    stale = [file for file in files if now - file.modified > max_age]
    if not stale or (together and len(stale) < len(files)):
        return Judgement()
    oldest = min(stale, key=lambda file: file.modified)
    which = _which(len(stale), len(files))
    age = f"the oldest, {oldest.name}, is {span(now - oldest.modified)} old"
    if if_older is StaleFiles.WARN:
        told = f"{which} older than maxAge, {span(max_age)}; {age}"
        hint = "If they are from an earlier run, clean up before the tests, or set ifOlder: drop."
        return Judgement(problems=(Problem(told, hint, Severity.WARNING),))
    told = f"{which} older than maxAge, {span(max_age)}, and dropped"
    if len(stale) == len(files):
        problem = Problem(f"{told}; {age}", "Did the tests run in this job?")
    else:
        names = ", ".join(file.name for file in stale[:_SHOWN])
        more = f" and {len(stale) - _SHOWN:,} more" if len(stale) > _SHOWN else ""
        problem = Problem(f"{told}: {names}{more}", "", Severity.WARNING)
    return Judgement(frozenset(file.name for file in stale), (problem,))


def _which(stale: int, of: int) -> str:
    if of == 1:
        return "the result file is"
    if stale == of:
        return f"all {of:,} result files are"
    return f"{stale:,} of {of:,} result files {'is' if stale == 1 else 'are'}"


def span(seconds: float) -> str:
    """Return a span of time in words; from two days on in days."""
    return f"{seconds / _DAY:.0f} days" if seconds >= 2 * _DAY else format_duration(max(seconds, 0))


def moment(when: float) -> str:
    """Return a point in time, given in seconds since the epoch, as ``2026-11-24 13:30:05 UTC``."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(when))
