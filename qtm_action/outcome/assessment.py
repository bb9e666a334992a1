"""What an import, and a whole run, has come to: every judgement is made here, once.

Log, summary, outputs and report show these judgements and make none of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from qtm_action.errors import (
    ExitCode,
    InterruptedRunError,
    OutcomeUnknownError,
    QtmActionError,
    TerminatedRunError,
)
from qtm_action.outcome.conclusion import TestsFailedError
from qtm_action.outcome.counts import failed_tests
from qtm_action.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qtm_action.outcome.report import ImportReport, Report


class Mark(Enum):
    """How something ended, as a sign shows it; the value is for those who can't see the sign."""

    GOOD = "succeeded"
    BAD = "failed"
    BUSY = "in progress"
    IDLE = "skipped"


@dataclass(frozen=True, slots=True)
class _Facts:
    """What follows from an outcome: its meaning, its sign, and what it makes of the status of the run.

    ``headline`` is its name where the server gave no status to show. ``is_uploaded``: the server had the file
    for certain. ``may_be_in_jira``: something of it is there, may be, or will be, so that importing it again
    could make it twice. ``can_be_followed``: a later run can ask for it by its tracking id.
    """

    meaning: str
    mark: Mark
    status: str
    headline: str = ""
    is_uploaded: bool = False
    may_be_in_jira: bool = True
    can_be_followed: bool = False


class ImportOutcome(Enum):
    """What an import has come to, as far as this run knows."""

    IMPORTED = _Facts("the server finished it with SUCCESS", Mark.GOOD, "SUCCESS", is_uploaded=True)
    IMPORTED_RED = _Facts(
        "finished with SUCCESS, and an error all the same: its tests failed",
        Mark.BAD,
        "SUCCESS",
        "SUCCESS, but tests failed",
        is_uploaded=True,
    )
    FAILED = _Facts(
        "the server finished it with FAILED, which leaves nothing behind",
        Mark.BAD,
        "FAILED",
        is_uploaded=True,
        may_be_in_jira=False,
    )
    PARTIAL = _Facts("the server finished it with another status", Mark.BAD, "FAILED", is_uploaded=True)
    IN_PROGRESS = _Facts(
        "uploaded, and not waited for", Mark.BUSY, "INPROCESS", is_uploaded=True, can_be_followed=True
    )
    NOT_FINISHED = _Facts(
        "uploaded, and the run ended before the server was done",
        Mark.BUSY,
        "INPROCESS",
        is_uploaded=True,
        can_be_followed=True,
    )
    UNCONFIRMED = _Facts(
        "sent, and the server may or may not have it",
        Mark.BAD,
        "FAILED",
        "not confirmed",
        can_be_followed=True,
    )
    NOT_FOLLOWED = _Facts(
        "uploaded by an earlier run, and this one learned nothing of it",
        Mark.BAD,
        "FAILED",
        "unknown",
        can_be_followed=True,
    )
    NOT_IMPORTED = _Facts(
        "nothing of it was imported, for certain", Mark.BAD, "FAILED", "not imported", may_be_in_jira=False
    )
    SKIPPED = _Facts("nothing to do, or a dry run", Mark.IDLE, "SKIPPED", may_be_in_jira=False)


# After these errors the server may have the upload; after all others nothing was imported (``qtm4j`` promises
# that), such as a 413 that came after the tracking id.
_MAY_HAVE_ARRIVED = frozenset(
    error.kind for error in (OutcomeUnknownError, InterruptedRunError, TerminatedRunError, QtmActionError)
)


def import_outcome(each: ImportReport) -> ImportOutcome:
    """Return what an import has come to."""
    match each.import_status:
        case "SUCCESS":
            return ImportOutcome.IMPORTED if each.error is None else ImportOutcome.IMPORTED_RED
        case "INPROCESS":
            return ImportOutcome.IN_PROGRESS if each.error is None else ImportOutcome.NOT_FINISHED
        case "SKIPPED":
            return ImportOutcome.SKIPPED
        case "FAILED":
            return ImportOutcome.FAILED
        case None:
            return _without_status(each)
        case _:
            return ImportOutcome.PARTIAL


def _without_status(each: ImportReport) -> ImportOutcome:
    if each.is_followed:
        return ImportOutcome.NOT_FOLLOWED
    may_have_arrived = each.error is None or each.error.kind in _MAY_HAVE_ARRIVED
    if each.tracking_id is not None and may_have_arrived:
        return ImportOutcome.UNCONFIRMED
    return ImportOutcome.NOT_IMPORTED


def import_headline(each: ImportReport) -> str:
    """Return the outcome of an import in a word or two: the server's own where there is one."""
    return import_outcome(each).value.headline or each.import_status or ""


