"""What a ZIP that a user made may hold, judged by its directory alone. Nothing here reads the ZIP.

What may be in it: files of the format, for QAF pictures too (vendor page, step 2.1, note). What the
server would trip over, or what would harm whoever unpacks it, is refused by the member's name.
"""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING, NamedTuple

from qtm_action.formats import Format
from qtm_action.results.layout import extension_of
from qtm_action.results.pictures import PICTURES
from qtm_action.words import format_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zipfile import ZipInfo

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


class Refusal(NamedTuple):
    """Why a ZIP is refused, and what to do about it."""

    message: str
    hint: str = ""


def is_folder(info: ZipInfo) -> bool:
    """Whether an entry only says that there is a folder."""
    return info.filename.endswith("/") and not info.file_size


def is_picture(info: ZipInfo, format_: Format | None) -> bool:
    """Whether a member is a picture that may be there."""
    return format_ is Format.QAF and extension_of(info.filename) in PICTURES


def judge(entries: Sequence[ZipInfo], archive_size: int) -> Iterator[Refusal]:
    """Judge a ZIP of ``archive_size`` bytes by the entries of its directory."""
    members = [info for info in entries if not is_folder(info)]
    yield from _judge_together(members)
    yield from _judge_places(members, archive_size)
    for info in entries:
        refusal = _judge_name(info) or (None if is_folder(info) else _judge_kind(info))
        if refusal is not None:
            yield Refusal(f"{named(info)} {refusal.message}", refusal.hint)


def stranger(info: ZipInfo, format_: Format | None, *, shown_as: str) -> Refusal:
    """Refuse a member that is neither a result file nor a picture that may be there."""
    kind = f"{format_.title} files" if format_ else "result files"
    hint = f"A ZIP holds {kind} only{', and pictures' if format_ is Format.QAF else ''}."
    if _JUNK.search(info.filename):
        hint += f" Leave it out: `zip -d {shown_as} '__MACOSX*' '*.DS_Store'`."
    return Refusal(f"{named(info)} is not a result file", hint)


def named(info: ZipInfo) -> str:
    """Return the name of a member as it stands in the archive, made printable."""
    return "".join(
        letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in info.orig_filename
    )


def _judge_together(members: Sequence[ZipInfo]) -> Iterator[Refusal]:
    if not members:
        yield Refusal("the ZIP holds no files", "Did the step that made it find the results?")
    if len(members) > MOST_MEMBERS:
        yield Refusal(f"the ZIP holds {len(members):,} files; at most {MOST_MEMBERS:,} are taken")
    unpacked = sum(info.file_size for info in members)
    packed = sum(info.compress_size for info in members)
    if unpacked > MOST_BYTES:
        yield Refusal(
            f"unpacked the ZIP takes {format_size(unpacked)}; at most {format_size(MOST_BYTES)} are taken"
        )
    elif _is_bomb(unpacked, packed):
        ratio = unpacked // max(packed, 1)
        yield Refusal(f"the ZIP unpacks to {ratio:,} times its size; that is no test report")


def _judge_places(members: Sequence[ZipInfo], archive_size: int) -> Iterator[Refusal]:
    """Each member has bytes and a name of its own: else one of them is lost, or it is a bomb."""
    end = 0
    for info in sorted(members, key=lambda info: info.header_offset):
        if info.header_offset < end:
            yield Refusal(f"{named(info)} shares its bytes with another member", "Make the ZIP anew.")
            return
        end = info.header_offset + info.compress_size
        if end > archive_size:
            yield Refusal(f"{named(info)} would end beyond the end of the ZIP", "Make the ZIP anew.")
            return
    seen = set()
    for info in members:
        if info.filename in seen:
            yield Refusal(
                f"{named(info)} is in the ZIP twice", "Make the ZIP anew; one of them would be lost."
            )
            return
        seen.add(info.filename)


def _judge_name(info: ZipInfo) -> Refusal | None:
    name = info.orig_filename
    if any(ord(letter) < 0x20 for letter in name):  # noqa: PLR2004 - the control characters
        return Refusal("has control characters in its name", "Rename it and make the ZIP anew.")
    inside = "Make the ZIP from within the folder of the results."
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        return Refusal("has an absolute name", inside)
    if ".." in name.replace("\\", "/").split("/"):
        return Refusal("has a name that leads out of the archive", inside)
    if "\\" in name:
        return Refusal(
            "has a backslash in its name", "Make the ZIP with a tool that writes / between folders."
        )
    return None


def _judge_kind(info: ZipInfo) -> Refusal | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & _ENCRYPTED:
        return Refusal("is encrypted", "QTM4J has no password for it; make the ZIP without one.")
    if kind not in (0, stat.S_IFREG):
        what = "a symbolic link" if kind == stat.S_IFLNK else "not a regular file"
        return Refusal(f"is {what}", "Make the ZIP so that it holds the files themselves (zip without -y).")
    if extension_of(info.filename) in _ARCHIVES:
        return Refusal("is an archive in the archive", "QTM4J does not open it; put all files into one ZIP.")
    if info.compress_type not in _READABLE:
        told = f"is packed by method {info.compress_type}"
        return Refusal(told, "Make the ZIP with deflate, which any server can read.")
    if _is_bomb(info.file_size, info.compress_size):
        ratio = info.file_size // max(info.compress_size, 1)
        told = f"unpacks to {format_size(info.file_size)}, {ratio:,} times its size"
        return Refusal(told, "That is no test report.")
    return None


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > _RATIO_COUNTS_FROM and unpacked > HIGHEST_RATIO * max(packed, 1)
