"""A ZIP that the user made: it is uploaded as it is or repaired, so everything in it is checked first."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Container
from dataclasses import replace
from functools import partial
from typing import BinaryIO, cast
from zipfile import ZipFile, ZipInfo

from qtm_action.errors import Problem, ResultFilesError
from qtm_action.formats import RESULT_EXTENSIONS
from qtm_action.log import Log
from qtm_action.results.ant_total import HEAD, repeating_totals
from qtm_action.results.archive import user_zip_rules as zip_rules
from qtm_action.results.archive.reading import BLOCK, changed, check_unchanged, open_checked, unreadable
from qtm_action.results.checking import Total
from qtm_action.results.paths import extension_of, why_unreadable
from qtm_action.results.readers import read_stream
from qtm_action.results.readers.xml_repair import repaired
from qtm_action.results.result_files import Member
from qtm_action.words import format_size

LARGEST_DIRECTORY = 20 << 20
"""Bytes of the list of members at a ZIP's end; it is read into memory."""

# What zipfile raises for a member.
_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, struct.error, zlib.error)
_LONGEST_COMMENT = 0xFFFF
_MOST_GROWTH = len("&#65533;")  # in place of one byte, where an encoding does not have U+FFFD
_END = struct.Struct("<4s4H2LH")  # the end of central directory record, and its ZIP64 form
_END64 = struct.Struct("<4sQ2H2L4Q")


def check_zip(file: Member, total: Total, *, repair: bool, log: Log) -> None:
    """Check a ZIP and add what its members hold to ``total``, problems included; ``repair`` as for a file.

    Problems name the ZIP by its path from the working directory, and members in it ``path!/member``.
    """
    shown_as = file.source
    message = ""
    hint = "Is it cut off, or still being written?"
    try:
        with os.fdopen(open_checked(file), "rb") as stream:
            size = stream.seek(0, 2)
            directory = _directory_size(stream, size)
            if not size:
                message = "the file is empty"
            elif directory > LARGEST_DIRECTORY:
                message = (
                    f"the ZIP's directory takes {format_size(directory)}; "
                    f"the limit is {format_size(LARGEST_DIRECTORY)}"
                )
                hint = "Split it into several ZIPs, with one import for each."
            else:
                with zipfile.ZipFile(stream) as archive:
                    _Contents(archive, total, shown_as, log, repair=repair).check(size)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error) as error:
        message = f"this is not a readable ZIP file: {error}"
    except ResultFilesError as error:
        total.add_problem(Problem(error.message, error.hint))
    except OSError as error:
        message, hint = f"the file can't be read: {why_unreadable(error, file.path)}", ""
    if message:
        total.add_problem(Problem(message, hint, file=shown_as))


def copy_repaired(file: Member, out: BinaryIO, repaired_names: Container[str]) -> None:
    """Write a copy of a ZIP that was checked, with those of its files repaired, named as in problems.

    Raises ResultFilesError when it can't be read or is not what was checked, OSError where writing does.
    """
    try:
        descriptor = open_checked(file)
    except OSError as error:
        raise unreadable(file, error) from error
    try:
        with os.fdopen(descriptor, "rb") as stream:
            with zipfile.ZipFile(stream) as archive, zipfile.ZipFile(out, "w") as copy:
                for info in archive.infolist():
                    _copy_member(
                        archive, info, copy, repair=f"{file.source}!/{info.filename}" in repaired_names
                    )
            check_unchanged(file, stream.fileno())
    except _UNREADABLE:
        raise changed(file) from None


def _copy_member(archive: ZipFile, info: ZipInfo, copy: ZipFile, *, repair: bool) -> None:
    entry = zipfile.ZipInfo(info.filename, info.date_time)
    entry.compress_type, entry.external_attr = info.compress_type, info.external_attr
    may_be_large = info.file_size * _MOST_GROWTH > zipfile.ZIP64_LIMIT
    with archive.open(info) as source, copy.open(entry, "w", force_zip64=may_be_large) as target:
        blocks = iter(partial(source.read, BLOCK), b"")
        target.writelines(repaired(blocks) if repair else blocks)


def _directory_size(stream: BinaryIO, size: int) -> int:
    """Return how many bytes the directory takes, according to the ZIP; 0 if it has no such record."""
    stream.seek(max(0, size - _LONGEST_COMMENT - _END.size - _END64.size - 20))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return 0
    directory = int(_END.unpack_from(tail, at)[5])
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if wide >= 0 and at - wide >= _END64.size:
        directory = max(directory if directory != 0xFFFFFFFF else 0, _END64.unpack_from(tail, wide)[8])  # noqa: PLR2004
    return directory


class _Contents:
    """The contents of one ZIP under check."""

    def __init__(self, archive: ZipFile, total: Total, shown_as: str, log: Log, *, repair: bool) -> None:
        self._archive = archive
        self._total = total
        self._shown_as = shown_as
        self._log = log
        self._repair = repair

    def check(self, archive_size: int) -> None:
        """Check the directory; where nothing in it is refused, read every member to its end."""
        entries = self._archive.infolist()
        problems = list(zip_rules.check_directory(entries, archive_size))
        for problem in problems:
            self._add(problem)
        if not problems:
            self._read([info for info in entries if not zip_rules.is_folder(info)])

    def _read(self, members: list[ZipInfo]) -> None:
        is_result = {info: extension_of(info.filename) in RESULT_EXTENSIONS for info in members}
        for number, info in enumerate(members, 1):
            if is_result[info]:
                self._read_member(info, self._read_result)
            self._log.progress(f"checked {number:,} of {len(members):,} files in {self._shown_as}")
        for problem in repeating_totals([info.filename for info in members if is_result[info]], self._head):
            self._add(replace(problem, hint="Leave it out of the ZIP."))
        format_ = self._total.format  # as the results show it
        for info in members:
            if is_result[info]:
                continue
            if zip_rules.is_picture(info, format_):
                self._read_member(info, self._read_picture)
            else:
                self._add(zip_rules.not_a_result(info, format_, shown_as=self._shown_as))

    def _read_member(self, info: ZipInfo, read: Callable[[ZipInfo, BinaryIO], None]) -> None:
        try:
            stream = self._archive.open(info)
        except _UNREADABLE as error:
            self._broken(info, error)
            return
        with stream:
            read(info, cast("BinaryIO", stream))

    def _read_result(self, info: ZipInfo, stream: BinaryIO) -> None:
        name = f"{self._shown_as}!/{info.filename}"
        reading = read_stream(
            stream,
            shown_as=name,
            expected=self._total.expected,
            extension=extension_of(name),
            repair=self._repair,
        )
        self._total.add(name, reading)
        if not reading.problems and stream.tell() != info.file_size:
            self._broken(info, "it is shorter than its entry in the ZIP")

    def _head(self, name: str) -> bytes:
        try:
            with self._archive.open(name) as stream:
                return stream.read(HEAD)
        except _UNREADABLE:
            return b""  # that it can't be unpacked is a problem already

    def _read_picture(self, info: ZipInfo, stream: BinaryIO) -> None:
        try:
            while stream.read(1 << 20):
                pass
        except _UNREADABLE as error:
            self._broken(info, error)

    def _broken(self, info: ZipInfo, why: object) -> None:
        message = f"{zip_rules.printable_name(info)} can't be unpacked: {why}"
        self._add(Problem(message, "Create the ZIP again."))

    def _add(self, problem: Problem) -> None:
        self._total.add_problem(replace(problem, file=self._shown_as))
