"""Reading files for the upload: exactly what was checked, or an error that names the file."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator

from qtm_action.errors import ResultFilesError
from qtm_action.results.paths import open_unlinked, why_unreadable
from qtm_action.results.result_files import Member

BLOCK = 1 << 20
"""How many bytes of a file are read at once."""


def read_blocks(member: Member) -> Iterator[bytes]:
    """Yield the bytes of a file, :data:`BLOCK` at a time, the last fewer.

    Raises ResultFilesError when it can't be read, or is not what was checked: at the latest at its end.
    """
    try:
        descriptor = open_checked(member)
        try:
            left = member.size
            while left:
                block = _read(descriptor, min(BLOCK, left))
                if not block:
                    raise changed(member)
                left -= len(block)
                yield block
            check_unchanged(member, descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unreadable(member, error) from error


def open_checked(member: Member) -> int:
    """Return a descriptor of the file that was checked: of itself, whatever has its name now.

    Raises ResultFilesError when another file has or it changed, OSError when it can't be opened.
    """
    try:
        # A Path would cost more than opening.
        descriptor = open_unlinked(member.real or f"{member.root}/{member.source}")
    except OSError as error:
        if error.errno == errno.ELOOP:  # a link, which it was not
            raise changed(member) from None
        raise
    now = os.fstat(descriptor)
    # Without O_NOFOLLOW, on Windows, the two calls need not name a device alike.
    is_same = not hasattr(os, "O_NOFOLLOW") or member.identity in (None, (now.st_dev, now.st_ino))
    if not is_same or not stat.S_ISREG(now.st_mode) or _has_changed(member, now):
        os.close(descriptor)
        raise changed(member)
    return descriptor


def check_unchanged(member: Member, descriptor: int) -> None:
    """Raise ResultFilesError when the open file is not what was checked any more."""
    if _has_changed(member, os.fstat(descriptor)):
        raise changed(member)


def checked_opener(member: Member) -> Callable[[str, int], int]:
    """Return the opener, as the built-in ``open`` takes it, that opens only the file that was checked."""
    return lambda _path, _flags: open_checked(member)


def _has_changed(member: Member, now: os.stat_result) -> bool:
    return (now.st_size, now.st_mtime_ns) != (member.size, member.modified)


def _read(descriptor: int, size: int) -> bytes:
    """Read ``size`` bytes, fewer only at the end of the file; the system may return them in parts."""
    data = os.read(descriptor, size)
    while len(data) < size and (more := os.read(descriptor, size - len(data))):
        data += more
    return data


def changed(member: Member) -> ResultFilesError:
    """Return the error for a file that is not what was checked."""
    return ResultFilesError(
        f"{member.source} changed while it was being imported",
        hint="Start the import after the tests finish. This import was not sent.",
    )


def unreadable(member: Member, error: OSError) -> ResultFilesError:
    """Return the error for a file that can't be read."""
    if isinstance(error, FileNotFoundError):
        return ResultFilesError(
            f"{member.source} was deleted while it was being imported",
            hint="Start the import after the tests finish, and do not clean up before it. "
            "This import was not sent.",
        )
    return ResultFilesError(f"{member.source} can't be read: {why_unreadable(error, member.path)}")
