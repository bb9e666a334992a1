"""The archive: result files packed by several threads, in one order, into the same bytes every time."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from qtm_action.results.ahead import Task, do_in_order
from qtm_action.results.compress import BLOCK, choose_codec
from qtm_action.results.reading import changed, read_into, read_pieces
from qtm_action.results.zip_format import Entry, Method, ZipWriter, local_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from qtm_action.results.compress import Buffer, Codec
    from qtm_action.results.model import Member

# Small files travel together: a thread is not worth waking for 2 KiB.
_BATCH_FILES = 512
# So many pieces are written as one.
_MANY = 16

# Packed already: squeezing them again takes long and gains nothing.
_PACKED = frozenset(
    f".{ending}" for ending in ("png", "jpg", "jpeg", "gif", "webp", "heic", "avif", "mp4", "m4v", "mov")
) | {".webm", ".avi", ".mkv", ".mp3", ".ogg", ".zip", ".gz", ".7z", ".pdf"}


class _Packed(NamedTuple):
    """Small files, ready to be written: headers and data in turn, and where each entry starts.

    ``room`` is what they were read into, and what pieces of them still lie in.
    """

    pieces: list[Buffer]
    entries: list[tuple[Entry, int]]
    room: memoryview


def is_stored(name: str) -> bool:
    """Whether a file of that name goes into an archive as it is: pictures, films, archives."""
    return os.path.splitext(name)[1].lower() in _PACKED  # noqa: PTH122 - a name in an archive, no path


def write_archive(
    members: Sequence[Member], write: Callable[[Buffer], object], *, progress: Callable[[int], None]
) -> None:
    """Hand the bytes of a ZIP of ``members``, in their order, to ``write``, front to back.

    ``progress`` is told how many bytes of the files are done. Raises ResultFilesError, naming the file,
    when one is not what was checked any more; what ``write`` raises passes through.
    """
    writer = ZipWriter(write)
    do_in_order(_tasks(members, choose_codec(), writer), progress=progress)
    writer.close()


def _tasks(members: Iterable[Member], codec: Codec, writer: ZipWriter) -> Iterator[Task]:
    batches = _Batches(codec, writer)
    for member in members:
        if member.size > BLOCK:
            yield from batches.close()
            yield from _pack_large(member, codec, writer)
        else:
            yield from batches.add(member)
    yield from batches.close()


class _Batches:
    """Puts small files together, at most :data:`BLOCK` bytes of them, and has them read into lent room.

    A file that is stored, or squeezed in an instant, is not worth a thread.
    """

    def __init__(self, codec: Codec, writer: ZipWriter) -> None:
        self._codec = codec
        self._writer = writer
        self._rooms: list[memoryview] = []
        self._begin()

    def _begin(self) -> None:
        self._batch: list[tuple[Member, bool]] = []
        self._size = self._slow = 0

    def add(self, member: Member) -> Iterator[Task]:
        """Add a file; yield the batch that it has no room in."""
        if self._size + member.size > BLOCK or len(self._batch) == _BATCH_FILES:
            yield from self.close()
        stored = is_stored(member.name)
        self._batch.append((member, stored))
        self._size += member.size
        if not stored and member.size > self._codec.instant:
            self._slow += member.size

    def close(self) -> Iterator[Task]:
        """Yield what has come together, if anything has."""
        if self._batch:
            yield Task(self._pack, self._batch, self._put, self._size, threaded=2 * self._slow > self._size)
            self._begin()

    def _pack(self, batch: Sequence[tuple[Member, bool]]) -> _Packed:
        try:
            room = self._rooms.pop()
        except IndexError:
            room = memoryview(bytearray(BLOCK))
        return _pack_small(batch, self._codec, room)

    def _put(self, packed: _Packed) -> None:
        self._writer.put(packed.pieces, packed.entries)
        self._rooms.append(packed.room)


def _pack_small(batch: Sequence[tuple[Member, bool]], codec: Codec, room: memoryview) -> _Packed:
    """Pack files in three strides: taking turns at each file, two threads would wait for each other."""
    contents = []
    start = 0
    for member, _ in batch:
        data = room[start : start + member.size]
        read_into(member, data)
        contents.append(data)
        start += member.size
    squeezed = [
        data if stored else codec.whole(data) for (_, stored), data in zip(batch, contents, strict=True)
    ]
    pieces: list[Buffer] = []
    entries = []
    start = 0
    for (member, _), data, smaller in zip(batch, contents, squeezed, strict=True):
        packed, method = (smaller, Method.DEFLATED) if len(smaller) < len(data) else (data, Method.STORED)
        entry = Entry(member.name.encode(), method, codec.crc32(data, 0), len(data), len(packed))
        header = local_header(entry)
        pieces += (header, packed)
        entries.append((entry, start))
        start += len(header) + len(packed)
    return _Packed(pieces if len(pieces) < _MANY else [b"".join(pieces)], entries, room)


def _pack_large(member: Member, codec: Codec, writer: ZipWriter) -> Iterator[Task]:
    stored = is_stored(member.name)
    crc = 0
    if stored:  # its checksum comes first: Java's streams can't read a stored entry whose sizes follow
        for piece in read_pieces(member, BLOCK):
            crc = codec.crc32(piece, crc)
    method = Method.STORED if stored else Method.DEFLATED
    packed_size = member.size if stored else 0
    entry = Entry(member.name.encode(), method, crc, member.size, packed_size, sizes_follow=not stored)
    yield Task(_same, entry, writer.begin)
    crc = 0
    left = member.size
    for piece in read_pieces(member, BLOCK):
        crc = codec.crc32(piece, crc)
        left -= len(piece)
        squeeze = codec.block if left else codec.last_block
        yield Task(_same if stored else squeeze, piece, writer.add, len(piece), threaded=not stored)
    if stored and crc != entry.crc:
        raise changed(member)
    yield Task(_same, crc, writer.end)


def _same(given: Any) -> Any:
    return given
