"""The real door: ``entrypoint.py`` as a subprocess with a runner's environment, against the sandbox."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN, SandboxOptions
from tests.integration.doors.echoing import echoing_server
from tests.integration.doors.forked import ForkedRun, can_be_forked
from tests.unit.outcome.alike import assert_alike

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
JUNIT = '<testsuite name="shop"><testcase classname="Cart" name="adds"/></testsuite>'


@dataclass(frozen=True)
class Outcome:
    """What a run left: its exit code, its log, its outputs."""

    code: int
    log: str
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.outputs["report"])
        return found


@dataclass(frozen=True)
class Door:
    """A workspace, and the program run in it."""

    workspace: Path
    base: dict[str, str]

    def write(self, name: str, text: str = JUNIT) -> Path:
        path = self.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def environment(self, **inputs: str) -> dict[str, str]:
        handed_on = self.workspace.parent / "handed-on"
        handed_on.mkdir(exist_ok=True)
        environ = (
            {"PATH": os.environ["PATH"]}
            | self.base
            | {
                "GITHUB_ACTIONS": "true",
                "GITHUB_WORKSPACE": str(self.workspace),
                "GITHUB_OUTPUT": str(handed_on / "output"),
                "GITHUB_STEP_SUMMARY": str(handed_on / "summary.md"),
                "QTM_RETRY_FOR": "0.2",
            }
        )
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            Path(environ[name]).write_bytes(b"")
        environ.update({f"INPUT_{name.upper().replace('_', '-')}": text for name, text in inputs.items()})
        return environ

    def start(self, *words: str, environ: dict[str, str]) -> subprocess.Popen[str] | ForkedRun:
        if can_be_forked(environ):
            return ForkedRun(words, cwd=self.workspace, environ=environ)
        return self.start_python(*words, environ=environ)

    def start_python(self, *words: str, environ: dict[str, str]) -> subprocess.Popen[str]:
        """Start a new interpreter, for what a forked process can't show."""
        return subprocess.Popen(
            [sys.executable, str(ROOT / "entrypoint.py"), *words],
            cwd=self.workspace,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def outcome(self, process: subprocess.Popen[str] | ForkedRun, environ: dict[str, str]) -> Outcome:
        log, _ = process.communicate(timeout=60)
        assert "Traceback" not in log
        outcome = Outcome(
            process.returncode,
            log,
            read_outputs(Path(environ["GITHUB_OUTPUT"])),
            Path(environ["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8"),
        )
        if outcome.summary:
            assert_alike(log, outcome.summary, outcome.outputs, outcome.report)
        return outcome

    def run(self, *words: str, **inputs: str) -> Outcome:
        environ = self.environment(**inputs)
        return self.outcome(self.start(*words, environ=environ), environ)

    def plain(self, *words: str, environ: dict[str, str]) -> Outcome:
        """Run without a runner around it."""
        process = self.start(*words, environ={"PATH": os.environ["PATH"]} | environ)
        log, _ = process.communicate(timeout=60)
        return Outcome(process.returncode, log)


def read_outputs(path: Path) -> dict[str, str]:
    """Return the outputs as GitHub's runner reads them: ``name<<DELIMITER``, lines, ``DELIMITER``."""
    found: dict[str, str] = {}
    lines = iter(path.read_text(encoding="utf-8").split("\n"))
    for line in lines:
        name, marked, delimiter = line.partition("<<")
        if marked:
            value = []
            for inner in lines:
                if inner == delimiter:
                    break
                value.append(inner)
            found[name] = "\n".join(value)
        elif "=" in line:
            name, _, text = line.partition("=")
            found[name] = text
    return found


@pytest.fixture
def sandbox_of() -> Iterator[Callable[..., Sandbox]]:
    """Return a function that starts a sandbox with the options given; all are stopped at the end."""
    started: list[Sandbox] = []

    def start(**options: Any) -> Sandbox:
        started.append(Sandbox(SandboxOptions(**options)).start())
        return started[-1]

    yield start
    for sandbox in started:
        sandbox.stop()


@pytest.fixture
def sandbox(sandbox_of: Callable[..., Sandbox]) -> Sandbox:
    return sandbox_of()


@pytest.fixture
def door_to(tmp_path: Path) -> Callable[[Sandbox | str], Door]:
    """Return a function that gives a door to a sandbox (or a URL), with an empty workspace."""

    def door(target: Sandbox | str) -> Door:
        workspace = tmp_path / "workspace"
        workspace.mkdir(exist_ok=True)
        url = target if isinstance(target, str) else target.url
        return Door(
            workspace,
            {"QTM_JIRA_URL": url, "QTM_API_KEY": SANDBOX_API_KEY, "QTM_TOKEN": SANDBOX_TOKEN},
        )

    return door


@pytest.fixture
def door(door_to: Callable[[Sandbox | str], Door], sandbox: Sandbox) -> Door:
    return door_to(sandbox)


@pytest.fixture
def examples(door: Door) -> Door:
    """A door to a workspace that holds the shipped examples."""
    shutil.copytree(EXAMPLES, door.workspace, dirs_exist_ok=True)
    return door


@pytest.fixture
def echoing() -> Iterator[Callable[[str], str]]:
    """Return a function that starts a server which echoes credentials at one step, and gives its URL."""
    with contextlib.ExitStack() as stack:
        yield lambda step: stack.enter_context(echoing_server(step))
