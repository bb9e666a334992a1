"""The end of the log: one line of outcome for every import, the cause first, and how to go on."""

from __future__ import annotations

import io
from dataclasses import replace

from qtm_action.ci import open_platform
from qtm_action.errors import ImportFailedError, InterruptedRunError, Problem, ResultFilesError
from qtm_action.exit_codes import ExitCode
from qtm_action.outcome.closing_lines import last_line, log_outcome
from qtm_action.outcome.import_verdict import NotSentError, TestsFailedError
from qtm_action.outcome.report import ImportReport, Report
from qtm_action.outcome.run_verdict import overall_exit_code, overall_status
from qtm_action.qtm4j.polling import NeverSeenError, UnknownImportError
from qtm_action.qtm4j.values import CycleSummary
from qtm_action.redaction import Redactor
from qtm_action.results.result_files import TestCounts

CYCLE = CycleSummary("PRJ-TR-1", "Unit", 3, url="https://jira.example.com/cycle")
DONE = ImportReport(
    "unit", "junit", ("a.xml",), import_status="SUCCESS", summary=(CYCLE,), seconds={"wait": 2.2}
)
HELD = ImportReport("unit", "junit", error=NotSentError("not sent", exit_code=ExitCode.RESULT_FILES))


def log_of(*imports: ImportReport, debug: bool = False) -> list[str]:
    stdout = io.StringIO()
    report = Report(overall_status(imports), overall_exit_code(imports), imports)
    platform = open_platform({}, stdout=stdout, redactor=Redactor([]), debug=debug)
    log_outcome(report, platform, soft_fail=False)
    platform.info(last_line(report, soft_fail=False))
    return stdout.getvalue().splitlines()


def test_the_cause_comes_before_what_was_not_sent_for_it_and_names_its_import() -> None:
    bad = Problem("not well-formed", "Run the tests again.", file="web/junit.xml", line=1, column=1)
    cause = ImportReport("web", error=ResultFilesError(str(bad), hint=bad.hint, problems=(bad,)))

    assert log_of(HELD, replace(HELD, name="bdd"), cause)[:3] == [
        "error: web/junit.xml:1:1: web: not well-formed",
        "  hint: Run the tests again.",
        "error: unit, bdd: not sent",
    ]


def test_a_failed_import_is_one_line_and_its_times_are_for_debugging() -> None:
    failed = replace(DONE, import_status="FAILED", summary=(), error=ImportFailedError("FAILED: no"))

    assert log_of(failed)[:-1] == ["error: unit: FAILED: no"]
    assert "debug: unit: wait 2.2 s" in log_of(failed, debug=True)


def test_an_import_that_is_red_for_its_tests_shows_what_it_made() -> None:
    red = replace(DONE, error=TestsFailedError("1 test failed"))

    assert log_of(red)[:-1] == [
        "error: unit: 1 test failed",
        "unit: test cycle PRJ-TR-1, 3 test cases created",
        "  https://jira.example.com/cycle",
    ]


def test_the_time_of_the_upload_is_in_the_line_of_the_outcome() -> None:
    assert log_of(replace(DONE, seconds={"upload": 9.0, "wait": 2.2}))[0] == (
        "unit: SUCCESS; test cycle PRJ-TR-1, 3 test cases created (upload 9.0 s, wait 2.2 s)"
    )


def test_the_last_line_of_a_green_import_counts_its_failed_tests() -> None:
    red = replace(DONE, tests=TestCounts(passed=3, failed=5, errors=1))

    assert log_of(DONE, DONE)[-1] == "SUCCESS: 2 imports; exit code 0 after 0.0 s"
    assert log_of(DONE, red)[-1] == "SUCCESS: 2 imports; 6 tests failed; exit code 0 after 0.0 s"


def test_how_to_go_on_is_printed_once() -> None:
    running = replace(DONE, tracking_id="id-1", import_status="INPROCESS", summary=())
    stopped = replace(running, error=InterruptedRunError("interrupted"))
    unseen = replace(running, error=NeverSeenError("late", hint="Check tracking-id."))

    assert log_of(stopped)[1] == (
        "unit: To resume waiting, run again with tracking-id: id-1 or qtm-action import --tracking-id id-1"
    )
    assert log_of(unseen)[:-1] == ["error: unit: late", "  hint: Check tracking-id."]


def test_an_import_that_qtm4j_does_not_know_is_not_to_be_waited_for() -> None:
    unknown = UnknownImportError("no import has this tracking id", hint="Check tracking-id.")
    followed = ImportReport("import id-1", tracking_id="id-1", error=unknown)

    assert log_of(followed)[:-1] == [
        "error: import id-1: no import has this tracking id",
        "  hint: Check tracking-id.",
    ]
