"""The schema as a product: valid itself, complete, explained, and at one with what the program accepts."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from qtm_action.spec import schema, schema_text
from qtm_action.spec.json_schema import _KEYWORDS, DEFAULTS, IMPORT, accepts, referred, resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.spec.conftest import Problems, Reader

ANNOTATIONS = {"$schema", "$defs", "title", "description", "default", "examples", "patternErrorMessage"}
# What follows from an `if` or from `additionalProperties`' neighbour is read with it.
READ_WITH_OTHERS = {"then", "else"}
# Keys whose default is the project's, the file's or the user's own and can't be written down.
WITHOUT_DEFAULT = {
    *(
        "jiraUrl",
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
    *("labels", "components", "folderPath", "fixVersionId", "sprintId", "description", "precondition"),
    *("assignee", "reporter", "estimatedTime", "plannedStartDate", "plannedEndDate", "comment", "actualTime"),
    *("executionPlannedDate", "customFields", "value", "cascadeValue"),
}

DOCUMENTED_PARAMETERS = {
    *("format", "testCycleToReuse", "environment", "build", "attachFile", "fields", "matchTestSteps"),
    *("appendTestName", "automationHierarchy", "useFeatureName", "useFeatureDescription"),
}
SHARED_FIELDS = {
    *("labels", "components", "status", "priority", "folderPath", "fixVersionId", "sprintId", "description"),
    *("assignee", "reporter", "customFields"),
}
DOCUMENTED_FIELDS = {
    "testCycle": SHARED_FIELDS | {"summary", "plannedStartDate", "plannedEndDate"},
    "testCase": SHARED_FIELDS | {"precondition", "estimatedTime"},
    "testCaseExecution": {"comment", "assignee", "actualTime", "executionPlannedDate", "customFields"},
}


def subschemas(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema in the schema, but not what is an example or a default."""
    if not isinstance(node, dict):
        return
    yield node
    for keyword in ("properties", "$defs"):
        for each in node.get(keyword, {}).values():
            yield from subschemas(each)
    for keyword in ("items", "if", "then", "else", "not"):
        yield from subschemas(node.get(keyword))
    for keyword in ("anyOf", "allOf"):
        for each in node.get(keyword, ()):
            yield from subschemas(each)


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


@pytest.mark.parametrize(("key", "part"), list(keys()))
def test_every_key_is_explained(key: str, part: dict[str, Any]) -> None:
    own = resolved(part)
    assert own["title"]
    assert own["description"].endswith((".", ")"))
    assert own["examples"]
    assert ("default" in own) is (key not in WITHOUT_DEFAULT)


@pytest.mark.parametrize(("key", "part"), list(keys()))
def test_every_example_and_default_is_right(key: str, part: dict[str, Any]) -> None:
    own = resolved(part)
    judge = Draft202012Validator({**own, "$defs": schema()["$defs"]})
    for value in (*own["examples"], *([own["default"]] if "default" in own else [])):
        assert judge.is_valid(value), (key, value)


def test_everything_the_vendor_documents_is_in_it() -> None:
    own = {"name", "files", "attachments", "zip", "maxAge", "ifOlder"}
    assert set(referred(IMPORT)["properties"]) == DOCUMENTED_PARAMETERS | own
    assert {name: set(each["properties"]) for name, each in section_schemas().items()} == DOCUMENTED_FIELDS
    assert set(custom_field()["properties"]) == {"name", "value", "cascadeValue"}
    assert set(referred(DEFAULTS)["properties"]) == (DOCUMENTED_PARAMETERS | own) - {"name"}


def test_the_quick_yes_knows_every_keyword_of_it() -> None:
    used = {keyword for each in subschemas(schema()) for keyword in each}
    assert used - ANNOTATIONS - READ_WITH_OTHERS == set(_KEYWORDS)


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
def test_the_shapes_that_are_valid(document: Any, valid: bool) -> None:  # noqa: FBT001 - parametrized
    assert Draft202012Validator(schema()).is_valid(document) is valid
    assert accepts(schema(), document) is valid


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


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.sampled_from([0.5, -1.25]),
    st.sampled_from(
        ["", "qaf", "QAF", "junit", "never", "auto", "12", "20/May/2026 00:00", "10:10", "PRJ-1", "${X}"]
    ),
    st.text(max_size=3),
    st.lists(st.sampled_from(["a", "", 1]), max_size=2),
    st.dictionaries(st.sampled_from(["name", "value", "labels", "zip", "x"]), st.just("a"), max_size=3),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from places(each, (*path, number))


def put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return document


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """Draw a document that is valid but for some changes: values replaced, keys taken away or added."""
    everything = example_document()
    document: Any = everything if draw(st.booleans()) else everything["imports"][0]
    document = json.loads(json.dumps(document))
    chooser = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - chooses test data
    for _ in range(draw(st.integers(0, 6))):
        path = chooser.choice(list(places(document)))
        inner = document
        for step in path:
            inner = inner[step]
        match draw(st.sampled_from(["replace", "remove", "remove", "add"])):
            case "remove" if path:
                outer = document
                for step in path[:-1]:
                    outer = outer[step]
                del outer[path[-1]]
            case "add" if isinstance(inner, dict):
                inner[draw(st.sampled_from(["x", "files", "imports", "zip", "labels", "format"]))] = draw(
                    VALUES
                )
            case _:
                document = put(document, path, draw(VALUES))
    return document


@given(documents())
@settings(max_examples=150, deadline=None)
def test_the_quick_yes_and_the_judge_agree(document: Any) -> None:
    assert accepts(schema(), document) is JUDGE.is_valid(document)


JUDGE = Draft202012Validator(schema())


def test_the_example_of_everything_is_valid() -> None:
    assert JUDGE.is_valid(example_document())


def test_the_example_of_everything_is_read(spec_of: Reader) -> None:
    spec = spec_of(json.dumps(example_document(), ensure_ascii=False), {"GITHUB_RUN_NUMBER": "5"})
    assert len(spec.imports) == 2


def test_no_word_of_json_schema_reaches_the_user(problems_of: Problems) -> None:
    problems = problems_of(
        "imports: [{format: x, zip: 1, fields: [a], maxAge: -1}, 5]\nversion: 2\nfiles: []\nx: 1\n"
    )
    told = " ".join(f"{each} {each.hint}" for each in problems)
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
        assert word not in told
    assert len(problems) == 9
