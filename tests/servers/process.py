"""A server of somebody else's as a process of ours: started on free ports, ready when they answer, ended."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

HOST = "127.0.0.1"
_UP_WITHIN = 30.0  # seconds; Tomcat on a busy machine
_DOWN_WITHIN = 5.0
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


class NotUpError(Exception):
    """A server ended, or did not listen in time; the message holds what it printed."""


def command(name: str) -> str:
    """Return the path of a server's program, which a user's own path doesn't always lead to."""
    found = shutil.which(name, path=_PATH)
    if found is None:
        raise NotUpError(f"{name} is not installed: run tools/install-servers.sh")
    return found


def free_ports(count: int) -> list[int]:
    """Return ports of loopback on which nothing listens at the moment, all different."""
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server((HOST, 0))) for _ in range(count)]
        return [listener.getsockname()[1] for listener in listeners]


@contextlib.contextmanager
def folder_for(name: str, user: str | None = None) -> Iterator[Path]:
    """Make a folder that servers which give up root can reach; ``user`` owns it if we are root."""
    with tempfile.TemporaryDirectory(prefix=f"qtm-{name}-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        if user is not None and os.geteuid() == 0:
            shutil.chown(folder, user)
        yield folder


@contextlib.contextmanager
def running(
    prepare: Callable[[list[int]], Sequence[str]],
    *,
    ports: int,
    log: Path,
    environ: Mapping[str, str] | None = None,
) -> Iterator[list[int]]:
    """Run a server for as long as the context lasts, and give the ports it listens on.

    ``prepare`` writes its configuration for the ports it is given and returns the command. A port that
    somebody else took in the meantime is a reason to choose anew.
    """
    for last in (False, False, True):
        chosen = free_ports(ports)
        words = prepare(chosen)
        with log.open("wb") as output:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=log.parent,
                env={**os.environ, **(environ or {})},
                start_new_session=True,
            )
        try:
            try:
                _wait_until_up(process, chosen, log)
            except NotUpError:
                if last or "in use" not in log.read_text("utf-8", "replace"):
                    raise
                continue
            yield chosen
            return
        finally:
            _end(process)


def _wait_until_up(process: subprocess.Popen[bytes], ports: Sequence[int], log: Path) -> None:
    deadline = time.monotonic() + _UP_WITHIN
    for port in ports:
        while True:
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text("utf-8", "replace")[-4000:]
                raise NotUpError(f"{process.args!r} does not listen on {port}: {said}")
            time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_DOWN_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
