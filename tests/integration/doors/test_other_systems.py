"""What only POSIX systems have is not needed: an import with a spec, and the demo, run without it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.integration.doors.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door

STANDARD = (
    *(
        "asyncio",
        "concurrent.futures",
        "http.client",
        "http.server",
        "multiprocessing",
        "random",
        "selectors",
    ),
    *("shutil", "socketserver", "subprocess", "tempfile", "threading", "uuid"),
)
# Run by each interpreter before the program, those that the demo starts included.
WITHOUT_POSIX = '''
import os, select, signal, socket, sys, time

for name in """
    O_NONBLOCK O_CLOEXEC O_NOFOLLOW O_DIRECTORY O_NOCTTY O_SYNC getuid geteuid getgid getegid getgroups setuid
    uname fork forkpty readv writev preadv pwritev pread pwrite posix_fadvise posix_fallocate
    sched_getaffinity sched_setaffinity mkfifo mknod chown lchown fchown fchmod killpg getpgid setsid nice
    sysconf initgroups openpty ctermid copy_file_range splice
""".split():
    if hasattr(os, name):
        delattr(os, name)
for name in """
    SIGHUP SIGALRM SIGUSR1 SIGUSR2 SIGPIPE SIGCHLD SIGCONT SIGTSTP SIGQUIT SIGKILL ITIMER_REAL setitimer alarm
    pause pthread_sigmask sigwait siginterrupt
""".split():
    if hasattr(signal, name):
        delattr(signal, name)
gone = (time, "tzset"), (select, "poll"), (select, "epoll"), (socket, "AF_UNIX"), (socket, "SO_REUSEPORT")
for module, name in gone:
    if hasattr(module, name):
        delattr(module, name)
for name in ("fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "syslog"):
    sys.modules[name] = None
'''


@pytest.fixture
def without_posix(tmp_path: Path) -> dict[str, str]:
    """Return the environment of interpreters that lack what Windows lacks."""
    folder = tmp_path / "startup"
    folder.mkdir()
    # The standard library chooses by such names when it is imported, so that is done before.
    early = f"import {', '.join(STANDARD)}\n"
    (folder / "sitecustomize.py").write_text(early + WITHOUT_POSIX)
    return {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}


def test_the_names_are_gone(without_posix: dict[str, str]) -> None:
    code = "import os; assert not hasattr(os, 'O_NONBLOCK'); import fcntl"
    done = subprocess.run([sys.executable, "-c", code], env=without_posix, capture_output=True, check=False)
    assert b"import of fcntl halted" in done.stderr


def test_an_import_with_a_spec(door: Door, sandbox: Sandbox, without_posix: dict[str, str]) -> None:
    door.write("reports/a.xml")
    door.write("reports/b.xml")
    door.write("qtm-import.yml", "files: ['reports/*.xml']\nbuild: ${BUILD}\n")
    environ = door.environment(report_file="report.json") | without_posix | {"BUILD": "5"}
    process = subprocess.run(
        [sys.executable, "-m", "qtm_action"],
        cwd=door.workspace,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert process.returncode == 0, process.stdout
    assert (door.workspace / "report.json").is_file()
    assert len(sandbox.imports) == 1


def test_the_demo(tmp_path: Path, without_posix: dict[str, str]) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "qtm_action", "demo"],
        cwd=tmp_path,
        env=without_posix | {"PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert process.returncode == 0, process.stdout
