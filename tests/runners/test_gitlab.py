"""The GitLab examples, run by gitlab-ci-local: in containers, and in a shell of this machine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SandboxOptions
from tests.container.engine import API_KEY, PATIENCE, ROOT, TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.runners.platforms import GitLab
    from tests.runners.project import Project

GIT = ("git", "-c", "user.name=User", "-c", "user.email=user@example.com")


@pytest.fixture
def component(tmp_path: Path) -> None:
    """Publish the component of this checkout as version 1.0.0, where the runner fetches it from."""
    source, published = tmp_path / "component", tmp_path / "remotes" / "owner" / "qtm-action.git"
    shutil.copytree(ROOT / "templates", source / "templates")
    template = source / "templates" / "qtm-import" / "template.yml"
    template.write_text(template.read_text(encoding="utf-8").replace("OWNER", "owner"), encoding="utf-8")
    for command in (
        ("git", "init", "--quiet", str(source)),
        (*GIT, "-C", str(source), "add", "--all"),
        (*GIT, "-C", str(source), "commit", "--quiet", "--message", "Publish"),
        (*GIT, "-C", str(source), "tag", "1.0.0"),
        ("git", "clone", "--quiet", "--bare", str(source), str(published)),
    ):
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)


def later_job(project: Project, after: str) -> None:
    """Add a job to the pipeline that prints what the import handed on."""
    pipeline = project.folder / ".gitlab-ci.yml"
    job = (
        f"\nlater:\n  stage: .post\n  when: always\n  needs: [{after}]\n"
        '  script: echo "handed on $QTM_IMPORT_STATUS $QTM_TEST_CYCLE_KEY $QTM_EXIT_CODE"\n'
    )
    pipeline.write_text(pipeline.read_text(encoding="utf-8") + job, encoding="utf-8")


def test_the_example_is_green_and_passes_on_the_cycle(
    gitlab: GitLab, project: Project, sandbox: Sandbox
) -> None:
    project.leave_legacy_results()
    project.copy_example("gitlab/import.gitlab-ci.yml", ".gitlab-ci.yml", sandbox.url)
    later_job(project, "import results")
    done = gitlab.pipeline(project)

    assert done.code == 0, done.output
    assert re.search(r"> handed on SUCCESS SBX-TR-\d+ 0$", done.output, re.MULTILINE), done.output
    assert "QTM4J" in (project.folder / "qtm-import.html").read_text(encoding="utf-8")
    assert API_KEY not in done.output
    assert TOKEN not in done.output


def test_results_of_failed_tests_are_imported_too(gitlab: GitLab, project: Project, sandbox: Sandbox) -> None:
    project.copy_example("gitlab/import.gitlab-ci.yml", ".gitlab-ci.yml", sandbox.url)
    later_job(project, "import results")
    project.let_tests_fail()
    done = gitlab.pipeline(project)

    assert done.code == 1, done.output
    assert re.search(r"> handed on SUCCESS SBX-TR-\d+ 0$", done.output, re.MULTILINE), done.output


def test_a_failed_import_is_red(gitlab: GitLab, project: Project) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        project.copy_example("gitlab/import.gitlab-ci.yml", ".gitlab-ci.yml", sandbox.url)
        done = gitlab.pipeline(project)

    assert "the project is read-only" in done.output
    assert re.search(r"FAIL +import results", done.output), done.output


def test_an_exit_code_that_may_fail_is_a_warning(gitlab: GitLab, project: Project) -> None:
    project.copy_example("gitlab/import.gitlab-ci.yml", ".gitlab-ci.yml", "http://127.0.0.1:9")
    pipeline = project.folder / ".gitlab-ci.yml"
    text = pipeline.read_text(encoding="utf-8")
    pipeline.write_text(
        text.replace("    QTM_FORMAT: junit\n", "    QTM_FORMAT: junit\n    QTM_RETRY_FOR: 0s\n")
    )
    done = gitlab.pipeline(project)

    assert done.code == 0, done.output
    assert re.search(r"WARN +import results", done.output), done.output


@pytest.mark.usefixtures("component")
def test_the_component_is_green_and_keeps_report_and_summary(
    gitlab: GitLab, project: Project, sandbox: Sandbox
) -> None:
    project.copy_example("gitlab/component.gitlab-ci.yml", ".gitlab-ci.yml", sandbox.url)
    later_job(project, "qtm-import")
    done = gitlab.pipeline(project)

    assert done.code == 0, done.output
    assert re.search(r"> handed on SUCCESS SBX-TR-\d+ 0$", done.output, re.MULTILINE), done.output
    assert json.loads((project.folder / "qtm-import.json").read_text(encoding="utf-8"))["status"] == "SUCCESS"
    assert "QTM4J" in (project.folder / "qtm-import.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("component")
def test_a_failed_import_by_the_component_is_red(gitlab: GitLab, project: Project) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        project.copy_example("gitlab/component.gitlab-ci.yml", ".gitlab-ci.yml", sandbox.url)
        later_job(project, "qtm-import")
        done = gitlab.pipeline(project)

    assert done.code == 1, done.output
    assert "the project is read-only" in done.output
    assert re.search(r"> handed on FAILED  1$", done.output, re.MULTILINE), done.output


@pytest.mark.usefixtures("component")
def test_the_component_refuses_an_input_that_it_does_not_have(
    gitlab_in_a_shell: GitLab, project: Project
) -> None:
    project.copy_example("gitlab/component.gitlab-ci.yml", ".gitlab-ci.yml", "https://jira.example.com")
    pipeline = project.folder / ".gitlab-ci.yml"
    pipeline.write_text(pipeline.read_text(encoding="utf-8").replace("format: junit", "format: nunit"))
    done = gitlab_in_a_shell.pipeline(project)

    assert done.code != 0
    assert "format" in done.output
    assert "nunit" in done.output


def test_shards_become_one_import_and_the_next_one_joins_their_cycle(
    gitlab: GitLab, project: Project, sandbox: Sandbox
) -> None:
    before = len(sandbox.imports)
    project.write(
        "run-tests.sh",
        '#!/bin/sh\nmkdir -p "$1"\n'
        "echo \"<testsuite name='$1'><testcase name='opens'/></testsuite>\" >\"$1/TEST-shop.xml\"\n",
    )
    project.copy_example("gitlab/fan-in.yml", ".gitlab-ci.yml", sandbox.url)
    done = gitlab.pipeline(project)

    assert done.code == 0, done.output
    shards, acceptance = sandbox.imports[before:]
    assert len(shards.members) == 2
    (cycle,) = shards.cycles
    assert acceptance.body["testCycleToReuse"] == cycle.key
