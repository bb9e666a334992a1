"""The archive: result files packed by two threads, in one order, into the same bytes every time."""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from qtm_action.results.compress import BLOCK, choose_codec
from qtm_action.results.reading import changed, read_pieces, read_whole
from qtm_action.results.zip_format import Entry, Method, ZipWriter, local_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from qtm_action.results.compress import Codec
    from qtm_action.results.model import Member

THREADS = 2
# How many pieces of work are under way at once; with at most BLOCK bytes each it bounds the memory.
_UNDER_WAY = 3 * THREADS
# Small files travel together: a thread is not worth waking for 2 KiB.
_BATCH_FILES = 512
# So many pieces are written as one.
_MANY = 16

# Packed already: squeezing them again takes long and gains nothing.
_PACKED = frozenset(
    f".{ending}" for ending in ("png", "jpg", "jpeg", "gif", "webp", "heic", "avif", "mp4", "m4v", "mov")
) | {".webm", ".avi", ".mkv", ".mp3", ".ogg", ".zip", ".gz", ".7z", ".pdf"}


class _Batch(NamedTuple):
    """Small files, ready to be written: headers and data in turn, and where each entry starts."""

    pieces: list[bytes]
    entries: list[tuple[Entry, int]]


class _Task(NamedTuple):
    """A piece of work, and what to do with its result when its turn comes.

    ``size`` is how many bytes of the files are done with it; ``threaded`` says if a thread is to do it,
    ahead of its turn.
    """

    work: Callable[[Any], Any]
    given: Any
    deliver: Callable[[Any], None]
    size: int = 0
    threaded: bool = False


def is_stored(name: str) -> bool:
    """Whether a file of that name goes into an archive as it is: pictures, films, archives."""
    return os.path.splitext(name)[1].lower() in _PACKED  # noqa: PTH122 - a name in an archive, no path


def write_archive(
    members: Sequence[Member], write: Callable[[bytes], object], *, progress: Callable[[int], None]
) -> None:
    """Hand the bytes of a ZIP of ``members``, in their order, to ``write``, front to back.

    ``progress`` is told how many bytes of the files are done. Raises ResultFilesError, naming the file,
    when one is not what was checked any more; what ``write`` raises passes through.
    """
    from concurrent.futures import Future, ThreadPoolExecutor  # noqa: PLC0415 - start-up

    writer = ZipWriter(write)
    waiting: deque[tuple[_Task, Future[Any] | None]] = deque()
    done = 0

    def deliver_next() -> None:
        nonlocal done
        task, future = waiting.popleft()
        task.deliver(task.work(task.given) if future is None else future.result())
        done += task.size
        progress(done)

    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="archive")

    def ahead(task: _Task) -> Future[Any] | None:
        try:
            return pool.submit(task.work, task.given) if task.threaded else None
        except RuntimeError:  # no thread can be started here; the work is done in its turn
            return None

    try:
        for task in _tasks(members, choose_codec(), writer):
            waiting.append((task, ahead(task)))
            if len(waiting) >= _UNDER_WAY:
                deliver_next()
        while waiting:
            deliver_next()
    finally:
        pool.shutdown(cancel_futures=True)
    writer.close()


def _tasks(members: Iterable[Member], codec: Codec, writer: ZipWriter) -> Iterator[_Task]:
    def pack(batch: Sequence[Member]) -> _Batch:
        return _pack_small(batch, codec)

    def batch_task() -> _Task:
        size = sum(member.size for member in batch)
        return _Task(pack, batch, lambda packed: writer.put(*packed), size, threaded=True)

    batch: list[Member] = []
    room = BLOCK
    for member in members:
        if batch and (member.size > room or len(batch) == _BATCH_FILES):
            yield batch_task()
            batch, room = [], BLOCK
        if member.size > BLOCK:
            yield from _pack_large(member, codec, writer)
        else:
            batch.append(member)
            room -= member.size
    if batch:
        yield batch_task()


def _pack_small(members: Sequence[Member], codec: Codec) -> _Batch:
    """Pack files in three strides: taking turns at each file, two threads would wait for each other."""
    contents = [read_whole(member) for member in members]
    squeezed = [
        data if is_stored(member.name) else codec.whole(data)
        for member, data in zip(members, contents, strict=True)
    ]
    pieces: list[bytes] = []
    entries = []
    start = 0
    for member, data, smaller in zip(members, contents, squeezed, strict=True):
        packed, method = (smaller, Method.DEFLATED) if len(smaller) < len(data) else (data, Method.STORED)
        entry = Entry(member.name.encode(), method, codec.crc32(data, 0), len(data), len(packed))
        header = local_header(entry)
        pieces += (header, packed)
        entries.append((entry, start))
        start += len(header) + len(packed)
    return _Batch(pieces if len(pieces) < _MANY else [b"".join(pieces)], entries)


def _pack_large(member: Member, codec: Codec, writer: ZipWriter) -> Iterator[_Task]:
    stored = is_stored(member.name)
    crc = 0
    if stored:  # its checksum comes first: Java's streams can't read a stored entry whose sizes follow
        for piece in read_pieces(member, BLOCK):
            crc = codec.crc32(piece, crc)
    method = Method.STORED if stored else Method.DEFLATED
    packed_size = member.size if stored else 0
    entry = Entry(member.name.encode(), method, crc, member.size, packed_size, sizes_follow=not stored)
    yield _Task(_same, entry, writer.begin)
    crc = 0
    left = member.size
    for piece in read_pieces(member, BLOCK):
        crc = codec.crc32(piece, crc)
        left -= len(piece)
        squeeze = codec.block if left else codec.last_block
        yield _Task(_same if stored else squeeze, piece, writer.add, len(piece), threaded=not stored)
    if stored and crc != entry.crc:
        raise changed(member)
    yield _Task(_same, crc, writer.end)


def _same(given: Any) -> Any:
    return given
