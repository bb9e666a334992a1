"""Reads YAML (and with it JSON) into nodes with positions: bounded in depth and size, and nothing executed.

The parser is PyYAML's, the one in Python, whose words :mod:`~qtm_action.spec.yaml_errors` knows; only its
events are used, so that no tag, anchor or nesting can do more than these lines allow.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from qtm_action.errors import Problem, Severity
from qtm_action.redaction import MASK, masked_in_place, redacted
from qtm_action.spec.foreign_text import short_key
from qtm_action.spec.import_spec import Location
from qtm_action.spec.invalid_spec import MAX_FOUND
from qtm_action.spec.nodes import Node, Style, Written, child_path
from qtm_action.spec.yaml_errors import explain

MAX_DEPTH = 32
MAX_VALUES = 50_000

# JSON writes characters beyond the basic plane as two escapes, which YAML doesn't know.
_SURROGATES = re.compile(r"\\u([dD][89aAbB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
# A comment seldom begins with a number or a variable; what was meant as a text does: "Build #5".
_LIKE_A_COMMENT = re.compile(r"[ \t]+(#(?:[0-9]|\$\{?)\w*\}?)")
# What paths show of a key that is a list or a mapping.
_NO_WORD = "{…}"
_STYLES = {None: Style.PLAIN, "": Style.PLAIN, "|": Style.BLOCK, ">": Style.BLOCK}


def read_document(text: str, source: Location) -> tuple[Node | None, list[Problem]]:
    """Read ``text`` from ``source``; return its root, None where there is none, and what is wrong with it."""
    if text.lstrip().startswith(("{", "[")):
        text = _SURROGATES.sub(_one_escape, text)
    loader = yaml.SafeLoader(text)
    shown = masked_in_place(text)
    reader = _NodeBuilder(loader.get_event, text, shown, source)
    try:
        reader.read()
    except yaml.MarkedYAMLError as error:
        reader.problems.append(explain(error, shown, source._replace(path="")))
        reader.root = None  # what was read before the error is not what was meant
    except _StopError:
        pass  # the problem is among the others
    finally:
        loader.dispose()
    return reader.root, reader.problems


def _one_escape(pair: re.Match[str]) -> str:
    high, low = int(pair[1], 16), int(pair[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


class _StopError(Exception):
    """Nothing more is read."""


class _NodeBuilder:
    """Builds nodes from the parser's events, by recursion that ends at MAX_DEPTH.

    ``shown`` is ``text`` with masks in place of secrets, which messages take words from.
    Each method returns a node with its height: how many levels it and what is below it take up.
    """

    def __init__(self, next_event: Callable[[], Any], text: str, shown: str, source: Location) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._next = next_event
        self._text = text
        self._shown = shown
        self._lines = shown.splitlines()
        self._lines_as_read = text.splitlines()
        self._source = source
        self._values = 0
        # By name: the node, how many values it stands for, and its height.
        self._anchors: dict[str, tuple[Node, int, int]] = {}

    def read(self) -> None:
        """Read the one document into ``root``."""
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                if self.root is not None:
                    self._report(
                        self._location(event, ""),
                        "a second document begins here; a spec must be a single document",
                        "Put everything into one document, with several imports below `imports`, "
                        "and remove `---`.",
                    )
                    raise _StopError
                self.root, _ = self._value(self._next(), self._source.path, 0)

    def _location(self, event: Any, path: str) -> Location:
        mark = event.start_mark
        return self._source._replace(line=mark.line + 1, column=mark.column + 1, path=path)

    def _value(self, event: Any, path: str, depth: int) -> tuple[Node, int]:
        """Read the value that begins with ``event``, inside ``depth`` collections."""
        location = self._location(event, path)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), location, depth)
        self._refuse_tag(event.tag or "", location)
        before = self._values
        self._count(1, location)
        if isinstance(event, yaml.ScalarEvent):
            node, height = self._scalar(event, location), 1
        elif depth == MAX_DEPTH:
            raise self._too_deep(location)
        elif isinstance(event, yaml.SequenceStartEvent):
            node, height = self._list(location, depth)
        else:
            node, height = self._mapping(location, depth)
        if event.anchor:
            self._anchors[event.anchor] = (node, self._values - before, height)
        return node, height

    def _count(self, values: int, location: Location) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            self._report(
                location,
                f"the document has more than {MAX_VALUES:,} values",
                "Split it. Aliases (*) count with everything they stand for.",
            )
            raise _StopError

    def _scalar(self, event: Any, location: Location) -> Node:
        style = _STYLES.get(event.style, Style.QUOTED)
        if style is Style.PLAIN and event.value:
            # Warn where a text such as ``Build #5`` ends at the ``#`` because YAML begins a comment there.
            end = event.end_mark
            line = self._lines[end.line] if end.line < len(self._lines) else ""
            if comment := _LIKE_A_COMMENT.match(line, end.column):
                self._report(
                    location,
                    f"the string ends before `{short_key(comment[1])}`: after a space, # begins a comment",
                    "If the rest belongs to the string, put the string in quotes.",
                    Severity.WARNING,
                )
        if self._is_part_of_secret(event):
            self._report(
                location,
                "a secret of this job appears here, split by YAML",
                "Values in a spec are sent to Jira and shown in logs. Remove the secret.",
            )
            return Node(location, Written(MASK, style))
        return Node(location, Written(event.value, style))

    def _is_part_of_secret(self, event: Any) -> bool:
        """Return whether a scalar has a part of a secret only, as of ``abc #def`` without quotes.

        No filter would recognize it in a message.
        """
        place = slice(event.start_mark.index, event.end_mark.index)
        return self._shown[place] != self._text[place] and redacted(event.value) == event.value

    def _list(self, location: Location, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        height = 0
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            item, below = self._value(event, child_path(location.path, len(items)), depth + 1)
            items.append(item)
            height = max(height, below)
        return Node(location, items), height + 1

    def _mapping(self, location: Location, depth: int) -> tuple[Node, int]:
        content: dict[str, Node] = {}
        merged: list[Node] = []
        # Of the keys only where the mapping ends: the mistake that stops the parser in it may be theirs, too.
        problems: list[Problem] = []
        height = 0
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key_node, below = self._value(event, location.path, depth + 1)
            key, key_location = _key(key_node, self._location(event, location.path), problems)
            child, below_child = self._value(self._next(), child_path(location.path, key), depth + 1)
            child.key_location = key_location
            height = max(height, below, below_child)
            if key == "<<" and isinstance(child.content, dict | list):
                merged += [child] if isinstance(child.content, dict) else child.content
            elif key == _NO_WORD or (key in content and len(problems) > MAX_FOUND):
                continue
            elif key in content:
                first = content[key].key_location
                problems.append(
                    key_location.problem(
                        f"`{short_key(key)}` is set twice, first on line {first.line if first else None}",
                        "Keep one of the two, or combine their values.",
                    )
                )
            else:
                content[key] = child
        self._merge(content, merged)
        self.problems += problems
        return Node(location, content), height + 1

    def _merge(self, content: dict[str, Node], sources: list[Node]) -> None:
        """Take over the keys that ``<<`` brings and that are not written in the mapping itself."""
        for source in sources:
            if not isinstance(source.content, dict):
                self._report(source.location, "`<<` merges mappings, and this is not one", "Remove it.")
            for key, child in source.children.items():
                content.setdefault(key, child)

    def _alias(self, anchor: str, location: Location, depth: int) -> tuple[Node, int]:
        if anchor not in self._anchors:
            name = self._of_line(location, anchor)
            self._report(
                location,
                f"`*{name}` refers to an anchor `&{name}` that is not defined before it",
                f'If the asterisk belongs to the string, put the string in quotes: "*{name}"',
            )
            self._count(1, location)
            return Node(location, {}), 1
        node, values, height = self._anchors[anchor]
        self._count(values, location)
        if depth + height > MAX_DEPTH + 1:
            raise self._too_deep(location)
        # The same value, with a key of its own.
        return Node(node.location, node.content), height

    def _too_deep(self, location: Location) -> _StopError:
        self._report(
            location,
            f"the document is nested more than {MAX_DEPTH} levels deep",
            "A spec needs at most eight levels. A bracket may be missing.",
        )
        return _StopError()

    def _refuse_tag(self, tag: str, location: Location) -> None:
        if tag.startswith("!") and not tag.startswith("!!"):
            self._report(
                location,
                f'a string that begins with ! must be in quotes: "{self._of_line(location, tag)}"',
                "Without quotes, YAML reads a word that begins with ! as a tag.",
            )
        elif tag:
            self._report(
                location,
                f"YAML tags such as `{self._of_line(location, tag.replace('tag:yaml.org,2002:', '!!', 1))}` "
                "are not allowed here",
                "Remove the tag. To keep a value a string, put it in quotes.",
            )

    def _of_line(self, location: Location, word: str) -> str:
        """Return a word of the line of ``location`` as messages show it: nothing of a line with a secret."""
        line = (location.line or 1) - 1
        return short_key(word) if self._lines[line] == self._lines_as_read[line] else MASK

    def _report(
        self, location: Location, message: str, hint: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        self.problems.append(location.problem(message, hint, severity))


def _key(node: Node, location: Location, problems: list[Problem]) -> tuple[str, Location]:
    """Return the key that ``node`` is, and its location: ``location`` with the path of the value."""
    if isinstance(node.content, Written):
        key = node.content.text
        return key, location._replace(path=child_path(location.path, key))
    problems.append(
        location.problem(
            "a key must be a word, but this is a list or a mapping",
            "If { or [ begins a string, put the string in quotes.",
        )
    )
    return _NO_WORD, location
