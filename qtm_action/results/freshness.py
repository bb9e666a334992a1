"""Freshness: result files that are too old are last week's results in today's test cycle."""

from __future__ import annotations

import time
from collections.abc import Sequence

from qtm_action.errors import Problem, Severity
from qtm_action.formats import StaleFiles
from qtm_action.results.find.finding import shortened
from qtm_action.results.result_files import Member
from qtm_action.words import format_duration

_DAY = 86400


def check_age(
    files: Sequence[Member], *, max_age: float | None, if_older: StaleFiles, now: float, together: bool
) -> tuple[Sequence[Member], tuple[Problem, ...]]:
    """Return the files that are not too old to import, and the problems with those that are old.

    ``max_age`` is in seconds; None: any age will do. With ``together`` the files are those of one run, which
    is as old as its newest file.
    """
    if max_age is None:
        return files, ()
    stale = [file for file in files if now - file.changed_at > max_age]
    if not stale or (together and len(stale) < len(files)):
        return files, ()
    oldest = min(stale, key=lambda file: file.modified)
    message = f"{_which(len(stale), len(files))} older than maxAge, {format_age(max_age)}"
    skipped = f"{message}, and {'was' if len(stale) == 1 else 'were'} skipped"
    age = f"the oldest, {oldest.source}, is {format_age(now - oldest.changed_at)} old"
    if if_older is StaleFiles.WARN:
        hint = (
            "If they are from an earlier run, clean the workspace before the tests, or set `ifOlder: drop`."
        )
        return files, (Problem(f"{message}; {age}", hint, Severity.WARNING),)
    if len(stale) == len(files):
        return (), (Problem(f"{skipped}; {age}", "Did the tests run in this job?"),)
    names = shortened([file.source for file in stale])
    fresh = [file for file in files if now - file.changed_at <= max_age]
    return fresh, (Problem(f"{skipped}: {names}", "", Severity.WARNING),)


def _which(stale: int, of: int) -> str:
    if of == 1:
        return "the result file is"
    if stale == of:
        return f"all {of:,} result files are"
    return f"{stale:,} of {of:,} result files {'is' if stale == 1 else 'are'}"


def format_age(seconds: float) -> str:
    """Return an age in words; from two days on in days."""
    return f"{seconds / _DAY:.0f} days" if seconds >= 2 * _DAY else format_duration(max(seconds, 0))


def format_time(when: float) -> str:
    """Return a point in time, given in seconds since the epoch, as ``2026-11-24 13:30:05 UTC``."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(when))
