"""What a ZIP made by the user may contain, checked by its directory alone. Nothing here reads the ZIP.

It may contain files of the format, and for QAF pictures (vendor page, step 2.1, note). What the server can't
unpack, or what would do harm when unpacked, is refused, with the name of the member.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Sequence
from zipfile import ZipInfo

from qtm_action.errors import Problem
from qtm_action.formats import Format
from qtm_action.redaction import redacted
from qtm_action.results.attachments import PICTURES
from qtm_action.results.paths import extension_of
from qtm_action.words import format_size

MOST_MEMBERS = 100_000
MOST_BYTES = 4 << 30
"""Bytes of all members unpacked."""
HIGHEST_RATIO = 300
"""Unpacked by packed size; test reports reach 20 to 100, a bomb 1,000."""

_RATIO_COUNTS_FROM = 8 << 20  # bytes unpacked; what is smaller can't harm
_ENCRYPTED = 0x1 | 0x40
_READABLE = (0, 8)  # stored and deflated; Java's own ZIP library reads no other
_ARCHIVES = (".zip", ".jar", ".war", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz")
_JUNK = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")


def is_folder(info: ZipInfo) -> bool:
    """Whether an entry is only that of a folder."""
    return info.filename.endswith("/") and not info.file_size


def is_picture(info: ZipInfo, format_: Format | None) -> bool:
    """Whether a member is a picture that may be there."""
    return format_ is not None and format_.takes_pictures and extension_of(info.filename) in PICTURES


def check_directory(entries: Sequence[ZipInfo], archive_size: int) -> Iterator[Problem]:
    """Say what is wrong with a ZIP of ``archive_size`` bytes by the entries of its directory."""
    members = [info for info in entries if not is_folder(info)]
    yield from _check_together(members)
    yield from _check_places(members, archive_size)
    for info in entries:
        problem = _check_name(info) or (None if is_folder(info) else _check_kind(info))
        if problem is not None:
            yield Problem(f"{printable_name(info)} {problem.message}", problem.hint)


def not_a_result(info: ZipInfo, format_: Format | None, *, shown_as: str) -> Problem:
    """Refuse a member that is neither a result file nor a picture that may be there."""
    kind = f"{format_.title} files" if format_ else "result files"
    hint = f"A ZIP may contain only {kind}{' and images' if format_ and format_.takes_pictures else ''}."
    if _JUNK.search(info.filename):
        hint += f" Leave it out: `zip -d {shown_as} '__MACOSX*' '*.DS_Store'`."
    return Problem(f"{printable_name(info)} is not a result file", hint)


def printable_name(info: ZipInfo) -> str:
    """Return the name of a member as it is in the archive, without secrets and made printable."""
    name = redacted(info.orig_filename)
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in name)


def _check_together(members: Sequence[ZipInfo]) -> Iterator[Problem]:
    if not members:
        yield Problem("the ZIP contains no files", "Did the step that created it find the results?")
    if len(members) > MOST_MEMBERS:
        yield Problem(f"the ZIP contains {len(members):,} files; the limit is {MOST_MEMBERS:,}")
    unpacked = sum(info.file_size for info in members)
    packed = sum(info.compress_size for info in members)
    if unpacked > MOST_BYTES:
        yield Problem(
            f"unpacked, the ZIP takes {format_size(unpacked)}; the limit is {format_size(MOST_BYTES)}"
        )
    elif _is_bomb(unpacked, packed):
        ratio = unpacked // max(packed, 1)
        yield Problem(f"the ZIP unpacks to {ratio:,} times its size, too much for test reports")


def _check_places(members: Sequence[ZipInfo], archive_size: int) -> Iterator[Problem]:
    """Each member has bytes and a name of its own: else one of them is lost, or it is a bomb."""
    end = 0
    for info in sorted(members, key=lambda info: info.header_offset):
        if info.header_offset < end:
            yield Problem(f"{printable_name(info)} overlaps another file in the ZIP", "Create the ZIP again.")
            return
        end = info.header_offset + info.compress_size
        if end > archive_size:
            yield Problem(f"{printable_name(info)} extends past the end of the ZIP", "Create the ZIP again.")
            return
    seen = set()
    for info in members:
        if info.filename in seen:
            yield Problem(
                f"{printable_name(info)} is in the ZIP twice",
                "One of them would be lost. Create the ZIP again.",
            )
            return
        seen.add(info.filename)


def _check_name(info: ZipInfo) -> Problem | None:
    name = info.orig_filename
    if any(ord(letter) < 0x20 for letter in name):  # noqa: PLR2004 - the control characters
        return Problem("has control characters in its name", "Rename it and create the ZIP again.")
    inside = "Create the ZIP from inside the results folder."
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        return Problem("has an absolute path", inside)
    if ".." in name.replace("\\", "/").split("/"):
        return Problem("has a path that leads outside the ZIP", inside)
    if "\\" in name:
        return Problem(
            "has a backslash in its name", "Create the ZIP with a tool that separates folders with `/`."
        )
    return None


def _check_kind(info: ZipInfo) -> Problem | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & _ENCRYPTED:
        return Problem("is encrypted", "QTM4J can't decrypt it. Create the ZIP without a password.")
    if kind not in (0, stat.S_IFREG):
        what = "a symbolic link" if kind == stat.S_IFLNK else "not a regular file"
        return Problem(f"is {what}", "Put the files themselves into the ZIP (`zip` without `-y`).")
    if extension_of(info.filename) in _ARCHIVES:
        return Problem(
            "is an archive inside the ZIP",
            "QTM4J does not unpack nested archives. Put all files into one ZIP.",
        )
    if info.compress_type not in _READABLE:
        message = f"is compressed with method {info.compress_type}"
        return Problem(message, "Create the ZIP with Deflate, which every server can read.")
    if _is_bomb(info.file_size, info.compress_size):
        ratio = info.file_size // max(info.compress_size, 1)
        message = f"unpacks to {format_size(info.file_size)}, {ratio:,} times its size"
        return Problem(message, "That is too much for a test report.")
    return None


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > _RATIO_COUNTS_FROM and unpacked > HIGHEST_RATIO * max(packed, 1)
