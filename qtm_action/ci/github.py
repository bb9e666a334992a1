"""GitHub Actions: workflow commands on the log, and files for outputs and the job summary.

How the runner reads a line (``ActionCommand.cs`` of actions/runner): one that starts with ``::`` after
white space is a command of the present kind, and ``##[`` anywhere in it one of the older kind.
``::stop-commands::`` is not used: it would stop this program's own annotations too, and no line of
foreign text reaches the log in a form that the runner would take for a command.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from qtm_action.ci.platform import CiJob, Platform
from qtm_action.ci.printable import cut, inert, json_visible
from qtm_action.ci.publishing import JSON_OUTPUTS, append, encoded, harmless
from qtm_action.errors import Problem, Severity

ANNOTATIONS = 10  # of a kind and step; the runner drops the rest
ANNOTATION_LIMIT = 4_000  # characters; the runner cuts at 4,096
OUTPUT_LIMIT = 256 * 1024  # bytes of one output; GitHub lets all of a job together be 1 MiB
SUMMARY_LIMIT = 1024 * 1024  # bytes of a step's summary; above it the runner shows none


class GitHub(Platform):
    """GitHub's runner, hosted or self-hosted."""

    renders_colours: ClassVar[bool | None] = True

    def __init__(self, environ: Mapping[str, str], **settings: Any) -> None:
        super().__init__(environ, **settings)
        self._annotated = dict.fromkeys(Severity, 0)
        self._appended_at: dict[str, int] = {}  # the size of each file before this step's part of it

    def mask(self) -> None:
        """Print ``::add-mask::`` for every form of every secret, before anything else is printed."""
        self._print(*(f"::add-mask::{_data(mask)}" for mask in self._redactor.masks()))

    def problem(self, problem: Problem) -> None:
        """Annotate the problem's line; beyond ten of a kind log a plain line."""
        if self._annotated[problem.severity] >= ANNOTATIONS:
            super().problem(problem)
            return
        self._annotated[problem.severity] += 1
        text = str(problem) + (f"\n{problem.hint}" if problem.hint else "")
        message = cut("\n".join(self._safe(text)), ANNOTATION_LIMIT)
        properties = {"title": "QTM4J import", **self._place(problem)}
        written = ",".join(f"{name}={_property(inert(value))}" for name, value in properties.items())
        self._print(f"::{problem.severity.value} {written}::{_data(message)}")

    def credentials_hint(self) -> str:
        """Return what to do when credentials are missing; a fork's pull request has its own answer."""
        if self._is_fork():
            return (
                "This run is for a pull request from a fork, and GitHub gives such runs no secrets. Set "
                "if-no-credentials: skip to skip the import, and import from a run on the base branch."
            )
        if self._environ.get("GITHUB_ACTOR") == "dependabot[bot]":
            return (
                "Dependabot started this run, and GitHub gives it only Dependabot secrets. Add the "
                "secrets there too (Settings, Secrets and variables, Dependabot), or set "
                "if-no-credentials: skip."
            )
        return (
            "Store them as secrets and pass them: api-key: ${{ secrets.QTM_API_KEY }} and token: "
            "${{ secrets.JIRA_TOKEN }}. A reusable workflow gets secrets only with `secrets: inherit`. A "
            "job with an environment also gets the secrets of that environment."
        )

    def job(self) -> CiJob:
        """Return what the runner knows of the job."""
        project, run = self._variable("GITHUB_REPOSITORY"), self._variable("GITHUB_RUN_ID")
        server = self._variable("GITHUB_SERVER_URL")
        return CiJob(
            project=project,
            branch=self._variable("GITHUB_HEAD_REF", "GITHUB_REF_NAME"),
            build=self._variable("GITHUB_RUN_NUMBER"),
            address=f"{server}/{project}/actions/runs/{run}" if server and project and run else "",
        )

    def _open_group(self, title: str) -> None:
        self._print(f"::group::{_data(title)}")

    def _close_group(self) -> None:
        self._print("::endgroup::")

    def _publish_natively(self, outputs: Mapping[str, str], summary: str) -> bool:
        blocks = []
        for name, value in outputs.items():
            shown = json_visible(value) if name in JSON_OUTPUTS else harmless(value)
            if len(encoded(shown)) >= OUTPUT_LIMIT:
                self._warn_once(f"the output {name} was omitted: it exceeds {OUTPUT_LIMIT // 1024} KiB")
                continue
            blocks.append(heredoc(name, shown))
        return all(
            [
                self._append("GITHUB_OUTPUT", "".join(blocks), "the outputs"),
                self._append("GITHUB_STEP_SUMMARY", summary, "the job summary", limit=SUMMARY_LIMIT),
            ]
        )

    def _append(self, variable: str, text: str, what: str, *, limit: int | None = None) -> bool:
        where = self._environ.get(variable)
        if not where:
            self._warn_once(f"{what} could not be written: {variable} is not set")
            return True  # the environment has no place for it, so it was not asked for
        path = Path(where)
        try:
            size = path.stat().st_size if path.exists() else 0
            if variable in self._appended_at:
                size = self._appended_at[variable]
                os.truncate(path, size)
            self._appended_at[variable] = size
            if limit is not None and size + len(encoded(text)) > limit:
                self._warn_once(f"{what} was omitted: GitHub shows at most {limit // 1024} KiB per step")
                return True  # GitHub would show neither
            append(path, text)
        except (OSError, ValueError) as error:
            return self._not_written(what, f"{variable} ({where})", error)
        return True

    def _place(self, problem: Problem) -> dict[str, str]:
        """Return the properties that put an annotation on a line; file names from the workspace on.

        A problem inside an input names the input in the place of a file: it has no line on the page.
        """
        if not problem.file or problem.in_input:
            return {}
        workspace = self._environ.get("GITHUB_WORKSPACE") or os.curdir
        file = self._redactor.redact(problem.file)
        path = os.path.relpath(Path(self.working_directory or workspace, file), workspace)
        name = file if path.startswith(os.pardir) else path
        place = {"file": "\n".join(self._safe(Path(name).as_posix()))}
        if problem.line is not None:
            place["line"] = str(problem.line)
            if problem.column is not None:
                place["col"] = str(problem.column)
        return place

    def _is_fork(self) -> bool:
        """Return whether a pull request of another repository started this run."""
        if not self._environ.get("GITHUB_EVENT_NAME", "").startswith("pull_request"):
            return False
        try:
            event = json.loads(Path(self._environ.get("GITHUB_EVENT_PATH", "")).read_bytes())
            head, base = (event["pull_request"][end]["repo"] for end in ("head", "base"))
            return head is None or bool(head["full_name"] != base["full_name"])  # None: the fork is gone
        except (OSError, ValueError, KeyError, TypeError):
            return False


def heredoc(name: str, value: str) -> str:
    """Return an output in the form of GITHUB_OUTPUT, between delimiters that cannot be predicted."""
    delimiter = f"qtm_{os.urandom(16).hex()}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
