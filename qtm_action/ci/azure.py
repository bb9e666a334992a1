"""Azure Pipelines: logging commands for issues, groups, masks, output variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote

from qtm_action.ci.platform import CiJob, Platform
from qtm_action.ci.printable import cut, inert
from qtm_action.ci.publishing import JSON_OUTPUTS, harmless, variable_name
from qtm_action.errors import Problem

ISSUE_LIMIT = 4_000  # characters


class Azure(Platform):
    """An agent of Azure Pipelines."""

    renders_colours: ClassVar[bool | None] = True
    job_variables: ClassVar[tuple[str, ...]] = (
        *("TF_BUILD", "SYSTEM_TEAMPROJECT", "SYSTEM_COLLECTIONURI", "BUILD_BUILDID", "BUILD_BUILDNUMBER"),
        *("BUILD_REPOSITORY_NAME", "BUILD_SOURCEBRANCH", "SYSTEM_PULLREQUEST_SOURCEBRANCH"),
    )

    def mask(self) -> None:
        """Make the agent hide every form of every secret, before anything else is printed."""
        self._print(*(f"##vso[task.setsecret]{_data(mask)}" for mask in self._redactor.masks()))

    def problem(self, problem: Problem) -> None:
        """Show the problem among the job's issues."""
        message = cut(" ".join(self._safe(str(problem))), ISSUE_LIMIT)
        properties = {"type": problem.severity.value}
        if problem.file and not problem.in_input:
            properties["sourcepath"] = " ".join(self._safe(problem.file))
            if problem.line is not None:
                properties["linenumber"] = str(problem.line)
        written = "".join(f"{name}={_property(inert(value))};" for name, value in properties.items())
        self._print(f"##vso[task.logissue {written}]{_data(message)}")
        if problem.hint:
            self._log(f"hint: {problem.hint}")

    def credentials_hint(self) -> str:
        """Return what to do when credentials are missing."""
        return (
            "Secret variables reach a script only through env: QTM_API_KEY: $(QTM_API_KEY), QTM_TOKEN: "
            "$(QTM_TOKEN); with docker run, pass them with -e. Builds of forks get no secrets. Set "
            "QTM_IF_NO_CREDENTIALS=skip to skip the import there."
        )

    def job(self) -> CiJob:
        """Return what the agent knows of the job."""
        project, build = self._variable("SYSTEM_TEAMPROJECT"), self._variable("BUILD_BUILDID")
        server = self._variable("SYSTEM_COLLECTIONURI").rstrip("/")
        page = f"{server}/{quote(project)}/_build/results?buildId={build}"
        return CiJob(
            project=self._variable("BUILD_REPOSITORY_NAME") or project,
            branch=self._variable("SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH").removeprefix(
                "refs/heads/"
            ),
            build=self._variable("BUILD_BUILDNUMBER"),
            address=page if server and project and build else "",
        )

    def _open_group(self, title: str) -> None:
        self._print(f"##[group]{title}")

    def _close_group(self) -> None:
        self._print("##[endgroup]")

    def _publish_natively(self, outputs: Mapping[str, str], summary: str) -> bool:  # noqa: ARG002 - Azure shows none
        for name, value in outputs.items():
            if name not in JSON_OUTPUTS:
                variable = variable_name(name)
                value_text = _data(harmless(value))
                self._print(f"##vso[task.setvariable variable={variable};isOutput=true]{value_text}")
        return True


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
