"""The ZIP file format, as far as an archive of result files needs it (PKWARE's APPNOTE 6.3.9).

The standard library's writer compresses by itself, one file after the other; this one takes data that
is compressed already. Every entry has the same date and mode, so that the same input gives the same
bytes. Names are UTF-8. ZIP64 is used where a size, an offset or the number of entries needs it.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")  # the end of central directory record, and its ZIP64 form
END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")

_TIME, _DATE = 0, (1 << 5) | 1  # 1980-01-01 00:00, the earliest there is
_MODE = 0o100644 << 16  # a regular file, rw-r--r--
_MADE_BY_UNIX = 3 << 8
_VERSION, _VERSION64 = 20, 45
_UTF8, _SIZES_FOLLOW = 1 << 11, 1 << 3
_MAX16, _MAX32 = 0xFFFF, 0xFFFFFFFF

# Whether an entry whose packed size is not known yet needs 64 bits for it; deflate may add a little.
_SURELY_SMALL = _MAX32 - (_MAX32 >> 8)


class Method(IntEnum):
    """How an entry's data is packed."""

    STORED = 0
    DEFLATED = 8


class ZipEntry(NamedTuple):
    """One file of an archive; sizes in bytes. ``sizes_follow``: they are written after the data."""

    name: str
    method: Method
    crc: int
    size: int
    packed_size: int
    sizes_follow: bool = False


def local_header(entry: ZipEntry) -> bytes:
    """Return what precedes the data of an entry; with ``sizes_follow`` only its ``size`` need be right."""
    text, method, crc, size, packed, sizes_follow = entry
    name = text.encode()
    version, extra = _VERSION, b""
    if sizes_follow:
        crc = packed = 0
    if size > _SURELY_SMALL:
        version, extra = _VERSION64, struct.pack("<2H2Q", 1, 16, 0 if sizes_follow else size, packed)
        size = packed = _MAX32
    elif sizes_follow:
        size = 0
    flags = (0 if name.isascii() else _UTF8) | (_SIZES_FOLLOW if sizes_follow else 0)
    lengths = len(name), len(extra)
    return (
        _LOCAL.pack(b"PK\x03\x04", version, flags, method, _TIME, _DATE, crc, packed, size, *lengths)
        + name
        + extra
    )


def data_descriptor(entry: ZipEntry) -> bytes:
    """Return what follows the data of an entry whose sizes follow."""
    form = "<4sL2Q" if entry.size > _SURELY_SMALL else "<4s3L"
    return struct.pack(form, b"PK\x07\x08", entry.crc, entry.packed_size, entry.size)


def central_header(entry: ZipEntry, offset: int) -> bytes:
    """Return the entry's record in the directory at the end; ``offset`` is where its local header is."""
    text, method, crc, size, packed, sizes_follow = entry
    name = text.encode()
    version, extra = _VERSION64 if size > _SURELY_SMALL else _VERSION, b""
    if size >= _MAX32 or packed >= _MAX32 or offset >= _MAX32:
        large = [number for number in (size, packed, offset) if number >= _MAX32]
        version, extra = _VERSION64, struct.pack(f"<2H{len(large)}Q", 1, 8 * len(large), *large)
        size, packed, offset = min(size, _MAX32), min(packed, _MAX32), min(offset, _MAX32)
    flags = (0 if name.isascii() else _UTF8) | (_SIZES_FOLLOW if sizes_follow else 0)
    made_by = _MADE_BY_UNIX | version
    what = version, flags, method, _TIME, _DATE, crc, packed, size, len(name), len(extra)
    return _CENTRAL.pack(b"PK\x01\x02", made_by, *what, 0, 0, 0, _MODE, offset) + name + extra


def end_records(entries: int, directory_size: int, directory_offset: int) -> bytes:
    """Return the end of an archive."""
    records = b""
    if entries >= _MAX16 or directory_size >= _MAX32 or directory_offset >= _MAX32:
        records = END64.pack(
            b"PK\x06\x06",
            END64.size - 12,
            _MADE_BY_UNIX | _VERSION64,
            _VERSION64,
            0,
            0,
            entries,
            entries,
            directory_size,
            directory_offset,
        ) + _LOCATOR64.pack(b"PK\x06\x07", 0, directory_offset + directory_size, 1)
    count = min(entries, _MAX16)
    return records + END.pack(
        b"PK\x05\x06", 0, 0, count, count, min(directory_size, _MAX32), min(directory_offset, _MAX32), 0
    )


class ZipWriter:
    """Puts an archive together, front to back: nothing that was written is touched again.

    ``write`` takes the bytes in order; ``offset`` is where the first of them goes.
    """

    def __init__(self, write: Callable[[bytes], object], *, offset: int = 0) -> None:
        self._write = write
        self._offset = offset
        self._entries = 0
        self._directory = bytearray()
        self._begun: tuple[ZipEntry, int, int] | None = None

    def add(self, entry: ZipEntry, data: bytes) -> None:
        """Write a whole entry; ``data`` is compressed already."""
        self._record(entry, self._offset)
        self._put(local_header(entry))
        self._put(data)

    def begin(self, entry: ZipEntry) -> None:
        """Begin an entry whose data comes piece by piece."""
        start = self._offset
        self._put(local_header(entry))
        self._begun = (entry, start, self._offset)

    def add_data(self, data: bytes) -> None:
        """Write a piece of the data of the entry that was begun."""
        self._put(data)

    def end(self, crc: int) -> None:
        """End the entry; ``crc`` is that of the whole file, should it follow."""
        assert self._begun is not None  # noqa: S101 - begin comes first
        entry, start, data_start = self._begun
        if entry.sizes_follow:
            entry = entry._replace(crc=crc, packed_size=self._offset - data_start)
            self._put(data_descriptor(entry))
        self._record(entry, start)
        self._begun = None

    def close(self) -> None:
        """Write the directory and the end."""
        offset = self._offset
        self._put(bytes(self._directory))
        self._put(end_records(self._entries, len(self._directory), offset))

    def _record(self, entry: ZipEntry, start: int) -> None:
        self._directory += central_header(entry, start)
        self._entries += 1

    def _put(self, data: bytes) -> None:
        self._write(data)
        self._offset += len(data)
