"""TestNG's ``testng-results.xml``: a ``test-method`` that is not configuration is a test.

Each run of a method with a data provider is one, and so is each try of a retry analyser: TestNG
writes a try that was run again as skipped, and it counts as that. TestNG's own console counts
``SUCCESS_PERCENTAGE_FAILURE``, a run beyond a method's ``successPercentage``, as a failure.
"""

from __future__ import annotations

from qtm_action.redaction import beginning
from qtm_action.results.readers.reasons import reason
from qtm_action.results.readers.reported_tests import Status, Suite, TestResult
from qtm_action.results.readers.tally import KEY_NAMES, Tally
from qtm_action.results.readers.xml_stream import Attributes, Document, Handlers

_STATUSES = {
    "pass": Status.PASSED,
    "fail": Status.FAILED,
    "success_percentage_failure": Status.FAILED,
    "skip": Status.SKIPPED,
}
_MAX_SHOWN_PARAMETERS = 5
_MAX_PARAMETER = 40  # characters


class TestNGFile:
    """One document being read."""

    def __init__(self, document: Document, tally: Tally) -> None:
        self._document = document
        self._tally = tally
        self._depth = 0
        self._suite_name = ""
        self._suite = Suite()
        self._class = ""
        self._method: Attributes | None = None  # the test at hand
        self._status = Status.PASSED
        self._reason = self._exception = ""
        self._parameters: list[str] = []
        self._keys: list[str] = []

    def handlers(self) -> Handlers:
        """Return what the parser calls."""
        return Handlers(self._start, self._end, lambda: self._depth)

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        match name:
            case "suite":
                self._suite_name = attributes.get("name", "")
            case "test":
                keys = self._tally.named_keys(attributes)
                self._suite = Suite(attributes.get("name", ""), self._suite_name, keys[0] if keys else "")
            case "class":
                self._class = attributes.get("name", "")
            case "test-method" if attributes.get("is-config", "").lower() != "true":
                self._start_method(attributes)
            case "value":
                self._start_parameter(attributes)
            case "exception" if not self._exception:
                self._exception = attributes.get("class", "")
            case "message" if not self._reason:
                self._document.capture(self._take_reason)
            case "group":
                self._tally.tag(attributes.get("name", ""))
            case "attribute" if attributes.get("name", "").lower() in KEY_NAMES:
                self._document.capture(self._take_key)

    def _start_method(self, attributes: Attributes) -> None:
        self._method = attributes
        self._reason = self._exception = ""
        self._parameters.clear()
        self._keys = list(self._tally.named_keys(attributes))
        line = self._document.line
        self._status = self._tally.status(
            attributes.get("status", ""), _STATUSES, "TestNG", word="status", line=line
        )
        if attributes.get("retried", "").lower() == "true":
            self._tally.warn("tests that TestNG ran again are in the file once for each try", line=line)

    def _start_parameter(self, attributes: Attributes) -> None:
        if attributes.get("is-null"):
            self._parameter("null")
        else:
            self._document.capture(self._parameter)

    def _parameter(self, text: str) -> None:
        text = text.strip()
        self._keys += self._tally.tag(text)
        if len(self._parameters) < _MAX_SHOWN_PARAMETERS:
            self._parameters.append(text)

    def _take_reason(self, text: str) -> None:
        self._reason = text.strip()

    def _take_key(self, text: str) -> None:
        self._keys += self._tally.key(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == "test-method" and self._method is not None:
            method, keys = self._method.get("name", ""), tuple(self._keys)
            self._tally.add(
                self._status, keys, lambda: self._test(method, keys), in_keyed_suite=bool(self._suite.key)
            )
            self._method = None

    def _test(self, method: str, keys: tuple[str, ...]) -> TestResult:
        parameters = ", ".join(beginning(each, _MAX_PARAMETER) for each in self._parameters)
        return TestResult(
            self._suite,
            method,
            self._status,
            self._class,
            f"({parameters})" if self._parameters else "",
            reason(self._reason, self._exception, names=(method,)),
            keys,
        )
