"""What an import, and a whole run, has come to: every judgement is made here, once.

Log, summary, outputs and report show these judgements and make none of their own.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, assert_never

from qtm_action.errors import (
    ExitCode,
    InterruptedRunError,
    OutcomeUnknownError,
    QtmActionError,
    TerminatedRunError,
)
from qtm_action.outcome.conclusion import TestsFailedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qtm_action.outcome.report import ErrorReport, ImportReport, Report


class Mark(Enum):
    """How something ended, as a sign shows it; the value is for those who can't see the sign."""

    GOOD = "good"
    BAD = "bad"
    BUSY = "going on"
    IDLE = "not done"


class ImportOutcome(Enum):
    """What an import has come to, as far as this run knows."""

    IMPORTED = "the server finished it with SUCCESS"
    IMPORTED_RED = "finished with SUCCESS, and an error all the same: its tests failed"
    FAILED = "the server finished it with FAILED, which leaves nothing behind"
    PARTIAL = "the server finished it with another status: a part of it may be in Jira"
    IN_PROGRESS = "uploaded, and not waited for"
    NOT_FINISHED = "uploaded, and the run ended before the server was done"
    UNCONFIRMED = "the server may have the file: to import it again could make it twice"
    NOT_FOLLOWED = "an earlier run uploaded it, and this run learned nothing of it"
    NOT_IMPORTED = "nothing of it was imported, for certain"
    SKIPPED = "there was nothing to do, or it was a dry run"

    @property
    def mark(self) -> Mark:
        """The sign of it."""
        return _MARKS.get(self, Mark.BAD)

    @property
    def can_be_followed(self) -> bool:
        """Whether a later run can follow it with its tracking id."""
        return self in _FOLLOWABLE

    @property
    def is_uploaded(self) -> bool:
        """Whether the server certainly had the file."""
        return self in _UPLOADED

    @property
    def may_be_in_jira(self) -> bool:
        """Whether something of it is, may be or will be in Jira."""
        return self not in (ImportOutcome.FAILED, ImportOutcome.NOT_IMPORTED, ImportOutcome.SKIPPED)


_MARKS = {
    ImportOutcome.IMPORTED: Mark.GOOD,
    ImportOutcome.IN_PROGRESS: Mark.BUSY,
    ImportOutcome.NOT_FINISHED: Mark.BUSY,
    ImportOutcome.SKIPPED: Mark.IDLE,
}
_FOLLOWABLE = frozenset(
    {
        ImportOutcome.IN_PROGRESS,
        ImportOutcome.NOT_FINISHED,
        ImportOutcome.UNCONFIRMED,
        ImportOutcome.NOT_FOLLOWED,
    }
)
_UPLOADED = frozenset(
    {
        ImportOutcome.IMPORTED,
        ImportOutcome.IMPORTED_RED,
        ImportOutcome.FAILED,
        ImportOutcome.PARTIAL,
        ImportOutcome.IN_PROGRESS,
        ImportOutcome.NOT_FINISHED,
    }
)
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
    outcome = import_outcome(each)
    match outcome:
        case ImportOutcome.IMPORTED_RED:
            return "SUCCESS, but red"
        case ImportOutcome.UNCONFIRMED:
            return "not confirmed"
        case ImportOutcome.NOT_FOLLOWED:
            return "not known"
        case ImportOutcome.NOT_IMPORTED:
            return "not imported"
        case (
            ImportOutcome.IMPORTED
            | ImportOutcome.FAILED
            | ImportOutcome.PARTIAL
            | ImportOutcome.IN_PROGRESS
            | ImportOutcome.NOT_FINISHED
            | ImportOutcome.SKIPPED
        ):
            return each.import_status or ""
        case _:
            assert_never(outcome)


def to_import_again(report: Report) -> list[str]:
    """Return the names of the imports to repeat, where others must not be; else an empty list.

    An import is repeated only where nothing of it is in Jira for certain. A followed one has no files here.
    """
    outcomes = [(each, import_outcome(each)) for each in report.imports]
    if not any(outcome in _DONE for _, outcome in outcomes):
        return []
    return [
        each.name
        for each, outcome in outcomes
        if outcome in (ImportOutcome.FAILED, ImportOutcome.NOT_IMPORTED) and each.error and each.files
    ]


_DONE = (
    ImportOutcome.IMPORTED,
    ImportOutcome.IMPORTED_RED,
    ImportOutcome.IN_PROGRESS,
    ImportOutcome.NOT_FINISHED,
)


def overall_status(imports: Iterable[ImportReport], *, error: ErrorReport | None = None) -> str:
    """Return the status of the whole: FAILED if any failed, else INPROCESS if any is, else SUCCESS.

    An import that never got a status counts as FAILED, as does a final status that is not SUCCESS.
    With nothing imported the whole is SKIPPED, or FAILED when ``error`` is why.
    """
    outcomes = {import_outcome(each) for each in imports} - {ImportOutcome.SKIPPED}
    if not outcomes:
        return "SKIPPED" if error is None else "FAILED"
    if outcomes - set(_DONE):
        return "FAILED"
    return "SUCCESS" if outcomes <= {ImportOutcome.IMPORTED, ImportOutcome.IMPORTED_RED} else "INPROCESS"


def overall_exit_code(imports: Iterable[ImportReport], *, error: ErrorReport | None = None) -> ExitCode:
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
    ExitCode.INVALID_INPUT: "Inputs or spec are invalid",
    ExitCode.RESULT_FILES: "Result files are missing or wrong",
    ExitCode.AUTHENTICATION: "Jira refused the credentials",
    ExitCode.REFUSED: "The server refused the import",
    ExitCode.NOT_FINISHED: "Not finished in time",
    ExitCode.UNREACHABLE: "Jira could not be reached",
    ExitCode.DEFECT: "A defect of the import step",
    ExitCode.INTERRUPTED: "Interrupted",
    ExitCode.TERMINATED: "Terminated",
}


def run_title(report: Report) -> str:
    """Return how the run ended, in a few words."""
    code = report.exit_code
    if code is ExitCode.OK:
        return "Dry run: nothing was sent" if report.dry_run else _SUCCEEDED.get(report.status, "Done")
    first = next((each.error.kind for each in report.imports if each.error is not None), "")
    if code is ExitCode.IMPORT_FAILED and first == TestsFailedError.kind:
        return "Imported, and tests failed"
    if code is ExitCode.UNREACHABLE and first == OutcomeUnknownError.kind:
        return "The upload was not confirmed"
    title = _DID_NOT.get(code, "The import failed")
    if code in (ExitCode.INVALID_INPUT, ExitCode.RESULT_FILES) and not any(
        import_outcome(each).may_be_in_jira for each in report.imports
    ):
        return f"Nothing was imported: {title[0].lower()}{title[1:]}"
    return title
