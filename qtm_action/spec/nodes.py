"""A document as a tree that remembers where everything was written, and what is done with such trees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from qtm_action.spec.wording import short_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qtm_action.spec.model import JsonValue, Origin


class Style(Enum):
    """How a scalar was written; it decides what the characters can mean."""

    PLAIN = "plain"
    QUOTED = "quoted"
    BLOCK = "block"
    INPUT = "input"


@dataclass(frozen=True, slots=True)
class Written:
    """A scalar as the characters that were written, before anything decided what they mean."""

    text: str
    style: Style


@dataclass(slots=True)
class Node:
    """A value and where it, and its key, were written.

    ``content`` is :class:`Written` as it comes from the reader and a plain value once the schema has
    said what the characters mean; ``written`` then keeps the characters.
    """

    origin: Origin
    content: Written | bool | int | float | str | list[Node] | dict[str, Node] | None
    key_origin: Origin | None = None
    written: Written | None = None

    def plain(self) -> JsonValue:
        """Return the value without positions."""
        match self.content:
            case dict():
                return {key: child.plain() for key, child in self.content.items()}
            case list():
                return [child.plain() for child in self.content]
            case Written():
                return self.content.text
            case _:
                return self.content

    def at(self, path: Iterable[str | int]) -> Node:
        """Return the node at ``path`` below this one; it must be there."""
        node = self
        for step in path:
            match node.content, step:
                case dict() as children, str():
                    node = children[step]
                case list() as items, int():
                    node = items[step]
                case _:
                    raise KeyError(step)
        return node


def child_path(path: str, step: str | int) -> str:
    """Return the path of a child: ``imports[1].fields``; of an odd key what can be shown of it."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    return f"{path}.{short_key(step)}" if path else short_key(step)


def merged(under: Node, over: Node) -> Node:
    """Return ``under`` with the keys of ``over``: ``fields`` deeply, everything else whole."""
    return _merged(under, over, ("fields",))


def _merged(under: Node, over: Node, deep: tuple[str, ...] | None) -> Node:
    if not isinstance(under.content, dict) or not isinstance(over.content, dict):
        return over
    content = dict(under.content)
    for key, child in over.content.items():
        below = content.get(key)
        if below is not None and (deep is None or key in deep):
            content[key] = _merged(below, child, None)
        else:
            content[key] = child
    return Node(over.origin, content, over.key_origin)


def origins(node: Node, path: str = "") -> dict[str, Origin]:
    """Return where each value of ``node`` was written, by path; a list is one value."""
    if not isinstance(node.content, dict) or (path and not node.content):
        return {path: node.origin}
    found: dict[str, Origin] = {}
    for key, child in node.content.items():
        found |= origins(child, child_path(path, key))
    return found
