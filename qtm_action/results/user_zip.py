"""A ZIP that the user made: it is uploaded as it is, so everything in it is checked first.

What may be in it: files of the format, for QAF pictures too (vendor page, step 2.1, note). What the
server would trip over, or what would harm whoever unpacks it, is refused by the member's name.
"""

from __future__ import annotations

import re
import stat
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

from qtm_action.errors import Problem
from qtm_action.formats import Format
from qtm_action.results.layout import extension_of
from qtm_action.results.pictures import PICTURES
from qtm_action.results.readers import read_stream
from qtm_action.results.sizes import in_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from zipfile import ZipFile, ZipInfo

    from qtm_action.log import Log
    from qtm_action.results.checking import Total

MOST_MEMBERS = 200_000
MOST_BYTES = 4 << 30
"""Bytes of all members unpacked."""
HIGHEST_RATIO = 300
"""Unpacked by packed size; test reports reach 20 to 100, a bomb 1,000."""

_RATIO_COUNTS_FROM = 8 << 20  # bytes unpacked; what is smaller can't harm
_LARGEST_DIRECTORY = 48 << 20  # bytes; it is read into memory

_ENCRYPTED = 0x1 | 0x40
_READABLE = (0, 8)  # stored and deflated; Java's own ZIP library reads no other
_RESULTS = (".xml", ".json")
_ARCHIVES = (".zip", ".jar", ".war", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz")
_JUNK = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")


def check_zip(path: Path, total: Total, *, shown_as: str, log: Log) -> None:
    """Check the ZIP at ``path`` and add what its members hold to ``total``, problems included.

    Problems name the ZIP ``shown_as``, and members in it ``shown_as!/member``.
    """
    import zipfile  # noqa: PLC0415 - start-up

    def blame(message: str, hint: str = "") -> None:
        total.blame(Problem(message, hint, file=shown_as))

    try:
        with path.open("rb") as stream:
            if (refusal := _refuse_directory(stream)) is not None:
                blame(refusal)
                return
            with zipfile.ZipFile(stream) as archive:
                entries = archive.infolist()
                members = [info for info in entries if not _is_folder(info)]
                refusals = [*_judge(members), *_judge_each(entries)]
                for message, hint in refusals:
                    blame(message, hint)
                if not refusals:
                    _read(archive, members, total, shown_as=shown_as, log=log)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error) as error:
        blame(f"this is not a ZIP that can be read: {error}", "Is it cut off, or still being written?")
    except OSError as error:
        blame(f"the file can't be read: {error.strerror or error}")


def _refuse_directory(stream: BinaryIO) -> str | None:
    """Refuse what would cost too much memory before the directory of the archive is read."""
    size = stream.seek(0, 2)
    tail_size = min(size, (1 << 16) + 22)
    stream.seek(size - tail_size)
    tail = stream.read(tail_size)
    stream.seek(0)
    if not size:
        return "the file is empty"
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:  # noqa: PLR2004 - the size of the record
        return None  # zipfile says what is wrong
    directory = struct.unpack_from("<L", tail, at + 12)[0]
    if directory == 0xFFFFFFFF and (wide := tail.rfind(b"PK\x06\x06", 0, at)) >= 0 and at - wide >= 56:  # noqa: PLR2004
        directory = struct.unpack_from("<Q", tail, wide + 40)[0]
    if directory > _LARGEST_DIRECTORY:
        most = in_units(_LARGEST_DIRECTORY)
        return f"the ZIP's directory takes {in_units(directory)}; at most {most} are read"
    return None


def _is_folder(info: ZipInfo) -> bool:
    return info.is_dir() and not info.file_size


def _judge(members: list[ZipInfo]) -> Iterator[tuple[str, str]]:
    """Judge the members together: their number, their sizes, and whether they share bytes or names."""
    if not members:
        yield "the ZIP holds no files", "Did the step that made it find the results?"
    if len(members) > MOST_MEMBERS:
        yield f"the ZIP holds {len(members):,} files; at most {MOST_MEMBERS:,} are taken", ""
    unpacked = sum(info.file_size for info in members)
    packed = sum(info.compress_size for info in members)
    if unpacked > MOST_BYTES:
        yield f"unpacked the ZIP takes {in_units(unpacked)}; at most {in_units(MOST_BYTES)} are taken", ""
    elif _is_bomb(unpacked, packed):
        yield f"the ZIP unpacks to {unpacked // max(packed, 1):,} times its size; that is no test report", ""
    end = 0
    for info in sorted(members, key=lambda info: info.header_offset):
        if info.header_offset < end:
            yield f"{_named(info)} shares its bytes with another member", "Make the ZIP anew."
            return
        end = info.header_offset + info.compress_size
    seen = set()
    for info in members:
        if info.filename in seen:
            yield f"{_named(info)} is in the ZIP twice", "Make the ZIP anew; one of them would be lost."
            return
        seen.add(info.filename)


