"""What the sandbox received and made of it, as values."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from qtm_action.sandbox.parameters import Parameters


class Phase(Enum):
    """The phases of an import, in order (vendor page, ``processStatus``)."""

    VALIDATION = "VALIDATION"
    PARSING = "PARSING"
    CREATING_ASSETS = "CREATING_ASSETS"


class ResultsError(Exception):
    """Results that can't be imported; the message becomes the record's ``detailedMessage``."""

    #: The phase in which the import ends.
    phase = Phase.PARSING


class RefusedResultsError(ResultsError):
    """Results that can be read, and that Jira does not take."""

    phase = Phase.CREATING_ASSETS


class Result(Enum):
    """An execution result, named as Jira shows it."""

    PASS = "Pass"  # noqa: S105 - no password
    FAIL = "Fail"
    NOT_EXECUTED = "Not Executed"


@dataclass(frozen=True, slots=True)
class CaseStep:
    """A step of a test case with its result."""

    name: str
    result: Result = Result.PASS


@dataclass(frozen=True, slots=True)
class ImportedCase:
    """A test case as Jira has it after an import; ``created`` and ``new_version`` show what was made."""

    key: str
    version: int
    summary: str
    result: Result
    steps: tuple[CaseStep, ...]
    created: bool
    new_version: bool
    component: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class ImportedCycle:
    """A test cycle as Jira has it after an import; ``id`` is the server's internal one."""

    id: str
    key: str
    summary: str
    reused: bool
    cases: tuple[ImportedCase, ...]

    def as_summary(self) -> dict[str, Any]:
        """Return the entry of the progress record's ``summary``."""
        return {
            "testCycle": self.id,
            "testCycleIssueKey": self.key,
            "testCycleSummary": self.summary,
            "testCasesCreated": sum(case.created for case in self.cases),
            "testCaseVersionsCreated": sum(case.new_version for case in self.cases),
            "testCaseVersionsReused": sum(not case.new_version for case in self.cases),
            "testStepsCreated": sum(len(case.steps) for case in self.cases if case.new_version),
        }


@dataclass(frozen=True, slots=True)
class ReceivedUpload:
    """A file that was uploaded and accepted: size in bytes, SHA-256 in hexadecimal, time since the epoch.

    ``path`` is None unless uploads are kept.
    """

    file_name: str
    content_type: str
    size: int
    sha256: str
    at: float
    headers: Mapping[str, str] = field(default_factory=dict)
    had_credentials: bool = False
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an import ends: in ``failed_in`` with ``message``, or well, with what it made.

    ``members`` are the names in a ZIP, ``result_files`` names with sizes in bytes.
    """

    message: str
    failed_in: Phase | None = None
    import_status: str = "SUCCESS"
    cycles: tuple[ImportedCycle, ...] = ()
    members: tuple[str, ...] = ()
    result_files: tuple[tuple[str, int], ...] = ()
    attachments: int = 0


@dataclass(slots=True)
class ReceivedImport:
    """One import that step 1 started, as far as it has come.

    ``upload_id`` is in its upload URL, which is ``claimed`` while a file comes and once one was accepted.
    ``upload_attempts`` counts requests to that URL, ``tracked`` those for the import's progress; ``reading``
    ends when ``outcome`` is there. ``record`` is what step 3 answers.
    """

    tracking_id: str
    at: float
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    parameters: Parameters
    upload_id: str = ""
    claimed: bool = False
    upload_attempts: int = 0
    tracked: int = 0
    upload: ReceivedUpload | None = None
    reading: Future[None] | None = None
    outcome: Outcome | None = None
    record: Mapping[str, Any] | None = None

    @property
    def uploads(self) -> int:
        """How many uploads were accepted for it."""
        return int(self.upload is not None)

    @property
    def import_status(self) -> str:
        """``importStatus`` of the record; ``WAITING`` while nothing was uploaded."""
        return "WAITING" if self.record is None else str(self.record["importStatus"])

    @property
    def cycles(self) -> tuple[ImportedCycle, ...]:
        """The test cycles that Jira has after the import."""
        return self.outcome.cycles if self.outcome else ()

    @property
    def members(self) -> tuple[str, ...]:
        """The names in the ZIP that was uploaded."""
        return self.outcome.members if self.outcome else ()

    @property
    def attachments(self) -> int:
        """How many attachments Jira has after the import."""
        return self.outcome.attachments if self.outcome else 0
