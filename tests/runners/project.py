"""A user's project, and a command run in it."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from tests.container.engine import PATIENCE, ROOT, Finished

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RUN_TESTS = """\
#!/bin/sh
mkdir -p results/unit
for suite in Cart Shop; do
  echo "<testsuite name='$suite'><testcase name='opens'/></testsuite>" >"results/unit/TEST-$suite.xml"
done
"""
LEAVE_LEGACY = "mkdir -p results/legacy && echo 'not even XML' >results/legacy/TEST-old.xml\n"
FAIL = "exit 1\n"


def program_on_path(folder: Path) -> str:
    """Put a command ``qtm-action`` of this checkout into a folder, and return a PATH that finds it."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "qtm-action"
    program.write_text(f"#!/bin/sh\nexec '{ROOT}/.venv/bin/python' '{ROOT}/entrypoint.py' \"$@\"\n")
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


class Project:
    """A git repository with an origin, a script ``run-tests.sh``, and pipelines taken from the examples."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.write("run-tests.sh", RUN_TESTS)
        (folder / "run-tests.sh").chmod(0o755)
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("remote", "add", "origin", "https://gitlab.example.com/group/project.git")

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def leave_legacy_results(self) -> None:
        """Let the script leave a broken result file too, in the folder that some examples exclude."""
        self.write("run-tests.sh", RUN_TESTS + LEAVE_LEGACY)

    def let_tests_fail(self) -> None:
        """Let the script leave its results and exit 1."""
        self.write("run-tests.sh", RUN_TESTS + FAIL)

    def copy_example(self, example: str, name: str, jira_url: str) -> None:
        """Copy a pipeline, with the two things changed that a user changes: the account and the address."""
        text = (ROOT / "examples" / "ci" / example).read_text(encoding="utf-8")
        self.write(name, text.replace("OWNER", "owner").replace("https://jira.example.com", jira_url))

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git(
            "-c", "user.name=User", "-c", "user.email=user@example.com", "commit", "--quiet", "-m", "Test"
        )

    def git(self, *words: str) -> None:
        """Run git."""
        subprocess.run(["git", *words], cwd=self.folder, check=True, capture_output=True, timeout=PATIENCE)

    def run(self, *words: str, environ: Mapping[str, str] | None = None) -> Finished:
        """Run a command in the project to its end, without the variables of a pipeline around this one."""
        foreign = ("CI", "GITHUB_", "GITLAB_", "JENKINS_", "RUNNER_", "QTM_", "INPUT_", "ACTIONS_")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        done = subprocess.run(
            words,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=PATIENCE,
            env={**inherited, **(environ or {})},
        )
        return Finished(done.returncode, done.stdout)
