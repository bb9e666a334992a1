"""Reading files for the upload: exactly what was checked, or an error that names the file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from qtm_action.errors import ResultFilesError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qtm_action.results.model import Member

_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


def read_into(member: Member, room: memoryview) -> None:
    """Fill ``room`` with a file of its size; raise ResultFilesError if it is not what was checked."""
    size = member.size
    try:
        descriptor = os.open(f"{member.root}/{member.source}", _FLAGS)  # Paths would cost more than opening
        try:
            count = os.readv(descriptor, (room,)) if size else 0
            while count < size and (more := os.readv(descriptor, (room[count:],))):
                count += more  # the system may hand it out in parts
            now = os.fstat(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _unreadable(member, error) from error
    if count != size or now.st_size != size or now.st_mtime_ns != member.modified:
        raise changed(member)


def read_pieces(member: Member, piece: int) -> Iterator[bytes]:
    """Yield the bytes of a file, ``piece`` at a time, the last fewer; raise as :func:`read_into`."""
    try:
        descriptor = os.open(f"{member.root}/{member.source}", _FLAGS)
        try:
            left = member.size
            while left > 0:
                data = _read(descriptor, min(piece, left))
                if not data:
                    raise changed(member)
                left -= len(data)
                yield data
            now = os.fstat(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _unreadable(member, error) from error
    if now.st_size != member.size or now.st_mtime_ns != member.modified:
        raise changed(member)


def _read(descriptor: int, size: int) -> bytes:
    """Read ``size`` bytes, fewer only at the end of the file; the system may hand them out in parts."""
    data = os.read(descriptor, size)
    if len(data) == size:
        return data
    parts = [data]
    while data and size > len(data):
        size -= len(data)
        data = os.read(descriptor, size)
        parts.append(data)
    return b"".join(parts)


def changed(member: Member) -> ResultFilesError:
    """Return the error for a file that is not what was checked."""
    return ResultFilesError(
        f"{member.source} changed while it was being imported",
        hint="Start the import after the test run has ended; nothing of this import was sent.",
    )


def _unreadable(member: Member, error: OSError) -> ResultFilesError:
    if isinstance(error, FileNotFoundError):
        return ResultFilesError(
            f"{member.source} vanished while it was being imported",
            hint="Start the import after the test run has ended, and let nothing clean up before it; "
            "nothing of this import was sent.",
        )
    return ResultFilesError(f"{member.source} can't be read: {error.strerror or error}")
