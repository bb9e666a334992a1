"""What an import has come to, by its final record."""

from __future__ import annotations

import pytest

from qtm_action.errors import ExitCode
from qtm_action.outcome.final_status import judge, made
from qtm_action.qtm4j.model import CycleSummary, ImportStatus, Progress
from qtm_action.results.model import TestCounts


def progress(status: str, *summary: CycleSummary, message: str = "") -> Progress:
    kind = ImportStatus[status] if status in ImportStatus.__members__ else ImportStatus.OTHER
    return Progress("id-1", kind, status, process_status="SUCCESS", message=message, summary=summary)


def test_success_is_green() -> None:
    judged = judge(progress("SUCCESS", CycleSummary("PRJ-TR-1")), None, fail_on_tests=True)
    assert (judged["import_status"], judged["error"], judged["warnings"]) == ("SUCCESS", None, ())


@pytest.mark.parametrize("status", ["FAILED", "PARTIALLY_SUCCESS"])
def test_every_other_final_status_is_red_and_says_what_the_server_said(status: str) -> None:
    judged = judge(progress(status, message="component xyz not found"), None, fail_on_tests=False)
    assert judged["import_status"] == status
    assert judged["error"].exit_code is ExitCode.IMPORT_FAILED
    assert status in judged["error"].message
    assert "component xyz not found" in judged["error"].message


def test_a_failure_without_a_reason_says_so() -> None:
    error = judge(progress("FAILED"), None, fail_on_tests=False)["error"]
    assert "the server gave no reason" in error.message


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
    error = judge(progress("SUCCESS"), counts, fail_on_tests=asked)["error"]
    assert (error is not None) == red
    if red:
        assert error.kind == "tests-failed"
        assert error.message.endswith("1 of 3 imported tests failed")


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
    judged = judge(progress("SUCCESS", cycle), TestCounts(passed=200), fail_on_tests=False)
    assert bool(judged["warnings"]) == warned
    if warned:
        assert "200 tests" in judged["warnings"][0]


def test_what_the_server_made_is_told_as_far_as_it_told() -> None:
    cycles = [CycleSummary("PRJ-TR-1", None, 4, None, 0, 9), CycleSummary("PRJ-TR-2", None, 1)]
    assert made(cycles) == (
        "test cycles PRJ-TR-1, PRJ-TR-2, 5 test cases created, 0 versions reused, 9 steps created"
    )
    assert made([CycleSummary()]) == ""
    assert made([CycleSummary(f"PRJ-TR-{n}") for n in range(12)]).endswith("PRJ-TR-9 and 2 more")
