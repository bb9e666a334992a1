"""Step 1's body: what each deployment accepts, what it refuses with 400, and what it ignores.

Sources: vendor page, step 2.1, "Request Parameters", "Supported Fields" and the 400 responses, for Server;
for Cloud the vendor's page, Jenkins plugin and MCP server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from qtm_action.formats import Format
from qtm_action.sandbox.options import SandboxOptions

INVALID_FIELDS = "The supplied fields are invalid"


class _Rules(NamedTuple):
    """What a deployment knows: the schema of each parameter, and of each field by the part of ``fields``.

    A schema's ``description`` completes "… must be …". Fields that are not known are refused, or ignored.
    """

    parameters: dict[str, Any]
    fields: dict[str, dict[str, Any]]
    ignores_unknown_fields: bool


def _text(description: str, pattern: str = "") -> dict[str, Any]:
    return {"type": "string", "pattern": rf"\A({pattern})\Z" if pattern else "", "description": description}


#: The months as the API writes them, whatever the locale.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = rf"(0[1-9]|[12][0-9]|3[01])/({'|'.join(MONTHS)})/[0-9]{{4}}"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
_CYCLE_KEY = "|[A-Z][A-Z0-9_]*(-TR-[1-9][0-9]*|-[A-Z][A-Z0-9_]*-[1-9][0-9]*)"  # or none

_OBJECT = {"type": "object", "description": "an object"}
_STRING = _text("a string")
_FLAG = {"type": "boolean", "description": "a boolean"}
# The vendor's Jenkins plugin sends isZip and attachFile as texts.
_FLAG_OR_TEXT = {"enum": [True, False, "true", "false"], "description": "a boolean"}
_NUMBER = {"type": ["integer", "string"], "pattern": r"\A[0-9]+\Z", "description": "a number"}
_STRINGS = {"type": "array", "items": {"type": "string"}, "description": "an array of strings"}
_HIERARCHY = {"enum": [1, 2, 3], "description": "the number 1, 2 or 3"}
_DATE_AND_TIME = _text("a date in 'dd/MMM/yyyy HH:mm' format", f"{_DATE} {_TIME}")
_MINUTES = _text("a time in 'HH:mm' format", _TIME)
_SECONDS = _text("a time in 'HH:mm:ss' format", f"{_TIME}:[0-5][0-9]")
_USER = _text("a user's account key")
_ACCOUNT = _text("a user's Atlassian account ID")
_CUSTOM_FIELDS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "value"],
        "properties": {
            "name": {"type": "string"},
            "value": {"type": ["string", "number"]},
            "cascadeValue": {"type": "string"},
        },
    },
    "description": "an array of objects with name and value",
}

_COMMON_PARAMETERS = {
    "testCycleToReuse": _text("the issue key of a test cycle, such as PRJ-TR-1", _CYCLE_KEY),
    "environment": _STRING,
    "build": _STRING,
    "matchTestSteps": _FLAG,
    "appendTestName": _FLAG,
    "automationHierarchy": _HIERARCHY,
}
_CYCLE_OR_CASE = {
    "labels": _STRINGS,
    "components": _STRINGS,
    "status": _STRING,
    "priority": _STRING,
    "fixVersionId": _NUMBER,
    "sprintId": _NUMBER,
    "description": _STRING,
    "customFields": _CUSTOM_FIELDS,
}
_CYCLE = {
    **_CYCLE_OR_CASE,
    "summary": _STRING,
    "plannedStartDate": _DATE_AND_TIME,
    "plannedEndDate": _DATE_AND_TIME,
}
_CASE = {**_CYCLE_OR_CASE, "precondition": _STRING}
_EXECUTION = {
    "comment": _STRING,
    "executionPlannedDate": _text("a date in 'dd/MMM/yyyy' format", _DATE),
    "customFields": _CUSTOM_FIELDS,
}


def _fields(folder: dict[str, Any], user: dict[str, Any], time: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of each part; the deployments differ in these."""
    own = {**folder, "assignee": user, "reporter": user}
    return {
        "testCycle": {**_CYCLE, **own},
        "testCase": {**_CASE, **own, "estimatedTime": time},
        "testCaseExecution": {**_EXECUTION, "assignee": user, "actualTime": time},
    }


