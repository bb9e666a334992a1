"""GitLab CI: collapsible sections in the log; outputs go into a dotenv report (``ci/publishing.py``)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import ClassVar

from qtm_action.ci.platform import CiJob, Platform
from qtm_action.ci.publishing import Destinations

_BOLD_CYAN, _PLAIN = "\x1b[36;1m", "\x1b[0m"


class GitLab(Platform):
    """GitLab's runner with any executor."""

    renders_colours: ClassVar[bool | None] = True
    default_destinations: ClassVar[Destinations] = Destinations(dotenv_file=Path("qtm-import.env"))
    _sections = 0

    def credentials_hint(self) -> str:
        """Return what to do when credentials are missing."""
        source = self._environ.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID")
        if source and source != self._environ.get("CI_MERGE_REQUEST_PROJECT_ID"):
            return (
                "This pipeline is for a merge request from a fork, which has no variables of this project. "
                "Set QTM_IF_NO_CREDENTIALS=skip to skip the import here, and import in the parent project."
            )
        protected = self._environ.get("CI_COMMIT_REF_PROTECTED") == "true"
        hint = "Define QTM_API_KEY and QTM_TOKEN as masked variables (Settings, CI/CD, Variables)."
        if protected:
            return hint
        return f"{hint} This branch is not protected, so it gets no protected variables."

    def job(self) -> CiJob:
        """Return what the runner knows of the job."""
        return CiJob(
            project=self._variable("CI_PROJECT_PATH"),
            branch=self._variable("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_REF_NAME"),
            build=self._variable("CI_PIPELINE_IID"),
            address=self._variable("CI_JOB_URL"),
        )

    def _open_group(self, title: str) -> None:
        self._sections += 1
        shown = f"{_BOLD_CYAN}{title}{_PLAIN}" if self._colours else title
        self._print(f"{self._marker('start')}{shown}")

    def _close_group(self) -> None:
        self._print(self._marker("end"))

    def _marker(self, end: str) -> str:
        """Return a section marker; GitLab takes it only with the carriage return and the erasing."""
        return f"\x1b[0Ksection_{end}:{int(time.time())}:qtm_import_{self._sections}\r\x1b[0K"
