"""A temporary folder that is always given back: at the end of the run, or by the next run.

A run that is killed can't clean up. Each folder holds a lock file that its run keeps locked, so the
next run can tell a folder left behind (its lock is free) from one in use, on the same machine.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PREFIX = "qtm-import-"
_LOCK = "in-use"
_YOUNG = 60.0  # seconds; a folder may be this young before its lock is taken


def scratch_base(environ: Mapping[str, str]) -> Path:
    """Return where temporary folders go.

    ``RUNNER_TEMP`` is used only where it is there and writable: inside a Docker action GitHub names a
    folder of the host that does not exist in the container.
    """
    runner_temp = environ.get("RUNNER_TEMP")
    if runner_temp and os.access(runner_temp, os.W_OK | os.X_OK) and Path(runner_temp).is_dir():
        return Path(runner_temp)
    return Path(tempfile.gettempdir())


@contextmanager
def scratch_folder(base: Path) -> Iterator[Path]:
    """Give a new folder under ``base`` for the time of the block; sweep those of killed runs first."""
    _sweep(base)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
    lock = (folder / _LOCK).open("w", encoding="ascii")
    try:
        _lock(lock)
        yield folder
    finally:
        lock.close()
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(base: Path) -> None:
    for left in base.glob(f"{_PREFIX}*/{_LOCK}"):
        try:
            if time.time() - left.stat().st_mtime < _YOUNG:
                continue
            with left.open("r+", encoding="ascii") as lock:
                free = _lock(lock)
        except OSError:  # another user's, or gone in the meantime
            continue
        if free:
            shutil.rmtree(left.parent, ignore_errors=True)


def _lock(file: TextIO) -> bool:
    """Lock ``file`` until it is closed; False when another process has it or locks do not exist here."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
