"""The GitHub example, run by act: the action is built from this checkout as GitHub builds it."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import yaml

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SandboxOptions
from tests.container.engine import API_KEY, ROOT, TOKEN
from tests.runners.platforms import docker_on_path
from tests.runners.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.container.engine import Engine
    from tests.runners.platforms import Act


SECRETS = {"QTM_API_KEY": API_KEY, "JIRA_TOKEN": TOKEN}


def test_the_example_is_green_and_passes_on_the_cycle(
    github: Act, project: Project, sandbox: Sandbox
) -> None:
    project.leave_legacy_results()
    project.copy_example("github/import.yml", ".github/workflows/import.yml", sandbox.url)
    done = github.push(project, sandbox.url, SECRETS)

    assert done.code == 0, done.output
    assert re.search(r"\| SUCCESS SBX-TR-\d+$", done.output, re.MULTILINE), done.output
    assert API_KEY not in done.output
    assert TOKEN not in done.output


def test_results_of_failed_tests_are_imported_too(github: Act, project: Project, sandbox: Sandbox) -> None:
    project.copy_example("github/import.yml", ".github/workflows/import.yml", sandbox.url)
    project.let_tests_fail()
    done = github.push(project, sandbox.url, SECRETS)

    assert done.code == 1, done.output
    assert re.search(r"\| SUCCESS SBX-TR-\d+$", done.output, re.MULTILINE), done.output


def test_a_failed_import_is_red(github: Act, project: Project) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        project.copy_example("github/import.yml", ".github/workflows/import.yml", sandbox.url)
        done = github.push(project, sandbox.url, SECRETS)

    assert done.code == 1, done.output
    assert "the project is read-only" in done.output
    assert re.search(r"\| FAILED", done.output), done.output


def test_a_pull_request_without_secrets_is_skipped(github: Act, project: Project, sandbox: Sandbox) -> None:
    project.copy_example("github/import.yml", ".github/workflows/import.yml", sandbox.url)
    done = github.push(project, sandbox.url, {})

    assert done.code == 0, done.output
    assert re.search(r"\| SKIPPED", done.output), done.output


def test_the_last_steps_of_ci_use_the_action_of_the_checkout(
    act: str, action: Path, engine: Engine, tmp_path: Path
) -> None:
    """On this machine itself, since the steps start a container: act's ``-self-hosted``.

    There act gives a container no file for its outputs, which is exit code 8.
    """
    checkout = tmp_path / "checkout"
    shutil.copytree(action, checkout)
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    check_out, ci_run, *last, read = workflow["jobs"]["everything"]["steps"]
    assert ci_run["run"] == "bash .ci/run"
    assert read["name"] == "Read its outputs"
    job = {"runs-on": "ubuntu-24.04", "steps": [check_out, *last]}
    project = Project(checkout)
    project.write(
        ".github/workflows/last.yml", yaml.safe_dump({"on": "push", "jobs": {"try": job}}, width=1000)
    )
    project.commit()
    (tmp_path / "act").mkdir()
    (tmp_path / "act" / "actrc").touch()
    try:
        done = project.run(
            *(act, "push", "--pull=false", "--action-offline-mode", "--no-cache-server"),
            *("--platform", "ubuntu-24.04=-self-hosted", "--workflows", ".github/workflows/last.yml"),
            environ={
                "XDG_CONFIG_HOME": str(tmp_path),
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
                "PATH": docker_on_path(tmp_path / "bin", engine, network="bridge"),
            },
        )
    finally:
        engine.run("rm", "--force", "sandbox")

    assert "the outputs could not be written to GITHUB_OUTPUT" in done.output, done.output
    assert "exit code 8 after" in done.output
    assert len(set(re.findall(r"SBX-TR-\d+", done.output))) == 4
