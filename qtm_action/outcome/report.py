"""The outcome of a run as values: what log, report, outputs and summary are made from.

The outcome of an import is decided here, once (:attr:`ImportReport.outcome`); the run's in ``run_verdict``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from qtm_action.ci.platform import CiJob
from qtm_action.errors import (
    InterruptedRunError,
    OutcomeUnknownError,
    Problem,
    QtmActionError,
    TerminatedRunError,
)
from qtm_action.exit_codes import ExitCode
from qtm_action.qtm4j.values import CycleSummary
from qtm_action.results.result_files import Failure, Payload, TestCounts

# After these errors the server may have the upload; after all others nothing was imported (``qtm4j`` promises
# that), such as a 413 that came after the tracking id.
_MAY_HAVE_ARRIVED = frozenset(
    error.kind for error in (OutcomeUnknownError, InterruptedRunError, TerminatedRunError, QtmActionError)
)


class Mark(Enum):
    """How something ended, as a sign shows it; the value is for those who can't see the sign."""

    GOOD = "succeeded"
    BAD = "failed"
    BUSY = "in progress"
    IDLE = "skipped"


class ImportOutcome(Enum):
    """The outcome of an import, as far as this run knows."""

    IMPORTED = "the server finished it with SUCCESS"
    IMPORTED_RED = "finished with SUCCESS, but an error all the same: its tests failed"
    FAILED = "the server finished it with FAILED, which changes nothing in Jira"
    PARTIAL = "the server finished it with another status"
    IN_PROGRESS = "uploaded, and not waited for"
    NOT_FINISHED = "uploaded, and the run ended before the server was done"
    UNCONFIRMED = "sent, and the server may or may not have it"
    NOT_FOLLOWED = "uploaded by an earlier run, and this one got no status of it"
    NOT_IMPORTED = "nothing of it was imported, for certain"
    SKIPPED = "nothing to do, or a dry run"

    @property
    def mark(self) -> Mark:
        """Its sign."""
        return _MARKS.get(self, Mark.BAD)

    @property
    def status(self) -> str:
        """What it makes of the status of the run."""
        return _STATUSES.get(self, "FAILED")

    @property
    def may_be_in_jira(self) -> bool:
        """Whether something of it is or could be there, so that importing it again could make it twice."""
        return self not in {ImportOutcome.FAILED, ImportOutcome.NOT_IMPORTED, ImportOutcome.SKIPPED}


_MARKS = {
    ImportOutcome.IMPORTED: Mark.GOOD,
    ImportOutcome.IN_PROGRESS: Mark.BUSY,
    ImportOutcome.NOT_FINISHED: Mark.BUSY,
    ImportOutcome.SKIPPED: Mark.IDLE,
}
_STATUSES = {
    ImportOutcome.IMPORTED: "SUCCESS",
    ImportOutcome.IMPORTED_RED: "SUCCESS",
    ImportOutcome.IN_PROGRESS: "INPROCESS",
    ImportOutcome.NOT_FINISHED: "INPROCESS",
    ImportOutcome.SKIPPED: "SKIPPED",
}
_HEADLINES = {
    ImportOutcome.IMPORTED_RED: "SUCCESS, but tests failed",
    ImportOutcome.UNCONFIRMED: "not confirmed",
    ImportOutcome.NOT_FOLLOWED: "unknown",
    ImportOutcome.NOT_IMPORTED: "not imported",
}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """One import of the run.

    ``import_status`` is SUCCESS, FAILED, INPROCESS or SKIPPED, or another final status as the server
    wrote it; None when there never was one. ``files`` are names relative to the working directory;
    ``repaired`` has those of which a repaired copy is uploaded, with how many characters were replaced.
    ``seconds`` has the time of each phase: ``check``, ``archive``, ``upload``, ``wait``, ``total``.
    """

    name: str
    format: str | None = None
    files: tuple[str, ...] = ()
    upload: Payload | None = None
    tests: TestCounts | None = None
    failures: tuple[Failure, ...] = ()
    repaired: Mapping[str, int] = field(default_factory=dict)
    tracking_id: str | None = None
    import_status: str | None = None
    process_status: str | None = None
    message: str = ""
    summary: tuple[CycleSummary, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)
    error: QtmActionError | None = None
    warnings: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def outcome(self) -> ImportOutcome:
        """Its outcome."""
        match self.import_status:
            case "SUCCESS":
                return ImportOutcome.IMPORTED if self.error is None else ImportOutcome.IMPORTED_RED
            case "INPROCESS":
                return ImportOutcome.IN_PROGRESS if self.error is None else ImportOutcome.NOT_FINISHED
            case "SKIPPED":
                return ImportOutcome.SKIPPED
            case "FAILED":
                return ImportOutcome.FAILED
            case None:
                return self._without_status()
            case _:
                return ImportOutcome.PARTIAL

    def _without_status(self) -> ImportOutcome:
        if self.tracking_id is None:
            return ImportOutcome.NOT_IMPORTED
        if self.format is None and not self.files:  # an earlier run uploaded it, and this one only asks
            return ImportOutcome.NOT_FOLLOWED
        if self.error is None or self.error.kind in _MAY_HAVE_ARRIVED:
            return ImportOutcome.UNCONFIRMED
        return ImportOutcome.NOT_IMPORTED

    @property
    def headline(self) -> str:
        """The outcome in a word or two: the server's own status where there is one."""
        return _HEADLINES.get(self.outcome) or self.import_status or ""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole run. ``exit_code`` is the code before ``soft-fail``; ``status`` the overall import status.

    ``error`` is what ended the run itself: an invalid spec, a signal, an internal error.
    ``dry_run``: nothing was to be sent, as for ``validate``. ``job`` is the CI job that it was part of,
    ``ended`` the local time of its end with its zone. ``jira_url`` is Jira's base URL without a trailing
    slash, for links; None when it is not known.
    """

    status: str
    exit_code: ExitCode
    imports: tuple[ImportReport, ...] = ()
    error: QtmActionError | None = None
    warnings: tuple[Problem, ...] = ()
    jira_url: str | None = None
    dry_run: bool = False
    seconds: float = 0.0
    job: CiJob = field(default_factory=CiJob)
    ended: str = ""
