"""Sizes in words, and what makes an upload large."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qtm_action.results.layout import extension_of
from qtm_action.words import format_size

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGE = 10 << 20
"""Bytes; the vendor's own client for QTM4J Cloud uploads no more."""

_SHOWN = 6


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
    kinds = [f"{kind} {format_size(size)} in {numbers[kind]:,}" for kind, size in sizes.most_common(_SHOWN)]
    more = sum(sizes.values()) - sum(size for _, size in sizes.most_common(_SHOWN))
    if more:
        kinds.append(f"others {format_size(more)}")
    return (
        f"the upload is {format_size(upload)}, over the {format_size(LARGE)} that QTM4J Cloud takes from its "
        f"own client; unpacked: {', '.join(kinds)}"
    )
