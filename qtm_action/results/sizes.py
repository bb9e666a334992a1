"""Sizes in words, and what makes an upload large."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qtm_action.results.layout import extension_of

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGE = 10 << 20
"""Bytes; the vendor's own client for QTM4J Cloud uploads no more."""

_SHOWN = 6


def in_units(size: float) -> str:
    """Return a number of bytes in words: ``512 bytes``, ``3.4 KiB``, ``120 MiB``."""
    if size < 1024:  # noqa: PLR2004 - a KiB
        return f"{size:.0f} byte{'' if size == 1 else 's'}"
    for unit in ("KiB", "MiB"):
        size /= 1024
        if size < 1023.5:  # noqa: PLR2004 - what rounds to 1024 goes to the next unit
            return _three_digits(size, unit)
    return _three_digits(size / 1024, "GiB")


def size_report(upload: int, files: Iterable[tuple[str, int]]) -> str:
    """Say what an upload of that many bytes is made of: ``files`` are names and sizes before packing.

    Empty for one that is not large.
    """
    if upload <= LARGE:
        return ""
    sizes: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for name, size in files:
        kind = extension_of(name) or "no extension"
        sizes[kind] += size
        numbers[kind] += 1
    kinds = [f"{kind} {in_units(size)} in {numbers[kind]:,}" for kind, size in sizes.most_common(_SHOWN)]
    more = sum(sizes.values()) - sum(size for _, size in sizes.most_common(_SHOWN))
    if more:
        kinds.append(f"others {in_units(more)}")
    return (
        f"the upload is {in_units(upload)}, over the {in_units(LARGE)} that QTM4J Cloud takes from its own "
        f"client; unpacked: {', '.join(kinds)}"
    )


def _three_digits(size: float, unit: str) -> str:
    return f"{size:.1f} {unit}" if size < 99.95 else f"{size:,.0f} {unit}"  # noqa: PLR2004 - three digits
