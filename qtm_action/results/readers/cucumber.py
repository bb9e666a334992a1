"""Cucumber's JSON: an array of features, each with ``elements`` that are scenarios and backgrounds.

What cucumber-jvm, cucumber-js and cucumber-ruby write, and what behave and pytest-bdd make of it.
A feature is decoded whole while it is short; a long one scenario by scenario, and a long scenario
(one with pictures in it) step by step.

A scenario failed if a step or hook of it failed or is ambiguous, else it is skipped if one is skipped,
pending, undefined or has no result, else it passed. A background that is an element of its own
belongs to the scenario after it. behave writes the status of a scenario onto the background that follows it
under a ``Rule``: there it belongs to the scenario before.
"""

from __future__ import annotations

from typing import Any

from qtm_action.formats import Format
from qtm_action.redaction import beginning
from qtm_action.results.readers.json_stream import TOO_LONG, JsonStream
from qtm_action.results.readers.reasons import reason
from qtm_action.results.readers.reported_tests import Status, StepResult, Suite, TestResult
from qtm_action.results.readers.tally import MAX_TEXT, Tally, UnreadableError

_SIGNS = frozenset({"elements", "keyword", "uri"})  # one of them shows a feature
_KEPT = frozenset(
    {"description", "id", "keyword", "name", "status", "tags", "type"}
)  # what is looked at, steps and hooks aside
_SHAPE = "QTM4J accepts an array of features, as Cucumber's `json` formatter writes it."


_OUTCOMES = {
    "passed": Status.PASSED,
    "failed": Status.FAILED,
    "ambiguous": Status.FAILED,
    "skipped": Status.SKIPPED,
    "pending": Status.SKIPPED,
    "undefined": Status.SKIPPED,
    "unknown": Status.SKIPPED,
    # behave's own
    "error": Status.FAILED,
    "pending_warn": Status.PASSED,
    "untested": Status.SKIPPED,
    "untested_pending": Status.SKIPPED,
    "untested_undefined": Status.SKIPPED,
}
# behave gives scenarios a status, too: what the steps do not show of it.
_SCENARIO_OUTCOMES = {
    "failed": Status.FAILED,
    "error": Status.FAILED,
    "hook_error": Status.FAILED,
    "cleanup_error": Status.FAILED,
    "skipped": Status.SKIPPED,
    "untested": Status.SKIPPED,
}

# The keys that Cucumber's own writers use; others are behave's, or a plug-in's.
_KEYS = frozenset({"comments", "id", "keyword", "line", "name"})
_FEATURE_KEYS = _KEYS | {"description", "elements", "language", "metadata", "tags", "uri"}
_ELEMENT_KEYS = (
    _KEYS | {"after", "before", "description", "examples", "start_timestamp"} | {"steps", "tags", "type"}
)
_STEP_KEYS = (
    _KEYS
    | {"after", "arguments", "before", "doc_string", "embeddings", "hidden", "match", "matchedColumns"}
    | {"output", "result", "rows"}
)


class _WrongShapeError(Exception):
    """Something is not what a Cucumber report has in its place."""


def begins_with_a_feature(stream: JsonStream) -> bool:
    """Return whether the first item of the array at the cursor is a feature; goes into the array."""
    for _ in stream.items():
        if stream.peek() == "{":
            for key in stream.members():
                if key in _SIGNS:
                    return True
                stream.skip()
        break
    return False


def read(stream: JsonStream, tally: Tally) -> None:
    """Read the array at the cursor; raise UnreadableError where it is not one of features."""
    reader = _Report(stream, tally)
    try:
        for _ in stream.items():
            reader.feature()
    except _WrongShapeError as error:
        message = f"this is not a Cucumber report: {error}"
        raise UnreadableError(message, _SHAPE, *reader.position) from None
    tally.format = Format.CUCUMBER


