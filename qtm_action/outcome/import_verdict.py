"""The end of an import: what the server's final progress record changes in its report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qtm_action.errors import ImportFailedError, QtmActionError
from qtm_action.exit_codes import ExitCode
from qtm_action.outcome.counts import created_counts, cycle_keys, failed_tests, is_cycle_key, is_status
from qtm_action.qtm4j.values import ImportStatus, Progress
from qtm_action.results.result_files import TestCounts
from qtm_action.words import counted, one_line

_CASES = ("test_cases_created", "test_case_versions_created", "test_case_versions_reused")


class TestsFailedError(ImportFailedError):
    """The import succeeded, the imported tests did not, and ``fail-on-tests`` asks for red."""

    __test__ = False
    kind = "tests-failed"


@dataclass(unsafe_hash=True)
class NotSentError(QtmActionError):
    """Nothing of an import was sent, because another one of the run has errors; the exit code is theirs."""

    exit_code: ExitCode = field(kw_only=True)
    kind = "not-sent"


def fields_of(progress: Progress) -> dict[str, Any]:
    """Return the fields of an :class:`ImportReport` that a progress record sets, taken as not the last."""
    return {
        "import_status": "INPROCESS",
        "process_status": progress.process_status or None,
        "message": progress.message,
        "summary": progress.summary,
        "record": progress.record,
    }


def conclude(progress: Progress, tests: TestCounts | None, *, fail_on_tests: bool) -> dict[str, Any]:
    """Return the fields of the import's :class:`ImportReport` that the final record sets."""
    return {
        **fields_of(progress),
        "import_status": (
            progress.import_status if progress.status is ImportStatus.OTHER else progress.status.value
        ),
        "error": _error(progress, tests, fail_on_tests=fail_on_tests),
        "warnings": tuple(_warnings(progress, tests)),
    }


def _error(progress: Progress, tests: TestCounts | None, *, fail_on_tests: bool) -> QtmActionError | None:
    reason = progress.message or "no reason given"
    if progress.status is ImportStatus.FAILED:
        return ImportFailedError(
            f"QTM4J reported FAILED: {reason}",
            hint="Fix the problem above and run again. A failed import changes nothing in Jira.",
        )
    if progress.status is ImportStatus.OTHER:
        return ImportFailedError(
            f"QTM4J reported {progress.import_status}, which is not SUCCESS: {reason}",
            hint="Check the test cycle in Jira. It may contain some of the results.",
        )
    if fail_on_tests and tests is not None and (_failed_at_last(tests) or tests.outside):
        return TestsFailedError(
            f"the import succeeded, but {_what_failed(tests)}",
            hint="Fix the failed tests, or set fail-on-tests to none.",
        )
    return None


def _failed_at_last(tests: TestCounts) -> int:
    """Return how many tests failed; of one that was run again its last try counts."""
    return failed_tests(tests) - tests.recovered


def _what_failed(tests: TestCounts) -> str:
    parts = []
    if failed := _failed_at_last(tests):
        parts.append(f"{failed} of {tests.total} imported tests failed")
    if tests.outside:
        parts.append(f"the files contain {counted(tests.outside, 'error')} outside test cases")
    return " and ".join(parts)


def _warnings(progress: Progress, tests: TestCounts | None) -> list[str]:
    """Warn of values that later steps do not get, and of a SUCCESS that created nothing."""
    found = [
        f"QTM4J's test cycle key {one_line(key, 60)!r} is not valid and was omitted from the outputs"
        for key in cycle_keys(progress.summary)
        if not is_cycle_key(key)
    ]
    if progress.process_status and not is_status(progress.process_status):
        status = one_line(progress.process_status, 60)
        found.append(f"QTM4J's process status {status!r} is not valid and was omitted from the outputs")
    return [*found, *_warnings_of_nothing(progress, tests)]


def _warnings_of_nothing(progress: Progress, tests: TestCounts | None) -> list[str]:
    if progress.status is not ImportStatus.SUCCESS or tests is None or not tests.total:
        return []
    counts = created_counts(progress.summary)
    cases = [counts[name] for name in _CASES if name in counts]
    if not cases or any(cases):
        return []
    empty = f"the files contain {counted(tests.total, 'test')}, but QTM4J created or reused no test cases"
    return [f"{empty}; check the test cycle in Jira"]
