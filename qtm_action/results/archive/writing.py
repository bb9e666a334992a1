"""Writing the archive: files compressed by several threads, in one order, into the same bytes every time.

Files of at most :data:`BLOCK` bytes are compressed whole, a group of them in each task; a larger one is
cut into blocks, a task each. The cut does not depend on the threads, so neither do the bytes.

Python's :mod:`zipfile` writes the format; it would compress each file by itself, so what it lists as its
entries is written here.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from typing import IO, TypeVar
from zipfile import ZIP64_LIMIT, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from qtm_action.results.archive.deflate import crc32, deflate
from qtm_action.results.archive.reading import BLOCK, read_blocks
from qtm_action.results.result_files import Member

Item = TypeVar("Item")
Result = TypeVar("Result")

_MOST_THREADS = 4  # more would only wait for the one that writes
_AHEAD = 4  # tasks begun before the result of the first is written: what is in memory at once
_MOST_IN_A_GROUP = 128
_TINY = 8 << 10  # bytes, on average: compressing takes less time than the interpreter does around it
_REGULAR_FILE = 0o100644 << 16  # rw-r--r--
_UNIX = 3

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


def write_archive(members: Sequence[Member], out: IO[bytes], *, progress: Callable[[int], None]) -> None:
    """Write a ZIP of ``members``, in their order, to ``out``.

    ``progress`` is called with how many bytes of the files are done. Raises ResultFilesError, naming the
    file, when one is not what was checked any more.
    """
    done = 0
    pool = ThreadPoolExecutor(_threads(members), thread_name_prefix="compress")
    try:
        with ZipFile(out, "w") as archive:
            for is_large, run in groupby(members, key=lambda member: member.size > BLOCK):
                for size in (_add_large if is_large else _add_small)(run, archive, out, pool):
                    done += size
                    progress(done)
    finally:
        pool.shutdown(cancel_futures=True)


def _threads(members: Sequence[Member]) -> int:
    """Return how many threads compress: of tiny files one, as two would wait for the interpreter."""
    if sum(member.size for member in members) <= _TINY * len(members):
        return 1
    return min(os.cpu_count() or 1, _MOST_THREADS)


def _add_small(
    members: Iterable[Member], archive: ZipFile, out: IO[bytes], pool: ThreadPoolExecutor
) -> Iterator[int]:
    """Add files that are compressed whole; yield, group by group, how many bytes have been added."""
    for group in _in_order(pool, _pack_group, _groups(members)):
        for info, data in group:
            _list(info, archive, out.write(info.FileHeader() + data))
        yield sum(info.file_size for info, _ in group)


def _groups(members: Iterable[Member]) -> Iterator[list[Member]]:
    """Cut ``members`` into groups of about :data:`BLOCK` bytes, which many small files never reach."""
    weight = 0

    def number(member: Member) -> int:
        nonlocal weight
        weight += max(member.size, BLOCK // _MOST_IN_A_GROUP)
        return weight // BLOCK

    return (list(group) for _, group in groupby(members, number))


def _pack_group(group: Sequence[Member]) -> list[tuple[ZipInfo, bytes]]:
    return [_pack(member) for member in group]


def _pack(member: Member) -> tuple[ZipInfo, bytes]:
    data = b"".join(read_blocks(member))
    info, packed = _entry(member), data
    if info.compress_type == ZIP_DEFLATED and len(packed := deflate(data)) >= len(data):
        info.compress_type, packed = ZIP_STORED, data
    info.CRC, info.compress_size = crc32(data), len(packed)
    return info, packed


def _add_large(
    members: Iterable[Member], archive: ZipFile, out: IO[bytes], pool: ThreadPoolExecutor
) -> Iterator[int]:
    """Add files block by block; yield how many bytes have been added.

    Their headers are written again once checksum and size are known: Java's streams, and Jira's side is
    Java, can't read a stored entry that these follow.
    """
    for member in members:
        info, start = _entry(member), archive.start_dir
        needs_64_bits = member.size * 1.05 > ZIP64_LIMIT  # as zipfile does: deflate may add a little
        header = out.write(info.FileHeader(needs_64_bits))
        for size, packed in _packed_blocks(member, info, pool):
            info.compress_size += out.write(packed)
            yield size
        out.seek(start)
        out.write(info.FileHeader(needs_64_bits))
        out.seek(0, os.SEEK_END)
        _list(info, archive, header + info.compress_size)


def _packed_blocks(member: Member, info: ZipInfo, pool: ThreadPoolExecutor) -> Iterator[tuple[int, bytes]]:
    """Yield each block's size, and the block as it goes into the archive; take the checksum."""
    left = member.size

    def blocks() -> Iterator[tuple[bytes, bool]]:
        nonlocal left
        for block in read_blocks(member):
            info.CRC = crc32(block, info.CRC)
            left -= len(block)
            yield block, not left

    if info.compress_type == ZIP_STORED:
        return ((len(block), block) for block, _ in blocks())
    return _in_order(pool, _pack_block, blocks())


def _pack_block(block: tuple[bytes, bool]) -> tuple[int, bytes]:
    data, is_last = block
    return len(data), deflate(data, is_last=is_last)


def _entry(member: Member) -> ZipInfo:
    """Return an entry of 1980-01-01, whatever the time and mode of the file."""
    info = ZipInfo(member.name)
    info.compress_type = ZIP_STORED if is_stored(member.name) else ZIP_DEFLATED
    info.create_system, info.external_attr = _UNIX, _REGULAR_FILE
    info.CRC, info.compress_size, info.file_size = 0, 0, member.size
    return info


def _list(info: ZipInfo, archive: ZipFile, length: int) -> None:
    """List an entry of ``length`` bytes that was written in the archive's directory, which follows it."""
    info.header_offset = archive.start_dir
    archive.filelist.append(info)
    archive.start_dir += length


def _in_order(
    pool: ThreadPoolExecutor, function: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[Result]:
    """Yield what ``function``, run by the pool, returns for each item; few items are asked for ahead."""
    waiting: deque[Future[Result]] = deque()
    for item in items:
        waiting.append(_submit(pool, function, item))
        if len(waiting) > _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _submit(pool: ThreadPoolExecutor, function: Callable[[Item], Result], item: Item) -> Future[Result]:
    try:
        return pool.submit(function, item)
    except RuntimeError:  # no thread can be started: a container may limit how many there are
        future: Future[Result] = Future()
        future.set_result(function(item))
        return future
