"""A machine in a bad way: closed or full streams, a folder that is gone, names that are too long."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.doors.conftest import ROOT

if TYPE_CHECKING:
    from qtm_action.sandbox.server import Sandbox
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


@pytest.mark.parametrize("command", ["schema", "validate", "import"])
def test_closed_streams_change_nothing_but_what_is_seen(door: Door, sandbox: Sandbox, command: str) -> None:
    door.write("a.xml")
    assert started(door, command, after=">&-") == (0, "")
    assert started(door, command, after="<&- >&- 2>&-") == (0, "")
    assert len(sandbox.imports) == (2 if command == "import" else 0)


@pytest.mark.parametrize("command", ["version", "schema", "import"])
def test_a_reader_that_leaves_is_no_failure(door: Door, sandbox: Sandbox, command: str) -> None:
    door.write("a.xml")
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as left:
        assert started(door, command, stdout=left) == (0, "")
    assert len(sandbox.imports) == (1 if command == "import" else 0)


@pytest.mark.skipif(not FULL.exists(), reason="a device of Linux")
@pytest.mark.parametrize("command", ["--help", "schema"])
def test_what_cannot_be_printed_is_told(door: Door, command: str) -> None:
    with FULL.open("wb") as full:
        code, told = started(door, command, stdout=full)
    assert code == 2
    assert "the output can't be written" in told


def test_the_schema_is_json_in_every_encoding(door: Door) -> None:
    schemas = [
        json.loads(door.plain("schema", environ=environ).log)
        for environ in ({}, {"PYTHONIOENCODING": "ascii"})
    ]
    assert schemas[0] == schemas[1]
