"""Numbers of a run, and how they read: what the server created, how the tests went."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qtm_action.outcome.report import Report
from qtm_action.qtm4j.values import CycleSummary
from qtm_action.results.result_files import TestCounts
from qtm_action.words import counted, listed

# PRJ-TR-1, and TR-PRJ-1 in the vendor's samples; PRJ-1 in old versions of the app.
_CYCLE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,254}(-[A-Za-z][A-Za-z0-9_]{0,254})?-[0-9]{1,18}")
_STATUS = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,49}([ -][A-Za-z0-9_]{1,50}){0,5}")  # such as "In Progress"
_KEYS = 10  # how many keys of test cycles fill a line
CREATED = {
    "test_cases_created": ("test case", "created"),
    "test_case_versions_created": ("version", "created"),
    "test_case_versions_reused": ("version", "reused"),
    "test_steps_created": ("step", "created"),
}
_RESULTS = ("passed", "failed", "errors", "skipped")


def created_counts(cycles: Sequence[CycleSummary]) -> dict[str, int]:
    """Return the sums of the server's counts by their names in CycleSummary.

    A count that the server never reported is missing: that is not the same as zero.
    """
    known = {
        name: [number for cycle in cycles if (number := getattr(cycle, name)) is not None] for name in CREATED
    }
    return {name: sum(numbers) for name, numbers in known.items() if numbers}


def created_in_words(cycles: Sequence[CycleSummary]) -> list[str]:
    """Return what the server created and reused, as far as it reports that; zeros are left out."""
    counts = created_counts(cycles)
    words = [
        f"{counted(number, noun)} {verb}"
        for name, (noun, verb) in CREATED.items()
        if (number := counts.get(name))
    ]
    return words or (["nothing created"] if counts else [])


def cycle_keys(cycles: Sequence[CycleSummary]) -> list[str]:
    """Return the keys of the test cycles, each once, in the server's order."""
    return list(dict.fromkeys(cycle.test_cycle_key for cycle in cycles if cycle.test_cycle_key))


def is_cycle_key(text: str) -> bool:
    """Return whether ``text`` looks like the key of a test cycle: later steps get nothing else as one."""
    return _CYCLE_KEY.fullmatch(text) is not None


def is_status(text: str) -> bool:
    """Return whether ``text`` looks like a status of the server: one or a few words."""
    return _STATUS.fullmatch(text) is not None


def import_in_words(cycles: Sequence[CycleSummary]) -> str:
    """Return the test cycles of an import and what was created, for one line; empty when nothing is known."""
    keys = cycle_keys(cycles)
    parts = [f"test cycle{'s' if len(keys) > 1 else ''} {listed(keys, _KEYS)}"] if keys else []
    return ", ".join(parts + created_in_words(cycles))


def total_tests(report: Report) -> TestCounts:
    """Return the tests of all imports together."""
    return sum((each.tests for each in report.imports if each.tests is not None), start=TestCounts())


def failed_tests(counts: TestCounts) -> int:
    """Return how many tests did not pass and were not skipped."""
    return counts.failed + counts.errors


def result_in_words(counts: TestCounts, kind: str) -> str:
    """Return ``10 passed`` or ``1 error``; ``kind`` is a field of the counts."""
    number: int = getattr(counts, kind)
    return counted(number, "error") if kind == "errors" else f"{number:,} {kind}"


def tests_in_words(counts: TestCounts) -> str:
    """Return ``12 tests: 10 passed, 2 failed``."""
    parts = [result_in_words(counts, kind) for kind in _RESULTS if getattr(counts, kind)]
    return f"{counted(counts.total, 'test')}: {', '.join(parts)}" if parts else "no tests"
