"""The main job, shown: the shipped examples are imported into the embedded sandbox, one into Cloud's too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from qtm_action.ci import PLATFORMS
from qtm_action.ci.publishing import variable_name
from qtm_action.exit_codes import ExitCode
from qtm_action.line_stream import LineStream
from qtm_action.log import Silence
from qtm_action.outcome.outputs import OUTPUTS
from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN, SandboxOptions
from qtm_action.words import one_line

_PACKAGE = Path(__file__).resolve().parent
_STEP = """\
- uses: OWNER/qtm-action@v1
  if: ${{ !cancelled() }}
  with:
    jira-url: https://jira.example.com      # your Jira's base URL; on Cloud, region: us or au instead
    # from QMetry > Automation > the project > Automation API > Rest API > Generate
    api-key: ${{ secrets.QTM_API_KEY }}
    token: ${{ secrets.JIRA_TOKEN }}        # a personal access token of Jira; not on Cloud
    format: junit
    files: "**/TEST-*.xml"
"""


def demo(stdout: TextIO, environ: Mapping[str, str]) -> ExitCode:
    """Run the program on the examples against a sandbox, and on one of them against a sandbox of Cloud.

    Shows the log, the outputs and the step to paste. Returns the exit code of the first run that failed.
    The summary page stays where its path says.
    """
    shown = LineStream(stdout)
    number, page = tempfile.mkstemp(prefix="qtm-demo-", suffix=".html")
    os.close(number)
    with (
        tempfile.TemporaryDirectory(prefix="qtm-demo-") as folder,
        Sandbox(SandboxOptions(duration=1.0), log=Silence()) as sandbox,
        Sandbox(SandboxOptions(cloud=True), log=Silence()) as cloud,
    ):
        workspace, variables = Path(folder, "workspace"), Path(folder, "outputs.env")
        # An installed package has them inside; its neighbours are other packages'.
        inside = _PACKAGE / "examples"
        shutil.copytree(inside if inside.is_dir() else _PACKAGE.parent / "examples", workspace)
        _title(shown, f"QTM4J sandbox running at {sandbox.url}. The log of the step:")
        server_code = _run(
            shown,
            workspace,
            {
                **_inherited(environ),
                "GITHUB_REF_NAME": "main",
                "GITHUB_RUN_NUMBER": "1",
                "QTM_JIRA_URL": sandbox.url,
                "QTM_API_KEY": SANDBOX_API_KEY,
                "QTM_TOKEN": SANDBOX_TOKEN,
                "QTM_DOTENV_FILE": str(variables),
                "QTM_SUMMARY_FILE": page,
            },
        )
        _title(shown, "The outputs for later steps:")
        shown.lines(*_outputs(variables.read_text(encoding="utf-8")))
        _title(shown, f"QTM4J Cloud sandbox: region = {cloud.url}, API key only. The log of the step:")
        cloud_code = _run(
            shown,
            workspace / "results",  # where no spec lies
            {
                **_inherited(environ),
                "QTM_REGION": cloud.url,
                "QTM_API_KEY": SANDBOX_API_KEY,
                "QTM_FORMAT": "junit",
                "QTM_FILES": "junit/TEST-*.xml",
            },
        )
    shown.lines("", f"=== The summary page: {page}")
    _title(shown, "The step for your own Jira, in GitHub Actions:")
    _show(shown, _STEP)
    code = server_code or cloud_code
    shown.lines("", f"=== Exit code: {code}")
    return ExitCode(code)


def _run(shown: LineStream, workspace: Path, environ: Mapping[str, str]) -> int:
    """Run the program in ``workspace``, show its log and return its exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "qtm_action"],
        cwd=workspace,
        env={**environ, "PYTHONPATH": str(_PACKAGE.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="backslashreplace",
        check=False,
    )
    _show(shown, done.stdout)
    return done.returncode


def _outputs(variables: str) -> list[str]:
    """Return a table of the outputs, from the lines of a dotenv file."""
    values = dict(line.split("=", 1) for line in variables.splitlines())
    return [
        f"{name:<27} {one_line(values[variable], 80)}"
        for name in OUTPUTS
        if (variable := variable_name(name)) in values
    ]


def _title(shown: LineStream, text: str) -> None:
    shown.lines("", f"=== {text}", "")


def _show(shown: LineStream, text: str) -> None:
    shown.lines(*text.removesuffix("\n").split("\n"))


def _inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the caller's environment without inputs, proxies and what tells the CI platform."""
    foreign = ("INPUT_", "QTM_", "RUNNER_", *PLATFORMS)
    return {
        name: value
        for name, value in environ.items()
        if not name.upper().startswith(foreign) and not name.upper().endswith("_PROXY")
    }
