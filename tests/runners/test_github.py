"""The GitHub example, run by act: the action is built from this checkout as GitHub builds it."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from qtm_action.sandbox.options import SandboxOptions
from qtm_action.sandbox.server import Sandbox
from tests.container.engine import API_KEY, BASE, ROOT, TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.container.engine import Engine, Finished
    from tests.runners.project import Project


class Act:
    """Pushes a project to act."""

    def __init__(self, program: str, folder: Path, action: Path) -> None:
        self.program, self.folder, self.action = program, folder, action
        (folder / "act").mkdir(parents=True)
        (folder / "act" / "actrc").write_text(f"-P ubuntu-latest={BASE}\n")

    def push(self, project: Project, jira_url: str, secrets: dict[str, str]) -> Finished:
        (self.folder / "secrets").write_text("".join(f"{name}={value}\n" for name, value in secrets.items()))
        (self.folder / "variables").write_text(f"JIRA_URL={jira_url}\n")
        project.commit()
        return project.run(
            *(self.program, "push", "--rm", "--pull=false", "--action-offline-mode", "--no-cache-server"),
            *("--workflows", ".github/workflows/import.yml"),
            *("--secret-file", str(self.folder / "secrets"), "--var-file", str(self.folder / "variables")),
            *("--local-repository", f"owner/qtm-action@v1={self.action}"),
            environ={"XDG_CONFIG_HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")},
        )


@pytest.fixture(scope="session")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what a runner fetches of the action: the checkout's files, not what was made in it."""
    folder = tmp_path_factory.mktemp("action")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture
def runner(act: str, tmp_path: Path, engine: Engine, action: Path) -> Act:
    engine.inspect(BASE)  # which the job runs in
    return Act(act, tmp_path / "config", action)


SECRETS = {"QTM_API_KEY": API_KEY, "JIRA_TOKEN": TOKEN}


def test_the_example_is_green_and_hands_on_the_cycle(runner: Act, project: Project, sandbox: Sandbox) -> None:
    project.leave_legacy_results()
    project.copy_example("github/import.yml", ".github/workflows/import.yml", sandbox.url)
    done = runner.push(project, sandbox.url, SECRETS)

    assert done.code == 0, done.output
    assert re.search(r"\| SUCCESS SBX-TR-\d+$", done.output, re.MULTILINE), done.output
    assert API_KEY not in done.output
    assert TOKEN not in done.output


def test_results_of_failed_tests_are_imported_too(runner: Act, project: Project, sandbox: Sandbox) -> None:
    project.copy_example("github/import.yml", ".github/workflows/import.yml", sandbox.url)
    project.let_tests_fail()
    done = runner.push(project, sandbox.url, SECRETS)

    assert done.code == 1, done.output
    assert re.search(r"\| SUCCESS SBX-TR-\d+$", done.output, re.MULTILINE), done.output


def test_a_failed_import_is_red(runner: Act, project: Project) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        project.copy_example("github/import.yml", ".github/workflows/import.yml", sandbox.url)
        done = runner.push(project, sandbox.url, SECRETS)

    assert done.code == 1, done.output
    assert "the project is read-only" in done.output
    assert re.search(r"\| FAILED", done.output), done.output


def test_a_pull_request_without_secrets_is_skipped(runner: Act, project: Project, sandbox: Sandbox) -> None:
    project.copy_example("github/import.yml", ".github/workflows/import.yml", sandbox.url)
    done = runner.push(project, sandbox.url, {})

    assert done.code == 0, done.output
    assert re.search(r"\| SKIPPED", done.output), done.output
