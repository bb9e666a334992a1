"""Test cases: what an import asks Jira for, made of the tests in result files, and what Jira has then.

Source: vendor page, parameters ``automationHierarchy``, ``appendTestName``, ``testCycleToReuse`` and
``matchTestSteps``, and the vendor's pages on TestNG and JUnit: a test case whose summary and steps match is
reused; one whose summary alone matches gets a new version; any other is created.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from qtm_action.formats import Format
from qtm_action.results.readers.reported_tests import Status, Suite, TestResult
from qtm_action.sandbox.parameters import Parameters
from qtm_action.sandbox.received import (
    CaseStep,
    ImportedCase,
    ImportedCycle,
    RefusedResultsError,
    Result,
)

_CYCLE_SUMMARY = "Automated Test Cycle"

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


@dataclass(slots=True)
class _Case:
    key: str
    versions: list[tuple[str, ...]] = field(default_factory=list)


class Library:
    """The project's test cycles and test cases; for one thread."""

    def __init__(self, project: str, existing_cycles: Iterable[str] = ()) -> None:
        self._project = project
        self._existing = frozenset(existing_cycles)
        self._cycles: dict[str, tuple[str, str]] = {}
        self._cases: dict[str, _Case] = {}
        self._by_key: dict[str, _Case] = {}
        self._cycle_keys = (f"{project}-TR-{number}" for number in count(1))

    def import_cases(self, planned: list[PlannedCase], parameters: Parameters) -> tuple[ImportedCycle, ...]:
        """Create or reuse cycles and cases; raises RefusedResultsError for a cycle that does not exist."""
        by_cycle: dict[str | None, list[PlannedCase]] = {}
        for case in planned:
            by_cycle.setdefault(case.cycle, []).append(case)
        return tuple(self._import_cycle(name, cases, parameters) for name, cases in by_cycle.items())

    def _import_cycle(
        self, name: str | None, planned: list[PlannedCase], parameters: Parameters
    ) -> ImportedCycle:
        reused = parameters.cycle_to_reuse
        key = reused or self._new_cycle_key()
        if reused:
            cycle_id, summary = self._existing_cycle(reused)
        else:
            summary = name or cut(parameters.cycle_summary or _CYCLE_SUMMARY)
            self._cycles[key] = (cycle_id := _new_id(), summary)
        cases = tuple(self._import_case(case, parameters) for case in planned)
        return ImportedCycle(cycle_id, key, summary, bool(reused), cases)

    def _existing_cycle(self, key: str) -> tuple[str, str]:
        if key not in self._cycles:
            if self._existing and key not in self._existing:
                raise RefusedResultsError(f"Test Cycle '{key}' not found")
            self._cycles[key] = (_new_id(), _CYCLE_SUMMARY)
        return self._cycles[key]

    def _new_cycle_key(self) -> str:
        return next(key for key in self._cycle_keys if key not in self._cycles and key not in self._existing)

    def _import_case(self, planned: PlannedCase, parameters: Parameters) -> ImportedCase:
        named = (self._by_key[key] for key in planned.keys if key in self._by_key)
        case = next(named, None) or self._cases.get(planned.summary)
        steps = planned.steps
        created = case is None
        if case is None:
            case = _Case(f"{self._project}-TC-{len(self._by_key) + 1}")
            self._cases[planned.summary] = case
            self._by_key[case.key] = case
            if parameters.cycle_to_reuse and not parameters.match_test_steps:
                steps = ()
        wording = tuple(step.name for step in steps)
        known = wording in case.versions
        new_version = not known and (created or parameters.match_test_steps)
        if new_version:
            case.versions.append(wording)
        return ImportedCase(
            key=case.key,
            version=case.versions.index(wording) + 1 if known else len(case.versions),
            summary=planned.summary,
            result=planned.result,
            steps=steps,
            created=created,
            new_version=new_version,
            component=planned.component,
            description=planned.description,
        )


def _new_id() -> str:
    return uuid.uuid4().hex[:14]
