"""A machine in a bad way: closed or full streams, a folder that is gone, names that are too long."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.doors.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door

FULL = Path("/dev/full")


def started(door: Door, *words: str, after: str = "", **streams: Any) -> tuple[int, str]:
    """Run the program on these streams, ``after`` a redirection of the shell; return code and stderr."""
    environ = door.environment(format="junit", files="a.xml")
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {after}', "sh", sys.executable, str(ROOT / "entrypoint.py"), *words],
        cwd=door.workspace,
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
        **streams,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def started_with(
    door: Door,
    environ: dict[str, str],
    *,
    seconds_of_a_write: float,
    grace: float = 5.0,
    stdout: int = subprocess.PIPE,
) -> subprocess.Popen[str]:
    """Start the program such that each file of the outcome takes long to write."""
    script = (
        "import sys, time\n"
        "from qtm_action import cli\n"
        "from qtm_action.ci import platform\n"
        "write = platform.write_whole\n"
        "def write_slowly(*words):\n"
        f"    time.sleep({seconds_of_a_write})\n"
        "    write(*words)\n"
        "platform.write_whole = write_slowly\n"
        f"cli._GRACE = {grace}\n"
        "sys.exit(cli.main())\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=door.workspace,
        env=environ | {"PYTHONPATH": str(ROOT)},
        stdout=stdout,
        text=True,
    )


def wait_for_line(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return
    raise AssertionError("the program ended")


@pytest.mark.parametrize(("command", "closed"), [("schema", ">&-"), ("import", "<&- >&- 2>&-")])
def test_closed_streams_change_nothing_but_what_is_seen(
    door: Door, sandbox: Sandbox, command: str, closed: str
) -> None:
    door.write("a.xml")
    assert started(door, command, after=closed) == (0, "")
    assert len(sandbox.imports) == (command == "import")


@pytest.mark.parametrize("command", ["schema", "import"])
def test_a_reader_that_leaves_is_no_failure(door: Door, sandbox: Sandbox, command: str) -> None:
    door.write("a.xml")
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as left:
        assert started(door, command, stdout=left) == (0, "")
    assert len(sandbox.imports) == (1 if command == "import" else 0)


@pytest.mark.skipif(not FULL.exists(), reason="a device of Linux")
def test_what_cannot_be_printed_is_reported(door: Door) -> None:
    with FULL.open("wb") as full:
        code, message = started(door, "schema", stdout=full)
    assert code == 8
    assert "cannot write the output" in message


def test_the_schema_is_json_in_every_encoding(door: Door) -> None:
    schemas = [
        json.loads(door.plain("schema", environ=environ).log)
        for environ in ({}, {"PYTHONIOENCODING": "ascii"})
    ]
    assert schemas[0] == schemas[1]


def test_a_folder_that_is_gone_is_reported(door: Door, sandbox: Sandbox) -> None:
    door.write("a.xml")
    gone = door.workspace / "gone"
    script = f'mkdir "{gone}" && cd "{gone}" && rmdir "{gone}" && exec "$@"'
    words = ["/bin/sh", "-c", script, "sh", sys.executable, str(ROOT / "entrypoint.py")]
    told = {"QTM_WORKING_DIRECTORY": "", "QTM_FORMAT": "junit", "QTM_FILES": "a.xml"} | door.base
    for folder, code, line in (("", 2, "no longer exists"), (str(door.workspace), 0, "exit code 0 after")):
        environ = told | {"QTM_WORKING_DIRECTORY": folder}
        done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, done.stderr) == (code, ""), done.stdout
        assert line in done.stdout
    assert len(sandbox.imports) == 1


@pytest.mark.parametrize("name", ["working_directory", "spec", "ca_bundle", "client_cert"])
def test_a_name_that_is_too_long_is_reported(door: Door, name: str) -> None:
    door.write("a.xml")
    inputs = {"files": "a.xml"} if name != "spec" else {}
    outcome = door.run(**inputs, **{name: "x" * 5000})
    assert outcome.code == 2, outcome.log
    assert "::error" in outcome.log
    assert outcome.outputs["exit-code"] == "2"


def test_a_spec_that_is_a_link_to_nothing_is_not_overlooked(door: Door, sandbox: Sandbox) -> None:
    door.write("a.xml")
    (door.workspace / "qtm-import.yml").symlink_to("elsewhere.yml")
    outcome = door.run()
    assert outcome.code == 2
    assert "qtm-import.yml" in outcome.log
    assert "no qtm-import.yml" not in outcome.log
    assert sandbox.imports == ()


@pytest.mark.parametrize("wait", ["true", "maybe"])
def test_validate_writes_the_files_that_it_is_asked_for_and_no_outputs(door: Door, wait: str) -> None:
    door.write("a.xml")
    asked = {"report_file": "r.json", "summary_file": "s.html", "dotenv_file": "o.env"}
    outcome = door.run("validate", files="a.xml", wait=wait, **asked)
    assert outcome.code == (0 if wait == "true" else 2)
    assert (outcome.outputs, outcome.summary) == ({}, "")
    assert json.loads((door.workspace / "r.json").read_text())["exitCode"] == outcome.code
    assert all((door.workspace / name).read_text() for name in asked.values())


def test_validate_writes_no_file_of_its_own(door: Door) -> None:
    door.write("a.xml")
    environ = {"GITLAB_CI": "true", "CI_PROJECT_DIR": str(door.workspace), "QTM_FILES": "a.xml"}
    assert door.plain("validate", environ=environ).code == 0
    assert [path.name for path in door.workspace.iterdir()] == ["a.xml"]


def test_an_import_that_a_signal_finds_before_its_upload_is_not_made_behind_its_back(
    door_to: Callable[[Sandbox], Door], sandbox_of: Callable[..., Sandbox]
) -> None:
    sandbox = sandbox_of(latency=0.6)
    door = door_to(sandbox)
    door.write("a.xml")
    environ = door.environment(format="junit", files="a.xml", report_file="r.json")
    process = started_with(door, environ, seconds_of_a_write=1.5)
    wait_for_line(process, "1 passed")
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    outcome = door.outcome(process, environ)
    assert outcome.code == 143
    assert outcome.outputs["tracking-id"] == ""
    assert [each.uploads for each in sandbox.imports] == [0]


@pytest.mark.parametrize("held", ["report", "log"])
def test_whoever_does_not_read_cannot_hold_a_run_that_was_reported_to_end(door: Door, held: str) -> None:
    door.write("a.xml")
    environ = door.environment(format="junit", files="a.xml", report_file="r.json", log_level="debug")
    read, write = os.pipe()
    if held == "log":
        os.set_blocking(write, False)
        with contextlib.suppress(BlockingIOError):
            while os.write(write, b"x" * 512):
                continue
        os.set_blocking(write, True)
    process = started_with(door, environ, seconds_of_a_write=60, grace=0.2, stdout=write)
    time.sleep(1.5)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 143
    os.close(read)
    os.close(write)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_outcome_is_written_loses_nothing_of_it(
    door: Door, number: signal.Signals
) -> None:
    door.write("a.xml")
    environ = door.environment(format="junit", files="a.xml", report_file="r.json", dotenv_file="o.env")
    process = started_with(door, environ, seconds_of_a_write=0.5)
    wait_for_line(process, "junit: SUCCESS")
    time.sleep(0.3)
    process.send_signal(number)
    outcome = door.outcome(process, environ)
    assert json.loads((door.workspace / "r.json").read_text())["status"] == "SUCCESS"
    assert (outcome.code, outcome.outputs["import-status"]) == (0, "SUCCESS")
    assert "QTM_IMPORT_STATUS=SUCCESS" in (door.workspace / "o.env").read_text()


def test_the_demo_survives_a_reader_that_leaves(door: Door) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as left:
        assert started(door, "demo", stdout=left) == (0, "")


def test_a_shell_that_is_not_there_is_reported(door: Door) -> None:
    outcome = door.plain("/nowhere/bash", "-c", "true", environ={})
    assert outcome.code == 127
    assert outcome.log == "error: /nowhere/bash cannot be started: No such file or directory\n"


def test_a_terminal_shows_a_live_line_which_no_pipe_does(
    door_to: Callable[[Sandbox], Door], sandbox_of: Callable[..., Sandbox]
) -> None:
    pty = pytest.importorskip("pty", reason="a terminal of POSIX")
    door = door_to(sandbox_of(duration=0.3))
    door.write("a.xml")
    environ = door.environment(format="junit", files="a.xml")
    assert "\r" not in door.outcome(door.start(environ=environ), environ).log
    on_a_terminal = {name: text for name, text in environ.items() if "GITHUB" not in name}
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "entrypoint.py")],
        cwd=door.workspace,
        env=on_a_terminal | {"TERM": "xterm", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    assert process.wait(timeout=30) == 0
    log = os.read(ours, 100_000).decode()
    os.close(theirs)
    os.close(ours)
    assert "\r\x1b[Kimport in progress" in log
    assert "\x1b[3" not in log
    assert "\x1b[1m" not in log
