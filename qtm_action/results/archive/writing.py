"""Writing the archive: files compressed by several threads, in one order, into the same bytes every time.

Files of at most :data:`BLOCK` bytes are compressed whole, a group of them in each task; a larger one is
cut into blocks, a task each. The cut does not depend on the threads, so neither do the bytes.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from qtm_action.results.archive.compress import BLOCK, choose_codec
from qtm_action.results.archive.ordered_map import OrderedPool
from qtm_action.results.archive.reading import changed, read_blocks, read_whole
from qtm_action.results.archive.zip_format import Method, ZipEntry, ZipWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from qtm_action.results.archive.compress import Codec
    from qtm_action.results.model import Member

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
    members: Sequence[Member], write: Callable[[bytes], object], *, progress: Callable[[int], None]
) -> None:
    """Hand the bytes of a ZIP of ``members``, in their order, to ``write``, front to back.

    ``progress`` is called with how many bytes of the files are done. Raises ResultFilesError, naming the
    file, when one is not what was checked any more; what ``write`` raises passes through.
    """
    done = 0
    with OrderedPool() as pool:
        archive = _Archive(ZipWriter(write), pool, choose_codec())
        for size in archive.add(members):
            done += size
            progress(done)
        archive.close()


class _Archive:
    """An archive under way; what adds to it yields the bytes of the files that are done."""

    def __init__(self, writer: ZipWriter, pool: OrderedPool, codec: Codec) -> None:
        self._writer = writer
        self._pool = pool
        self._codec = codec

    def add(self, members: Iterable[Member]) -> Iterator[int]:
        for is_large, run in groupby(members, key=lambda member: member.size > BLOCK):
            if not is_large:
                yield from self._add_small(run)
                continue
            for member in run:
                yield from self._add_stored(member) if is_stored(member.name) else self._add_blocks(member)

    def close(self) -> None:
        self._writer.close()

    def _add_small(self, members: Iterable[Member]) -> Iterator[int]:
        for group in self._pool.map(self._compress_group, _groups(members)):
            for entry, data in group:
                self._writer.add(entry, data)
            yield sum(entry.size for entry, _ in group)

    def _compress_group(self, group: Sequence[Member]) -> list[tuple[ZipEntry, bytes]]:
        return [self._compress(member) for member in group]

    def _compress(self, member: Member) -> tuple[ZipEntry, bytes]:
        data = read_whole(member)
        packed = data if is_stored(member.name) else self._codec.whole(data)
        method = Method.DEFLATED
        if len(packed) >= len(data):
            packed, method = data, Method.STORED
        return ZipEntry(member.name, method, self._codec.crc32(data, 0), len(data), len(packed)), packed

    def _add_blocks(self, member: Member) -> Iterator[int]:
        """Compress a large file block by block; its checksum and its size follow it."""
        crc = 0

        def blocks() -> Iterator[tuple[bytes, bool]]:
            nonlocal crc
            left = member.size
            for block in read_blocks(member):
                crc = self._codec.crc32(block, crc)
                left -= len(block)
                yield block, not left

        self._writer.begin(ZipEntry(member.name, Method.DEFLATED, 0, member.size, 0, sizes_follow=True))
        for size, packed in self._pool.map(self._compress_block, blocks()):
            self._writer.add_data(packed)
            yield size
        self._writer.end(crc)

    def _compress_block(self, block: tuple[bytes, bool]) -> tuple[int, bytes]:
        data, is_last = block
        return len(data), self._codec.last_block(data) if is_last else self._codec.block(data)

    def _add_stored(self, member: Member) -> Iterator[int]:
        """Copy a large file as it is; it is read twice, because its checksum has to come first.

        Java's streams can't read a stored entry whose sizes follow it, and Jira's side is Java.
        """
        crc = self._checksum(read_blocks(member))
        self._writer.begin(ZipEntry(member.name, Method.STORED, crc, member.size, member.size))
        copied = 0
        for block in read_blocks(member):
            copied = self._codec.crc32(block, copied)
            self._writer.add_data(block)
            yield len(block)
        if copied != crc:
            raise changed(member)
        self._writer.end(crc)

    def _checksum(self, blocks: Iterable[bytes]) -> int:
        crc = 0
        for block in blocks:
            crc = self._codec.crc32(block, crc)
        return crc


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
