"""What an import has come to, by its final record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qtm_action.exit_codes import ExitCode
from qtm_action.outcome.import_verdict import conclude
from qtm_action.qtm4j.values import CycleSummary, ImportStatus, Progress
from qtm_action.results.result_files import TestCounts


def progress(status: str, *summary: CycleSummary, message: str = "") -> Progress:
    kind = ImportStatus[status] if status in ImportStatus.__members__ else ImportStatus.OTHER
    return Progress("id-1", kind, status, process_status="SUCCESS", message=message, summary=summary)


def test_success_is_green() -> None:
    fields = conclude(progress("SUCCESS", CycleSummary("PRJ-TR-1")), None, fail_on_tests=True)
    assert (fields["import_status"], fields["error"], fields["warnings"]) == ("SUCCESS", None, ())


@pytest.mark.parametrize("status", ["FAILED", "PARTIALLY_SUCCESS"])
def test_every_other_final_status_is_red_with_the_servers_message(status: str) -> None:
    fields = conclude(progress(status, message="component xyz not found"), None, fail_on_tests=False)
    assert fields["import_status"] == status
    assert fields["error"].exit_code is ExitCode.IMPORT_FAILED
    assert status in fields["error"].message
    assert "component xyz not found" in fields["error"].message


def test_a_failure_without_a_reason_is_reported_as_such() -> None:
    error = conclude(progress("FAILED"), None, fail_on_tests=False)["error"]
    assert "no reason given" in error.message


@pytest.mark.parametrize(
    ("counts", "asked", "red"),
    [
        (TestCounts(passed=2, failed=1), True, True),
        (TestCounts(passed=2, errors=1), True, True),
        (TestCounts(passed=2, skipped=1), True, False),
        (TestCounts(passed=2, failed=1), False, False),
    ],
)
def test_failed_tests_make_it_red_only_when_asked(counts: TestCounts, *, asked: bool, red: bool) -> None:
    error = conclude(progress("SUCCESS"), counts, fail_on_tests=asked)["error"]
    assert (error is not None) == red
    if red:
        assert error.kind == "tests-failed"
        assert error.message.endswith("1 of 3 imported tests failed")


def test_a_key_or_status_that_is_not_in_the_outputs_is_a_warning() -> None:
    odd = replace(progress("SUCCESS", CycleSummary("::warning::x")), process_status="$(id)")
    warnings = conclude(odd, None, fail_on_tests=False)["warnings"]
    assert [words in warning for words, warning in zip(("::warning::x", "$(id)"), warnings, strict=True)] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("cycle", "warned"),
    [
        (CycleSummary(test_cases_created=0, test_case_versions_reused=0), True),
        (CycleSummary(test_cases_created=0, test_case_versions_reused=5), False),
        (CycleSummary(test_cases_created=1), False),
        (CycleSummary("PRJ-TR-1"), False),
    ],
)
def test_a_success_that_made_nothing_of_many_tests_is_a_warning(cycle: CycleSummary, *, warned: bool) -> None:
    fields = conclude(progress("SUCCESS", cycle), TestCounts(passed=200), fail_on_tests=False)
    assert bool(fields["warnings"]) == warned
    if warned:
        assert "200 tests" in fields["warnings"][0]


def test_errors_outside_of_tests_are_red_where_failed_tests_are() -> None:
    counts = TestCounts(passed=3, outside=2)

    assert conclude(progress("SUCCESS"), counts, fail_on_tests=False)["error"] is None
    error = conclude(progress("SUCCESS"), counts, fail_on_tests=True)["error"]
    assert error.message == "the import succeeded, but the files contain 2 errors outside test cases"


def test_of_a_test_that_was_run_again_the_last_try_decides() -> None:
    assert conclude(progress("SUCCESS"), TestCounts(1, 1, recovered=1), fail_on_tests=True)["error"] is None
    error = conclude(progress("SUCCESS"), TestCounts(1, 3, recovered=1), fail_on_tests=True)["error"]
    assert "2 of 4 imported tests failed" in error.message
