"""What an import and a run have come to, and that everybody shows the same."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from qtm_action.ci import open_platform
from qtm_action.errors import (
    AuthenticationError,
    ImportFailedError,
    InterruptedRunError,
    InvalidInputError,
    InvalidSpecError,
    NotFinishedError,
    OutcomeUnknownError,
    QtmActionError,
    RefusedError,
    ResultFilesError,
    TerminatedRunError,
    UnreachableError,
)
from qtm_action.exit_codes import ExitCode
from qtm_action.outcome.closing_lines import last_line, log_outcome
from qtm_action.outcome.import_verdict import TestsFailedError
from qtm_action.outcome.outputs import as_dict, outputs
from qtm_action.outcome.report import ImportOutcome, ImportReport, Report
from qtm_action.outcome.run_verdict import (
    overall_exit_code,
    overall_status,
    run_title,
    to_import_again,
)
from qtm_action.outcome.summary import markdown
from qtm_action.qtm4j.values import CycleSummary
from qtm_action.redaction import Redactor
from qtm_action.results.result_files import Payload
from tests.unit.outcome.alike import assert_alike


def error(kind: type[QtmActionError]) -> QtmActionError:
    return kind(f"this is a matter of {kind.kind}", hint=f"look at {kind.kind}")


FILES = ImportReport(
    "unit", "junit", files=("a.xml",), upload=Payload(Path("a.xml"), "a.xml", 5, "ab", is_zip=False)
)
STARTED = replace(FILES, tracking_id="id-1")
DONE = replace(STARTED, import_status="SUCCESS", summary=(CycleSummary("PRJ-TR-1", "Unit", 3),))
RUNNING = replace(STARTED, import_status="INPROCESS")
FOLLOWED = ImportReport("import id-2", tracking_id="id-2")
TESTS = error(TestsFailedError)
FAILED = error(ImportFailedError)
REFUSED = error(RefusedError)  # a 413, for one
LOST = error(OutcomeUnknownError)
LATE = error(NotFinishedError)
STOPPED = error(InterruptedRunError)
KILLED = error(TerminatedRunError)
DEFECT = error(QtmActionError)

IMPORTS: dict[str, tuple[ImportReport, ImportOutcome]] = {
    "imported": (DONE, ImportOutcome.IMPORTED),
    "imported, and tests failed": (replace(DONE, error=TESTS), ImportOutcome.IMPORTED_RED),
    "failed": (replace(STARTED, import_status="FAILED", error=FAILED), ImportOutcome.FAILED),
    "partial": (replace(STARTED, import_status="PARTIALLY_SUCCESS", error=FAILED), ImportOutcome.PARTIAL),
    "not waited for": (RUNNING, ImportOutcome.IN_PROGRESS),
    "too slow": (replace(RUNNING, error=LATE), ImportOutcome.NOT_FINISHED),
    "interrupted while waiting": (replace(RUNNING, error=STOPPED), ImportOutcome.NOT_FINISHED),
    "terminated while uploading": (replace(STARTED, error=KILLED), ImportOutcome.UNCONFIRMED),
    "answer lost": (replace(STARTED, error=LOST), ImportOutcome.UNCONFIRMED),
    "defect while uploading": (replace(STARTED, error=DEFECT), ImportOutcome.UNCONFIRMED),
    "413": (replace(STARTED, error=REFUSED), ImportOutcome.NOT_IMPORTED),
    "wrong files": (
        ImportReport("unit", "junit", error=error(ResultFilesError)),
        ImportOutcome.NOT_IMPORTED,
    ),
    "wrong credentials": (
        replace(FILES, error=error(AuthenticationError)),
        ImportOutcome.NOT_IMPORTED,
    ),
    "no server": (
        replace(STARTED, error=error(UnreachableError)),
        ImportOutcome.NOT_IMPORTED,
    ),
    "wrong fields": (
        ImportReport("unit", error=error(InvalidSpecError)),
        ImportOutcome.NOT_IMPORTED,
    ),
    "interrupted before": (replace(FILES, error=STOPPED), ImportOutcome.NOT_IMPORTED),
    "followed to its end": (replace(FOLLOWED, import_status="SUCCESS"), ImportOutcome.IMPORTED),
    "followed, and not known": (replace(FOLLOWED, error=LATE), ImportOutcome.NOT_FOLLOWED),
    "followed, and interrupted": (replace(FOLLOWED, error=STOPPED), ImportOutcome.NOT_FOLLOWED),
    "nothing to do": (
        ImportReport("unit", import_status="SKIPPED", message="no file"),
        ImportOutcome.SKIPPED,
    ),
}


def run_of(*imports: ImportReport, of_the_run: QtmActionError | None = None) -> Report:
    status = overall_status(imports, error=of_the_run)
    return Report(status, overall_exit_code(imports, error=of_the_run), imports, of_the_run)


@pytest.mark.parametrize("case", IMPORTS)
def test_the_outcome_of_an_import(case: str) -> None:
    report, expected = IMPORTS[case]
    assert report.outcome is expected
    assert report.headline


def test_every_outcome_and_every_exit_code_is_among_the_cases() -> None:
    assert {outcome for _, outcome in IMPORTS.values()} == set(ImportOutcome)
    codes = {run_of(report).exit_code for report, _ in IMPORTS.values()}
    assert codes == set(ExitCode) - {ExitCode.NOT_WRITTEN}  # which no import has


@pytest.mark.parametrize(
    "others", [(), (replace(DONE, name="e2e", tracking_id="id-9"),)], ids=["alone", "with another"]
)
@pytest.mark.parametrize("case", IMPORTS)
def test_log_summary_outputs_and_report_agree(case: str, others: tuple[ImportReport, ...]) -> None:
    assert_all_agree(run_of(IMPORTS[case][0], *others))


ERRORS = [TESTS, FAILED, REFUSED, LOST, LATE, STOPPED, KILLED, DEFECT] + [
    error(kind) for kind in (InvalidInputError, InvalidSpecError, ResultFilesError, AuthenticationError)
]
RUNS = {each.exit_code: run_of(FILES, of_the_run=each) for each in ERRORS} | {
    ExitCode.OK: run_of(DONE),
    ExitCode.NOT_WRITTEN: replace(run_of(DONE), exit_code=ExitCode.NOT_WRITTEN),
}


@pytest.mark.parametrize("code", ExitCode)
def test_log_summary_outputs_and_report_agree_of_every_exit_code(code: ExitCode) -> None:
    assert_all_agree(RUNS[code])
    assert_all_agree(replace(RUNS[code], imports=()))


def test_log_summary_outputs_and_report_agree_of_a_dry_run() -> None:
    checked = replace(FILES, import_status="SKIPPED", message="valid")
    assert_all_agree(replace(run_of(checked), dry_run=True))
    assert_all_agree(replace(run_of(replace(FILES, error=REFUSED)), dry_run=True))
    assert_all_agree(replace(run_of(checked), dry_run=True, exit_code=ExitCode.NOT_WRITTEN))


def assert_all_agree(report: Report) -> None:
    stdout = io.StringIO()
    platform = open_platform({}, stdout=stdout, redactor=Redactor([]), debug=False)
    log_outcome(report, platform, soft_fail=False)
    platform.info(last_line(report, soft_fail=False))

    assert_alike(stdout.getvalue(), markdown(report), outputs(report), as_dict(report))


@pytest.mark.parametrize(
    ("statuses", "overall"),
    [
        ((), "SKIPPED"),
        (("SKIPPED",), "SKIPPED"),
        (("SUCCESS", "SKIPPED"), "SUCCESS"),
        (("SUCCESS", "INPROCESS"), "INPROCESS"),
        (("INPROCESS", "FAILED"), "FAILED"),
        (("SUCCESS", None), "FAILED"),
        (("PARTIALLY_SUCCESS",), "FAILED"),
    ],
)
def test_the_overall_status(statuses: tuple[str | None, ...], overall: str) -> None:
    assert overall_status([ImportReport("x", import_status=status) for status in statuses]) == overall


def test_an_error_of_the_whole_run_is_failed_with_its_code() -> None:
    assert overall_status([], error=REFUSED) == "FAILED"
    assert overall_exit_code([DONE], error=REFUSED) is ExitCode.REFUSED


def test_the_exit_code_is_that_of_the_first_import_that_did_not_succeed() -> None:
    late, refused = (replace(STARTED, error=each) for each in (LATE, REFUSED))
    assert overall_exit_code([DONE, late, refused]) is ExitCode.NOT_FINISHED


def test_only_what_is_certainly_not_in_jira_is_imported_again_and_only_when_others_are() -> None:
    imports = [replace(report, name=case) for case, (report, _) in IMPORTS.items()]
    assert to_import_again(run_of(*imports)) == [
        "failed",
        "413",
        "wrong credentials",
        "no server",
        "interrupted before",
    ]
    assert to_import_again(run_of(replace(STARTED, error=REFUSED))) == []


def test_nothing_was_imported_is_the_title_only_where_nothing_was() -> None:
    gone = replace(FILES, error=error(ResultFilesError))
    assert run_title(run_of(gone)) == "Nothing was imported: result files are missing or invalid"
    assert run_title(run_of(DONE, gone)) == "Result files are missing or invalid"
