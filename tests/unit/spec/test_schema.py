"""The schema as a product: valid itself, complete, explained, and at one with what the program accepts."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from qtm_action.errors import InvalidSpecError
from qtm_action.formats import DeploymentKind, Format, StaleFiles, ZipMode
from qtm_action.spec.json_schema import DEFAULTS, IMPORT, choices, referred, resolved, schema, schema_text
from qtm_action.words import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import Enum

    from tests.unit.spec.conftest import Problems, Reader

# Keys whose default is the project's, the file's or the user's own and can't be written down.
WITHOUT_DEFAULT = {
    *(
        "jiraUrl",
        "region",
        "defaults",
        "imports",
        "name",
        "format",
        "files",
        "attachments",
        "maxAge",
        "testCycleToReuse",
    ),
    *("appendTestName", "automationHierarchy", "fields", "testCycle", "testCase", "testCaseExecution"),
    *("labels", "components", "folderPath", "folderId", "fixVersionId", "sprintId"),
    *("description", "precondition"),
    *("assignee", "reporter", "estimatedTime", "plannedStartDate", "plannedEndDate", "comment", "actualTime"),
    *("executionPlannedDate", "customFields", "value", "cascadeValue"),
}

DOCUMENTED_PARAMETERS = {
    *("format", "testCycleToReuse", "environment", "build", "attachFile", "fields", "matchTestSteps"),
    *("appendTestName", "automationHierarchy", "useFeatureName", "useFeatureDescription"),
}
SHARED_FIELDS = {
    *("labels", "components", "status", "priority", "folderPath", "folderId", "fixVersionId", "sprintId"),
    *("description", "assignee", "reporter", "customFields"),
}
DOCUMENTED_FIELDS = {
    "testCycle": SHARED_FIELDS | {"summary", "plannedStartDate", "plannedEndDate"},
    "testCase": SHARED_FIELDS | {"precondition", "estimatedTime"},
    "testCaseExecution": {"comment", "assignee", "actualTime", "executionPlannedDate", "customFields"},
}


def keys() -> Iterator[tuple[str, dict[str, Any]]]:
    for each in (schema(), referred(IMPORT), *section_schemas().values(), custom_field()):
        yield from each["properties"].items()


def section_schemas() -> dict[str, dict[str, Any]]:
    sections: dict[str, dict[str, Any]] = referred(IMPORT)["properties"]["fields"]["properties"]
    return sections


def custom_field() -> dict[str, Any]:
    return resolved(referred("#/$defs/customFields")["items"])


def test_it_is_valid_by_its_meta_schema() -> None:
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema())


def test_it_is_printed_as_json_with_a_line_break() -> None:
    assert json.loads(schema_text()) == schema()
    assert schema_text().endswith("}\n")


def test_every_key_is_explained() -> None:
    for key, each in keys():
        own = resolved(each)
        assert own["title"], key
        assert own["description"].endswith((".", ")")), key
        assert own["examples"], key
        assert ("default" in own) is (key not in WITHOUT_DEFAULT), key


def test_every_example_and_default_is_right() -> None:
    for key, each in keys():
        own = resolved(each)
        validator = Draft202012Validator({**own, "$defs": schema()["$defs"]})
        for value in (*own["examples"], *([own["default"]] if "default" in own else [])):
            assert validator.is_valid(value), (key, value)


def test_everything_the_vendor_documents_is_in_it() -> None:
    own = {"name", "files", "attachments", "zip", "maxAge", "ifOlder", "repair"}
    assert set(referred(IMPORT)["properties"]) == DOCUMENTED_PARAMETERS | own
    assert {name: set(each["properties"]) for name, each in section_schemas().items()} == DOCUMENTED_FIELDS
    assert set(custom_field()["properties"]) == {"name", "value", "cascadeValue"}
    assert set(referred(DEFAULTS)["properties"]) == (DOCUMENTED_PARAMETERS | own) - {"name"}


def part(key: str) -> dict[str, Any]:
    return resolved(referred(IMPORT)["properties"][key])


@pytest.mark.parametrize(("key", "kind"), [("format", Format), ("zip", ZipMode), ("ifOlder", StaleFiles)])
def test_its_choices_are_those_of_the_formats(key: str, kind: type[Enum]) -> None:
    assert choices(part(key)) == tuple(each.value for each in kind)


@pytest.mark.parametrize("each", Format)
def test_an_editor_takes_every_format_in_any_case(each: Format) -> None:
    for written in (each.value, each.value.upper(), each.value.title()):
        assert Draft202012Validator(part("format")).is_valid(written)
    assert not Draft202012Validator(part("format")).is_valid(each.value + "x")


@given(st.from_regex(r"[0-9.]{0,4} ?[smhdSMHDw]{0,2}", fullmatch=True))
def test_an_editor_takes_the_durations_that_the_inputs_take_but_zero(written: str) -> None:
    try:
        expected = parse_duration(written) > 0
    except ValueError:
        expected = False
    assert Draft202012Validator(part("maxAge")).is_valid(written) is expected


TIMES = {
    "testCycle.plannedStartDate": "01/Jan/2026 00:00, 31/Dec/0001 23:59, 1/Jan/2026 00:00, 01/jan/2026 00:00"
    ", 32/Jan/2026 00:00, 00/Jan/2026 00:00, 01/Jan/26 00:00, 01/Jan/2026 24:00, 01/Jan/2026 00:60",
    "testCaseExecution.executionPlannedDate": "01/Jan/2026, 31/Dec/2026, 01/Jan/2026 00:00, 2026-01-01",
    "testCase.estimatedTime": "01:30, 1:30, 36:00, 100:59, 01:60, 01:3, 01:30:00, 01:30:60, 1:30:00, 90",
}


@pytest.mark.parametrize(
    ("field", "written"), [(field, text) for field, texts in TIMES.items() for text in texts.split(", ")]
)
def test_an_editor_takes_the_times_that_a_run_takes(spec_of: Reader, field: str, written: str) -> None:
    section, key = field.split(".")

    def is_taken(deployment: DeploymentKind) -> bool:
        try:
            spec_of(f"files: [a]\nfields: {{{section}: {{{key}: '{written}'}}}}\n", deployment=deployment)
        except InvalidSpecError:
            return False
        return True

    editor = Draft202012Validator(resolved(section_schemas()[section]["properties"][key]))
    assert editor.is_valid(written) == any(map(is_taken, DeploymentKind))


def test_it_refers_to_nothing_outside_itself() -> None:
    references = re.findall(r'"\$ref": "(.)', schema_text())
    assert set(references) == {"#"}


PLACEHOLDERS = [
    "jiraUrl: ${URL}",
    "format: ${FORMAT}",
    "maxAge: ${AGE}",
    "testCycleToReuse: ${KEY}",
    "fields: {testCycle: {plannedStartDate: '${DAY} 00:00', sprintId: '${SPRINT}'}}",
    "fields: {testCase: {estimatedTime: '${HOURS}:00'}}",
]


@pytest.mark.parametrize("line", PLACEHOLDERS)
def test_an_editor_does_not_mark_variables(line: str) -> None:
    document = {"files": ["a"], **yaml.safe_load(line)}
    assert list(Draft202012Validator(schema()).iter_errors(document)) == []


@pytest.mark.parametrize(
    ("document", "valid"),
    [
        ({"files": ["a"], "format": "qaf", "zip": "never"}, False),
        ({"files": ["a"], "format": "QAF", "zip": "never"}, False),
        ({"files": ["a"], "format": "QAF", "zip": "always"}, True),
        ({"files": ["a"], "format": "junit", "zip": "never"}, True),
        ({"imports": [{"files": ["a"], "format": "qaf", "zip": "never"}]}, False),
        ({"imports": [{"format": "qaf"}]}, False),
        ({"defaults": {"files": ["a"]}, "imports": [{"format": "qaf"}]}, True),
        ({"defaults": {}, "imports": [{"format": "qaf"}]}, False),
        ({"defaults": {"files": ["a"]}}, False),
        ({"imports": [{"files": ["a"]}], "files": ["a"]}, False),
        ({"imports": [{"files": ["a"]}], "build": "a"}, False),
        ({"imports": []}, False),
        ({"format": "junit"}, False),
        ({}, False),
        ([], False),
        (None, False),
        ({"files": ["a"], "environment": 5}, False),
        ({"files": ["a"], "automationHierarchy": True}, False),
        ({"files": ["a"], "attachFile": 1}, False),
    ],
)
def test_what_is_valid(document: Any, valid: bool) -> None:  # noqa: FBT001 - parametrized
    assert Draft202012Validator(schema()).is_valid(document) is valid


def example_document() -> dict[str, Any]:
    """Return a document with every key in it, from the schema's own examples."""

    def example(part: Any) -> Any:
        own = resolved(part)
        if own.get("type") == "object":
            return {key: example(each) for key, each in own["properties"].items()}
        return own["examples"][0]

    return {
        "version": 1,
        "jiraUrl": "https://j",
        "defaults": example(referred(DEFAULTS)),
        "imports": [example(referred(IMPORT)), {"format": "qaf", "files": ["x"], "attachFile": True}],
    }


def test_the_example_of_everything_is_valid() -> None:
    assert Draft202012Validator(schema()).is_valid(example_document())


def test_the_example_of_everything_is_read(spec_of: Reader) -> None:
    document = example_document()
    for one in (document["defaults"], document["imports"][0]):
        for section in ("testCycle", "testCase"):
            del one["fields"][section]["folderId"]  # Cloud's
    spec = spec_of(json.dumps(document, ensure_ascii=False), {"GITHUB_RUN_NUMBER": "5"})
    assert len(spec.imports) == 2


def test_no_word_of_json_schema_reaches_the_user(problems_of: Problems) -> None:
    problems = problems_of(
        "imports: [{format: x, zip: 1, fields: [a], maxAge: -1}, 5]\nversion: 2\nfiles: []\nx: 1\n"
    )
    shown = " ".join(f"{each} {each.hint}" for each in problems)
    for word in (
        "schema",
        "oneOf",
        "anyOf",
        "enum",
        "pattern ",
        "not valid under",
        "is not of type",
        "required prop",
    ):
        assert word not in shown
    assert len(problems) == 9
