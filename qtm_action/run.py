"""What a run holds while it goes on: its settings, its platform, and what is known so far."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from qtm_action.board import Board
from qtm_action.outcome.report import ErrorReport, Report, overall_exit_code, overall_status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qtm_action.ci.platform import Platform
    from qtm_action.errors import Problem
    from qtm_action.inputs.settings import Settings


class Run:
    """One run. ``report`` may be asked at any time, also after an exception."""

    def __init__(self, settings: Settings, *, platform: Platform, environ: Mapping[str, str]) -> None:
        self.settings = settings
        self.platform = platform
        self.environ = environ
        self.board = Board()
        self.warnings: list[Problem] = []
        self.jira_url = settings.jira_url
        self.error: ErrorReport | None = None
        self.started = time.monotonic()

    def warn(self, problems: Iterable[Problem]) -> None:
        """Tell warnings now, and keep them for the report."""
        for problem in problems:
            self.warnings.append(problem)
            self.platform.problem(problem)

    def report(self) -> Report:
        """Return the outcome as it stands."""
        imports = self.board.imports
        return Report(
            status=overall_status(imports, error=self.error),
            exit_code=overall_exit_code(imports, error=self.error),
            imports=imports,
            error=self.error,
            warnings=tuple(self.warnings),
            jira_url=_address(self.jira_url),
            dry_run=self.settings.dry_run,
            seconds=time.monotonic() - self.started,
        )


def _address(jira_url: str | None) -> str | None:
    """Return Jira's base URL for links and the report; None where it holds more, such as a password."""
    base = (jira_url or "").rstrip("/")
    return base if re.fullmatch(r"https?://[^@?#\s\\]+", base, re.IGNORECASE) else None