def to_import_again(report: Report) -> list[str]:
    """Return the names of the imports to repeat, where others must not be; else an empty list.

    An import is repeated only where nothing of it is in Jira for certain. A followed one has no files here.
    """
    if not any(import_outcome(each).value.status in ("SUCCESS", "INPROCESS") for each in report.imports):
        return []
    return [
        each.name
        for each in report.imports
        if each.error and each.files and not import_outcome(each).value.may_be_in_jira
    ]


def tests_not_in_jira(report: Report) -> int:
    """Return how many of the tests in the files are of imports that left nothing in Jira."""
    return sum(
        each.tests.total
        for each in report.imports
        if each.tests is not None and not import_outcome(each).value.may_be_in_jira
    )


def shown_imports(report: Report) -> list[ImportReport]:
    """Return the imports as a person wants to see them: what failed first, else in the order of the spec."""
    order = (Mark.BAD, Mark.BUSY)
    return sorted(
        report.imports,
        key=lambda each: order.index(mark) if (mark := import_outcome(each).value.mark) in order else 2,
    )


def overall_status(imports: Iterable[ImportReport], *, error: QtmActionError | None = None) -> str:
    """Return the status of the whole: FAILED if any failed, else INPROCESS if any is, else SUCCESS.

    An import that never got a status counts as FAILED, as does a final status that is not SUCCESS.
    With nothing imported the whole is SKIPPED, or FAILED when ``error`` is why.
    """
    statuses = {import_outcome(each).value.status for each in imports}
    for status in ("FAILED", "INPROCESS", "SUCCESS"):
        if status in statuses:
            return status
    return "SKIPPED" if error is None else "FAILED"


def overall_exit_code(imports: Iterable[ImportReport], *, error: QtmActionError | None = None) -> ExitCode:
    """Return the run's own error's code, else that of the first import that did not succeed."""
    if error is not None:
        return error.exit_code
    return next((each.error.exit_code for each in imports if each.error is not None), ExitCode.OK)


def run_mark(report: Report) -> Mark:
    """Return the sign of the whole run."""
    if report.exit_code is not ExitCode.OK:
        return Mark.BAD
    if report.dry_run:
        return Mark.IDLE
    return {"SUCCESS": Mark.GOOD, "INPROCESS": Mark.BUSY, "SKIPPED": Mark.IDLE}.get(report.status, Mark.BAD)


_SUCCEEDED = {
    "SUCCESS": "Imported into QTM4J",
    "INPROCESS": "Uploaded; the server is still importing",
    "SKIPPED": "Nothing to import",
}
_DID_NOT = {
    ExitCode.IMPORT_FAILED: "The import failed",
    ExitCode.INVALID_INPUT: "The inputs or the spec are invalid",
    ExitCode.RESULT_FILES: "Result files are missing or invalid",
    ExitCode.AUTHENTICATION: "Jira refused the credentials",
    ExitCode.REFUSED: "The server refused the import",
    ExitCode.NOT_FINISHED: "Not finished in time",
    ExitCode.UNREACHABLE: "Jira could not be reached",
    ExitCode.NOT_WRITTEN: "Imported, but the outcome could not be written",
    ExitCode.DEFECT: "A defect in the import step",
    ExitCode.INTERRUPTED: "Interrupted",
    ExitCode.TERMINATED: "Terminated",
}


def run_title(report: Report) -> str:
    """Return how the run ended, in a few words."""
    code = report.exit_code
    if code is ExitCode.OK:
        return _green_title(report)
    first = next((each.error.kind for each in report.imports if each.error is not None), "")
    if code is ExitCode.IMPORT_FAILED and first == TestsFailedError.kind:
        return f"Imported; {_imported_tests_that_failed(report)} failed"
    if code is ExitCode.UNREACHABLE and first == OutcomeUnknownError.kind:
        return "The upload was not confirmed"
    title = _DID_NOT.get(code, "The import failed")
    if code in (ExitCode.INVALID_INPUT, ExitCode.RESULT_FILES) and not any(
        import_outcome(each).value.may_be_in_jira for each in report.imports
    ):
        return f"Nothing was imported: {title[0].lower()}{title[1:]}"
    return title


def _green_title(report: Report) -> str:
    if report.dry_run:
        return f"Dry run: {counted(len(report.imports), 'import')} checked, nothing was sent"
    if report.status == "SUCCESS" and (failed := _imported_tests_that_failed(report)):
        return f"Imported; {failed} failed"
    return _SUCCEEDED.get(report.status, "Done")


def _imported_tests_that_failed(report: Report) -> str:
    number = sum(
        failed_tests(each.tests)
        for each in report.imports
        if each.tests is not None and import_outcome(each).value.may_be_in_jira
    )
    return counted(number, "test") if number else ""
