"""Writing the archive: files compressed by several threads, in one order, into the same bytes every time.

Files of at most :data:`BLOCK` bytes are compressed whole, a group of them in each task; a larger one is
cut into blocks, a task each. The cut does not depend on the threads, so neither do the bytes.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from qtm_action.results.archive.compress import BLOCK, crc32, deflate, deflate_block
from qtm_action.results.archive.ordered_map import OrderedPool
from qtm_action.results.archive.reading import changed, read_blocks
from qtm_action.results.archive.zip_format import Method, ZipEntry, ZipWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from qtm_action.results.result_files import Member

_MOST_IN_A_GROUP = 128

# Compressed already: doing it again takes long and gains nothing.
_COMPRESSED = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".avif"),
        *(".mp4", ".m4v", ".mov", ".webm", ".avi", ".mkv", ".mp3", ".ogg"),
        *(".zip", ".gz", ".7z", ".pdf"),
    )
)


def is_stored(name: str) -> bool:
    """Whether a file of that name goes into an archive as it is: pictures, films, archives."""
    return name[name.rfind(".") :].lower() in _COMPRESSED


def write_archive(
    members: Iterable[Member], write: Callable[[bytes], object], *, progress: Callable[[int], None]
) -> None:
    """Hand the bytes of a ZIP of ``members``, in their order, to ``write``, front to back.

    ``progress`` is called with how many bytes of the files are done. Raises ResultFilesError, naming the
    file, when one is not what was checked any more; what ``write`` raises passes through.
    """
    writer = ZipWriter(write)
    done = 0
    with OrderedPool() as pool:
        for size in _add_all(members, writer, pool):
            done += size
            progress(done)
    writer.close()


def _add_all(members: Iterable[Member], writer: ZipWriter, pool: OrderedPool) -> Iterator[int]:
    """Add all files to the archive; yield, bit by bit, how many of their bytes have been added."""
    for is_large, run in groupby(members, key=lambda member: member.size > BLOCK):
        if not is_large:
            for group in pool.map(_compress_group, _groups(run)):
                for entry, data in group:
                    writer.add(entry, data)
                yield sum(entry.size for entry, _ in group)
            continue
        for member in run:
            add = _add_stored(member, writer) if is_stored(member.name) else _add_blocks(member, writer, pool)
            yield from add


def _compress_group(group: Sequence[Member]) -> list[tuple[ZipEntry, bytes]]:
    return [_compress_file(member) for member in group]


def _compress_file(member: Member) -> tuple[ZipEntry, bytes]:
    data = b"".join(read_blocks(member))
    packed = data if is_stored(member.name) else deflate(data)
    method = Method.DEFLATED
    if len(packed) >= len(data):
        packed, method = data, Method.STORED
    return ZipEntry(member.name, method, crc32(data), len(data), len(packed)), packed


def _add_blocks(member: Member, writer: ZipWriter, pool: OrderedPool) -> Iterator[int]:
    """Compress a large file block by block; its checksum and its size follow it."""
    crc = 0

    def blocks() -> Iterator[tuple[bytes, bool]]:
        nonlocal crc
        left = member.size
        for block in read_blocks(member):
            crc = crc32(block, crc)
            left -= len(block)
            yield block, not left

    writer.begin(ZipEntry(member.name, Method.DEFLATED, 0, member.size, 0, sizes_follow=True))
    for size, packed in pool.map(_compress_block, blocks()):
        writer.add_data(packed)
        yield size
    writer.end(crc)


def _compress_block(block: tuple[bytes, bool]) -> tuple[int, bytes]:
    data, is_last = block
    return len(data), deflate_block(data, is_last=is_last)


def _add_stored(member: Member, writer: ZipWriter) -> Iterator[int]:
    """Copy a large file as it is; it is read twice, because its checksum has to come first.

    Java's streams can't read a stored entry whose sizes follow it, and Jira's side is Java.
    """
    crc = copied = 0
    for block in read_blocks(member):
        crc = crc32(block, crc)
    writer.begin(ZipEntry(member.name, Method.STORED, crc, member.size, member.size))
    for block in read_blocks(member):
        copied = crc32(block, copied)
        writer.add_data(block)
        yield len(block)
    if copied != crc:
        raise changed(member)
    writer.end(crc)


def _groups(members: Iterable[Member]) -> Iterator[list[Member]]:
    """Cut ``members`` into groups of at most :data:`BLOCK` bytes."""
    group: list[Member] = []
    size = 0
    for member in members:
        if group and (size + member.size > BLOCK or len(group) == _MOST_IN_A_GROUP):
            yield group
            group, size = [], 0
        group.append(member)
        size += member.size
    if group:
        yield group
