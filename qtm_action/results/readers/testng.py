"""TestNG's ``testng-results.xml``: a ``test-method`` that is not configuration is a test.

Each run of a method with a data provider is one, and so is each try of a retry analyser: TestNG
writes a try that was run again as skipped, and it counts as that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtm_action.results.readers.tally import KEY_NAMES
from qtm_action.results.readers.xml_stream import Handlers

if TYPE_CHECKING:
    from qtm_action.results.readers.tally import Tally
    from qtm_action.results.readers.xml_stream import Attributes, Document

ROOT = "testng-results"

_MAX_SHOWN_PARAMETERS = 5


class TestNGReader:
    """Reads one document."""

    __test__ = False  # a reader, not a test, whatever its name makes pytest think

    def __init__(self, document: Document, tally: Tally) -> None:
        self._document = document
        self._tally = tally
        self._depth = 0
        self._class = ""
        self._method: dict[str, str] | None = None  # the failed test at hand, until its message is known
        self._parameters: list[str] = []

    def handlers(self) -> Handlers:
        """Return what the parser calls."""
        return Handlers(self._start, self._end, lambda: self._depth, self._finish)

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        match name:
            case "class":
                self._class = _value(attributes, "name")
            case "test-method":
                self._start_method(dict(zip(attributes[::2], attributes[1::2], strict=True)))
            case "value" if _value(attributes, "is-null"):
                self._parameter("null")
            case "value":
                self._document.capture(self._parameter)
            case "exception" if self._method is not None:
                self._method.setdefault("exception", _value(attributes, "class"))
            case "message" if self._method is not None:
                self._document.capture(self._describe)
            case "group":
                self._tally.tag(_value(attributes, "name"))
            case "attribute" if _value(attributes, "name").lower() in KEY_NAMES:
                self._document.capture(self._tally.key)

    def _start_method(self, method: dict[str, str]) -> None:
        tally = self._tally
        self._parameters.clear()
        if method.get("is-config", "").lower() == "true":
            return
        for name, value in method.items():
            if name.lower() in KEY_NAMES:
                tally.key(value)
        match method.get("status", "").upper():
            case "PASS" | "SUCCESS_PERCENTAGE_FAILURE":
                tally.passed += 1
            case "FAIL":
                tally.failed += 1
                if tally.wants_failures:
                    self._method = method
            case "SKIP":
                tally.skipped += 1
            case other:
                tally.skipped += 1
                tally.warn(
                    f"the status {other[:40]!r} is not one of TestNG's; it counts as skipped",
                    line=self._document.line,
                )
        if method.get("retried", "").lower() == "true":
            tally.warn(
                "tests that TestNG ran again are in the file once for each try", line=self._document.line
            )

    def _parameter(self, text: str) -> None:
        text = text.strip()
        self._tally.tag(text)
        if self._method is not None and len(self._parameters) < _MAX_SHOWN_PARAMETERS:
            self._parameters.append(text[:40])

    def _describe(self, text: str = "") -> None:
        method = self._method
        if method is None:
            return
        self._method = None
        name = method.get("name", "")
        owner = f"{self._class}." if self._class else ""
        arguments = f"({', '.join(self._parameters)})" if self._parameters else ""
        self._tally.failure(f"{owner}{name}{arguments}", text.strip() or method.get("exception", ""))

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == "test-method":
            self._describe()

    def _finish(self) -> None:
        if not self._tally.total:
            self._tally.warn("the file holds no test method")


def _value(attributes: Attributes, name: str) -> str:
    return dict(zip(attributes[::2], attributes[1::2], strict=True)).get(name, "")
