"""HP UFT's ``run_results.xml``: a tree of ``ReportNode``, in which each node of type Action is a test.

An action inside another is a test of its own; iterations, contexts and steps are none. A node's
``Data`` may stand before or after the nodes inside it, and its ``Result`` is the node's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qtm_action.results.readers.tally import UnreadableError
from qtm_action.results.readers.xml_stream import Handlers

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.results.readers.tally import Tally
    from qtm_action.results.readers.xml_stream import Attributes, Document

ROOTS = frozenset({"Results", "ReportNode"})

_PASSED = frozenset({"passed", "pass", "done", "warning", "information", "info"})
_SKIPPED = frozenset({"skipped", "not run", "notrun", "none"})
_FIELDS = frozenset({"Name", "Result", "Description", "ErrorText"})


@dataclass(slots=True)
class _Node:
    """A node that is open: what its Data says, as far as it is read."""

    kind: str
    depth: int
    name: str = ""
    result: str = ""
    description: str = ""
    error_text: str = ""
    failed_step: str = ""


class UftReader:
    """Reads one document."""

    def __init__(self, document: Document, tally: Tally) -> None:
        self._document = document
        self._tally = tally
        self._depth = 0
        self._data_depth = -1  # of the Data that belongs to the innermost node
        self._nodes: list[_Node] = []
        self._found = False

    def handlers(self) -> Handlers:
        """Return what the parser calls."""
        return Handlers(self._start, self._end, lambda: self._depth, self._finish)

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if name == "ReportNode":
            self._found = True
            kind = dict(zip(attributes[::2], attributes[1::2], strict=True)).get("type", "")
            self._nodes.append(_Node(kind.lower(), self._depth))
        elif name == "Data":
            if self._nodes and self._depth == self._nodes[-1].depth + 1:
                self._data_depth = self._depth
        elif self._depth == self._data_depth + 1 and name in _FIELDS and self._nodes:
            self._document.capture(_setter(self._nodes[-1], name))

    def _end(self, name: str) -> None:
        if name == "ReportNode" and self._nodes:
            self._close(self._nodes.pop())
        elif self._depth == self._data_depth:
            self._data_depth = -1
        self._depth -= 1

    def _close(self, node: _Node) -> None:
        failed = node.result == "failed" or (not node.result and bool(node.failed_step))
        said = node.failed_step
        if failed and not said:
            said = node.error_text or node.description
            if node.kind != "action" and node.name:
                said = f"{node.name}: {said}" if said else node.name
        if failed and self._nodes and not self._nodes[-1].failed_step:
            self._nodes[-1].failed_step = said or node.name
        if node.kind == "action":
            self._count(node, said, failed=failed)

    def _count(self, node: _Node, said: str, *, failed: bool) -> None:
        tally = self._tally
        if failed:
            tally.failed += 1
            tally.failure(node.name, said)
        elif node.result in _PASSED:
            tally.passed += 1
        elif node.result in _SKIPPED:
            tally.skipped += 1
        elif not node.result:
            tally.passed += 1
            tally.warn(
                "an action has no result; it counts as passed, since no step in it failed",
                line=self._document.line,
            )
        else:
            tally.skipped += 1
            tally.warn(
                f"the result {node.result[:40]!r} is not one of UFT's; it counts as skipped",
                line=self._document.line,
            )

    def _finish(self) -> None:
        if not self._found:
            raise UnreadableError(
                "this is not an HP UFT report: it has no ReportNode",
                hint="QTM4J takes the run_results.xml that UFT writes into the run's Report folder",
            )
        if not self._tally.total:
            self._tally.warn("the file holds no action")


def _setter(node: _Node, field: str) -> Callable[[str], None]:
    def put(text: str) -> None:
        text = text.strip()
        match field:
            case "Name":
                node.name = text
            case "Result":
                node.result = text.lower()
            case "ErrorText":
                node.error_text = text
            case _:
                node.description = text

    return put
