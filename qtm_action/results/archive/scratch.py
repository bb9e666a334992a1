"""A temporary folder that is always given back: at the end of the run, or by the next run.

A run that is killed can't clean up. Each folder holds a lock file that its run keeps locked, so the
next run can tell a folder left behind (its lock is free) from one in use, on the same machine.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from qtm_action.errors import ResultFilesError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]


_PREFIX = "qtm-import-"
_LOCK = "in-use"
_VARIABLES = ("RUNNER_TEMP", "TMPDIR", "TEMP", "TMP")
_PLACES = ("/tmp", "/var/tmp", "/usr/tmp") if os.name == "posix" else (r"C:\TEMP", r"C:\TMP")  # noqa: S108
_YOUNG = 60.0  # seconds; a folder may be this young before its lock is taken


def scratch_base(environ: Mapping[str, str], workspace: Path) -> Path:
    """Return where temporary folders go: the first of the usual places that is there and writable.

    ``RUNNER_TEMP`` is one only where it exists: inside a Docker action GitHub names a folder of the host.
    One that is named below ``workspace`` is passed over, since the next run would find the archive as a
    result file; for the same reason :func:`tempfile.gettempdir`, which falls back to the current folder, is
    not asked.

    Raises ResultFilesError where there is none.
    """
    inside = Path(os.path.realpath(workspace))
    named = [Path(environ[name]) for name in _VARIABLES if environ.get(name)]
    outside = [each for each in named if not Path(os.path.realpath(each)).is_relative_to(inside)]
    for folder in (*outside, *map(Path, _PLACES)):
        if folder.is_absolute() and folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
            return folder
    raise _no_folder("no temporary folder outside the workspace is writable")


def _no_folder(message: str) -> ResultFilesError:
    return ResultFilesError(
        f"the archive can't be created: {message}",
        hint="Mount a writable folder at /tmp (docker run --tmpfs /tmp), or name one in TMPDIR.",
    )


@contextmanager
def scratch_folder(base: Path) -> Iterator[Path]:
    """Give a new folder under ``base`` for the time of the block; sweep those of killed runs first.

    Raises ResultFilesError where none can be made.
    """
    _sweep(base)
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
        lock = (folder / _LOCK).open("w", encoding="ascii")
    except OSError as error:
        raise _no_folder(f"{base}: {error.strerror}") from error
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
