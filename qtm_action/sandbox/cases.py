"""What an import asks Jira for: test cases with their steps, made of the tests in result files.

Source: vendor page, parameters ``automationHierarchy`` and ``appendTestName``, and the vendor's pages on
TestNG and JUnit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qtm_action.formats import Format
from qtm_action.results.readers.reported_tests import Status
from qtm_action.sandbox.received import CaseStep, Result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qtm_action.results.readers.reported_tests import Suite, TestResult
    from qtm_action.sandbox.parameters import Parameters

_LONGEST_NAME = 255  # vendor page, "Request Parameters", note
_NO_NAME = "(no name)"
_RESULTS = {
    Status.PASSED: Result.PASS,
    Status.SKIPPED: Result.NOT_EXECUTED,
    Status.ERROR: Result.FAIL,
    Status.FAILED: Result.FAIL,
}
_ORDER = (Result.FAIL, Result.PASS, Result.NOT_EXECUTED)


@dataclass(frozen=True, slots=True)
class PlannedCase:
    """A test case that an import asks for; ``cycle`` is None for the import's one cycle."""

    summary: str
    steps: tuple[CaseStep, ...]
    result: Result
    keys: tuple[str, ...] = ()
    cycle: str | None = None
    component: str = ""
    description: str = ""


def plan_cases(tests: Iterable[TestResult], parameters: Parameters) -> list[PlannedCase]:
    """Return what the hierarchy makes of the tests that were read.

    Formats without one: a test is a case with its steps. Else 1: a suite is a case, its tests are steps.
    2 and 3: every test is a case without steps; in cycles by the suite's name with 2, in one cycle (JUnit)
    or cycles by the name of the suite around it (TestNG) with 3.
    """
    if not parameters.format.has_hierarchy:
        return [_with_steps(test, parameters) for test in tests]
    if parameters.hierarchy == 1:
        return _by_suite(tests)
    return [
        PlannedCase(
            cut(f"{suite_name(test)}: {test.name}" if parameters.append_test_name else test.name),
            (),
            _RESULTS[test.status],
            test.keys,
            cycle=_cycle_name(test, parameters),
        )
        for test in tests
    ]


def _with_steps(test: TestResult, parameters: Parameters) -> PlannedCase:
    return PlannedCase(
        cut(test.name),
        tuple(CaseStep(cut(step.name), _RESULTS[step.status]) for step in test.steps),
        _RESULTS[test.status],
        test.keys,
        component=cut(test.suite.name) if parameters.use_feature_name else "",
        description=test.suite.description if parameters.use_feature_description else "",
    )


def _by_suite(tests: Iterable[TestResult]) -> list[PlannedCase]:
    suites: dict[tuple[Suite, str], list[TestResult]] = {}
    for test in tests:
        suites.setdefault((test.suite, suite_name(test)), []).append(test)
    planned = []
    for (suite, name), members in suites.items():
        steps = tuple(CaseStep(cut(test.name), _RESULTS[test.status]) for test in members)
        # A case fails if a step of it does, and was not executed if none was.
        result = min((step.result for step in steps), key=_ORDER.index)
        planned.append(PlannedCase(cut(name), steps, result, (suite.key,) if suite.key else ()))
    return planned


def suite_name(test: TestResult) -> str:
    """Return the name of the test's suite; a suite without one is split by class."""
    return test.suite.name or test.class_name


def _cycle_name(test: TestResult, parameters: Parameters) -> str | None:
    if parameters.hierarchy == 2:  # noqa: PLR2004 - the hierarchy's own name
        return cut(suite_name(test))
    if parameters.format is Format.TESTNG and not parameters.cycle_to_reuse:
        return cut(test.suite.parent)
    return None


def cut(name: str) -> str:
    """Return a name as the server stores it: cut to 255 characters, never empty."""
    return name[:_LONGEST_NAME] or _NO_NAME