class _Report:
    """A report being read: the scenarios of one feature after the other."""

    def __init__(self, stream: JsonStream, tally: Tally) -> None:
        self.position = stream.position  # of the feature or element at hand
        self._stream = stream
        self._tally = tally
        self._every = tally.every
        self._suite = Suite()  # the feature at hand
        # Of the scenario at hand, the background before it included:
        self._status = Status.PASSED
        self._reason = self._culprit = ""
        self._steps: list[StepResult] = []
        self._attachments = 0
        # A scenario of behave's whose status may stand on the background after it: name and keys.
        self._waiting: tuple[Any, tuple[str, ...]] | None = None

    def feature(self) -> None:
        """Read the feature at the cursor."""
        self.position = self._stream.position
        feature = self._stream.value()
        if feature is TOO_LONG and self._stream.peek() == "{":
            feature = self._long_feature()
        if not isinstance(feature, dict) or not feature.keys() & _SIGNS:
            raise _WrongShapeError("its array contains something that is not a feature")
        self._tally.format = Format.CUCUMBER
        elements = feature.get("elements") or ()
        if not isinstance(elements, (list, tuple)):
            raise _WrongShapeError("a feature's `elements` is not an array")
        for element in elements:
            self._element(element)
        self._end_feature(feature)

    def _long_feature(self) -> dict[str, Any]:
        """Walk through a feature that is too long to be held; what is left of it has no elements."""
        stream = self._stream
        feature: dict[str, Any] = {}
        for key in stream.members():
            if key == "elements" and stream.peek() == "[":
                self._tally.format = Format.CUCUMBER
                for _ in stream.items():
                    self.position = stream.position
                    element = stream.value()
                    if element is TOO_LONG and stream.peek() == "{":
                        element = self._long_element()
                    self._element(element)
                feature[key] = None
            else:
                feature[key] = self._kept(key)
        return feature

    def _long_element(self) -> dict[str, Any]:
        """Walk through an element that is too long to be held; what is left of it has no steps."""
        stream = self._stream
        element: dict[str, Any] = {}
        for key in stream.members():
            if key == "steps" and stream.peek() != "n":
                if stream.peek() != "[":
                    raise _WrongShapeError("the `steps` of an element is not an array")
                for _ in stream.items():
                    self._take_steps([stream.outline()], may_lack_results=_is_a_background(element))
            elif key in ("before", "after") and stream.peek() == "[":
                for _ in stream.items():
                    self._hooks([stream.outline()])
            else:
                element[key] = self._kept(key)
        return element

    def _kept(self, key: str) -> Any:
        if key in _KEPT:
            return self._stream.outline()
        self._stream.skip()
        return None

    def _element(self, element: Any) -> None:
        """Take a scenario, or a background that belongs to the next."""
        if not isinstance(element, dict):
            raise _WrongShapeError("an element of a feature is not an object")
        is_background = _is_a_background(element)
        if self._waiting is not None:
            self._end_waiting(str(element.get("status")) if is_background else "")
        steps = element.get("steps")
        if steps:
            self._take_steps(steps, may_lack_results=is_background)
        if "before" in element or "after" in element:
            self._hooks(element.get("before"))
            self._hooks(element.get("after"))
        if not element.keys() <= _ELEMENT_KEYS:
            self._tally.unknown_keys(element.keys() - _ELEMENT_KEYS, self.position.line)
            if not is_background:
                self._scenario_status(str(element.get("status")))
        if not is_background:
            self._scenario(element, steps)

    def _scenario(self, element: dict[str, Any], steps: Any) -> None:
        """End a scenario whose parts have been taken."""
        keys = self._tally.tags(element.get("tags"))
        if "status" in element and element["status"] is None:
            self._waiting = element.get("name"), keys
            return
        if self._status is Status.PASSED and str(element.get("id")).startswith("test_"):
            self._look_for_an_end(element, steps)
        self._end_scenario(element.get("name"), keys)

    def _take_steps(self, steps: Any, *, may_lack_results: bool) -> None:
        """Take steps of the element at hand."""
        if not isinstance(steps, list):
            raise _WrongShapeError("the `steps` of an element is not an array")
        if self._waiting is not None:
            self._end_waiting("")
        every = self._every
        for step in steps:
            if every:
                self._keep(step, may_lack_results=may_lack_results)
            try:
                is_plain = (
                    step["result"]["status"] == "passed" and "after" not in step and "before" not in step
                )
            except (TypeError, KeyError):
                is_plain = False
            if not is_plain:
                self._step(step, may_lack_results=may_lack_results)
        # One step of each scenario is enough to know whose file it is.
        if isinstance(steps[0], dict) and not steps[0].keys() <= _STEP_KEYS:
            self._tally.unknown_keys(steps[0].keys() - _STEP_KEYS, self.position.line)

    def _hooks(self, hooks: Any) -> None:
        """Take the hooks before or after a scenario or step."""
        if self._waiting is not None:
            self._end_waiting("")
        for hook in hooks if isinstance(hooks, list) else ():
            if isinstance(hook, dict):
                if self._every:
                    self._attachments += _number(hook.get("embeddings"))
                if "result" in hook:
                    self._note(_status(hook), hook["result"])

    def _end_feature(self, feature: dict[str, Any]) -> None:
        """Note what a feature says about itself; its elements have been taken."""
        if self._waiting is not None:
            self._end_waiting("")
        self._tally.tags(feature.get("tags"))
        self._tally.unknown_keys(feature.keys() - _FEATURE_KEYS, self.position.line)
        self._suite.name = str(feature.get("name") or "")
        self._suite.description = str(feature.get("description") or "").strip()
        self._suite = Suite()
        self._begin_scenario()

    def _begin_scenario(self) -> None:
        self._status = Status.PASSED
        self._reason = self._culprit = ""
        self._attachments = 0
        self._steps.clear()

    def _end_waiting(self, status: str) -> None:
        if self._waiting is not None:
            name, keys = self._waiting
            self._waiting = None
            self._scenario_status(status)
            self._end_scenario(name, keys)

    def _end_scenario(self, name: Any, keys: tuple[str, ...]) -> None:
        self._tally.add(self._status, keys, lambda: self._test(name, keys))
        self._begin_scenario()

    def _test(self, name: Any, keys: tuple[str, ...]) -> TestResult:
        return TestResult(
            self._suite,
            beginning(str(name or ""), MAX_TEXT),
            self._status,
            reason=self._reason,
            keys=keys,
            steps=tuple(self._steps),
            attachments=self._attachments,
        )

    def _scenario_status(self, status: str) -> None:
        outcome = _SCENARIO_OUTCOMES.get(status, Status.PASSED)
        if outcome is Status.FAILED and not self._reason:
            self._reason = f"{status} in the step: {self._culprit}" if self._culprit else status
        self._status = max(self._status, outcome)

    def _keep(self, step: Any, *, may_lack_results: bool) -> None:
        """Keep a step for the scenario's steps; what has no name or is hidden is a hook."""
        if not isinstance(step, dict):
            return
        self._attachments += _number(step.get("embeddings"))
        status = _status(step)
        if "name" in step and not step.get("hidden") and not (may_lack_results and status is None):
            outcome = _OUTCOMES.get(str(status).lower(), Status.SKIPPED)
            self._steps.append(StepResult(beginning(str(step["name"]), MAX_TEXT), outcome))

    def _step(self, step: Any, *, may_lack_results: bool) -> None:
        if not isinstance(step, dict):
            raise _WrongShapeError("a step is not an object")
        status = _status(step)
        # behave repeats a background without results; the scenarios contain its steps.
        if status is not None or not may_lack_results:
            self._note(status, step.get("result"))
        if not self._culprit and (self._status is Status.FAILED or status in ("undefined", "pending")):
            self._culprit = beginning(str(step.get("name") or ""), MAX_TEXT)
        self._hooks(step.get("before"))
        self._hooks(step.get("after"))

    def _note(self, status: Any, result: Any) -> None:
        """Take one status into account; the worst one counts. No status is that of what did not run."""
        outcome = Status.SKIPPED
        if status is not None:
            line = self.position.line
            outcome = self._tally.status(str(status), _OUTCOMES, "Cucumber", word="status", line=line)
        self._status = max(self._status, outcome)
        if outcome is Status.FAILED and not self._reason and isinstance(result, dict):
            message = result.get("error_message") or ""
            # behave writes the lines of a message as an array
            lines = map(str, message) if isinstance(message, list) else [str(message)]
            self._reason = reason("\n".join(lines))

    def _look_for_an_end(self, element: dict[str, Any], steps: Any) -> None:
        """Warn of a scenario of pytest-bdd's that looks as if it had passed, and may not have run."""
        last = steps[-1] if isinstance(steps, list) and steps else {}
        if isinstance(last, dict) and str(last.get("keyword")).strip() in ("Given", "When"):
            name = beginning(str(element.get("name")), 100)
            self._tally.warn(
                f"the scenario {name!r} ends before its Then step; counted as passed",
                hint="pytest-bdd omits undefined steps, and the steps after them, from its JSON. "
                "Compare with the output of pytest.",
                line=self.position.line,
            )


def _is_a_background(element: dict[str, Any]) -> bool:
    """Return whether an element is a background, by its type or, where it has none, its keyword."""
    kind = element.get("type") or element.get("keyword")
    return kind != "scenario" and isinstance(kind, str) and kind.lower() == "background"


def _status(part: dict[str, Any]) -> Any:
    """Return the status of a step or hook; None where it has no result."""
    result = part.get("result")
    return result.get("status") if isinstance(result, dict) else result


def _number(items: Any) -> int:
    return len(items) if isinstance(items, list) else 0
