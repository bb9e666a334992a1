"""The archive: result files packed by several threads, in one order, into the same bytes every time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtm_action.results.archive.ahead import Task, Workers
from qtm_action.results.archive.batches import Batches, is_stored
from qtm_action.results.archive.compress import BLOCK, choose_codec
from qtm_action.results.archive.reading import changed, read_pieces
from qtm_action.results.archive.zip_format import Entry, Method, ZipWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from qtm_action.results.archive.compress import Buffer, Codec
    from qtm_action.results.model import Member


def write_archive(
    members: Sequence[Member], write: Callable[[Buffer], object], *, progress: Callable[[int], None]
) -> None:
    """Hand the bytes of a ZIP of ``members``, in their order, to ``write``, front to back.

    ``progress`` is told how many bytes of the files are done. Raises ResultFilesError, naming the file,
    when one is not what was checked any more; what ``write`` raises passes through.
    """
    writer = ZipWriter(write)
    with Workers() as workers:
        workers.do_in_order(_tasks(members, choose_codec(), writer, workers), progress=progress)
    writer.close()


def _tasks(members: Iterable[Member], codec: Codec, writer: ZipWriter, workers: Workers) -> Iterator[Task]:
    batches = Batches(codec, writer, workers)
    for member in members:
        is_large = member.size > BLOCK
        if batch := batches.close() if is_large else batches.add(member):
            yield batch
        if is_large:
            yield from _pack_large(member, codec, writer)
    if batch := batches.close():
        yield batch


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
