"""Cucumber's JSON: an array of features, each with ``elements`` that are scenarios and backgrounds.

What cucumber-jvm, cucumber-js and cucumber-ruby write, and what behave and pytest-bdd make of it.
A feature is decoded whole while it is short; a long one scenario by scenario, and a long scenario
(one with pictures in it) step by step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtm_action.formats import Format
from qtm_action.results.readers.json_stream import TOO_LONG
from qtm_action.results.readers.reader import JsonReader
from qtm_action.results.readers.scenarios import STEPS_NO_ARRAY, Scenarios, WrongShapeError, is_a_background
from qtm_action.results.readers.tally import UnreadableError

if TYPE_CHECKING:
    from qtm_action.results.readers.json_stream import JsonStream
    from qtm_action.results.readers.reader import ReadSibling
    from qtm_action.results.readers.tally import Tally

_SIGNS = frozenset({"elements", "keyword", "uri"})  # one of them shows a feature
_KEPT = frozenset(
    {"description", "id", "keyword", "name", "status", "tags", "type"}
)  # what is looked at, steps and hooks aside
_SHAPE = "QTM4J accepts an array of features, as Cucumber's `json` formatter writes it."


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


def read(stream: JsonStream, tally: Tally, _read_sibling: ReadSibling) -> None:
    """Read the array at the cursor; raise UnreadableError where it is not one of features."""
    reader = _FeatureReader(stream, tally)
    try:
        for _ in stream.items():
            reader.feature()
    except WrongShapeError as error:
        message = f"this is not a Cucumber report: {error}"
        raise UnreadableError(message, _SHAPE, *reader.scenarios.position) from None
    tally.format = Format.CUCUMBER


class _FeatureReader:
    def __init__(self, stream: JsonStream, tally: Tally) -> None:
        self._stream = stream
        self._tally = tally
        self.scenarios = Scenarios(tally, stream.position)

    def feature(self) -> None:
        """Read the feature at the cursor."""
        self.scenarios.position = self._stream.position
        feature = self._stream.value()
        if feature is TOO_LONG and self._stream.peek() == "{":
            feature = self._long_feature()
        if not isinstance(feature, dict) or not feature.keys() & _SIGNS:
            raise WrongShapeError("its array contains something that is not a feature")
        self._tally.format = Format.CUCUMBER
        elements = feature.get("elements") or ()
        if not isinstance(elements, (list, tuple)):
            raise WrongShapeError("a feature's `elements` is not an array")
        for element in elements:
            self.scenarios.element(element)
        self.scenarios.end_feature(feature)

    def _long_feature(self) -> dict[str, Any]:
        """Walk through a feature that is too long to be held; what is left of it has no elements."""
        stream = self._stream
        feature: dict[str, Any] = {}
        for key in stream.members():
            if key == "elements" and stream.peek() == "[":
                self._tally.format = Format.CUCUMBER
                for _ in stream.items():
                    self.scenarios.position = stream.position
                    element = stream.value()
                    if element is TOO_LONG and stream.peek() == "{":
                        element = self._long_element()
                    self.scenarios.element(element)
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
                    raise WrongShapeError(STEPS_NO_ARRAY)
                for _ in stream.items():
                    self.scenarios.steps([stream.outline()], may_lack_results=is_a_background(element))
            elif key in ("before", "after") and stream.peek() == "[":
                for _ in stream.items():
                    self.scenarios.hooks([stream.outline()])
            else:
                element[key] = self._kept(key)
        return element

    def _kept(self, key: str) -> Any:
        if key in _KEPT:
            return self._stream.outline()
        self._stream.skip()
        return None


READER = JsonReader(Format.CUCUMBER, looks_like="an array of features", member="", read=read)
