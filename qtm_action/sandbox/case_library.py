"""Jira's side of an import: the project's test cycles and test cases, created and reused.

Source: vendor page, parameters ``testCycleToReuse`` and ``matchTestSteps``, and the vendor's pages on TestNG
and JUnit: a test case whose summary and steps match is reused; one whose summary alone matches gets a new
version; any other is created.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from qtm_action.sandbox.cases import cut
from qtm_action.sandbox.received import ImportedCase, ImportedCycle, RefusedResultsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qtm_action.sandbox.cases import PlannedCase
    from qtm_action.sandbox.parameters import Parameters

DEFAULT_CYCLE_SUMMARY = "Automated Test Cycle"


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
            summary = name or cut(parameters.cycle_summary or DEFAULT_CYCLE_SUMMARY)
            self._cycles[key] = (cycle_id := _new_id(), summary)
        cases = tuple(self._import_case(case, parameters) for case in planned)
        return ImportedCycle(cycle_id, key, summary, bool(reused), cases)

    def _existing_cycle(self, key: str) -> tuple[str, str]:
        if key not in self._cycles:
            if self._existing and key not in self._existing:
                raise RefusedResultsError(f"Test Cycle '{key}' not found")
            self._cycles[key] = (_new_id(), DEFAULT_CYCLE_SUMMARY)
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
        new_version = created or (parameters.match_test_steps and wording not in case.versions)
        if new_version:
            case.versions.append(wording)
        known = wording in case.versions
        version = case.versions.index(wording) + 1 if known else len(case.versions)
        return ImportedCase(
            case.key,
            version,
            planned.summary,
            planned.result,
            steps,
            created,
            new_version,
            planned.component,
            planned.description,
        )


def _new_id() -> str:
    return uuid.uuid4().hex[:14]
