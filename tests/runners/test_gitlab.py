"""The GitLab examples, run by gitlab-ci-local: in containers, and in a shell of this machine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from qtm_action.sandbox.options import SandboxOptions
from qtm_action.sandbox.server import Sandbox
from tests.container.engine import API_KEY, BASE, PATIENCE, ROOT, TOKEN
from tests.runners.project import program_on_path

if TYPE_CHECKING:
    from pathlib import Path

    from tests.container.engine import Engine, Finished
    from tests.runners.project import Project

# What the runner copies files with.
UTILITY = "firecow/gitlab-ci-local-util:latest"
GIT = ("git", "-c", "user.name=User", "-c", "user.email=user@example.com")


class Runner:
    """Runs a project's pipeline, with the project's masked variables."""

    def __init__(self, program: str, folder: Path, *options: str) -> None:
        self.program, self.home, self.options = program, folder / "home", options
        self.path = program_on_path(folder / "bin")
        variables = self.home / ".gitlab-ci-local" / "variables.yml"
        variables.parent.mkdir(parents=True)
        variables.write_text(f"global:\n  QTM_API_KEY: {API_KEY}\n  QTM_TOKEN: {TOKEN}\n")
        # The component is fetched from a GitLab that is not there: a copy of this checkout takes its place.
        (self.home / ".gitconfig").write_text(
            f"[user]\n  name = User\n  email = user@example.com\n"
            f'[url "{folder / "remotes"}/"]\n  insteadOf = https://gitlab.example.com:443/\n'
        )

    def pipeline(self, project: Project) -> Finished:
        project.write(".gitignore", ".gitlab-ci-local/\n")
        project.commit()
        return project.run(self.program, *self.options, environ={"HOME": str(self.home), "PATH": self.path})


@pytest.fixture(params=["in containers", "in a shell"])
def runner(request: pytest.FixtureRequest, gitlab_ci_local: str, tmp_path: Path) -> Runner:
    if request.param == "in a shell":
        return Runner(gitlab_ci_local, tmp_path, "--force-shell-executor")
    engine: Engine = request.getfixturevalue("engine")
    request.getfixturevalue("released_image")
    request.getfixturevalue("utility_image")
    return Runner(
        gitlab_ci_local,
        tmp_path,
        *("--pull-policy", "if-not-present", "--network", "host", "--default-image", BASE),
        *("--container-executable", engine.client),
    )


@pytest.fixture(scope="session")
def utility_image(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the image that the runner copies with; made here where it can't be pulled."""
    if engine.run("image", "inspect", UTILITY).code == 0 or engine.run("pull", UTILITY).code == 0:
        return UTILITY
    folder = tmp_path_factory.mktemp("utility")
    (folder / "Dockerfile").write_text(
        f"FROM {BASE}\n"
        "RUN apt-get update && DEBIAN_FRONTEND=noninteractive "
        "apt-get install -y --no-install-recommends rsync zip unzip\n"
    )
    engine.ok("build", "--network", "host", "--tag", UTILITY, str(folder))
    return UTILITY


@pytest.fixture
def component(tmp_path: Path) -> None:
    """Publish the component of this checkout as version 1.0.0, where ``Runner`` fetches it from."""
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


def test_the_example_is_green_and_hands_on_the_cycle(
    runner: Runner, project: Project, sandbox: Sandbox
) -> None:
    project.leave_legacy_results()
    project.copy_example("gitlab/import.gitlab-ci.yml", ".gitlab-ci.yml", sandbox.url)
    later_job(project, "import results")
    done = runner.pipeline(project)

    assert done.code == 0, done.output
    assert re.search(r"> handed on SUCCESS SBX-TR-\d+ 0$", done.output, re.MULTILINE), done.output
    assert "QTM4J" in (project.folder / "qtm-import.html").read_text(encoding="utf-8")
    assert API_KEY not in done.output
    assert TOKEN not in done.output


