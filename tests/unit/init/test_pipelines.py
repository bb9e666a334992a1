"""The CI system of a repository, and the step for it."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from qtm_action.ci.azure import Azure
from qtm_action.ci.jenkins import Jenkins
from qtm_action.init.pipelines import CI_SYSTEMS, CLOUD_SECRETS, SERVER_SECRETS, SHELL, CiSystem, detect
from qtm_action.inputs.table import BY_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from qtm_action.ci import Platform

INPUTS = {"jira-url": "https://jira.example.com", "working-directory": "app"}
every_system = pytest.mark.parametrize("system", CI_SYSTEMS, ids=lambda each: each.name)


@every_system
def test_a_system_is_known_by_its_file(system: CiSystem, tmp_path: Path) -> None:
    (tmp_path / system.signs[0]).parent.mkdir(exist_ok=True, parents=True)
    (tmp_path / system.signs[0]).touch()
    assert detect(tmp_path) == [system]


def test_without_a_file_it_is_the_shell(tmp_path: Path) -> None:
    assert detect(tmp_path) == [SHELL]


def scripts(value: Any) -> list[str]:
    """Return every line that a step runs in a shell."""
    found: list[str] = []
    for key, inner in value.items() if isinstance(value, dict) else ():
        if key in ("script", "command"):
            found += [inner] if isinstance(inner, str) else inner
        else:
            found += scripts(inner)
    for inner in value if isinstance(value, list) else ():
        found += scripts(inner)
    return found


@pytest.mark.parametrize("inputs", [INPUTS, {}], ids=["inputs", "none"])
@pytest.mark.parametrize(
    "system", [each for each in CI_SYSTEMS if each.name != "Jenkins"], ids=lambda each: each.name
)
def test_a_step_is_yaml_whose_scripts_are_shell(system: CiSystem, inputs: dict[str, str]) -> None:
    step = yaml.safe_load(system.step(inputs, SERVER_SECRETS))
    for script in scripts(step):
        done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    assert scripts(step) or step[0]["uses"] == "OWNER/qtm-action@v1"


def test_githubs_step_sets_inputs_that_exist() -> None:
    [step] = yaml.safe_load(CI_SYSTEMS[0].step(INPUTS, SERVER_SECRETS))
    assert set(step["with"]) == {*INPUTS, "api-key", "token"} <= set(BY_NAME)


@pytest.mark.parametrize("system", [*CI_SYSTEMS[1:], SHELL], ids=lambda each: each.name)
def test_the_others_set_variables(system: CiSystem) -> None:
    step = system.step(INPUTS, SERVER_SECRETS)
    assert "QTM_JIRA_URL" in step
    assert "QTM_WORKING_DIRECTORY" in step


@pytest.mark.parametrize("platform", [Jenkins, Azure])
def test_the_container_gets_the_variables_that_the_job_is_known_by(platform: type[Platform]) -> None:
    [step] = [each.step(INPUTS, SERVER_SECRETS) for each in CI_SYSTEMS if platform.__name__ in each.name]
    assert {f"--env {name}" for name in platform.job_variables} <= set(re.findall(r"--env \w+", step))


@pytest.mark.parametrize("secrets", [SERVER_SECRETS, CLOUD_SECRETS], ids=["server", "cloud"])
def test_jenkins_step_is_balanced_and_its_script_is_shell(secrets: tuple[str, ...]) -> None:
    step = next(each for each in CI_SYSTEMS if each.name == "Jenkins").step(INPUTS, secrets)
    _, script, rest = step.split("'''")
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
    assert step.count("{") == step.count("}")
    assert rest.split() == ["}"] * 3


@pytest.mark.parametrize("system", [*CI_SYSTEMS, SHELL], ids=lambda each: each.name)
def test_cloud_needs_the_api_key_alone(system: CiSystem) -> None:
    text = system.step({"region": "us"}, CLOUD_SECRETS) + system.needs(CLOUD_SECRETS)
    assert "region: us" in text or "QTM_REGION" in text
    assert "token" not in text.lower()
    assert "token" in system.needs(SERVER_SECRETS).lower()
