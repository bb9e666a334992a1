"""Readers of result files: what is in a file, in bounded memory, before anything is sent.

:func:`read` and :func:`read_stream` never raise for what a file holds: what is wrong is in the
:class:`FileReading` they return, errors (it can't be imported) and warnings (it is unusual). A file that is
read to its end has the counts, the first failures and the keys found; one with an error counts nothing.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from qtm_action.formats import Format
from qtm_action.redaction import redacted
from qtm_action.results.paths import open_unlinked, why_unreadable
from qtm_action.results.readers import recognising
from qtm_action.results.readers.reported_tests import TestResult
from qtm_action.results.readers.tally import ReadSibling, Tally, UnreadableError, no_sibling
from qtm_action.results.readers.xml_repair import Repair
from qtm_action.results.result_files import FileReading

__all__ = ["read", "read_stream"]

CHUNK = 1 << 18
"""Bytes that are read at once."""


def read(
    path: Path,
    *,
    shown_as: str,
    expected: Format | None = None,
    repair: bool = False,
    opener: Callable[[str, int], int] | None = None,
) -> FileReading:
    """Read the result file at ``path``; problems name it ``shown_as``.

    With ``expected`` a file of another format is an error; without, the format is recognised and is
    the reading's ``format`` (None where the file is of none of them, which is an error too). With
    ``repair`` it is read without the characters that XML forbids. ``opener`` is :func:`open`'s.
    """

    def read_sibling(name: str, size: int) -> bytes | None:
        try:
            with os.fdopen(open_unlinked(path.parent / name), "rb") as stream:
                return stream.read(size) if stat.S_ISREG(os.fstat(stream.fileno()).st_mode) else None
        except OSError:
            return None

    try:
        if stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for a writer
            with open(path, "rb", buffering=0, opener=opener) as stream:
                return read_stream(
                    stream,
                    shown_as=shown_as,
                    expected=expected,
                    extension=path.suffix,
                    read_sibling=read_sibling,
                    repair=repair,
                )
        unreadable = UnreadableError("this is not a regular file")
    except OSError as error:
        unreadable = UnreadableError(f"the file can't be read: {why_unreadable(error, path)}")
    return Tally(shown_as).reading(unreadable)


def read_stream(
    stream: IO[bytes],
    *,
    shown_as: str,
    expected: Format | None = None,
    extension: str = "",
    read_sibling: ReadSibling = no_sibling,
    on_test: Callable[[TestResult], None] | None = None,
    repair: bool = False,
) -> FileReading:
    """Read a result file from ``stream``; otherwise as :func:`read`.

    ``extension`` (with its dot) is what the file's name ends in; ``read_sibling`` reads the beginning of
    another file in its folder. ``on_test`` is called with each test, in the order of the file, and before
    the file is known to be right. The stream is not closed.
    """
    tally = Tally(shown_as, expected, on_test, Repair() if repair else None, read_sibling)
    try:
        recognising.read(_chunks(stream), tally, extension=extension)
    except UnreadableError as error:
        return tally.reading(error)
    return tally.reading()


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while True:
        try:
            chunk = stream.read(CHUNK)
        except Exception as error:  # zipfile, zlib and the system raise each their own
            raise UnreadableError(f"the file can't be read: {redacted(str(error))}") from error
        if not chunk:
            return
        yield chunk
