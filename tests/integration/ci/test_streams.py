"""Where the log goes: terminals, pipes whose reader leaves, full disks, encodings that lack a character."""

from __future__ import annotations

import os
import pty
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.ci.conftest import Job

SPEC = """\
version: 1
jiraUrl: http://127.0.0.1:9
imports:
  - {name: "Prüfung ✅", format: junit, files: ["*.xml"]}
"""
GOOD = '<testsuite name="s"><testcase classname="c" name="t"/></testsuite>'


@pytest.fixture
def checked(job: Job) -> Job:
    job.write("qtm-import.yml", SPEC)
    job.write("a.xml", GOOD)
    return job


def test_what_an_ascii_stream_lacks_is_escaped(checked: Job) -> None:
    environ = checked.environ({"PYTHONIOENCODING": "ascii:strict"})
    done = subprocess.run(
        [*checked.command, "validate"], cwd=checked.workspace, env=environ, capture_output=True, check=False
    )

    assert done.returncode == 0, done
    assert b"Pr\\xfcfung \\u2705" in done.stdout
    assert done.stderr == b""


def test_a_reader_that_leaves_does_not_end_the_run(checked: Job) -> None:
    environ = checked.environ({"QTM_DRY_RUN": "true", "QTM_REPORT_FILE": "report.json"})
    reading, writing = os.pipe()
    with subprocess.Popen(
        checked.command, cwd=checked.workspace, env=environ, stdout=writing, stderr=subprocess.PIPE
    ) as process:
        os.close(writing)
        os.close(reading)
        _, errors = process.communicate(timeout=30)

    assert process.returncode == 0
    assert errors == b""
    assert (checked.workspace / "report.json").exists()


def test_a_log_on_a_full_disk_does_not_end_the_run(checked: Job) -> None:
    environ = checked.environ({"QTM_DRY_RUN": "true", "QTM_REPORT_FILE": "report.json"})
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            checked.command,
            cwd=checked.workspace,
            env=environ,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert done.returncode == 0
    assert done.stderr == b""
    assert (checked.workspace / "report.json").exists()


def test_on_a_terminal_groups_and_labels_have_colours(checked: Job) -> None:
    checked.write("a.xml", "no XML")
    seen = on_a_terminal(checked, {"TERM": "xterm"})
    plain = on_a_terminal(checked, {"TERM": "xterm", "NO_COLOR": "1"})

    assert "\x1b[1mCheck Prüfung ✅\x1b[0m" in seen
    assert "\x1b[31;1merror:\x1b[0m" in seen
    assert "\x1b[3" not in plain


def on_a_terminal(job: Job, environ: dict[str, str]) -> str:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*job.command, "validate"], cwd=job.workspace, env=job.environ(environ), stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        seen = b""
        while block := read(ours):
            seen += block
    os.close(ours)
    return seen.decode("utf-8")


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # what Linux says when the other end has closed
        return b""
