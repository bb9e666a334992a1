"""Step 1's body: what the server accepts, what it refuses with 400, and what it ignores.

Source: vendor page, step 2.1, "Request Parameters" and the 400 responses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qtm_action.formats import Format
from qtm_action.sandbox.body_rules import FIELD_PARTS, SERVER_RULES, BodyRules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qtm_action.sandbox.options import SandboxOptions

INVALID_FIELDS = "The supplied fields are invalid"


class RefusedBodyError(Exception):
    """A body that step 1 answers with 400: ``message`` and, for fields, one line for each error."""

    def __init__(self, message: str, errors: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one import with the server's defaults filled in."""

    format: Format
    is_zip: bool = False
    cycle_to_reuse: str | None = None
    hierarchy: int = 1
    append_test_name: bool = False
    match_test_steps: bool = True
    attach_file: bool = False
    use_feature_name: bool = False
    use_feature_description: bool = False
    cycle_summary: str | None = None
    notes: tuple[str, ...] = ()


def read_parameters(body: object, options: SandboxOptions, rules: BodyRules = SERVER_RULES) -> Parameters:
    """Check step 1's body as the server does; raises :class:`RefusedBodyError`."""
    if not isinstance(body, dict):
        raise RefusedBodyError("The request body must be a JSON object")
    name = body.get("format")
    result_format = next((one for one in Format if isinstance(name, str) and one.value == name.lower()), None)
    if result_format is None:
        raise RefusedBodyError(f"Framework '{'null' if name is None else name}' is not supported.")
    errors = [*_parameter_errors(body, rules), *_field_errors(body.get("fields"), options, rules)]
    if errors:
        raise RefusedBodyError(INVALID_FIELDS, tuple(errors))
    if result_format is Format.QAF and not _flag(body, "isZip"):
        raise RefusedBodyError("Zip file format is required for QAF framework.")
    hierarchy = body.get("automationHierarchy") or 1
    if not result_format.has_hierarchy:
        hierarchy = 1
    reused = body.get("testCycleToReuse") or None
    cycle_fields = (body.get("fields") or {}).get("testCycle") or {}
    features = rules.parameters if result_format is Format.CUCUMBER else {}
    return Parameters(
        format=result_format,
        is_zip=_flag(body, "isZip"),
        cycle_to_reuse=None if hierarchy == 2 else reused,  # noqa: PLR2004 - the hierarchy's own name
        hierarchy=hierarchy,
        append_test_name=bool(body.get("appendTestName")) and hierarchy > 1,
        match_test_steps=body.get("matchTestSteps") is not False,
        attach_file=_flag(body, "attachFile") and result_format.attaches_files,
        use_feature_name="useFeatureName" in features and _flag(body, "useFeatureName"),
        use_feature_description="useFeatureDescription" in features and _flag(body, "useFeatureDescription"),
        cycle_summary=cycle_fields.get("summary") or None,
        notes=(*_unknown_keys(body, rules), *_notes(body, result_format, hierarchy, rules)),
    )


def _unknown_keys(body: Mapping[str, Any], rules: BodyRules) -> Iterator[str]:
    """Say which keys have no effect, since the deployment does not know them."""
    for key in body:
        if key not in {"format", "fields", *rules.parameters}:
            yield f"{key} is not a parameter of the API: ignored"
    if not rules.ignores_unknown_fields:
        return
    for part, values in (body.get("fields") or {}).items():
        if part not in FIELD_PARTS:
            yield f"fields.{part} is not known: ignored"
        else:
            for key in values or ():
                if key not in rules.fields or part not in rules.fields[key].parts:
                    yield f"fields.{part}.{key} is not known: ignored"


def _notes(body: Mapping[str, Any], result_format: Format, hierarchy: int, rules: BodyRules) -> Iterator[str]:
    """Say what of the request has no effect with its format or hierarchy; the real server does not tell."""
    if body.get("testCycleToReuse") and hierarchy == 2:  # noqa: PLR2004 - the hierarchy's own name
        yield "testCycleToReuse is ignored with automationHierarchy 2"
    elif body.get("testCycleToReuse") and (body.get("fields") or {}).get("testCycle"):
        yield "fields.testCycle is ignored when a test cycle is reused"
    if not result_format.has_hierarchy and "automationHierarchy" in body:
        yield f"automationHierarchy is ignored for {result_format.title}"
    if body.get("appendTestName") and (not result_format.has_hierarchy or hierarchy == 1):
        yield "appendTestName has an effect with TestNG and JUnit in hierarchy 2 and 3 only: ignored"
    if _flag(body, "attachFile") and not result_format.attaches_files:
        yield f"attachFile is ignored for {result_format.title}"
    for key in ("useFeatureName", "useFeatureDescription"):
        if key in rules.parameters and body.get(key) and result_format is not Format.CUCUMBER:
            yield f"{key} is ignored for {result_format.title}"


def _flag(body: Mapping[str, Any], key: str) -> bool:
    return body.get(key) in (True, "true")


def _parameter_errors(body: Mapping[str, Any], rules: BodyRules) -> Iterator[str]:
    for key, rule in rules.parameters.items():
        value = body.get(key)
        if value is not None and not rule.accepts(value):
            yield f"{key} must be {rule.expected}"


def _field_errors(fields: object, options: SandboxOptions, rules: BodyRules) -> Iterator[str]:
    if fields is None:
        return
    if not isinstance(fields, dict):
        yield "fields must be an object"
        return
    for part, values in fields.items():
        if part not in FIELD_PARTS:
            if not rules.ignores_unknown_fields:
                yield f"fields.{part} is not one of {', '.join(FIELD_PARTS)}"
        elif isinstance(values, dict):
            yield from _part_errors(part, values, rules)
        elif values is not None:
            yield f"fields.{part} must be an object"
    yield from _unknown_names(fields, "components", "Component", options.components)
    yield from _unknown_names(fields, "labels", "Label", options.labels)


def _part_errors(part: str, values: Mapping[str, Any], rules: BodyRules) -> Iterator[str]:
    for key, value in values.items():
        rule = rules.fields.get(key)
        if rule is None or part not in rule.parts:
            if not rules.ignores_unknown_fields:
                yield f"fields.{part}.{key} is not a supported field"
        elif value is not None and not rule.value.accepts(value):
            yield f"fields.{part}.{key} must be {rule.value.expected}"


def _unknown_names(fields: Mapping[str, Any], key: str, title: str, known: tuple[str, ...]) -> Iterator[str]:
    """Write the vendor's line for names that don't exist, where the sandbox knows which do."""
    if not known:
        return
    named = [fields[part].get(key) for part in FIELD_PARTS if isinstance(fields.get(part), dict)]
    unknown = [
        name
        for names in named
        if isinstance(names, list)
        for name in names
        if isinstance(name, str) and name not in known
    ]
    if unknown:
        yield f"Provided {title} Name(s) {', '.join(dict.fromkeys(unknown))} not found"
