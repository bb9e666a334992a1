"""A document as a tree that remembers where everything was written, and what is done with such trees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from qtm_action.spec.foreign_text import printable, short_key
from qtm_action.spec.import_spec import JsonValue, Location


class Style(Enum):
    """How a scalar was written; it decides what the characters can mean."""

    PLAIN = "plain"
    QUOTED = "quoted"
    BLOCK = "block"
    INPUT = "input"


class Written(NamedTuple):
    """A scalar as the characters that were written, before anything decided what they mean."""

    text: str
    style: Style


@dataclass(slots=True)
class Node:
    """A value and where it, and its key, were written.

    ``content`` is :class:`Written` as it comes from the reader and a plain value once the schema has
    decided what the characters mean; ``written`` then keeps the characters.
    """

    location: Location
    content: Written | bool | int | float | str | list[Node] | dict[str, Node] | None
    key_location: Location | None = None
    written: Written | None = None

    @property
    def children(self) -> Mapping[str, Node]:
        """The values of a mapping by their keys; empty for anything else."""
        return self.content if isinstance(self.content, dict) else {}

    def plain(self) -> JsonValue:
        """Return the value without locations."""
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
            content: Any = node.content  # a mapping or a list
            node = content[step]
        return node

    def shown(self) -> str:
        """Return the value as a message names it: short, in one line, without a password."""
        match self.content:
            case dict():
                return "a mapping"
            case list():
                return "a list"
            case str() as text:
                return f"`{printable(text)}`{self._variables_in_it()}"
            case value:
                return f"`{printable(self.written.text if self.written else str(value))}`"

    def _variables_in_it(self) -> str:
        """Return what was written in place of a text that variables became part of."""
        written = self.written
        if written is None or written.style is Style.INPUT or written.text == self.content:
            return ""
        return f" (from `{printable(written.text)}`)" if "${" in written.text else ""


def child_path(path: str, step: str | int) -> str:
    """Return the path of a child: ``imports[1].fields``; of an odd key what can be shown of it."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    return f"{path}.{short_key(step)}" if path else short_key(step)


def merged(under: Node, over: Node) -> Node:
    """Return ``under`` with the keys of ``over``: ``fields`` key by key at every level, all else whole."""
    node = Node(over.location, {**under.children, **over.children}, over.key_location)
    if isinstance(node.content, dict) and "fields" in under.children and "fields" in over.children:
        node.content["fields"] = _merged_deeply(under.children["fields"], over.children["fields"])
    return node


def _merged_deeply(under: Node, over: Node) -> Node:
    if not isinstance(under.content, dict) or not isinstance(over.content, dict):
        return over
    content = dict(under.content)
    for key, child in over.content.items():
        content[key] = _merged_deeply(content[key], child) if key in content else child
    return Node(over.location, content, over.key_location)


def locations(node: Node, path: str = "") -> dict[str, Location]:
    """Return where each value of ``node`` was written, by path; a list is one value."""
    if not isinstance(node.content, dict) or (path and not node.content):
        return {path: node.location}
    found: dict[str, Location] = {}
    for key, child in node.content.items():
        found |= locations(child, child_path(path, key))
    return found
