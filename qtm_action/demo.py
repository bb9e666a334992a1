"""The main job, shown: the shipped examples are imported into the embedded sandbox, as a runner would."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from qtm_action.ci.stream import LineStream
from qtm_action.errors import ExitCode
from qtm_action.log import Silence
from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN, SandboxOptions
from qtm_action.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHECKOUT = Path(__file__).resolve().parent.parent
_INSTALLED_EXAMPLES = Path(__file__).resolve().parent / "examples"
_NEXT = """
What to change for your own Jira:
  1. jira-url   your Jira's base URL, and a qtm-import.yml that names your result files
  2. api-key    QTM4J's automation API key, from a secret of your CI
  3. token      a personal access token of Jira (or username and password), from a secret of your CI
"""


def demo(stdout: TextIO, environ: Mapping[str, str]) -> ExitCode:
    """Start the sandbox, run the program on the examples with a runner's environment, show all it left.

    Returns the exit code of the run.
    """
    shown = LineStream(stdout)
    with (
        tempfile.TemporaryDirectory(prefix="qtm-demo-") as folder,
        Sandbox(SandboxOptions(duration=1.0), log=Silence()) as sandbox,
    ):
        workspace = Path(folder, "workspace")
        shutil.copytree(_examples(), workspace)
        published = {name: Path(folder, name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for path in published.values():
            path.touch()
        _title(shown, f"A sandbox of QTM4J listens on {sandbox.url}. The log of the step:")
        done = subprocess.run(
            [sys.executable, *_program()],
            cwd=workspace,
            env={
                **_inherited(environ),
                **{name: str(path) for name, path in published.items()},
                "GITHUB_ACTIONS": "true",
                "GITHUB_WORKSPACE": str(workspace),
                "GITHUB_REF_NAME": "main",
                "GITHUB_RUN_NUMBER": "1",
                "INPUT_JIRA-URL": sandbox.url,
                "INPUT_API-KEY": SANDBOX_API_KEY,
                "INPUT_TOKEN": SANDBOX_TOKEN,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="backslashreplace",
            check=False,
        )
        _show(shown, done.stdout)
        _title(shown, "The outputs that later steps read:")
        _show(shown, published["GITHUB_OUTPUT"].read_text(encoding="utf-8"))
        _title(shown, "The job summary:")
        _show(shown, published["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8"))
    _title(shown, f"The exit code: {done.returncode}")
    _show(shown, _NEXT)
    return ExitCode(done.returncode)


def _title(shown: LineStream, text: str) -> None:
    shown.lines("", f"=== {text}", "")


def _show(shown: LineStream, text: str) -> None:
    shown.lines(*text.removesuffix("\n").split("\n"))


def _examples() -> Path:
    """Return the folder of the examples: inside an installed package, else beside it."""
    return _INSTALLED_EXAMPLES if _is_installed() else _CHECKOUT / "examples"


def _program() -> list[str]:
    return ["-m", "qtm_action"] if _is_installed() else [str(_CHECKOUT / "entrypoint.py")]


def _is_installed() -> bool:
    """Tell an installed package from a checkout; what lies beside an installed one is other packages'."""
    return _INSTALLED_EXAMPLES.is_dir()


def _inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the caller's environment without what would tell the program of another platform or Jira."""
    foreign = ("INPUT_", "QTM_", "GITHUB_", "GITLAB_", "CI_", "JENKINS_", "RUNNER_")
    return {
        name: value
        for name, value in environ.items()
        if not name.upper().startswith(foreign) and not name.upper().endswith("_PROXY")
    }
