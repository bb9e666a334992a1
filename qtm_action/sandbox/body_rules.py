"""Which parameters and fields step 1's body may have on each deployment, and what their values are.

Sources: vendor page, step 2.1, "Request Parameters" and "Supported Fields", for Server; for Cloud the
vendor's page, Jenkins plugin and MCP server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qtm_action.sandbox.received import MONTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: The parts of ``fields``.
FIELD_PARTS = ("testCycle", "testCase", "testCaseExecution")

_HIERARCHIES = (1, 2, 3)
_DATE = rf"(0[1-9]|[12]\d|3[01])/({'|'.join(MONTHS)})/\d{{4}}"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_CYCLE_KEY = re.compile(r"[A-Z][A-Z0-9_]*(-TR-[1-9]\d*|-[A-Z][A-Z0-9_]*-[1-9]\d*)")


@dataclass(frozen=True, slots=True)
class ValueRule:
    """A check, and what is expected, to complete "… must be …"."""

    accepts: Callable[[object], bool]
    expected: str


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A field of test cycles, test cases or executions; ``parts`` are those that may have it."""

    parts: tuple[str, ...]
    value: ValueRule


@dataclass(frozen=True, slots=True)
class BodyRules:
    """What a deployment knows; it refuses fields that it does not know, or ignores them."""

    parameters: Mapping[str, ValueRule]
    fields: Mapping[str, FieldRule]
    ignores_unknown_fields: bool


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_flag_or_text(value: object) -> bool:
    return isinstance(value, bool) or value in ("true", "false")


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


def _is_hierarchy(value: object) -> bool:
    return type(value) is int and value in _HIERARCHIES


def _is_cycle_key(value: object) -> bool:
    return isinstance(value, str) and (not value or _CYCLE_KEY.fullmatch(value) is not None)


_STRING = ValueRule(_is_text, "a string")
_FLAG = ValueRule(_is_flag, "a boolean")
_NUMBER = ValueRule(_is_number, "a number")
_STRINGS = ValueRule(_is_texts, "an array of strings")
_DATE_AND_TIME = ValueRule(_matching(rf"{_DATE} {_TIME}"), "a date in 'dd/MMM/yyyy HH:mm' format")
_MINUTES = ValueRule(_matching(_TIME), "a time in 'HH:mm' format")
_SECONDS = ValueRule(_matching(rf"{_TIME}:[0-5]\d"), "a time in 'HH:mm:ss' format")
_USER = ValueRule(_is_text, "a user's account key")
_ACCOUNT = ValueRule(_is_text, "a user's Atlassian account id")

_CYCLE, _CASE, _EXECUTION = ((part,) for part in FIELD_PARTS)
_BOTH = (*_CYCLE, *_CASE)
_ALL = FIELD_PARTS

_COMMON_PARAMETERS = {
    "testCycleToReuse": ValueRule(_is_cycle_key, "the issue key of a test cycle, such as PRJ-TR-1"),
    "environment": _STRING,
    "build": _STRING,
    "matchTestSteps": _FLAG,
    "appendTestName": _FLAG,
    "automationHierarchy": ValueRule(_is_hierarchy, "the number 1, 2 or 3"),
}
_COMMON_FIELDS = {
    "labels": FieldRule(_BOTH, _STRINGS),
    "components": FieldRule(_BOTH, _STRINGS),
    "status": FieldRule(_BOTH, _STRING),
    "priority": FieldRule(_BOTH, _STRING),
    "fixVersionId": FieldRule(_BOTH, _NUMBER),
    "sprintId": FieldRule(_BOTH, _NUMBER),
    "summary": FieldRule(_CYCLE, _STRING),
    "description": FieldRule(_BOTH, _STRING),
    "precondition": FieldRule(_CASE, _STRING),
    "plannedStartDate": FieldRule(_CYCLE, _DATE_AND_TIME),
    "plannedEndDate": FieldRule(_CYCLE, _DATE_AND_TIME),
    "comment": FieldRule(_EXECUTION, _STRING),
    "executionPlannedDate": FieldRule(
        _EXECUTION, ValueRule(_matching(_DATE), "a date in 'dd/MMM/yyyy' format")
    ),
    "customFields": FieldRule(_ALL, ValueRule(_is_custom, "an array of objects with name and value")),
}

SERVER_RULES = BodyRules(
    parameters={
        **_COMMON_PARAMETERS,
        "isZip": _FLAG,
        "attachFile": _FLAG,
        "useFeatureName": _FLAG,
        "useFeatureDescription": _FLAG,
    },
    fields={
        **_COMMON_FIELDS,
        "folderPath": FieldRule(_BOTH, ValueRule(_is_text, "a string such as F1/F2/F3")),
        "assignee": FieldRule(_ALL, _USER),
        "reporter": FieldRule(_BOTH, _USER),
        "estimatedTime": FieldRule(_CASE, _MINUTES),
        "actualTime": FieldRule(_EXECUTION, _MINUTES),
    },
    ignores_unknown_fields=False,
)

# The vendor's Jenkins plugin sends isZip and attachFile as texts.
_FLAG_OR_TEXT = ValueRule(_is_flag_or_text, "a boolean")

CLOUD_RULES = BodyRules(
    parameters={**_COMMON_PARAMETERS, "isZip": _FLAG_OR_TEXT, "attachFile": _FLAG_OR_TEXT},
    fields={
        **_COMMON_FIELDS,
        "folderId": FieldRule(_BOTH, ValueRule(_is_number, "a folder's number")),
        "assignee": FieldRule(_ALL, _ACCOUNT),
        "reporter": FieldRule(_BOTH, _ACCOUNT),
        "estimatedTime": FieldRule(_CASE, _SECONDS),
        "actualTime": FieldRule(_EXECUTION, _SECONDS),
    },
    ignores_unknown_fields=True,  # clients send some, and go on
)
