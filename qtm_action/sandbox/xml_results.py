"""JUnit, TestNG and HP UFT results, read as a stream.

These readers know nothing of those that the client uses: they are a second opinion on what is in a
file. expat reads in blocks, so memory does not grow with the file; only names are kept. Entity
declarations are refused, and so is nesting beyond any real result.
"""

from __future__ import annotations

from typing import IO
from xml.parsers import expat

from qtm_action.formats import Format
from qtm_action.sandbox.model import LONGEST_NAME, ReadCase, ReadStep, Result, ResultsError

_BLOCK = 1 << 18
_DEEPEST = 500
_ORDER = (Result.FAIL, Result.PASS, Result.NOT_EXECUTED)


def read_xml(stream: IO[bytes], result_format: Format) -> list[ReadCase]:
    """Read the test cases of one XML result; raises :class:`ResultsError` with what is wrong."""
    reader = _READERS[result_format]()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if not depth and tag not in reader.roots:
            expected = " or ".join(f"<{root}>" for root in reader.roots)
            raise ResultsError(f"root element <{tag}> found where {result_format.title} has {expected}")
        depth += 1
        if depth > _DEEPEST:
            raise ResultsError(f"elements are nested deeper than {_DEEPEST}")
        reader.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        reader.end(tag)

    def refuse(*_declaration: object) -> None:
        raise ResultsError("entity declarations are not allowed")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = refuse
    if result_format is Format.HPUFT:
        parser.CharacterDataHandler = reader.text
    try:
        while block := stream.read(_BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ResultsError(f"not well-formed XML: {error}") from None
    except (LookupError, ValueError) as error:  # an encoding that Python does not know
        raise ResultsError(f"not readable XML: {error}") from None
    return reader.cases


def worst(results: list[Result]) -> Result:
    """Judge a test case: it fails if a step of it does, and was not executed if none was."""
    return next((result for result in _ORDER if result in results), Result.PASS)


class _JUnit:
    """A test case is a ``testsuite`` (by name, else the ``classname`` in it), a step a ``testcase``."""

    roots = ("testsuites", "testsuite")

    def __init__(self) -> None:
        self.cases: list[ReadCase] = []
        self._suites: list[tuple[str, str | None, dict[str, list[ReadStep]]]] = []
        self._test: tuple[str, str, str | None] | None = None
        self._result = Result.PASS

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "testsuites":  # some writers put a testcase here; its classname stands for a suite then
                self._suites.append(("", None, {}))
            case "testsuite":
                self._suites.append((attributes.get("name", ""), attributes.get("testcasekey"), {}))
            case "testcase":
                name = attributes.get("name")
                if name is None:
                    raise ResultsError("a <testcase> has no name")
                self._test = (attributes.get("classname", ""), name, attributes.get("testcasekey"))
                self._result = Result.PASS
            case "failure" | "error" if self._test:
                self._result = Result.FAIL
            case "skipped" if self._test and self._result is Result.PASS:
                self._result = Result.NOT_EXECUTED

    def end(self, tag: str) -> None:
        if tag == "testcase" and self._test:
            class_name, name, key = self._test
            suite_name, _, tests = self._suites[-1]
            tests.setdefault(suite_name or class_name, []).append(ReadStep(name, self._result, key))
            self._test = None
        elif tag in self.roots:
            _, suite_key, tests = self._suites.pop()
            for case_name, steps in tests.items():
                result = worst([step.result for step in steps])
                self.cases.append(ReadCase(case_name, tuple(steps), result, suite_key))

    def text(self, data: str) -> None:
        """Nothing is told in text."""


class _TestNG:
    """A test case is a ``test``, a step a ``test-method`` that is not configuration."""

    roots = ("testng-results",)
    _results = {"PASS": Result.PASS, "FAIL": Result.FAIL}  # noqa: RUF012 - never changed

    def __init__(self) -> None:
        self.cases: list[ReadCase] = []
        self._suite = ""
        self._test: tuple[str, str | None] | None = None
        self._steps: list[ReadStep] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "suite":
                self._suite = attributes.get("name", "")
            case "test":
                self._test = (attributes.get("name", ""), attributes.get("testcasekey"))
                self._steps = []
            case "test-method" if self._test and attributes.get("is-config") != "true":
                if "name" not in attributes:
                    raise ResultsError("a <test-method> has no name")
                result = self._results.get(attributes.get("status", ""), Result.NOT_EXECUTED)
                self._steps.append(ReadStep(attributes["name"], result, attributes.get("testcasekey")))

    def end(self, tag: str) -> None:
        if tag == "test" and self._test and self._steps:
            name, key = self._test
            result = worst([step.result for step in self._steps])
            self.cases.append(ReadCase(name, tuple(self._steps), result, key, self._suite))
        if tag == "test":
            self._test = None

    def text(self, data: str) -> None:
        """Nothing is told in text."""


class _HpUft:
    """A test case is a ``ReportNode`` of type Action, its steps all of type Step under it."""

    roots = ("Results", "ReportNode", "Report")

    def __init__(self) -> None:
        self.cases: list[ReadCase] = []
        self._path: list[str] = []
        self._nodes: list[tuple[str, dict[str, str]]] = []
        self._actions: list[list[ReadStep]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(tag)
        if tag == "ReportNode":
            kind = attributes.get("type", "").lower()
            told = {"Name": attributes.get("name", ""), "Result": attributes.get("status", "")}
            self._nodes.append((kind, told))
            if kind == "action":
                self._actions.append([])

    def text(self, data: str) -> None:
        place = self._path[-1]
        if place in {"Name", "Result"} and self._path[-3:-1] == ["ReportNode", "Data"]:
            told = self._nodes[-1][1]
            told[place] = (told[place] + data)[:LONGEST_NAME]

    def end(self, tag: str) -> None:
        self._path.pop()
        if tag != "ReportNode":
            return
        kind, told = self._nodes.pop()
        result = _UFT_RESULTS.get(told["Result"].strip().lower(), Result.PASS)
        if kind == "step" and self._actions:
            self._actions[-1].append(ReadStep(told["Name"].strip(), result))
        elif kind == "action":
            steps = self._actions.pop()
            self.cases.append(
                ReadCase(
                    told["Name"].strip(), tuple(steps), worst([result, *[step.result for step in steps]])
                )
            )


_UFT_RESULTS = {
    "failed": Result.FAIL,
    "micfail": Result.FAIL,
    "error": Result.FAIL,
    "skipped": Result.NOT_EXECUTED,
    "not run": Result.NOT_EXECUTED,
    "none": Result.NOT_EXECUTED,
}
_READERS: dict[Format, type[_JUnit | _TestNG | _HpUft]] = {
    Format.JUNIT: _JUnit,
    Format.TESTNG: _TestNG,
    Format.HPUFT: _HpUft,
}