_SERVER = _Rules(
    parameters={
        **_COMMON_PARAMETERS,
        "isZip": _FLAG,
        "attachFile": _FLAG,
        "useFeatureName": _FLAG,
        "useFeatureDescription": _FLAG,
    },
    fields=_fields({"folderPath": _text("a string such as F1/F2/F3")}, _USER, _MINUTES),
    ignores_unknown_fields=False,
)
_CLOUD = _Rules(
    parameters={**_COMMON_PARAMETERS, "isZip": _FLAG_OR_TEXT, "attachFile": _FLAG_OR_TEXT},
    fields=_fields({"folderId": {**_NUMBER, "description": "a folder's number"}}, _ACCOUNT, _SECONDS),
    ignores_unknown_fields=True,  # clients send some, and go on
)


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
    rules = _CLOUD if options.cloud else _SERVER
    if not isinstance(body, dict):
        raise RefusedBodyError("The request body must be a JSON object")
    name = body.get("format")
    result_format = next((one for one in Format if one.value == str(name).lower()), None)
    if result_format is None:
        raise RefusedBodyError(f"Framework '{'null' if name is None else name}' is not supported.")
    fields = _keys(body.get("fields"))
    parts = [_keys(fields.get(part)) for part in rules.fields]
    errors = [
        *_errors(body, rules),
        *_unknown_names(parts, "components", "Component", options.components),
        *_unknown_names(parts, "labels", "Label", options.labels),
    ]
    if errors:
        raise RefusedBodyError(INVALID_FIELDS, tuple(errors))
    if result_format.needs_zip and not _flag(body, "isZip"):
        raise RefusedBodyError(f"Zip file format is required for {result_format.title} framework.")
    hierarchy = (result_format.has_hierarchy and body.get("automationHierarchy")) or 1
    reused = body.get("testCycleToReuse") or None
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
        cycle_summary=_keys(fields.get("testCycle")).get("summary") or None,
        notes=(*_unknown_keys(body, rules), *_notes(body, result_format, hierarchy, rules)),
    )


def _unknown_keys(body: Mapping[str, Any], rules: _Rules) -> Iterator[str]:
    """Yield which keys have no effect, since the deployment does not know them."""
    for key in body:
        if key not in {"format", "fields", *rules.parameters}:
            yield f"{key} is not a parameter of the API: ignored"
    for part, values in _keys(body.get("fields")).items():
        known = rules.fields.get(part)
        unknown = [part] if known is None else [f"{part}.{key}" for key in _keys(values) if key not in known]
        yield from (f"fields.{each} is not known: ignored" for each in unknown)


def _notes(body: Mapping[str, Any], result_format: Format, hierarchy: int, rules: _Rules) -> Iterator[str]:
    """Yield what of the request has no effect with its format or hierarchy."""
    if body.get("testCycleToReuse") and hierarchy == 2:  # noqa: PLR2004 - the hierarchy's own name
        yield "testCycleToReuse is ignored with automationHierarchy 2"
    elif body.get("testCycleToReuse") and _keys(body.get("fields")).get("testCycle"):
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


def _keys(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _errors(body: Mapping[str, Any], rules: _Rules) -> Iterator[str]:
    for key, schema in rules.parameters.items():
        yield from _value_errors(key, body.get(key), schema)
    yield from _value_errors("fields", body.get("fields"), _OBJECT)
    for part, values in _keys(body.get("fields")).items():
        if part in rules.fields:
            yield from _value_errors(f"fields.{part}", values, _OBJECT)
            yield from _part_errors(part, _keys(values), rules)
        elif not rules.ignores_unknown_fields:
            yield f"fields.{part} is not one of {', '.join(rules.fields)}"


def _part_errors(part: str, values: Mapping[str, Any], rules: _Rules) -> Iterator[str]:
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
    parts: list[dict[str, Any]], key: str, title: str, known: tuple[str, ...]
) -> Iterator[str]:
    """Yield the vendor's line for names that don't exist, where the sandbox knows which do."""
    named = [name for part in parts if isinstance(part.get(key), list) for name in part[key]]
    unknown = [name for name in named if isinstance(name, str) and name not in known]
    if known and unknown:
        yield f"Provided {title} Name(s) {', '.join(dict.fromkeys(unknown))} not found"
