"""The rules of the API that depend on several values at once.

What the API refuses is an error here, what it ignores a warning. Source: vendor page, request parameters of
step 2.1 and "Supported Fields". Each rule is one line of :data:`RULES`, which the documentation lists too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qtm_action.errors import Problem, Severity
from qtm_action.formats import Format, ZipMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qtm_action.spec.model import JsonValue, Origin

# Hierarchy 1 knows no test names to append; hierarchy 2 makes its test cycles itself.
_WITHOUT_TEST_NAMES = 1
_NEW_CYCLES = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at: one import whose format is known."""

    format: Format
    parameters: Mapping[str, JsonValue]
    zip: ZipMode = ZipMode.AUTO

    def is_on(self, key: str) -> bool:
        """Tell whether the boolean parameter ``key`` is given and true."""
        return self.parameters.get(key) is True

    @property
    def hierarchy(self) -> JsonValue:
        """The hierarchy that the import asks for, where its format has one."""
        return self.parameters.get("automationHierarchy") if self.format.has_hierarchy else None

    @property
    def reuses_cycle(self) -> bool:
        """Whether the server will put the results into an existing test cycle."""
        return "testCycleToReuse" in self.parameters and self.hierarchy != _NEW_CYCLES


@dataclass(frozen=True, slots=True)
class Rule:
    """``key`` is where the problem is told; ``message`` and ``hint`` may name the format as {format}."""

    key: str
    severity: Severity
    breaks: Callable[[Facts], bool]
    message: str
    hint: str


RULES = (
    Rule(
        "zip",
        Severity.ERROR,
        lambda it: it.format is Format.QAF and it.zip is ZipMode.NEVER,
        "`zip: never` can't be with `format: qaf`: the server takes QAF results only as a zip",
        "Remove `zip`.",
    ),
    Rule(
        "attachFile",
        Severity.WARNING,
        lambda it: it.is_on("attachFile") and not it.format.attaches_files,
        "`attachFile` is ignored by the server for {format}: it is for QAF and Cucumber",
        "Remove `attachFile`.",
    ),
    Rule(
        "automationHierarchy",
        Severity.WARNING,
        lambda it: "automationHierarchy" in it.parameters and not it.format.has_hierarchy,
        "`automationHierarchy` is ignored by the server for {format}: it is for JUnit and TestNG",
        "Remove `automationHierarchy`.",
    ),
    Rule(
        "appendTestName",
        Severity.WARNING,
        lambda it: it.is_on("appendTestName") and not it.format.has_hierarchy,
        "`appendTestName` is ignored by the server for {format}: it is for JUnit and TestNG",
        "Remove `appendTestName`.",
    ),
    Rule(
        "appendTestName",
        Severity.WARNING,
        lambda it: it.is_on("appendTestName") and it.hierarchy == _WITHOUT_TEST_NAMES,
        "`appendTestName` is ignored by the server with `automationHierarchy: 1`",
        "Use hierarchy 2 or 3, or remove `appendTestName`.",
    ),
    Rule(
        "useFeatureName",
        Severity.WARNING,
        lambda it: it.is_on("useFeatureName") and it.format is not Format.CUCUMBER,
        "`useFeatureName` is ignored by the server for {format}: it is for Cucumber",
        "Remove `useFeatureName`.",
    ),
    Rule(
        "useFeatureDescription",
        Severity.WARNING,
        lambda it: it.is_on("useFeatureDescription") and it.format is not Format.CUCUMBER,
        "`useFeatureDescription` is ignored by the server for {format}: it is for Cucumber",
        "Remove `useFeatureDescription`.",
    ),
    Rule(
        "testCycleToReuse",
        Severity.WARNING,
        lambda it: "testCycleToReuse" in it.parameters and not it.reuses_cycle,
        "`testCycleToReuse` is ignored by the server with `automationHierarchy: 2`: new test cycles are made",
        "Use hierarchy 1 or 3, or remove `testCycleToReuse`.",
    ),
    Rule(
        "fields.testCycle",
        Severity.WARNING,
        lambda it: it.reuses_cycle and bool(_section(it.parameters, "testCycle")),
        "`fields.testCycle` is ignored by the server where a test cycle is reused",
        "Remove `fields.testCycle`, or `testCycleToReuse` for a new test cycle.",
    ),
)


def check_format(facts: Facts, origins: Mapping[str, Origin]) -> Iterator[Problem]:
    """Yield a problem for each rule that the import breaks; ``origins`` are by path inside the import."""
    for rule in RULES:
        if rule.breaks(facts):
            message = rule.message.format(format=facts.format.title)
            origin = _origin_of(rule.key, origins)
            if origin is None:
                yield Problem(message, rule.hint, rule.severity, path=rule.key)
            else:
                yield origin.problem(message, rule.hint, rule.severity)


def _origin_of(key: str, origins: Mapping[str, Origin]) -> Origin | None:
    """Return where ``key`` was written; of a section, where its first value was."""
    if key in origins:
        return origins[key]
    inside = [origin for path, origin in origins.items() if path.startswith(f"{key}.")]
    return min(inside, key=lambda origin: (origin.line or 0, origin.column or 0), default=None)


def _section(parameters: Mapping[str, JsonValue], name: str) -> dict[str, Any]:
    fields = parameters.get("fields")
    section = fields.get(name) if isinstance(fields, dict) else None
    return section if isinstance(section, dict) else {}
