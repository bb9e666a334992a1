"""Which parameters and fields step 1's body may have on each deployment, and JSON Schemas of their values.

A schema's ``description`` completes "… must be …". Sources: vendor page, step 2.1, "Request Parameters" and
"Supported Fields", for Server; for Cloud the vendor's page, Jenkins plugin and MCP server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class BodyRules:
    """What a deployment knows: the schema of each parameter, and of each field by the part of ``fields``.

    Fields that it does not know are refused, or ignored.
    """

    parameters: Mapping[str, Mapping[str, Any]]
    fields: Mapping[str, Mapping[str, Mapping[str, Any]]]
    ignores_unknown_fields: bool


def _text(description: str, pattern: str = "") -> dict[str, Any]:
    return {"type": "string", "pattern": rf"\A({pattern})\Z" if pattern else "", "description": description}


#: The months as the API writes them, whatever the locale.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = rf"(0[1-9]|[12][0-9]|3[01])/({'|'.join(MONTHS)})/[0-9]{{4}}"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
_CYCLE_KEY = "|[A-Z][A-Z0-9_]*(-TR-[1-9][0-9]*|-[A-Z][A-Z0-9_]*-[1-9][0-9]*)"  # or none

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


def _fields(folder: Mapping[str, Any], user: Mapping[str, Any], time: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of each part; the deployments differ in these."""
    own = {**folder, "assignee": user, "reporter": user}
    return {
        "testCycle": {**_CYCLE, **own},
        "testCase": {**_CASE, **own, "estimatedTime": time},
        "testCaseExecution": {**_EXECUTION, "assignee": user, "actualTime": time},
    }


SERVER_RULES = BodyRules(
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
CLOUD_RULES = BodyRules(
    parameters={**_COMMON_PARAMETERS, "isZip": _FLAG_OR_TEXT, "attachFile": _FLAG_OR_TEXT},
    fields=_fields({"folderId": {**_NUMBER, "description": "a folder's number"}}, _ACCOUNT, _SECONDS),
    ignores_unknown_fields=True,  # clients send some, and go on
)
