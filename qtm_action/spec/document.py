"""Reads YAML (and with it JSON) into nodes with positions: bounded in depth and size, and nothing executed.

The parser is PyYAML's, its C form where there is one; only its events are used, so that no tag, anchor or
nesting can do more than these lines allow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from qtm_action.errors import Severity
from qtm_action.spec.model import Origin
from qtm_action.spec.nodes import Node, Style, Written, child_path
from qtm_action.spec.wording import short_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import AliasEvent, CollectionStartEvent, Event, ScalarEvent

    from qtm_action.errors import Problem

MAX_DEPTH = 32
MAX_VALUES = 50_000

# JSON writes characters beyond the basic plane as two escapes, which YAML doesn't know.
_SURROGATES = re.compile(r"\\u([dD][89aAbB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
# A comment seldom begins with a number or a variable; what was meant as a text does: "Build #5".
_LIKE_A_COMMENT = re.compile(r"[ \t]+(#(?:[0-9]|\$\{?)\w{0,40}\}?)")
_BLOCK_STYLES = frozenset("|>")


def read_document(text: str, *, file: str, path: str = "") -> tuple[Node | None, list[Problem]]:
    """Read ``text`` and return its root, None where there is none, and what is wrong with it.

    ``file`` and ``path`` are where the text comes from, for the origins of the nodes.
    """
    import yaml  # noqa: PLC0415 - start-up: only where there is a document to read

    if text.lstrip().startswith(("{", "[")):
        text = _SURROGATES.sub(_one_escape, text)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    reader = _Reader(text.splitlines(), file, path)
    try:
        reader.read(loader.get_event)
    except yaml.MarkedYAMLError as error:
        from qtm_action.spec.syntax import problem_of  # noqa: PLC0415 - only where something is wrong

        reader.problems.append(problem_of(error, text, Origin(file)))
        reader.root = None  # what was read before the fault is not what was meant
    except _Stop as stop:
        reader.problems.append(stop.problem)
    finally:
        loader.dispose()
    return reader.root, reader.problems


def _one_escape(pair: re.Match[str]) -> str:
    high, low = int(pair[1], 16), int(pair[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


class _Stop(Exception):  # noqa: N818 - carries the problem, is none itself
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Reader:
    """Builds nodes from the parser's events; ``_open`` are the collections that are not closed yet."""

    def __init__(self, lines: list[str], file: str, path: str) -> None:
        self._lines = lines
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._file = file
        self._path = path
        self._open: list[_Collection] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._values = 0
        self._documents = 0

    def read(self, next_event: Callable[[], Event]) -> None:
        import yaml  # noqa: PLC0415 - start-up

        while not isinstance(event := next_event(), yaml.StreamEndEvent):
            match event:
                case yaml.DocumentStartEvent():
                    self._begin_document(event)
                case yaml.ScalarEvent():
                    self._scalar(event)
                case yaml.AliasEvent():
                    self._alias(event)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._begin(event, is_mapping=isinstance(event, yaml.MappingStartEvent))
                case yaml.CollectionEndEvent():
                    self._end()
                case _:
                    pass

    def _begin_document(self, event: Event) -> None:
        self._documents += 1
        if self._documents > 1:
            raise _Stop(
                self._origin(event, "").problem(
                    "a second document begins here; a spec is one document",
                    "Put everything into one document: several imports go below `imports`, and `---` goes.",
                )
            )

    def _origin(self, event: Event, path: str) -> Origin:
        mark: Any = event.start_mark
        return Origin(self._file, mark.line + 1, mark.column + 1, path)

    def _next_path(self) -> str:
        return self._open[-1].next_path() if self._open else self._path

    def _scalar(self, event: ScalarEvent) -> None:
        origin = self._origin(event, self._next_path())
        self._refuse_tag(event, origin)
        style = Style.PLAIN
        if event.style in _BLOCK_STYLES:
            style = Style.BLOCK
        elif event.style:
            style = Style.QUOTED
        else:
            self._doubt_comment(event, origin)
        node = Node(origin, Written(event.value, style))
        self._add(node, event.anchor, size=1, height=1)

    def _doubt_comment(self, event: ScalarEvent, origin: Origin) -> None:
        """Warn where a text such as ``Build #5`` ends at the ``#`` because YAML begins a comment there."""
        end: Any = event.end_mark
        line = self._lines[end.line] if end.line < len(self._lines) else ""
        if event.value and (comment := _LIKE_A_COMMENT.match(line, end.column)):
            self.problems.append(
                origin.problem(
                    f"the text ends before `{comment[1]}`: after a space, # begins a comment",
                    "Put the text in quotes if the rest belongs to it.",
                    Severity.WARNING,
                )
            )

    def _refuse_tag(self, event: ScalarEvent | CollectionStartEvent, origin: Origin) -> None:
        tag = event.tag
        if not tag:
            return
        if tag.startswith("!") and not tag.startswith("!!"):
            self.problems.append(
                origin.problem(
                    f'a text that begins with ! must be in quotes: "{short_key(tag)}"',
                    "Without quotes YAML takes a word that begins with ! for a tag.",
                )
            )
        else:
            self.problems.append(
                origin.problem(
                    f"YAML tags such as `{_short_tag(tag)}` are not allowed here",
                    "Remove the tag; a value that must stay a text goes in quotes.",
                )
            )

    def _alias(self, event: AliasEvent) -> None:
        origin = self._origin(event, self._next_path())
        if event.anchor not in self._anchors:
            name = short_key(str(event.anchor))
            self.problems.append(
                origin.problem(
                    f"`*{name}` refers to an anchor `&{name}` that is not defined before it",
                    f'If the asterisk belongs to the text, put the text in quotes: "*{name}"',
                )
            )
            self._add(Node(origin, {}), None, size=1, height=1)
            return
        node, size, height = self._anchors[event.anchor]
        # The same value, with a key and a path of its own.
        self._add(Node(node.origin, node.content), None, size=size, height=height, alias=origin)

    def _begin(self, event: CollectionStartEvent, *, is_mapping: bool) -> None:
        origin = self._origin(event, self._next_path())
        self._refuse_tag(event, origin)
        if len(self._open) >= MAX_DEPTH:
            raise _Stop(_too_deep(origin))
        node = Node(origin, {} if is_mapping else [])
        self._open.append(_Collection(node, event.anchor))

    def _end(self) -> None:
        collection = self._open.pop()
        collection.merge_keys()
        self.problems += collection.problems
        self._add(
            collection.node, collection.anchor, size=collection.size, height=collection.height, counted=True
        )

    def _add(
        self,
        node: Node,
        anchor: str | None,
        *,
        size: int,
        height: int,
        counted: bool = False,
        alias: Origin | None = None,
    ) -> None:
        """Put a finished node where it belongs; ``size`` values and ``height`` levels come with it."""
        here = alias or node.origin
        self._values += 1 if counted else size
        if self._values > MAX_VALUES:
            raise _Stop(
                here.problem(
                    f"the document has more than {MAX_VALUES:,} values",
                    "Split it; anchors (&) and aliases (*) count with everything they stand for.",
                )
            )
        if len(self._open) + height > MAX_DEPTH + 1:
            raise _Stop(_too_deep(here))
        if anchor:
            self._anchors[anchor] = (node, size, height)
        if self._open:
            self._open[-1].add(node, here, size=size, height=height)
        else:
            self.root = node