def test_results_of_failed_tests_are_imported_too(runner: Runner, project: Project, sandbox: Sandbox) -> None:
    project.copy_example("gitlab/import.gitlab-ci.yml", ".gitlab-ci.yml", sandbox.url)
    later_job(project, "import results")
    project.let_tests_fail()
    done = runner.pipeline(project)

    assert done.code == 1, done.output
    assert re.search(r"> handed on SUCCESS SBX-TR-\d+ 0$", done.output, re.MULTILINE), done.output


def test_a_failed_import_is_red(runner: Runner, project: Project) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        project.copy_example("gitlab/import.gitlab-ci.yml", ".gitlab-ci.yml", sandbox.url)
        done = runner.pipeline(project)

    assert "the project is read-only" in done.output
    assert re.search(r"FAIL +import results", done.output), done.output


def test_an_exit_code_that_may_fail_is_a_warning(runner: Runner, project: Project) -> None:
    project.copy_example("gitlab/import.gitlab-ci.yml", ".gitlab-ci.yml", "http://127.0.0.1:9")
    pipeline = project.folder / ".gitlab-ci.yml"
    text = pipeline.read_text(encoding="utf-8")
    pipeline.write_text(
        text.replace("    QTM_FORMAT: junit\n", "    QTM_FORMAT: junit\n    QTM_RETRY_FOR: 0s\n")
    )
    done = runner.pipeline(project)

    assert done.code == 0, done.output
    assert re.search(r"WARN +import results", done.output), done.output


@pytest.mark.usefixtures("component")
def test_the_component_is_green_and_keeps_report_and_summary(
    runner: Runner, project: Project, sandbox: Sandbox
) -> None:
    project.copy_example("gitlab/component.gitlab-ci.yml", ".gitlab-ci.yml", sandbox.url)
    later_job(project, "qtm-import")
    done = runner.pipeline(project)

    assert done.code == 0, done.output
    assert re.search(r"> handed on SUCCESS SBX-TR-\d+ 0$", done.output, re.MULTILINE), done.output
    assert json.loads((project.folder / "qtm-import.json").read_text(encoding="utf-8"))["status"] == "SUCCESS"
    assert "QTM4J" in (project.folder / "qtm-import.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("component")
def test_a_failed_import_by_the_component_is_red(runner: Runner, project: Project) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        project.copy_example("gitlab/component.gitlab-ci.yml", ".gitlab-ci.yml", sandbox.url)
        later_job(project, "qtm-import")
        done = runner.pipeline(project)

    assert done.code == 1, done.output
    assert "the project is read-only" in done.output
    assert re.search(r"> handed on FAILED  1$", done.output, re.MULTILINE), done.output


@pytest.mark.usefixtures("component")
def test_the_component_refuses_an_input_that_it_does_not_have(
    gitlab_ci_local: str, project: Project, tmp_path: Path
) -> None:
    project.copy_example("gitlab/component.gitlab-ci.yml", ".gitlab-ci.yml", "https://jira.example.com")
    pipeline = project.folder / ".gitlab-ci.yml"
    pipeline.write_text(pipeline.read_text(encoding="utf-8").replace("format: junit", "format: nunit"))
    done = Runner(gitlab_ci_local, tmp_path, "--force-shell-executor").pipeline(project)

    assert done.code != 0
    assert "format" in done.output
    assert "nunit" in done.output


def test_shards_become_one_import_and_the_next_one_joins_their_cycle(
    runner: Runner, project: Project, sandbox: Sandbox
) -> None:
    before = len(sandbox.imports)
    project.write(
        "run-tests.sh",
        '#!/bin/sh\nmkdir -p "$1"\n'
        "echo \"<testsuite name='$1'><testcase name='opens'/></testsuite>\" >\"$1/TEST-shop.xml\"\n",
    )
    project.copy_example("gitlab/fan-in.yml", ".gitlab-ci.yml", sandbox.url)
    done = runner.pipeline(project)

    assert done.code == 0, done.output
    shards, acceptance = sandbox.imports[before:]
    assert len(shards.members) == 2
    (cycle,) = shards.cycles
    assert acceptance.body["testCycleToReuse"] == cycle.key
