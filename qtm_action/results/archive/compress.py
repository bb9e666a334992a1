"""Deflate, by the fastest compressor that is there: ISA-L's (the ``isal`` wheel), else the standard zlib.

A large file is compressed in blocks of a fixed size, each on its own, so that several threads can share
the work: all but the last end in a sync flush, which ends on a whole byte, and their concatenation is
one deflate stream (RFC 1951).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

try:
    from isal import isal_zlib
except ImportError:  # there is no wheel of it for every machine
    isal_zlib = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

BLOCK = 1 << 20
"""How many bytes of a file are compressed at once."""

_SMALL = 4 << 10  # bytes; a power of two


@dataclass(frozen=True, slots=True)
class Codec:
    """A compressor: ``whole`` makes a deflate stream, ``block`` and ``last_block`` make parts of one."""

    whole: Callable[[bytes], bytes]
    block: Callable[[bytes], bytes]
    last_block: Callable[[bytes], bytes]
    crc32: Callable[[bytes, int], int]


def choose_codec() -> Codec:
    """Return ISA-L's codec where the wheel is installed, else zlib's.

    ISA-L's levels 1 and 2 are no choice: about once in ten thousand times, depending on where in memory
    its tables lie, they turn the same data into other bytes (seen with isal 1.9.1). Level 3 never did,
    nor did level 0, which has no such tables and takes a quarter of the time for a small file.
    """
    if isal_zlib is None:
        return _codec(zlib, 6, small=_deflate_with_fixed_codes)
    return _codec(isal_zlib, 3, small=lambda data: isal_zlib.compress(data, 0, -15))


def _deflate_with_fixed_codes(data: bytes) -> bytes:
    """Compress little: making codes, and tables larger than the data, would take longer than the rest."""
    stream = zlib.compressobj(1, zlib.DEFLATED, -_SMALL.bit_length() + 1, 6, zlib.Z_FIXED)
    return stream.compress(data) + stream.flush()


def _codec(module: Any, level: int, *, small: Callable[[bytes], bytes]) -> Codec:
    """Make a codec of a module with zlib's interface; negative window bits mean a stream without a header."""

    def whole(data: bytes) -> bytes:
        return small(data) if len(data) <= _SMALL else bytes(module.compress(data, level, -15))

    def part(data: bytes, flush: int) -> bytes:
        stream = module.compressobj(level, module.DEFLATED, -15)
        return bytes(stream.compress(data) + stream.flush(flush))

    return Codec(
        whole=whole,
        block=lambda data: part(data, module.Z_SYNC_FLUSH),
        last_block=lambda data: part(data, module.Z_FINISH),
        crc32=module.crc32,
    )
