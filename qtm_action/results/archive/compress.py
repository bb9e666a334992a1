"""Deflate, by the fastest compressor that is there: ISA-L's (the ``isal`` wheel), else the standard zlib.

A large file is compressed in blocks of a fixed size, each on its own, so that several threads can share
the work: all but the last end in a sync flush, which ends on a whole byte, and their concatenation is
one deflate stream (RFC 1951). Since the cut does not depend on the threads, neither do the bytes.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Buffer = bytes | memoryview

BLOCK = 1 << 20
"""How many bytes of a file are compressed at once."""

SMALL = 4 << 10
"""Files of so many bytes at most are squeezed in a way of their own; a power of two."""


@dataclass(frozen=True, slots=True)
class Codec:
    """A compressor: ``whole`` makes a deflate stream of its own, ``block`` a part of one.

    ``is_instant``: what has at most :data:`SMALL` bytes is squeezed sooner than a thread is woken for it.
    """

    name: str
    whole: Callable[[Buffer], bytes]
    block: Callable[[bytes], bytes]
    last_block: Callable[[bytes], bytes]
    crc32: Callable[[Buffer, int], int]
    is_instant: bool = False


def choose_codec() -> Codec:
    """Return ISA-L's codec where the wheel is installed, else zlib's.

    ISA-L's levels 1 and 2 are no choice: about once in ten thousand times, depending on where in memory
    its tables lie, they squeeze the same data into other bytes (seen with isal 1.9.1). Level 3 never did,
    nor did level 0, which has no such tables and takes a quarter of the time for a small file.
    """
    try:
        from isal import isal_zlib  # noqa: PLC0415 - start-up, and it may be missing
    except ImportError:
        return _with_small(_codec("zlib level 6", zlib, 6), _squeeze_small)
    codec = _with_small(_codec("ISA-L level 3", isal_zlib, 3), lambda data: isal_zlib.compress(data, 0, -15))
    return replace(codec, is_instant=True)


def _squeeze_small(data: Buffer) -> bytes:
    """Squeeze with the fixed codes, and tables no larger than the data: making others takes longer."""
    stream = zlib.compressobj(1, zlib.DEFLATED, -SMALL.bit_length() + 1, 6, zlib.Z_FIXED)
    return stream.compress(data) + stream.flush()


def _with_small(codec: Codec, small: Callable[[Buffer], bytes]) -> Codec:
    def whole(data: Buffer) -> bytes:
        return small(data) if len(data) <= SMALL else codec.whole(data)

    return replace(codec, whole=whole)


def _codec(name: str, module: Any, level: int) -> Codec:
    """Make a codec of a module with zlib's interface; negative window bits mean a stream without a header."""

    def whole(data: Buffer) -> bytes:
        return bytes(module.compress(data, level, -15))

    def part(data: bytes, flush: int) -> bytes:
        stream = module.compressobj(level, module.DEFLATED, -15)
        return bytes(stream.compress(data) + stream.flush(flush))

    return Codec(
        name=name,
        whole=whole,
        block=lambda data: part(data, module.Z_SYNC_FLUSH),
        last_block=lambda data: part(data, module.Z_FINISH),
        crc32=module.crc32,
    )
