"""The outcome of a run as values: what the report, the outputs and the summary are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qtm_action.ci.platform import CiJob

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qtm_action.errors import ExitCode, Problem, QtmActionError
    from qtm_action.qtm4j.values import CycleSummary
    from qtm_action.results.result_files import Failure, Payload, TestCounts


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
    def is_followed(self) -> bool:
        """Whether an earlier run uploaded it, and this one only asks: it has no files and no format here."""
        return self.tracking_id is not None and self.format is None and not self.files


@dataclass(frozen=True, slots=True)
class Report:
    """The whole run. ``exit_code`` is the code before ``soft-fail``; ``status`` the overall import status.

    ``error`` is set when the run ended before there were imports to speak of (an invalid spec).
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
