"""Inputs: they override the spec's keys, or are the one import; their errors are shown as inputs' errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import InvalidInputError, InvalidSpecError
from qtm_action.formats import Format, StaleFiles, ZipMode

if TYPE_CHECKING:
    from tests.unit.spec.conftest import FromInputs, Problems, Reader

TWO = "defaults: {environment: D}\nimports:\n- {name: a, files: [x], build: '1'}\n- {name: b, files: [y]}\n"


def test_an_input_overrides_its_key_in_every_import(spec_of: Reader) -> None:
    spec = spec_of(TWO, inputs={"build": "9", "environment": "E", "attachFile": "Yes", "zip": "always"})
    for each in spec.imports:
        assert each.parameters == {"environment": "E", "build": "9", "attachFile": True}
        assert each.zip is ZipMode.ALWAYS
        assert str(each.locations["build"]) == 'input "build"'


def test_the_input_fields_overrides_key_by_key(spec_of: Reader) -> None:
    spec = spec_of(
        "files: [a]\nfields: {testCycle: {summary: s, labels: [a, b]}, testCase: {priority: High}}\n",
        inputs={"fields": '{"testCycle": {"labels": ["c"], "status": "Done"}}'},
    )
    assert spec.imports[0].parameters["fields"] == {
        "testCycle": {"summary": "s", "labels": ["c"], "status": "Done"},
        "testCase": {"priority": "High"},
    }


@pytest.mark.parametrize("key", ["format", "files", "attachments"])
def test_inputs_of_a_single_import_with_a_spec_are_an_error(spec_of: Reader, key: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        spec_of(TWO, inputs={key: "junit", "build": "1"})
    assert refused.value.message == f'input "{key}": cannot be combined with the spec qtm-import.yml'


def test_one_import_without_a_spec(from_inputs: FromInputs) -> None:
    spec = from_inputs(
        {
            "format": "JUnit",
            "files": "**/TEST-*.xml\n\n  !**/legacy/**  \n",
            "attachments": "img/*.png",
            "zip": "never",
            "maxAge": "15m",
            "ifOlder": "drop",
            "testCycleToReuse": "PRJ-TR-1",
            "environment": " Staging ",
            "build": "4.10",
            "attachFile": "0",
            "matchTestSteps": "NO",
            "appendTestName": "1",
            "automationHierarchy": "3",
            "useFeatureName": "False",
            "useFeatureDescription": "no",
            "fields": "testCase:\n  labels: [ci]\n  estimatedTime: 10:10\n",
        }
    )
    (only,) = spec.imports
    assert (only.name, only.format) == ("junit", Format.JUNIT)
    assert only.files == ("**/TEST-*.xml", "!**/legacy/**")
    assert only.attachments == ("img/*.png",)
    assert (only.zip, only.max_age, only.if_older) == (ZipMode.NEVER, 900, StaleFiles.DROP)
    assert list(only.parameters.items()) == [
        ("testCycleToReuse", "PRJ-TR-1"),
        ("environment", "Staging"),
        ("build", "4.10"),
        ("attachFile", False),
        ("fields", {"testCase": {"labels": ["ci"], "estimatedTime": "10:10"}}),
        ("matchTestSteps", False),
        ("appendTestName", True),
        ("automationHierarchy", 3),
        ("useFeatureName", False),
        ("useFeatureDescription", False),
    ]
    assert (only.file, only.line) == (None, None)
    assert str(only.locations["files"]) == 'input "files"'


def test_without_a_format_the_import_still_has_a_name(from_inputs: FromInputs) -> None:
    (only,) = from_inputs({"files": "a"}).imports
    assert (only.name, only.format) == ("import", None)


def refusals(from_inputs: FromInputs, inputs: dict[str, str]) -> list[str]:
    with pytest.raises(InvalidSpecError) as refused:
        from_inputs(inputs)
    return [str(each) for each in refused.value.problems]


@pytest.mark.parametrize("written", ["true", "TRUE", "yes", "Yes", "1"])
def test_true(from_inputs: FromInputs, written: str) -> None:
    assert from_inputs({"files": "a", "attachFile": written}).imports[0].parameters == {"attachFile": True}


@pytest.mark.parametrize("written", ["on", "y", "t", "2", "maybe", "-1", "ja"])
def test_what_is_neither_true_nor_false_names_the_input(from_inputs: FromInputs, written: str) -> None:
    assert refusals(from_inputs, {"files": "a", "attachFile": written}) == [
        f'input "attachFile": expected true or false, got `{written}`'
    ]


@pytest.mark.parametrize(
    ("key", "written", "message"),
    [
        ("automationHierarchy", "4", "expected 1, 2 or 3, got `4`"),
        ("automationHierarchy", "two", "expected 1, 2 or 3, got `two`"),
        ("zip", "maybe", "expected auto, always or never, got `maybe`"),
        (
            "format",
            "juint",
            "expected junit, testng, cucumber, qaf, hpuft or specflow, got `juint`; did you mean `junit`?",
        ),
        ("testCycleToReuse", "PRJ", "expected the key of a test cycle such as PRJ-TR-1, got `PRJ`"),
        ("maxAge", "soon", "expected a duration such as 90, 90s, 15m, 1h or 2d, got `soon`"),
        ("ifOlder", "keep", "expected warn or drop, got `keep`"),
        ("build", "a\x07b", None),
        ("environment", "caf\udce9", None),
    ],
)
def test_a_wrong_value_names_the_input(
    from_inputs: FromInputs, key: str, written: str, message: str | None
) -> None:
    (shown,) = refusals(from_inputs, {"files": "a", key: written})
    assert shown.startswith(f'input "{key}":')
    if message:
        assert shown == f'input "{key}": {message}'
    else:
        assert "invisible character U+" in shown


def test_an_age_is_a_duration_as_in_every_input(from_inputs: FromInputs) -> None:
    assert from_inputs({"files": "a", "maxAge": " 1.5H "}).imports[0].max_age == 5400


def test_missing_files_are_an_error(from_inputs: FromInputs) -> None:
    assert refusals(from_inputs, {"format": "junit"}) == [
        "the input files is not set: there is nothing to import"
    ]


def test_files_of_blank_lines_are_an_error(from_inputs: FromInputs) -> None:
    assert refusals(from_inputs, {"files": "\n \n"}) == ['input "files": expected a non-empty list']


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "testCycle:\n  labels: ci\n",
            'input "fields":2:11: fields.testCycle.labels: expected a list, got `ci`',
        ),
        (
            "testCase: {estimatedTime: 9:05}",
            'input "fields":1:27: fields.testCase.estimatedTime: expected hours',
        ),
        (
            '{"testCycle": {"sumary": "x"}}',
            'input "fields":1:16: fields.testCycle.sumary: unknown key `sumary`',
        ),
        ("fields: {testCycle: {}}", 'input "fields":1:1: fields.fields: unknown key `fields` here'),
        ("testCase:\n\tlabels: [a]", 'input "fields":2:1: there is a tab in the indentation'),
        ("[a]", 'input "fields":1:1: fields: expected a mapping, got a list'),
        ("x", 'input "fields":1:1: fields: expected a mapping, got `x`'),
        ("# nothing", 'input "fields":1:1: fields: it contains only comments'),
        ("testCase: {description: ${MISSING}}", 'input "fields":1:25: a string with ${…} inside'),
        (
            "testCase: {description: '${MISSING}'}",
            'input "fields":1:25: fields.testCase.description: the variable',
        ),
        (
            "testCase: {description: '${TOKEN}'}",
            'input "fields":1:25: fields.testCase.description: the variable TOKEN',
        ),
        ("testCase: {}\n---\nb: 2", 'input "fields":2:1: a second document begins here'),
        ("#" * (1024 * 1024 + 1), 'input "fields":1:1: fields: this input is larger than 1 MiB'),
    ],
)
def test_errors_in_the_input_fields_have_their_place_in_it(
    from_inputs: FromInputs, text: str, shown: str
) -> None:
    with pytest.raises(InvalidSpecError) as refused:
        from_inputs({"files": "a", "fields": text}, {"TOKEN": "s3cret"}, ("TOKEN",))
    assert str(refused.value.problems[0]).startswith(shown)
    assert "s3cret" not in str(refused.value)


def test_errors_of_spec_and_inputs_are_reported_together_the_spec_first(problems_of: Problems) -> None:
    problems = problems_of(
        "files: [a]\nzip: x\nattachFile: 3\n",
        inputs={"build": "ok", "automationHierarchy": "5", "fields": "x: 1"},
    )
    assert [each.location for each in problems] == [
        "qtm-import.yml:2:6",
        "qtm-import.yml:3:13",
        'input "automationHierarchy"',
        'input "fields":1:1',
    ]


def test_an_error_of_an_input_is_reported_with_a_spec_that_is_not_yaml(problems_of: Problems) -> None:
    problems = problems_of("files: [a\n", inputs={"fields": "a: [b"})
    assert [each.location for each in problems] == ["qtm-import.yml:1:8", 'input "fields":1:4']
