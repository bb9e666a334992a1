"""Step 1's body: what the server accepts, what it refuses with 400, and what it ignores.

Source: vendor page, step 2.1, "Request Parameters", "Supported Fields" and the 400 responses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qtm_action.formats import Format
from qtm_action.sandbox.received import MONTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qtm_action.sandbox.options import SandboxOptions

INVALID_FIELDS = "The supplied fields are invalid"
_HIERARCHIES = (1, 2, 3)
_DATE = rf"(0[1-9]|[12]\d|3[01])/({'|'.join(MONTHS)})/\d{{4}}"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_PARTS = ("testCycle", "testCase", "testCaseExecution")
_CYCLE_KEY = re.compile(r"[A-Z][A-Z0-9_]*(-TR-[1-9]\d*|-[A-Z][A-Z0-9_]*-[1-9]\d*)")


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
    if not isinstance(body, dict):
        raise RefusedBodyError("The request body must be a JSON object")
    name = body.get("format")
    result_format = next((one for one in Format if isinstance(name, str) and one.value == name.lower()), None)
    if result_format is None:
        raise RefusedBodyError(f"Framework '{'null' if name is None else name}' is not supported.")
    errors = [*_parameter_errors(body), *_field_errors(body.get("fields"), options)]
    if errors:
        raise RefusedBodyError(INVALID_FIELDS, tuple(errors))
    if result_format is Format.QAF and body.get("isZip") is not True:
        raise RefusedBodyError("Zip file format is required for QAF framework.")
    hierarchy = body.get("automationHierarchy") or 1
    if not result_format.has_hierarchy:
        hierarchy = 1
    reused = body.get("testCycleToReuse") or None
    cycle_fields = (body.get("fields") or {}).get("testCycle") or {}
    return Parameters(
        format=result_format,
        is_zip=bool(body.get("isZip")),
        cycle_to_reuse=None if hierarchy == 2 else reused,  # noqa: PLR2004 - the hierarchy's own name
        hierarchy=hierarchy,
        append_test_name=bool(body.get("appendTestName")) and hierarchy > 1,
        match_test_steps=body.get("matchTestSteps") is not False,
        attach_file=bool(body.get("attachFile")) and result_format.attaches_files,
        use_feature_name=bool(body.get("useFeatureName")) and result_format is Format.CUCUMBER,
        use_feature_description=bool(body.get("useFeatureDescription")) and result_format is Format.CUCUMBER,
        cycle_summary=cycle_fields.get("summary") or None,
        notes=tuple(_notes(body, result_format, hierarchy)),
    )


def _notes(body: Mapping[str, Any], result_format: Format, hierarchy: int) -> Iterator[str]:
    """Say what of the request has no effect; the real server does not tell."""
    known = {"format", "fields", *_PARAMETERS}
    for key in body:
        if key not in known:
            yield f"{key} is not a parameter of the API: ignored"
    if body.get("testCycleToReuse") and hierarchy == 2:  # noqa: PLR2004 - the hierarchy's own name
        yield "testCycleToReuse is ignored with automationHierarchy 2"
    elif body.get("testCycleToReuse") and (body.get("fields") or {}).get("testCycle"):
        yield "fields.testCycle is ignored when a test cycle is reused"
    if not result_format.has_hierarchy and "automationHierarchy" in body:
        yield f"automationHierarchy is ignored for {result_format.title}"
    if body.get("appendTestName") and (not result_format.has_hierarchy or hierarchy == 1):
        yield "appendTestName has an effect with TestNG and JUnit in hierarchy 2 and 3 only: ignored"
    if body.get("attachFile") and not result_format.attaches_files:
        yield f"attachFile is ignored for {result_format.title}"
    for key in ("useFeatureName", "useFeatureDescription"):
        if body.get(key) and result_format is not Format.CUCUMBER:
            yield f"{key} is ignored for {result_format.title}"


def _parameter_errors(body: Mapping[str, Any]) -> Iterator[str]:
    for key, (accepts, expected) in _PARAMETERS.items():
        value = body.get(key)
        if value is not None and not accepts(value):
            yield f"{key} must be {expected}"


def _field_errors(fields: object, options: SandboxOptions) -> Iterator[str]:
    if fields is None:
        return
    if not isinstance(fields, dict):
        yield "fields must be an object"
        return
    for part, values in fields.items():
        if part not in _PARTS:
            yield f"fields.{part} is not one of {', '.join(_PARTS)}"
        elif isinstance(values, dict):
            yield from _part_errors(part, values)
        elif values is not None:
            yield f"fields.{part} must be an object"
    yield from _unknown_names(fields, "components", "Component", options.components)
    yield from _unknown_names(fields, "labels", "Label", options.labels)


def _part_errors(part: str, values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        parts, accepts, expected = _FIELDS.get(key, ("", None, ""))
        if accepts is None or part not in _letters(parts):
            yield f"fields.{part}.{key} is not a supported field"
        elif value is not None and not accepts(value):
            yield f"fields.{part}.{key} must be {expected}"


def _unknown_names(fields: Mapping[str, Any], key: str, title: str, known: tuple[str, ...]) -> Iterator[str]:
    """Write the vendor's line for names that don't exist, where the sandbox knows which do."""
    if not known:
        return
    named = [fields[part].get(key) for part in _PARTS if isinstance(fields.get(part), dict)]
    unknown = [
        name
        for names in named
        if isinstance(names, list)
        for name in names
        if isinstance(name, str) and name not in known
    ]
    if unknown:
        yield f"Provided {title} Name(s) {', '.join(dict.fromkeys(unknown))} not found"


def _letters(parts: str) -> list[str]:
    return [name for letter, name in zip("csx", _PARTS, strict=True) if letter in parts]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_number(value: object) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, str) and value.isascii() and value.isdecimal()
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_custom(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, dict)
        and isinstance(item.get("name"), str)
        and isinstance(item.get("value"), str | int | float)
        and not isinstance(item.get("value"), bool)
        and isinstance(item.get("cascadeValue", ""), str)
        for item in value
    )


def _matching(pattern: str) -> Callable[[object], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _is_cycle_key(value: object) -> bool:
    return isinstance(value, str) and (not value or _CYCLE_KEY.fullmatch(value) is not None)


_PARAMETERS: dict[str, tuple[Callable[[object], bool], str]] = {
    "testCycleToReuse": (_is_cycle_key, "the issue key of a test cycle, such as PRJ-TR-1"),
    "environment": (_is_text, "a string"),
    "build": (_is_text, "a string"),
    "isZip": (_is_flag, "a boolean"),
    "attachFile": (_is_flag, "a boolean"),
    "matchTestSteps": (_is_flag, "a boolean"),
    "appendTestName": (_is_flag, "a boolean"),
    "automationHierarchy": (
        lambda value: type(value) is int and value in _HIERARCHIES,
        "the number 1, 2 or 3",
    ),
    "useFeatureName": (_is_flag, "a boolean"),
    "useFeatureDescription": (_is_flag, "a boolean"),
}

# Each field: where it is supported (c: test cycle, s: test case, x: execution), its check, what is expected.
_FIELDS: dict[str, tuple[str, Callable[[object], bool], str]] = {
    "labels": ("cs", _is_texts, "an array of strings"),
    "components": ("cs", _is_texts, "an array of strings"),
    "status": ("cs", _is_text, "a string"),
    "priority": ("cs", _is_text, "a string"),
    "folderPath": ("cs", _is_text, "a string such as F1/F2/F3"),
    "fixVersionId": ("cs", _is_number, "a number"),
    "sprintId": ("cs", _is_number, "a number"),
    "summary": ("c", _is_text, "a string"),
    "description": ("cs", _is_text, "a string"),
    "precondition": ("s", _is_text, "a string"),
    "assignee": ("csx", _is_text, "a user's account key"),
    "reporter": ("cs", _is_text, "a user's account key"),
    "estimatedTime": ("s", _matching(_TIME), "a time in 'HH:mm' format"),
    "plannedStartDate": ("c", _matching(rf"{_DATE} {_TIME}"), "a date in 'dd/MMM/yyyy HH:mm' format"),
    "plannedEndDate": ("c", _matching(rf"{_DATE} {_TIME}"), "a date in 'dd/MMM/yyyy HH:mm' format"),
    "comment": ("x", _is_text, "a string"),
    "actualTime": ("x", _matching(_TIME), "a time in 'HH:mm' format"),
    "executionPlannedDate": ("x", _matching(_DATE), "a date in 'dd/MMM/yyyy' format"),
    "customFields": ("csx", _is_custom, "an array of objects with name and value"),
}
