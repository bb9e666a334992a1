"""Deflate, by the fastest compressor that is there: ISA-L's (the ``isal`` wheel), else the standard zlib.

A large file is compressed in blocks of a fixed size, each on its own, so that several threads can share
the work: all but the last end in a sync flush, which ends on a whole byte, and their concatenation is
one deflate stream (RFC 1951).
"""

from __future__ import annotations

import zlib
from typing import Any

_isal: Any
try:
    from isal import isal_zlib as _isal
except ImportError:  # there is no wheel of it for every machine
    _isal = None

BLOCK = 1 << 20
"""How many bytes of a file are compressed at once."""

_SMALL = 4 << 10  # bytes; a power of two
_RAW = -15  # window bits: negative for a stream without zlib's header


def deflate(data: bytes) -> bytes:
    """Return ``data`` as a deflate stream of its own.

    ISA-L's levels 1 and 2 are no choice: about once in ten thousand times, depending on where in memory
    its tables lie, they turn the same data into other bytes (seen with isal 1.9.1). Level 3 never did,
    nor did level 0, which has no such tables and takes a quarter of the time for a small file.
    """
    is_small = len(data) <= _SMALL
    if _isal is not None:
        return bytes(_isal.compress(data, 0 if is_small else 3, _RAW))
    if not is_small:
        return zlib.compress(data, 6, _RAW)
    # For so little, making codes, and tables larger than the data, would take longer than the rest.
    stream = zlib.compressobj(1, zlib.DEFLATED, -_SMALL.bit_length() + 1, 6, zlib.Z_FIXED)
    return stream.compress(data) + stream.flush()


def deflate_block(block: bytes, *, is_last: bool) -> bytes:
    """Return a block of a file as its part of a deflate stream."""
    module, level = (zlib, 6) if _isal is None else (_isal, 3)
    stream = module.compressobj(level, zlib.DEFLATED, _RAW)
    return bytes(stream.compress(block) + stream.flush(zlib.Z_FINISH if is_last else zlib.Z_SYNC_FLUSH))


def crc32(data: bytes, value: int = 0) -> int:
    """Return the checksum of ``data``, which follows data of the checksum ``value``."""
    return int((_isal or zlib).crc32(data, value))
