"""Deflate, by the fastest compressor that is there: ISA-L's (the ``isal`` wheel), else the standard zlib."""

from __future__ import annotations

import zlib
from typing import Any

_isal: Any
try:
    from isal import isal_zlib as _isal
except ImportError:  # there is no wheel of it for every machine
    _isal = None

_SMALL = 4 << 10  # bytes; a power of two
_RAW = -15  # window bits: negative for a stream without zlib's header


def deflate(block: bytes, *, is_last: bool = True) -> bytes:
    """Return a block of a file as its part of a deflate stream, whatever the blocks before it.

    All but the last end in a sync flush, which ends on a whole byte, so that several threads can share a
    large file: the parts of its blocks together are one stream (RFC 1951).

    ISA-L's levels 1 and 2 are no choice: about once in ten thousand times, depending on where in memory
    its tables lie, they turn the same data into other bytes (seen with isal 1.9.1). Level 3 never did,
    nor did level 0, which has no such tables and takes a quarter of the time for a small file.
    """
    is_small = len(block) <= _SMALL
    if _isal is not None:
        stream = _isal.compressobj(0 if is_small else 3, zlib.DEFLATED, _RAW)
    elif is_small:  # making codes, and tables larger than the data, would take longer than the rest
        stream = zlib.compressobj(1, zlib.DEFLATED, -_SMALL.bit_length() + 1, 6, zlib.Z_FIXED)
    else:
        stream = zlib.compressobj(6, zlib.DEFLATED, _RAW)
    return bytes(stream.compress(block) + stream.flush(zlib.Z_FINISH if is_last else zlib.Z_SYNC_FLUSH))


def crc32(data: bytes, value: int = 0) -> int:
    """Return the checksum of ``data``, which follows data of the checksum ``value``."""
    return int((_isal or zlib).crc32(data, value))
