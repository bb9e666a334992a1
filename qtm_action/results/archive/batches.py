"""Small files travel to the archive together: read, squeezed and put together by the hundred."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qtm_action.results.archive.ahead import Task
from qtm_action.results.archive.compress import BLOCK, SMALL
from qtm_action.results.archive.reading import read_into
from qtm_action.results.archive.zip_format import Entry, Method, local_header

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.results.archive.ahead import Workers
    from qtm_action.results.archive.compress import Buffer, Codec
    from qtm_action.results.archive.zip_format import ZipWriter
    from qtm_action.results.model import Member

    # Plain tuples, for there are many: a file and whether it is stored; a view of what it holds and the same.
    _File = tuple[Member, bool]
    _Content = tuple[memoryview, bool]

_MOST_FILES = 128
# So many pieces are written as one.
_MANY = 16

# Packed already: squeezing them again takes long and gains nothing.
_PACKED = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".avif"),
        *(".mp4", ".m4v", ".mov", ".webm", ".avi", ".mkv", ".mp3", ".ogg"),
        *(".zip", ".gz", ".7z", ".pdf"),
    )
)


def is_stored(name: str) -> bool:
    """Whether a file of that name goes into an archive as it is: pictures, films, archives."""
    return name[name.rfind(".") :].lower() in _PACKED


class _Packed(NamedTuple):
    """Files ready to be written: headers and data in turn, and where each entry starts.

    ``room`` is what they were read into, and where pieces of them may still lie.
    """

    pieces: list[Buffer]
    entries: list[tuple[Entry, int]]
    room: memoryview


class Batches:
    """Puts files of at most :data:`BLOCK` bytes together, as many as have room in a block.

    Threads pack batches ahead of their turns. Very small files, and those that are stored, are packed in
    their turn: that is one system call after the other, and at each two threads would wait for each
    other. Only their squeezing is shared, where the compressor takes long enough.
    """

    def __init__(self, codec: Codec, writer: ZipWriter, workers: Workers) -> None:
        self._codec = codec
        self._writer = writer
        self._workers = workers
        self._rooms: list[memoryview] = []
        self._begin()

    def _begin(self) -> None:
        self._files: list[_File] = []
        self._size = self._worth_a_thread = 0

    def add(self, member: Member) -> Task | None:
        """Add a file; return the batch in which it has no room, if there is one."""
        is_full = self._size + member.size > BLOCK or len(self._files) == _MOST_FILES
        batch = self.close() if is_full else None
        stored = is_stored(member.name)
        self._files.append((member, stored))
        self._size += member.size
        if not stored and member.size > SMALL:
            self._worth_a_thread += member.size
        return batch

    def close(self) -> Task | None:
        """Return what has come together, if anything has."""
        if not self._files:
            return None
        threaded = 2 * self._worth_a_thread > self._size
        pack = self._pack if threaded or self._codec.is_instant else self._pack_together
        batch = Task(pack, self._files, self._deliver, self._size, threaded)
        self._begin()
        return batch

    def _pack(self, files: list[_File]) -> _Packed:
        return self._pack_by(lambda squeeze, contents: list(map(squeeze, contents)), files)

    def _pack_together(self, files: list[_File]) -> _Packed:
        return self._pack_by(self._workers.share, files)

    def _pack_by(
        self,
        squeeze_all: Callable[[Callable[[_Content], Buffer], list[_Content]], list[Buffer]],
        files: list[_File],
    ) -> _Packed:
        """Pack files in three strides: read all, squeeze all, put all together."""
        try:
            room = self._rooms.pop()
        except IndexError:
            room = memoryview(bytearray(BLOCK))
        contents = _read(files, room)
        squeezed = squeeze_all(self._squeeze, contents)
        pieces, entries = _put_together(files, contents, squeezed, self._codec.crc32)
        return _Packed(pieces, entries, room)

    def _squeeze(self, content: _Content) -> Buffer:
        data, stored = content
        return data if stored else self._codec.whole(data)

    def _deliver(self, packed: _Packed) -> None:
        self._writer.put(packed.pieces, packed.entries)
        self._rooms.append(packed.room)


def _read(files: list[_File], room: memoryview) -> list[_Content]:
    contents = []
    start = 0
    for member, stored in files:
        data = room[start : start + member.size]
        read_into(member, data)
        contents.append((data, stored))
        start += member.size
    return contents


def _put_together(
    files: list[_File],
    contents: list[_Content],
    squeezed: list[Buffer],
    crc32: Callable[[Buffer, int], int],
) -> tuple[list[Buffer], list[tuple[Entry, int]]]:
    deflated, as_it_is = Method.DEFLATED, Method.STORED
    pieces: list[Buffer] = []
    entries = []
    start = 0
    for (member, _), (data, _), smaller in zip(files, contents, squeezed, strict=True):
        packed, method = (smaller, deflated) if len(smaller) < len(data) else (data, as_it_is)
        entry = Entry(member.name.encode(), method, crc32(data, 0), len(data), len(packed))
        header = local_header(entry)
        pieces += (header, packed)
        entries.append((entry, start))
        start += len(header) + len(packed)
    return (pieces if len(pieces) < _MANY else [b"".join(pieces)]), entries
