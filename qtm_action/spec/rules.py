"""The rules of the API that depend on several values at once.

What the API refuses is an error here, what it ignores a warning. Source: vendor page, request parameters of
step 2.1 and "Supported Fields". Each rule is one line of :data:`RULES`, which the documentation lists too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from qtm_action.errors import Problem, Severity
from qtm_action.formats import Format, ZipMode
from qtm_action.spec.import_spec import JsonValue, Location

# Hierarchy 1 knows no test names to append; hierarchy 2 makes its test cycles itself.
_WITHOUT_TEST_NAMES = 1
_NEW_CYCLES = 2


class Facts(NamedTuple):
    """What the rules look at: one import whose format is known."""

    format: Format
    parameters: Mapping[str, JsonValue]
    zip: ZipMode

    def asks_for(self, key: str) -> bool:
        """Return whether the parameter ``key`` is given and not false."""
        return self.parameters.get(key) not in (None, False)

    @property
    def hierarchy(self) -> JsonValue:
        """The hierarchy that the import asks for, where its format has one."""
        return self.parameters.get("automationHierarchy") if self.format.has_hierarchy else None

    @property
    def reuses_cycle(self) -> bool:
        """Whether the server will put the results into an existing test cycle."""
        return "testCycleToReuse" in self.parameters and self.hierarchy != _NEW_CYCLES

    @property
    def has_cycle_fields(self) -> bool:
        """Whether the import sets fields of the test cycle."""
        fields = self.parameters.get("fields")
        section = fields.get("testCycle") if isinstance(fields, dict) else None
        return isinstance(section, dict) and bool(section)


class Rule(NamedTuple):
    """``key`` is where the problem is reported; ``message`` may name the format as {format}."""

    key: str
    severity: Severity
    breaks: Callable[[Facts], bool]
    message: str
    hint: str


def _only_for(key: str, applies: Callable[[Format], bool]) -> Rule:
    """Return the rule of a parameter that the server ignores for formats that it does not apply to."""
    formats = " and ".join(each.title for each in Format if applies(each))
    return Rule(
        key,
        Severity.WARNING,
        lambda it: it.asks_for(key) and not applies(it.format),
        f"`{key}` has no effect with {{format}}; it applies to {formats}",
        f"Remove `{key}`.",
    )


RULES = (
    Rule(
        "zip",
        Severity.ERROR,
        lambda it: it.format is Format.QAF and it.zip is ZipMode.NEVER,
        "`zip: never` cannot be combined with `format: qaf`: QTM4J accepts QAF results only as a ZIP",
        "Remove `zip`.",
    ),
    _only_for("attachFile", lambda each: each.attaches_files),
    _only_for("automationHierarchy", lambda each: each.has_hierarchy),
    _only_for("appendTestName", lambda each: each.has_hierarchy),
    Rule(
        "appendTestName",
        Severity.WARNING,
        lambda it: it.asks_for("appendTestName") and it.hierarchy == _WITHOUT_TEST_NAMES,
        "`appendTestName` has no effect with `automationHierarchy: 1`",
        "Use hierarchy 2 or 3, or remove `appendTestName`.",
    ),
    _only_for("useFeatureName", lambda each: each.has_features),
    _only_for("useFeatureDescription", lambda each: each.has_features),
    Rule(
        "testCycleToReuse",
        Severity.WARNING,
        lambda it: "testCycleToReuse" in it.parameters and not it.reuses_cycle,
        "`testCycleToReuse` has no effect with `automationHierarchy: 2`: new test cycles are created",
        "Use hierarchy 1 or 3, or remove `testCycleToReuse`.",
    ),
    Rule(
        "fields.testCycle",
        Severity.WARNING,
        lambda it: it.reuses_cycle and it.has_cycle_fields,
        "`fields.testCycle` has no effect when a test cycle is reused",
        "Remove `fields.testCycle`, or remove `testCycleToReuse` to create a new test cycle.",
    ),
)


def check_parameters(
    format: Format,  # noqa: A002 - the API's own word
    parameters: Mapping[str, JsonValue],
    *,
    zip: ZipMode,  # noqa: A002 - the spec's own word
    locations: Mapping[str, Location],
) -> tuple[Problem, ...]:
    """Return what the API would refuse (errors) or ignore (warnings) of an import in ``format``.

    For an import whose format was left out and has since been recognised; with a format in the spec,
    ``load_spec`` has checked it. ``locations`` are the import's, for the place in each problem.
    """
    facts = Facts(format, parameters, zip)
    return tuple(_problem(rule, facts, locations) for rule in RULES if rule.breaks(facts))


def _problem(rule: Rule, facts: Facts, locations: Mapping[str, Location]) -> Problem:
    """Return the problem at where the rule's key was written; of a section, where its first value was."""
    message = rule.message.format(format=facts.format.title)
    places = [each for path, each in locations.items() if f"{path}.".startswith(f"{rule.key}.")]
    if not places:
        return Problem(message, rule.hint, rule.severity, path=rule.key)
    first = min(places, key=lambda each: (each.line or 0, each.column or 0))
    return first.problem(message, rule.hint, rule.severity)
