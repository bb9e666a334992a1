"""Blocks of HTML that are shortened by whole rows until they fit where they go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the summary that stays whole or is shortened by whole rows.

    ``left_out`` is the row that says so, with ``{}`` for how many. No part holds an empty line, which
    would end the HTML block that Markdown sees here.
    """

    opening: str
    rows: tuple[str, ...] = ()
    closing: str = ""
    left_out: str = "<li><em>{} more are left out here.</em></li>"

    def __str__(self) -> str:
        """Return the block's HTML."""
        return "\n".join(part for part in (self.opening, *self.rows, self.closing) if part) + "\n"


def fitted(blocks: Sequence[Block], limit: int) -> list[str]:
    """Return the blocks as HTML of at most ``limit`` bytes.

    Short blocks stay whole; the long ones share what room is left, each as much as the others.
    """
    if sum(_size(str(block)) + 1 for block in blocks) <= limit:
        return [str(block) for block in blocks]
    # What stays in any case: opening, closing and the row that says how many are left out (12: its digits).
    room = limit - sum(_size(str(replace(block, rows=(block.left_out,)))) + 12 for block in blocks)
    demands = [sum(_size(row) + 1 for row in block.rows) for block in blocks]
    shares = [0] * len(blocks)
    smallest_first = sorted(range(len(blocks)), key=demands.__getitem__)
    for left, place in zip(range(len(blocks), 0, -1), smallest_first, strict=True):
        shares[place] = min(demands[place], room // left)
        room -= shares[place]
    return [str(_shortened(block, share)) for block, share in zip(blocks, shares, strict=True)]


def _shortened(block: Block, room: int) -> Block:
    kept = 0
    for row in block.rows:
        room -= _size(row) + 1
        if room < 0:
            break
        kept += 1
    if kept == len(block.rows):
        return block
    left_out = block.left_out.replace("{}", f"{len(block.rows) - kept:,}")
    return replace(block, rows=(*block.rows[:kept], left_out))


def _size(text: str) -> int:
    return len(text.encode("utf-8", "backslashreplace"))
