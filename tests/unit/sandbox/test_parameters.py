"""Step 1's body: accepted, refused with the documented lines, or partly ignored."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qtm_action.formats import Format
from qtm_action.sandbox.options import SandboxOptions
from qtm_action.sandbox.parameters import Parameters, RefusedBodyError, read_parameters

OPTIONS = SandboxOptions()
CLOUD = SandboxOptions(cloud=True)
VENDOR_SAMPLE: dict[str, Any] = {
    "format": "cucumber",
    "testCycleToReuse": "TR-PRJ-1",
    "attachFile": True,
    "isZip": False,
    "environment": "Chrome",
    "build": "4.1.0",
    "matchTestSteps": True,
    "useFeatureName": True,
    "useFeatureDescription": True,
    "fields": {
        "testCycle": {
            "labels": ["label1", "label2"],
            "components": ["component1"],
            "priority": "High",
            "status": "To Do",
            "folderPath": "F1/F2/F3",
            "summary": "Test Cycle Summary",
            "description": "Test Cycle Automation Description",
            "assignee": "JIRAUSER11801",
            "reporter": "JIRAUSER11600",
            "plannedStartDate": "20/May/2021 00:00",
            "plannedEndDate": "30/May/2021 00:00",
            "customFields": [
                {"name": "Check Boxes", "value": "MCB 1,MCB 2"},
                {"name": "Number field", "value": 1234567890},
                {"name": "Cascade Drop down", "value": "User Details", "cascadeValue": "Email"},
            ],
        },
        "testCase": {
            "sprintId": "1000",
            "fixVersionId": 10000,
            "precondition": "Precondition of Test Case",
            "estimatedTime": "10:10",
        },
        "testCaseExecution": {
            "comment": "Comment",
            "actualTime": "10:10",
            "executionPlannedDate": "16/Feb/2024",
            "assignee": "JIRAUSER1",
            "customFields": [{"name": "custom field 2", "value": 10.12}],
        },
    },
}


def refusal(body: object, options: SandboxOptions = OPTIONS) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(RefusedBodyError) as caught:
        read_parameters(body, options)
    return caught.value.message, caught.value.errors


def test_the_vendors_sample_is_accepted() -> None:
    parameters = read_parameters(VENDOR_SAMPLE, OPTIONS)
    assert parameters == Parameters(
        format=Format.CUCUMBER,
        cycle_to_reuse="TR-PRJ-1",
        attach_file=True,
        use_feature_name=True,
        use_feature_description=True,
        cycle_summary="Test Cycle Summary",
        notes=("fields.testCycle is ignored when a test cycle is reused",),
    )


@pytest.mark.parametrize("name", ["junit", "JUNIT", "JUnit"])
def test_the_format_is_known_in_any_case(name: str) -> None:
    assert read_parameters({"format": name}, OPTIONS) == Parameters(Format.JUNIT)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"format": "xyz"}, "Framework 'xyz' is not supported."),
        ({"format": 7}, "Framework '7' is not supported."),
        ({}, "Framework 'null' is not supported."),
        ({"format": "qaf"}, "Zip file format is required for QAF framework."),
        ({"format": "qaf", "isZip": False}, "Zip file format is required for QAF framework."),
        ([], "The request body must be a JSON object"),
        (None, "The request body must be a JSON object"),
    ],
)
def test_the_documented_refusals(body: object, message: str) -> None:
    assert refusal(body) == (message, ())


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({"isZip": "true"}, "isZip must be a boolean"),
        ({"matchTestSteps": 1}, "matchTestSteps must be a boolean"),
        ({"environment": 4}, "environment must be a string"),
        ({"build": 4.10}, "build must be a string"),
        ({"automationHierarchy": "2"}, "automationHierarchy must be the number 1, 2 or 3"),
        ({"automationHierarchy": 4}, "automationHierarchy must be the number 1, 2 or 3"),
        ({"automationHierarchy": True}, "automationHierarchy must be the number 1, 2 or 3"),
        ({"testCycleToReuse": "cycle one"}, "testCycleToReuse must be the issue key of a test cycle"),
        ({"testCycleToReuse": 7}, "testCycleToReuse must be the issue key of a test cycle"),
        ({"fields": []}, "fields must be an object"),
        ({"fields": {"cycle": {}}}, "fields.cycle is not one of testCycle, testCase, testCaseExecution"),
        ({"fields": {"testCase": "x"}}, "fields.testCase must be an object"),
        ({"fields": {"testCase": {"summary": "x"}}}, "fields.testCase.summary is not a supported field"),
        ({"fields": {"testCycle": {"colour": "x"}}}, "fields.testCycle.colour is not a supported field"),
        (
            {"fields": {"testCaseExecution": {"reporter": "x"}}},
            "fields.testCaseExecution.reporter is not a supported field",
        ),
        ({"fields": {"testCycle": {"labels": "ci"}}}, "fields.testCycle.labels must be an array of strings"),
        ({"fields": {"testCycle": {"labels": [1]}}}, "fields.testCycle.labels must be an array of strings"),
        ({"fields": {"testCase": {"sprintId": "next"}}}, "fields.testCase.sprintId must be a number"),
        ({"fields": {"testCase": {"sprintId": True}}}, "fields.testCase.sprintId must be a number"),
        (
            {"fields": {"testCase": {"estimatedTime": "24:00"}}},
            "fields.testCase.estimatedTime must be a time in 'HH:mm' format",
        ),
        (
            {"fields": {"testCycle": {"plannedStartDate": "2026-05-20"}}},
            "fields.testCycle.plannedStartDate must be a date in 'dd/MMM/yyyy HH:mm' format",
        ),
        (
            {"fields": {"testCycle": {"plannedEndDate": "20/Mai/2026 00:00"}}},
            "fields.testCycle.plannedEndDate must be a date in 'dd/MMM/yyyy HH:mm' format",
        ),
        (
            {"fields": {"testCaseExecution": {"executionPlannedDate": "20/May/2026 00:00"}}},
            "fields.testCaseExecution.executionPlannedDate must be a date in 'dd/MMM/yyyy' format",
        ),
        (
            {"fields": {"testCase": {"customFields": [{"value": "x"}]}}},
            "fields.testCase.customFields must be an array of objects with name and value",
        ),
        (
            {"fields": {"testCase": {"customFields": [{"name": "x", "value": True}]}}},
            "fields.testCase.customFields must be an array of objects with name and value",
        ),
    ],
)
def test_a_wrong_value_is_one_line_of_the_400_body(body: dict[str, Any], line: str) -> None:
    message, errors = refusal({"format": "junit"} | body)
    assert message == "The supplied fields are invalid"
    assert [error for error in errors if error.startswith(line)] == list(errors)


def test_all_wrong_values_are_reported_at_once() -> None:
    _, errors = refusal({"format": "junit", "isZip": 1, "fields": {"testCase": {"estimatedTime": 7}}})
    assert len(errors) == 2


def test_unknown_components_and_labels_are_reported_in_the_vendors_words() -> None:
    options = SandboxOptions(components=("shop",), labels=("ci",))
    fields = {
        "testCycle": {"components": ["xyz", "shop"], "labels": ["ci"]},
        "testCase": {"components": ["abc", "xyz"], "labels": ["night"]},
    }
    assert refusal({"format": "junit", "fields": fields}, options) == (
        "The supplied fields are invalid",
        (
            "Provided Component Name(s) xyz, abc not found",
            "Provided Label Name(s) night not found",
        ),
    )
    assert read_parameters({"format": "junit", "fields": fields}, OPTIONS).format is Format.JUNIT


def test_known_components_and_labels_are_accepted() -> None:
    options = SandboxOptions(components=("shop",), labels=("ci",))
    fields = {"testCycle": {"components": ["shop"], "labels": ["ci"]}, "testCase": None}
    assert read_parameters({"format": "junit", "fields": fields}, options).notes == ()


@pytest.mark.parametrize(
    ("body", "note"),
    [
        ({"format": "junit", "colour": 1}, "colour is not a parameter of the API: ignored"),
        (
            {"format": "junit", "testCycleToReuse": "PRJ-TR-1", "automationHierarchy": 2},
            "testCycleToReuse is ignored with automationHierarchy 2",
        ),
        ({"format": "cucumber", "automationHierarchy": 2}, "automationHierarchy is ignored for Cucumber"),
        (
            {"format": "junit", "appendTestName": True},
            "appendTestName has an effect with TestNG and JUnit in hierarchy 2 and 3 only: ignored",
        ),
        ({"format": "junit", "attachFile": True}, "attachFile is ignored for JUnit"),
        ({"format": "junit", "useFeatureName": True}, "useFeatureName is ignored for JUnit"),
    ],
)
def test_what_the_api_ignores_is_noted(body: dict[str, Any], note: str) -> None:
    parameters = read_parameters(body, OPTIONS)
    assert parameters.notes == (note,)
    assert parameters.cycle_to_reuse is None
    assert not parameters.append_test_name
    assert not parameters.attach_file
    assert not parameters.use_feature_name


def test_null_is_as_good_as_absent() -> None:
    body = dict.fromkeys(("isZip", "fields", "environment", "automationHierarchy", "testCycleToReuse"))
    assert read_parameters(body | {"format": "testng"}, OPTIONS) == Parameters(Format.TESTNG)
    assert read_parameters({"format": "testng", "testCycleToReuse": ""}, OPTIONS) == Parameters(Format.TESTNG)


@pytest.mark.parametrize("key", ["PRJ-TR-1", "TR-PRJ-1", "A1_B-TR-99"])
def test_keys_of_test_cycles_have_two_shapes(key: str) -> None:
    assert read_parameters({"format": "junit", "testCycleToReuse": key}, OPTIONS).cycle_to_reuse == key


def test_cloud_has_fields_and_times_of_its_own() -> None:
    fields = {
        "testCycle": {"folderId": 997728, "assignee": "712020:5b10a284"},
        "testCase": {"folderId": "12", "estimatedTime": "00:05:00"},
        "testCaseExecution": {"actualTime": "00:02:30"},
    }
    body = {"format": "JUNIT", "isZip": "true", "fields": fields}
    parameters = read_parameters(body, CLOUD)
    assert parameters == Parameters(Format.JUNIT, is_zip=True)
    assert not read_parameters(body | {"isZip": "false"}, CLOUD).is_zip


@pytest.mark.parametrize(
    ("part", "values", "line"),
    [
        ("testCase", {"estimatedTime": "00:05"}, "estimatedTime must be a time in 'HH:mm:ss' format"),
        ("testCaseExecution", {"actualTime": "24:00:00"}, "actualTime must be a time in 'HH:mm:ss' format"),
        ("testCycle", {"folderId": "F1/F2"}, "folderId must be a folder's number"),
    ],
)
def test_cloud_refuses_wrong_values_of_its_fields(part: str, values: dict[str, str], line: str) -> None:
    with pytest.raises(RefusedBodyError) as caught:
        read_parameters({"format": "junit", "fields": {part: values}}, CLOUD)
    assert caught.value.errors == (f"fields.{part}.{line}",)


def test_cloud_ignores_what_it_does_not_know() -> None:
    body = {
        "format": "cucumber",
        "useFeatureName": True,
        "fields": {"testCycle": {"folderPath": "F1/F2"}, "testCase": {"summary": 7}, "cycle": {}},
    }
    parameters = read_parameters(body, CLOUD)
    assert not parameters.use_feature_name
    assert parameters.notes == (
        "useFeatureName is not a parameter of the API: ignored",
        "fields.testCycle.folderPath is not known: ignored",
        "fields.testCase.summary is not known: ignored",
        "fields.cycle is not known: ignored",
    )


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from([*VENDOR_SAMPLE, "appendTestName", "automationHierarchy", "x"])
FIELD_KEYS = st.sampled_from(["labels", "customFields", "components", "plannedStartDate", "sprintId", "x"])
FIELDS = st.dictionaries(
    st.sampled_from(["testCycle", "testCase", "testCaseExecution"]),
    st.dictionaries(FIELD_KEYS, ANYTHING, max_size=4) | ANYTHING,
)


@given(st.dictionaries(KEYS, ANYTHING, max_size=4), st.none() | FIELDS, st.booleans())
def test_any_body_is_accepted_or_refused(body: dict[str, Any], fields: object, cloud: bool) -> None:  # noqa: FBT001
    options = SandboxOptions(cloud=cloud, components=("c",), labels=("l",))
    try:
        read_parameters({"format": "junit"} | body | {"fields": fields}, options)
    except RefusedBodyError as error:
        assert re.search(r"\w", error.message)  # noqa: PT017 - either outcome is right
