"""The image as GitHub's runner runs a Docker action."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SandboxOptions
from tests.container.engine import API_KEY, TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.container.engine import Engine, Finished

HARDENED = ("--read-only", "--tmpfs", "/tmp", "--user", "1001:121", "--cap-drop", "ALL")  # noqa: S108 - in there
JUNIT = {"INPUT_FORMAT": "junit", "INPUT_FILES": "results/junit/*.xml"}


class Job:
    """One job of a workflow: its workspace, and the files in which a step hands things on."""

    def __init__(self, engine: Engine, image: str, workspace: Path) -> None:
        self.engine, self.image, self.workspace = engine, image, workspace
        self.commands = workspace.parent / "_runner_file_commands"
        self.home = workspace.parent / "_github_home"
        for folder in (self.commands, self.home):
            folder.mkdir()
            folder.chmod(0o777)
        for name in ("output", "summary"):
            (self.commands / name).touch()
            (self.commands / name).chmod(0o666)

    def step(self, inputs: dict[str, str], *options: str) -> Finished:
        """Run the action; ``options`` go to the engine."""
        return self.engine.in_container(
            self.image,
            options=[
                *("--workdir", "/github/workspace"),
                *("--volume", f"{self.home}:/github/home"),
                *("--volume", f"{self.commands}:/github/file_commands"),
                *("--volume", f"{self.workspace}:/github/workspace"),
                *options,
            ],
            environ={
                "HOME": "/github/home",
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_WORKSPACE": "/github/workspace",
                "GITHUB_OUTPUT": "/github/file_commands/output",
                "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
                "GITHUB_REF_NAME": "main",
                "GITHUB_RUN_NUMBER": "7",
                "RUNNER_TEMP": "/github/not-mounted/_temp",  # which is not there in a container
                **inputs,
            },
        )

    def forget_the_spec(self) -> None:
        """Remove the spec, for an import that is given by inputs."""
        (self.workspace / "qtm-import.yml").unlink()

    @property
    def summary(self) -> str:
        return (self.commands / "summary").read_text(encoding="utf-8")

    @property
    def outputs(self) -> dict[str, str]:
        """What the runner would read from GITHUB_OUTPUT."""
        text = (self.commands / "output").read_text(encoding="utf-8")
        found = {}
        while text:
            line, _, text = text.partition("\n")
            name, heredoc, delimiter = line.partition("<<")
            if heredoc:
                value, _, text = text.partition(f"\n{delimiter}\n")
            else:
                name, _, value = line.partition("=")
            found[name] = value
        return found


@pytest.fixture
def job(engine: Engine, image: str, workspace: Path) -> Job:
    return Job(engine, image, workspace)


def credentials(sandbox: Sandbox) -> dict[str, str]:
    return {"INPUT_JIRA-URL": sandbox.url, "INPUT_API-KEY": API_KEY, "INPUT_TOKEN": TOKEN}


@pytest.mark.parametrize("options", [(), HARDENED], ids=["as root", "hardened"])
def test_a_successful_import_is_green_and_passes_on_the_cycle(
    job: Job, sandbox: Sandbox, options: tuple[str, ...]
) -> None:
    done = job.step(credentials(sandbox), *options)

    assert done.code == 0, done.output
    assert job.outputs["import-status"] == "SUCCESS"
    assert job.outputs["exit-code"] == "0"
    keys = job.outputs["test-cycle-key"].split(",")
    assert len(keys) == 4
    assert all(re.fullmatch(r"SBX-TR-\d+", key) for key in keys)
    assert [each["importStatus"] for each in json.loads(job.outputs["report"])["imports"]] == ["SUCCESS"] * 4
    assert all(key in job.summary for key in keys)
    assert all(key in done.output for key in keys)


def test_a_failed_import_is_red(job: Job) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        done = job.step(credentials(sandbox))

    assert done.code == 1, done.output
    assert job.outputs["import-status"] == "FAILED"
    assert job.outputs["exit-code"] == "1"
    assert "::error" in done.output
    assert "the project is read-only" in done.output
    assert "the project is read-only" in job.summary


@pytest.mark.parametrize(
    ("code", "inputs"),
    [
        (2, {"INPUT_WAIT": "perhaps"}),
        (3, {**JUNIT, "INPUT_FILES": "no/such/*.xml"}),
        (4, {"INPUT_API-KEY": "wrong-api-key"}),
        (7, {"INPUT_JIRA-URL": "http://127.0.0.1:9", "INPUT_RETRY-FOR": "0s"}),
    ],
)
def test_each_kind_of_failure_has_its_exit_code(
    job: Job, sandbox: Sandbox, code: int, inputs: dict[str, str]
) -> None:
    job.forget_the_spec()
    done = job.step({**credentials(sandbox), **JUNIT, **inputs})

    assert done.code == code, done.output
    assert job.outputs["exit-code"] == str(code)
    assert job.outputs["import-status"] == "FAILED"
    assert "::error" in done.output
    assert "Traceback" not in done.output


def test_an_import_that_takes_too_long_is_red_and_can_be_followed(job: Job) -> None:
    job.forget_the_spec()
    with Sandbox(SandboxOptions(duration=600)) as sandbox:
        done = job.step({**credentials(sandbox), **JUNIT, "INPUT_TIMEOUT": "1s"})

    assert done.code == 6, done.output
    assert job.outputs["import-status"] == "INPROCESS"
    assert job.outputs["tracking-id"] in done.output


def test_secrets_are_masked_and_shown_nowhere_else(job: Job, sandbox: Sandbox) -> None:
    done = job.step({**credentials(sandbox), "INPUT_LOG-LEVEL": "debug"})

    assert done.code == 0, done.output
    masks = [line for line in done.output.splitlines() if line.startswith("::add-mask::")]
    rest = [line for line in done.output.splitlines() if not line.startswith("::add-mask::")]
    shown = "\n".join([*rest, job.summary, *job.outputs.values()])
    for secret in (API_KEY, TOKEN):
        assert f"::add-mask::{secret}" in masks
        assert secret not in shown


def test_the_workspace_is_left_as_it_was(job: Job, sandbox: Sandbox) -> None:
    before = sorted(job.workspace.rglob("*"))
    done = job.step(credentials(sandbox))

    assert done.code == 0, done.output
    assert sorted(job.workspace.rglob("*")) == before


def test_a_jobs_own_python_settings_and_modules_do_not_reach_the_program(job: Job, sandbox: Sandbox) -> None:
    for module in ("requests", "yaml", "qtm_action", "json"):
        (job.workspace / f"{module}.py").write_text("raise SystemExit('a module of the workspace ran')\n")
    done = job.step(
        {
            **credentials(sandbox),
            "PYTHONPATH": "/github/workspace",
            "PYTHONHOME": "/opt/hostedtoolcache/Python/3.12.1/x64",
            "PYTHONWARNINGS": "error",
        }
    )

    assert done.code == 0, done.output
