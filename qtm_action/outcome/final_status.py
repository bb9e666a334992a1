"""What an import has come to: pure functions from what the server said to what is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtm_action.errors import ImportFailedError
from qtm_action.outcome.report import ErrorReport, error_report
from qtm_action.qtm4j.model import ImportStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qtm_action.qtm4j.model import CycleSummary, Progress
    from qtm_action.results.model import TestCounts


class TestsFailedError(ImportFailedError):
    """The import succeeded, the imported tests did not, and ``fail-on-tests`` asks for red."""

    __test__ = False
    kind = "tests-failed"


def judge(progress: Progress, tests: TestCounts | None, *, fail_on_tests: bool) -> dict[str, Any]:
    """Return what the final record changes in the import's report: status, summary, error, warnings."""
    return {
        "import_status": (
            progress.import_status if progress.status is ImportStatus.OTHER else progress.status.value
        ),
        "process_status": progress.process_status or None,
        "message": progress.message,
        "summary": progress.summary,
        "record": progress.record,
        "error": _error(progress, tests, fail_on_tests=fail_on_tests),
        "warnings": tuple(_warnings(progress, tests)),
    }


def _error(progress: Progress, tests: TestCounts | None, *, fail_on_tests: bool) -> ErrorReport | None:
    said = progress.message or "the server gave no reason"
    if progress.status is ImportStatus.FAILED:
        return error_report(
            ImportFailedError(
                f"the server finished the import with FAILED: {said}",
                hint="Mend what the message names and run again; a failed import leaves nothing to resume.",
            )
        )
    if progress.status is ImportStatus.OTHER:
        return error_report(
            ImportFailedError(
                f"the server finished the import with {progress.import_status}, which is not SUCCESS: {said}",
                hint="Look at the test cycle in Jira: a part of the results may be there.",
            )
        )
    if fail_on_tests and tests is not None and tests.failed + tests.errors:
        return error_report(
            TestsFailedError(
                f"the import succeeded, and {tests.failed + tests.errors} of {tests.total} imported "
                "tests failed",
                hint="Mend the tests, or set fail-on-tests to none to judge the import alone.",
            )
        )
    return None


def _warnings(progress: Progress, tests: TestCounts | None) -> list[str]:
    """Warn of a SUCCESS that made nothing out of files that hold tests."""
    if progress.status is not ImportStatus.SUCCESS or tests is None or not tests.total:
        return []
    numbers = [number for cycle in progress.summary for number in _case_counts(cycle)]
    if not numbers or any(numbers):
        return []
    told = f"the files hold {tests.total} tests, and the server says it created and reused no test case"
    return [f"{told}; look at the test cycle in Jira"]


def _case_counts(cycle: CycleSummary) -> Sequence[int]:
    counts = (cycle.test_cases_created, cycle.test_case_versions_created, cycle.test_case_versions_reused)
    return [count for count in counts if count is not None]


def made(summary: Sequence[CycleSummary]) -> str:
    """Return in words what the server made, as far as it told."""
    parts = []
    keys = list(dict.fromkeys(cycle.test_cycle_key for cycle in summary if cycle.test_cycle_key))
    if keys:
        parts.append(f"test cycle{'s' if len(keys) > 1 else ''} {', '.join(keys[:10])}")
        if len(keys) > 10:  # noqa: PLR2004 - ten keys fill a line
            parts[-1] += f" and {len(keys) - 10} more"
    for words, attribute in (
        ("test cases created", "test_cases_created"),
        ("versions created", "test_case_versions_created"),
        ("versions reused", "test_case_versions_reused"),
        ("steps created", "test_steps_created"),
    ):
        known = [number for cycle in summary if (number := getattr(cycle, attribute)) is not None]
        if known:
            parts.append(f"{sum(known)} {words}")
    return ", ".join(parts)
