"""Step 1's body: what the server accepts, what it refuses with 400, and what it ignores.

Source: vendor page, step 2.1, "Request Parameters" and the 400 responses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from qtm_action.formats import Format
from qtm_action.sandbox.body_rules import CLOUD_RULES, SERVER_RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qtm_action.sandbox.body_rules import BodyRules
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


def read_parameters(body: object, options: SandboxOptions) -> Parameters:
    """Check step 1's body as the server does; raises :class:`RefusedBodyError`."""
    rules = CLOUD_RULES if options.cloud else SERVER_RULES
    if not isinstance(body, dict):
        raise RefusedBodyError("The request body must be a JSON object")
    name = body.get("format")
    result_format = next((one for one in Format if isinstance(name, str) and one.value == name.lower()), None)
    if result_format is None:
        raise RefusedBodyError(f"Framework '{'null' if name is None else name}' is not supported.")
    fields = body.get("fields")
    errors = [
        *_parameter_errors(body, rules),
        *_field_errors(fields, rules),
    ]
    if isinstance(fields, dict):
        parts = [fields[part] for part in rules.fields if isinstance(fields.get(part), dict)]
        errors += _unknown_names(parts, "components", "Component", options.components)
        errors += _unknown_names(parts, "labels", "Label", options.labels)
    if errors:
        raise RefusedBodyError(INVALID_FIELDS, tuple(errors))
    if result_format.needs_zip and not _flag(body, "isZip"):
        raise RefusedBodyError(f"Zip file format is required for {result_format.title} framework.")
    hierarchy = body.get("automationHierarchy") or 1
    if not result_format.has_hierarchy:
        hierarchy = 1
    reused = body.get("testCycleToReuse") or None
    cycle_fields = (fields or {}).get("testCycle") or {}
    has_features = result_format.has_features and not options.cloud
    return Parameters(
        format=result_format,
        is_zip=_flag(body, "isZip"),
        cycle_to_reuse=None if hierarchy == 2 else reused,  # noqa: PLR2004 - the hierarchy's own name
        hierarchy=hierarchy,
        append_test_name=bool(body.get("appendTestName")) and hierarchy > 1,
        match_test_steps=body.get("matchTestSteps") is not False,
        attach_file=_flag(body, "attachFile") and result_format.attaches_files,
        use_feature_name=has_features and _flag(body, "useFeatureName"),
        use_feature_description=has_features and _flag(body, "useFeatureDescription"),
        cycle_summary=cycle_fields.get("summary") or None,
        notes=(*_unknown_keys(body, rules), *_notes(body, result_format, hierarchy, rules)),
    )


def _unknown_keys(body: Mapping[str, Any], rules: BodyRules) -> Iterator[str]:
    """Yield which keys have no effect, since the deployment does not know them."""
    for key in body:
        if key not in {"format", "fields", *rules.parameters}:
            yield f"{key} is not a parameter of the API: ignored"
    for part, values in (body.get("fields") or {}).items():
        known = rules.fields.get(part)
        if known is None:
            yield f"fields.{part} is not known: ignored"
        else:
            unknown = [key for key in values or () if key not in known]
            yield from (f"fields.{part}.{key} is not known: ignored" for key in unknown)


def _notes(body: Mapping[str, Any], result_format: Format, hierarchy: int, rules: BodyRules) -> Iterator[str]:
    """Yield what of the request has no effect with its format or hierarchy."""
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
        if key in rules.parameters and body.get(key) and not result_format.has_features:
            yield f"{key} is ignored for {result_format.title}"


def _flag(body: Mapping[str, Any], key: str) -> bool:
    return body.get(key) in (True, "true")


def _parameter_errors(body: Mapping[str, Any], rules: BodyRules) -> Iterator[str]:
    for key, schema in rules.parameters.items():
        yield from _value_errors(key, body.get(key), schema)


def _field_errors(fields: object, rules: BodyRules) -> Iterator[str]:
    if fields is None:
        return
    if not isinstance(fields, dict):
        yield "fields must be an object"
        return
    for part, values in fields.items():
        if part not in rules.fields:
            if not rules.ignores_unknown_fields:
                yield f"fields.{part} is not one of {', '.join(rules.fields)}"
        elif isinstance(values, dict):
            yield from _part_errors(part, values, rules)
        elif values is not None:
            yield f"fields.{part} must be an object"


def _part_errors(part: str, values: Mapping[str, Any], rules: BodyRules) -> Iterator[str]:
    for key, value in values.items():
        schema = rules.fields[part].get(key)
        if schema is not None:
            yield from _value_errors(f"fields.{part}.{key}", value, schema)
        elif not rules.ignores_unknown_fields:
            yield f"fields.{part}.{key} is not a supported field"


def _value_errors(path: str, value: object, schema: Mapping[str, Any]) -> Iterator[str]:
    if value is not None and not Draft202012Validator(schema).is_valid(value):
        yield f"{path} must be {schema['description']}"


def _unknown_names(
    parts: Iterable[Mapping[str, Any]], key: str, title: str, known: tuple[str, ...]
) -> Iterator[str]:
    """Yield the vendor's line for names that don't exist, where the sandbox knows which do."""
    named = [name for part in parts if isinstance(part.get(key), list) for name in part[key]]
    unknown = [name for name in named if isinstance(name, str) and name not in known]
    if known and unknown:
        yield f"Provided {title} Name(s) {', '.join(dict.fromkeys(unknown))} not found"
