"""The image as Jenkins runs a stage in it: kept alive by ``cat``, the steps executed beside it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SandboxOptions
from tests.container.engine import API_KEY, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.container.engine import Engine, Finished


class Stage:
    """A stage with ``agent { docker … }``, as an agent's user that the image does not know."""

    def __init__(self, engine: Engine, image: str, workspace: Path) -> None:
        self.engine, self.workspace = engine, workspace
        place = str(workspace)
        self.container = engine.ok(
            *("run", "--tty", "--detach", "--user", "1234:1234", "--network", "host"),
            *("--workdir", place, "--volume", f"{place}:{place}:rw", image, "cat"),
        )

    def sh(self, script: str, variables: dict[str, str]) -> Finished:
        """Run a ``sh`` step."""
        given = {"JENKINS_URL": "http://jenkins.example.com/", "WORKSPACE": str(self.workspace), **variables}
        names = [word for name in given for word in ("--env", name)]
        return self.engine.run(
            *("exec", "--workdir", str(self.workspace), *names, self.container, "sh", "-xe", "-c", script),
            environ=given,
        )

    @property
    def report(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(
            (self.workspace / "qtm-import.json").read_text(encoding="utf-8")
        )
        return found


@pytest.fixture
def stage(engine: Engine, image: str, workspace: Path) -> Iterator[Stage]:
    stage = Stage(engine, image, workspace)
    yield stage
    engine.ok("rm", "--force", stage.container)


def credentials(sandbox: Sandbox) -> dict[str, str]:
    return {"QTM_JIRA_URL": sandbox.url, "QTM_API_KEY": API_KEY, "QTM_TOKEN": TOKEN}


def test_jenkins_finds_the_command_that_it_started(stage: Stage) -> None:
    def running() -> str:
        return stage.engine.ok("top", stage.container, "-eo", "pid,comm").splitlines()[1].split()[1]

    soon = time.monotonic() + 2
    while running() == "python" and time.monotonic() < soon:
        time.sleep(0.01)

    assert running() == "cat"


def test_a_successful_import_is_green_and_leaves_a_report(stage: Stage, sandbox: Sandbox) -> None:
    done = stage.sh("qtm-action", credentials(sandbox))

    assert done.code == 0, done.output
    assert stage.report["status"] == "SUCCESS"
    assert stage.report["exitCode"] == 0


def test_a_failed_import_is_red(stage: Stage) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        done = stage.sh("qtm-action", credentials(sandbox))

    assert done.code == 1, done.output
    assert stage.report["status"] == "FAILED"
    assert "the project is read-only" in done.output
