"""What is known of a run so far: written while it goes on, readable at any moment.

When a signal ends the run, the report is what was recorded until then.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from qtm_action.errors import Problem, QtmActionError, Severity
from qtm_action.outcome.report import ImportOutcome, ImportReport, Report
from qtm_action.outcome.run_verdict import overall_exit_code, overall_status


class RunStoppedError(Exception):
    """The run has ended: what an import that still runs does now would be in no report."""


class Recorder:
    """The imports of a run in the order of the spec, its warnings, and the error that ended it.

    Safe to use from several threads. ``show`` logs a warning when it is recorded.
    """

    def __init__(self, show: Callable[[Problem], object]) -> None:
        self._show = show
        self._lock = threading.Lock()
        self._imports: list[ImportReport] = []
        self._warnings: list[Problem] = []
        self._error: QtmActionError | None = None
        self._jira_url: str | None = None
        self._dry_run = False
        self._stopped = False
        self._started = time.monotonic()

    def begin(self, *, jira_url: str | None, dry_run: bool) -> None:
        """Record what the run is about: Jira's base URL as the user wrote it, and whether it is a dry run."""
        self._jira_url = _shown_address(jira_url)
        self._dry_run = dry_run

    def add(self, report: ImportReport) -> int:
        """Add an import and return its index."""
        with self._lock:
            self._imports.append(report)
            return len(self._imports) - 1

    def update(self, index: int, **changes: Any) -> None:
        """Change what is known of one import; ``seconds`` and ``warnings`` are added, the rest is replaced.

        Raises :class:`RunStoppedError` after :meth:`stop`.
        """
        with self._lock:
            if self._stopped:
                raise RunStoppedError
            known = self._imports[index]
            if "seconds" in changes:
                changes["seconds"] = {**known.seconds, **changes["seconds"]}
            if "warnings" in changes:
                changes["warnings"] = (*known.warnings, *changes["warnings"])
            self._imports[index] = replace(known, **changes)

    def warn(self, *warnings: str | Problem) -> None:
        """Log warnings now, and keep them for the report."""
        for each in warnings:
            problem = Problem(each, severity=Severity.WARNING) if isinstance(each, str) else each
            self._warnings.append(problem)
            self._show(problem)

    def fail(self, error: QtmActionError) -> None:
        """Record the error of the run itself, which is no single import's."""
        self._error = error

    def fail_unfinished(self, error: QtmActionError) -> None:
        """Give ``error`` to every import that is neither done nor failed."""
        with self._lock:
            self._imports = [
                each
                if each.error is not None or each.outcome in (ImportOutcome.IMPORTED, ImportOutcome.SKIPPED)
                else replace(each, error=error)
                for each in self._imports
            ]

    def stop(self, error: QtmActionError) -> None:
        """End the run with ``error``: nothing that comes later is recorded.

        An import is recorded here before its upload begins, so either the report has it or it is not made.
        """
        self._error = error
        with self._lock:
            self._stopped = True
        self.fail_unfinished(error)

    @property
    def imports(self) -> tuple[ImportReport, ...]:
        """All imports as they stand now."""
        with self._lock:
            return tuple(self._imports)

    def report(self) -> Report:
        """Return the outcome as recorded so far; can be called at any time, also after an exception."""
        imports = self.imports
        return Report(
            status=overall_status(imports, error=self._error),
            exit_code=overall_exit_code(imports, error=self._error),
            imports=imports,
            error=self._error,
            warnings=tuple(self._warnings),
            jira_url=self._jira_url,
            dry_run=self._dry_run,
            seconds=time.monotonic() - self._started,
        )


def _shown_address(jira_url: str | None) -> str | None:
    """Return Jira's base URL for links and the report; None where it contains more, such as a password."""
    base = (jira_url or "").rstrip("/")
    return base if re.fullmatch(r"https?://[^@?#\s\\]+", base, re.IGNORECASE) else None
