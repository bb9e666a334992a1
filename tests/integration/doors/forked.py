"""The program in a process of its own that does not import it again: forked from a server that has.

Starting Python and importing the program takes five times as long as a whole import does. Only what such a
process can't show needs a new interpreter: its start, its encodings, its time zone, closed streams.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import sys
import threading
from functools import cache
from multiprocessing import forkserver
from pathlib import Path
from typing import TYPE_CHECKING

from coverage import Coverage

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext

ROOT = Path(__file__).parents[3]
ENTRYPOINT = ROOT / "entrypoint.py"
# What each command imports once it is known.
_PRELOADED = [
    "qtm_action.arguments",
    "qtm_action.demo",
    "qtm_action.doctor",
    "qtm_action.init.command",
    "qtm_action.sandbox.embedded_server",
    "qtm_action.session",
    __name__,
    "tests.integration.doors.measuring",
]
# Variables that Python or its C library read when they start.
_READ_AT_THE_START = ("PYTHON", "LANG", "LC_", "TZ")


def can_be_forked(environ: dict[str, str]) -> bool:
    """Whether a forked process does what a new one would with these variables."""
    if sys.platform != "linux" or signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return False
    return not any(name.startswith(_READ_AT_THE_START) for name in environ)


class ForkedRun:
    """A run of ``entrypoint.py``, with those methods of ``subprocess.Popen`` that the tests use."""

    def __init__(self, words: tuple[str, ...], *, cwd: Path, environ: dict[str, str]) -> None:
        reader, writer = multiprocessing.Pipe(duplex=False)
        is_measured = Coverage.current() is not None
        self._process = _server().Process(
            target=_run, args=(words, str(cwd), environ, writer), kwargs={"measured": is_measured}
        )
        self._process.start()
        writer.close()
        self.stdout = os.fdopen(os.dup(reader.fileno()), encoding="utf-8")
        reader.close()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int:
        assert self._process.exitcode is not None
        return self._process.exitcode

    def communicate(self, timeout: float) -> tuple[str, None]:
        timer = threading.Timer(timeout, self._process.kill)
        timer.start()
        with self.stdout:
            log = self.stdout.read()
        self._process.join()
        timer.cancel()
        assert self.returncode != -signal.SIGKILL, f"not done after {timeout} s:\n{log}"
        return log, None

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


@cache
def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    forkserver.ensure_running()
    return context


def _run(
    words: tuple[str, ...], cwd: str, environ: dict[str, str], output: Connection, *, measured: bool
) -> None:
    """Become what a new process would be, and run the program; measure it if the test is measured."""
    if measured:
        from tests.integration.doors import measuring  # noqa: PLC0415 - importing it starts Coverage

        measuring.measure()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number in (1, 2):
        os.dup2(output.fileno(), number)
    output.close()
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - the process's own
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(cwd)
    sys.argv = [str(ENTRYPOINT), *words]
    runpy.run_path(str(ENTRYPOINT), run_name="__main__")
