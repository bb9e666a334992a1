"""Jenkins: a plain log; the report goes into a file for ``readJSON`` (``ci/publishing.py``)."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from qtm_action.ci.platform import CiJob, Platform
from qtm_action.ci.publishing import Destinations


class Jenkins(Platform):
    """A step of a Jenkins pipeline or a freestyle job; colours need a plug-in there and are not used."""

    renders_colours: ClassVar[bool | None] = False
    default_destinations: ClassVar[Destinations] = Destinations(report_file=Path("qtm-import.json"))
    job_variables: ClassVar[tuple[str, ...]] = (
        *("JENKINS_URL", "JOB_NAME", "BUILD_NUMBER", "BUILD_URL"),
        *("CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH"),
    )

    def job(self) -> CiJob:
        """Return what Jenkins knows of the job."""
        return CiJob(
            project=self._variable("JOB_NAME"),
            branch=self._variable("CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH"),
            build=self._variable("BUILD_NUMBER"),
            address=self._variable("BUILD_URL"),
        )

    def credentials_hint(self) -> str:
        """Return what to do when credentials are missing."""
        return (
            "Wrap the step in withCredentials([string(credentialsId: '…', variable: 'QTM_API_KEY'), "
            "string(credentialsId: '…', variable: 'QTM_TOKEN')]) { … }. Pull requests from forks that "
            "Jenkins does not trust can skip the import with QTM_IF_NO_CREDENTIALS=skip."
        )
