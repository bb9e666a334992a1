"""HP UFT's ``run_results.xml``: a tree of ``ReportNode``, in which each node of type Action is a test.

An action inside another is a test of its own; iterations, contexts and steps are none. A node's
``Data`` may stand before or after the nodes inside it, and its ``Result`` is the node's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qtm_action.results.readers.reasons import reason
from qtm_action.results.readers.reported_tests import Status, StepResult, Suite, TestResult
from qtm_action.results.readers.tally import Tally, UnreadableError
from qtm_action.results.readers.xml_stream import Attributes, Document, Handlers

_STATUSES = (
    dict.fromkeys(("passed", "pass", "done", "warning", "information", "info"), Status.PASSED)
    | dict.fromkeys(("skipped", "not run", "notrun", "none"), Status.SKIPPED)
    | {"failed": Status.FAILED}
)
_FIELDS = frozenset({"Name", "Result", "Description", "ErrorText"})


@dataclass(slots=True)
class _Node:
    """A node that is open: its Data, as far as it is read."""

    kind: str
    depth: int
    data: dict[str, str] = field(default_factory=dict)
    failed_step: str = ""
    steps: list[StepResult] = field(default_factory=list)  # of an action: all below it, but for its actions'


class UftFile:
    """One document being read."""

    def __init__(self, document: Document, tally: Tally) -> None:
        self._document = document
        self._tally = tally
        self._depth = 0
        self._data_depth = -1  # of the Data that belongs to the innermost node
        self._nodes: list[_Node] = []
        self._suite = Suite()
        self._found = False

    def handlers(self) -> Handlers:
        """Return what the parser calls."""
        return Handlers(self._start, self._end, lambda: self._depth, self._finish)

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if name == "ReportNode":
            self._found = True
            self._nodes.append(_Node(attributes.get("type", "").lower(), self._depth))
        elif name == "Data":
            if self._nodes and self._depth == self._nodes[-1].depth + 1:
                self._data_depth = self._depth
        elif self._depth == self._data_depth + 1 and name in _FIELDS and self._nodes:
            data = self._nodes[-1].data
            self._document.capture(lambda text: data.update({name: text.strip()}))

    def _end(self, name: str) -> None:
        if name == "ReportNode" and self._nodes:
            self._close(self._nodes.pop())
        elif self._depth == self._data_depth:
            self._data_depth = -1
        self._depth -= 1

    def _close(self, node: _Node) -> None:
        name, result = node.data.get("Name", ""), node.data.get("Result", "")
        failed = result.lower() == "failed" or (not result and bool(node.failed_step))
        why = node.failed_step
        if failed and not why:
            why = node.data.get("ErrorText") or node.data.get("Description", "")
            if node.kind != "action" and name:
                why = f"{name}: {why}" if why else name
        if failed and self._nodes and not self._nodes[-1].failed_step:
            self._nodes[-1].failed_step = why or name
        if node.kind == "action":
            status = Status.FAILED if failed else self._status_of_action(result)
            test = TestResult(self._suite, name, status, reason=reason(why), steps=tuple(node.steps))
            self._tally.add(status, (), lambda: test)
        elif node.kind == "step" and self._tally.every:
            action = next((outer for outer in reversed(self._nodes) if outer.kind == "action"), None)
            if action is not None:
                status = Status.PASSED if not result else _STATUSES.get(result.lower(), Status.SKIPPED)
                action.steps.append(StepResult(name, Status.FAILED if failed else status))

    def _status_of_action(self, result: str) -> Status:
        line = self._document.line
        if not result:
            self._tally.warn(
                "an action has no result; counted as passed because no step in it failed", line=line
            )
            return Status.PASSED
        return self._tally.status(result, _STATUSES, "UFT", line=line)

    def _finish(self) -> None:
        if not self._found:
            raise UnreadableError(
                "this is not an HP UFT report: it has no ReportNode",
                hint="QTM4J accepts the run_results.xml that UFT writes to the Report folder of the run.",
            )
