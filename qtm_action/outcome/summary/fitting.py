"""Blocks of HTML that are shortened by whole rows until they fit where they go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from qtm_action.ci.publishing import encoded


class Block(NamedTuple):
    """A piece of the summary that stays whole or is shortened by whole rows.

    ``left_out`` is the row that shows it, with ``{}`` for how many. No part holds an empty line, which
    would end the HTML block that Markdown sees here.
    """

    opening: str
    rows: tuple[str, ...] = ()
    closing: str = ""
    left_out: str = "<li><em>{} more omitted here.</em></li>"

    def __str__(self) -> str:
        """Return the block's HTML."""
        return "\n".join(part for part in (self.opening, *self.rows, self.closing) if part) + "\n"


def fitted(blocks: Sequence[Block], limit: int) -> list[str]:
    """Return the blocks as HTML of at most ``limit`` bytes, as far as leaving out rows can do that.

    The longest block loses a tenth of its rows, again and again, so that short ones stay whole.
    """
    kept = [len(block.rows) for block in blocks]
    shown = [str(block) for block in blocks]
    while sum(map(_size, shown)) + len(shown) > limit and any(kept):
        longest = max(
            (place for place, rows in enumerate(kept) if rows), key=lambda place: _size(shown[place])
        )
        kept[longest] = kept[longest] * 9 // 10
        shown[longest] = str(_shortened(blocks[longest], kept[longest]))
    return shown


def _shortened(block: Block, kept: int) -> Block:
    left_out = block.left_out.replace("{}", f"{len(block.rows) - kept:,}")
    return block._replace(rows=(*block.rows[:kept], left_out))


def _size(text: str) -> int:
    return len(encoded(text))