def _too_deep(origin: Origin) -> Problem:
    return origin.problem(
        f"the document is nested more than {MAX_DEPTH} levels deep",
        "A spec needs eight levels at most; a bracket may be missing.",
    )


def _short_tag(tag: str) -> str:
    return short_key(tag.replace("tag:yaml.org,2002:", "!!", 1))


class _Collection:
    """A mapping or a list while its children arrive."""

    def __init__(self, node: Node, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.problems: list[Problem] = []
        self.size = 1
        self.height = 1
        self._key: tuple[str, Origin] | None = None
        self._merged: list[Node] = []

    def next_path(self) -> str:
        path = self.node.origin.path
        if isinstance(self.node.content, list):
            return child_path(path, len(self.node.content))
        return child_path(path, self._key[0]) if self._key else path

    def add(self, node: Node, here: Origin, *, size: int, height: int) -> None:
        self.size += size
        self.height = max(self.height, height + 1)
        content = self.node.content
        if isinstance(content, list):
            content.append(node)
        elif isinstance(content, dict):
            if self._key is None:
                self._key = self._read_key(node, here)
            else:
                self._put(content, *self._key, node)
                self._key = None

    def _read_key(self, node: Node, here: Origin) -> tuple[str, Origin]:
        path = self.node.origin.path
        if isinstance(node.content, Written):
            key = node.content.text
            return key, Origin(here.file, here.line, here.column, child_path(path, key))
        at = Origin(here.file, here.line, here.column, path)
        self.problems.append(
            at.problem(
                "a key must be a word, and here it is a list or a mapping",
                "If { or [ begins a text, put the text in quotes.",
            )
        )
        return "{…}", at

    def _put(self, content: dict[str, Node], key: str, key_origin: Origin, node: Node) -> None:
        node.key_origin = key_origin
        if key == "<<" and isinstance(node.content, dict | list):
            self._merged += [node] if isinstance(node.content, dict) else node.content
        elif key in content:
            first = content[key].key_origin
            line = first.line if first else None
            self.problems.append(
                key_origin.problem(
                    f"`{short_key(key)}` is written twice; the first one is in line {line}",
                    "Keep one of the two, or put their values together.",
                )
            )
        else:
            content[key] = node

    def merge_keys(self) -> None:
        """Take over the keys that ``<<`` brings and that are not written here."""
        content = self.node.content
        if not isinstance(content, dict):
            return
        for source in self._merged:
            if isinstance(source.content, dict):
                for key, child in source.content.items():
                    content.setdefault(key, child)
            else:
                self.problems.append(source.origin.problem("`<<` merges mappings, and this is none"))