def _judge_each(members: Iterable[ZipInfo]) -> Iterator[tuple[str, str]]:
    for info in members:
        refusal = _judge_name(info) or _judge_kind(info)
        if refusal:
            yield f"{_named(info)} {refusal[0]}", refusal[1]


def _judge_name(info: ZipInfo) -> tuple[str, str] | None:
    name = info.orig_filename
    parts = name.replace("\\", "/").split("/")
    if "\0" in name or any(ord(letter) < 0x20 for letter in name):  # noqa: PLR2004 - the control characters
        return "has control characters in its name", "Rename it and make the ZIP anew."
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        return "has an absolute name", "Make the ZIP from within the folder of the results."
    if ".." in parts:
        return (
            "has a name that leads out of the archive",
            "Make the ZIP from within the folder of the results.",
        )
    if "\\" in name:
        return "has a backslash in its name", "Make the ZIP with a tool that writes / between folders."
    return None


def _judge_kind(info: ZipInfo) -> tuple[str, str] | None:
    mode = info.external_attr >> 16
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted", "QTM4J has no password for it; make the ZIP without one."
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        what = "a symbolic link" if stat.S_ISLNK(mode) else "not a regular file"
        return f"is {what}", "Make the ZIP so that it holds the files themselves (zip without -y)."
    if extension_of(info.filename) in _ARCHIVES:
        return "is an archive in the archive", "QTM4J does not open it; put the result files into one ZIP."
    if info.compress_type not in _READABLE:
        return (
            f"is packed by method {info.compress_type}",
            "Make the ZIP with deflate, which any server can read.",
        )
    if _is_bomb(info.file_size, info.compress_size):
        ratio = info.file_size // max(info.compress_size, 1)
        return f"unpacks to {in_units(info.file_size)}, {ratio:,} times its size", "That is no test report."
    return None


def _read(
    archive: ZipFile,
    members: list[ZipInfo],
    total: Total,
    *,
    shown_as: str,
    log: Log,
) -> None:
    """Read every member to its end, so that its checksum is compared too."""
    others = []
    for number, info in enumerate(members, 1):
        extension = extension_of(info.filename)
        if extension in _RESULTS:
            name = f"{shown_as}!/{info.filename}"
            if (stream := _open(archive, info, total, shown_as=shown_as)) is not None:
                with stream:
                    total.add(
                        name, read_stream(stream, shown_as=name, expected=total.expected, extension=extension)
                    )
        else:
            others.append(info)
        log.progress(f"checked {number:,} of {len(members):,} files in {shown_as}")
    format_ = total.format
    for info in others:
        if format_ is Format.QAF and extension_of(info.filename) in PICTURES:
            _drain(archive, info, total, shown_as=shown_as)
        else:
            total.blame(_stranger(info, format_, shown_as=shown_as))


def _open(archive: ZipFile, info: ZipInfo, total: Total, *, shown_as: str) -> BinaryIO | None:
    import zipfile  # noqa: PLC0415 - loaded by then

    try:
        return cast("BinaryIO", archive.open(info))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, struct.error) as error:
        total.blame(_broken(info, error, shown_as=shown_as))
    return None


def _drain(archive: ZipFile, info: ZipInfo, total: Total, *, shown_as: str) -> None:
    import zipfile  # noqa: PLC0415 - loaded by then

    if (stream := _open(archive, info, total, shown_as=shown_as)) is None:
        return
    try:
        with stream:
            while stream.read(1 << 20):
                pass
    except (zipfile.BadZipFile, EOFError, zlib.error) as error:
        total.blame(_broken(info, error, shown_as=shown_as))


def _broken(info: ZipInfo, error: Exception, *, shown_as: str) -> Problem:
    return Problem(f"{_named(info)} can't be unpacked: {error}", "Make the ZIP anew.", file=shown_as)


def _stranger(info: ZipInfo, format_: Format | None, *, shown_as: str) -> Problem:
    kind = f"{format_.title} files" if format_ else "result files"
    hint = f"A ZIP holds {kind} only{', and pictures' if format_ is Format.QAF else ''}."
    if _JUNK.search(info.filename):
        hint += f" Leave it out: `zip -d {shown_as} '__MACOSX*' '*.DS_Store'`."
    return Problem(f"{_named(info)} is not a result file", hint, file=shown_as)


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > _RATIO_COUNTS_FROM and unpacked > HIGHEST_RATIO * max(packed, 1)


def _named(info: ZipInfo) -> str:
    """Name a member; the name as it stands in the archive, made printable."""
    return "".join(
        letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in info.orig_filename
    )
