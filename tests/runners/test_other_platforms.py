"""The scripts of the Azure, Bitbucket and CircleCI examples, run in the order and the shell of the platform.

No runner of theirs is to be had: what the YAML means is the business of the vendors' schemas
(``make lint``) and, for the few keys that are read here, of this file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SandboxOptions
from tests.container.engine import API_KEY, TOKEN
from tests.runners.platforms import docker_on_path

if TYPE_CHECKING:
    from pathlib import Path

    from tests.container.engine import Engine, Finished
    from tests.runners.project import Project

SECRETS = {"QTM_API_KEY": API_KEY, "QTM_TOKEN": TOKEN}


@dataclass
class Platform:
    """A project, and a place for its pipelines' scripts to run in."""

    project: Project
    engine: Engine
    path: str

    def pipeline(self, example: str, jira_url: str) -> dict[str, Any]:
        self.project.copy_example(example, "pipeline.yml", jira_url)
        found: dict[str, Any] = yaml.safe_load(
            (self.project.folder / "pipeline.yml").read_text(encoding="utf-8")
        )
        return found

    def bash(self, script: str, environ: dict[str, str]) -> Finished:
        return self.project.run(
            "bash", "-eo", "pipefail", "-c", script, environ={"PATH": self.path, **environ}
        )

    def in_image(self, image: str, lines: list[str], environ: dict[str, str]) -> Finished:
        return self.engine.in_container(
            image,
            "sh",
            options=["--volume", f"{self.project.folder}:/opt/build", "--workdir", "/opt/build"],
            environ=environ,
            stdin="set -e\n" + "\n".join(lines) + "\n",
        )


@pytest.fixture
def platform(project: Project, engine: Engine, released_image: str, tmp_path: Path) -> Platform:
    assert released_image
    return Platform(project, engine, docker_on_path(tmp_path / "bin", engine))


@pytest.mark.parametrize("tests_pass", [True, False])
def test_azure_imports_whatever_the_tests_said_and_sets_variables(
    platform: Platform, sandbox: Sandbox, *, tests_pass: bool
) -> None:
    test, load, use = platform.pipeline("azure/azure-pipelines.yml", sandbox.url)["steps"]
    if not tests_pass:
        platform.project.let_tests_fail()
    assert (platform.bash(test["script"], {}).code == 0) is tests_pass
    assert load["condition"] == use["condition"] == "succeededOrFailed()"
    given = {
        name: re.sub(r"^\$\((\w+)\)$", lambda match: SECRETS[match[1]], text)
        for name, text in load["env"].items()
    }
    done = platform.bash(load["script"], {"TF_BUILD": "True", **given})

    assert done.code == 0, done.output
    variables = dict(
        re.findall(r"^##vso\[task\.setvariable variable=(\w+)[^\]]*\](.*)$", done.output, re.MULTILINE)
    )
    read = {name: variables[re.fullmatch(r"\$\(qtm\.(\w+)\)", text)[1]] for name, text in use["env"].items()}  # type: ignore[index]
    assert re.fullmatch(r"SUCCESS SBX-TR-\d+\n", platform.bash(use["script"], read).output)
    assert f"##vso[task.setsecret]{TOKEN}" in done.output


def test_azure_is_red_when_the_import_failed(platform: Platform) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        test, load, _ = platform.pipeline("azure/azure-pipelines.yml", sandbox.url)["steps"]
        platform.bash(test["script"], {})
        done = platform.bash(load["script"], {"TF_BUILD": "True", **load["env"], **SECRETS})

    assert done.code == 1
    assert re.search(
        r"^##vso\[task\.logissue type=error;.*the project is read-only", done.output, re.MULTILINE
    )


@pytest.mark.parametrize("tests_pass", [True, False])
def test_bitbucket_imports_whatever_the_tests_said_and_is_red_when_they_failed(
    platform: Platform, sandbox: Sandbox, *, tests_pass: bool
) -> None:
    steps = platform.pipeline("bitbucket/bitbucket-pipelines.yml", sandbox.url)["pipelines"]["default"]
    test, load = (each["step"] for each in steps)
    if not tests_pass:
        platform.project.let_tests_fail()
    assert platform.bash("\n".join(test["script"]), {}).code == 0
    done = platform.in_image(load["image"], load["script"], {"CI": "true", **SECRETS})

    assert (done.code == 0) is tests_pass, done.output
    assert re.search(r"^SBX-TR-\d+$", done.output, re.MULTILINE), done.output


def test_bitbucket_is_red_when_the_import_failed(platform: Platform) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        steps = platform.pipeline("bitbucket/bitbucket-pipelines.yml", sandbox.url)["pipelines"]["default"]
        platform.bash("\n".join(steps[0]["step"]["script"]), {})
        done = platform.in_image(
            steps[1]["step"]["image"], steps[1]["step"]["script"], {"CI": "true", **SECRETS}
        )

    assert done.code == 1
    assert "the project is read-only" in done.output


def test_circleci_imports_and_reads_the_outputs(platform: Platform, sandbox: Sandbox) -> None:
    job = platform.pipeline("circleci/config.yml", sandbox.url)["jobs"]["test"]
    _, test, load, use = job["steps"]
    assert load["run"]["when"] == use["run"]["when"] == "always"
    platform.bash(test["run"], job["environment"])
    done = platform.bash(load["run"]["command"], {"CI": "true", **job["environment"], **SECRETS})

    assert done.code == 0, done.output
    assert re.fullmatch(r"SBX-TR-\d+\n", platform.bash(use["run"]["command"], job["environment"]).output)
