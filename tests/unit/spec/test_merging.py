"""Defaults, names, and the effective spec with the origin of each value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import InvalidSpecError
from qtm_action.spec.effective_text import effective

if TYPE_CHECKING:
    from tests.unit.spec.conftest import Problems, Reader


def test_defaults_are_below_each_import_key_by_key(spec_of: Reader) -> None:
    spec = spec_of(
        """
version: 1
jiraUrl: https://jira.example.com/jira
defaults:
  environment: Staging
  build: "1"
  files: [shared/*.xml]
  attachFile: true
  fields:
    testCycle: {summary: S, labels: [a, b]}
    testCase: {priority: High, customFields: [{name: A, value: 1}]}
imports:
  - format: cucumber
    build: "2"
    attachFile: false
    fields:
      testCycle: {labels: [c]}
      testCase: {customFields: [{name: B, value: 2}]}
      testCaseExecution: {comment: x}
  - format: qaf
    files: [own]
"""
    )
    one, two = spec.imports
    assert spec.jira_url == "https://jira.example.com/jira"
    assert one.files == ("shared/*.xml",)
    assert one.parameters == {
        "environment": "Staging",
        "build": "2",
        "attachFile": False,
        "fields": {
            "testCycle": {"summary": "S", "labels": ["c"]},
            "testCase": {"priority": "High", "customFields": [{"name": "B", "value": 2}]},
            "testCaseExecution": {"comment": "x"},
        },
    }
    assert two.files == ("own",)
    assert two.parameters["build"] == "1"
    assert (one.file, one.line, two.line) == ("qtm-import.yml", 13, 20)


def test_one_import_at_the_top_level(spec_of: Reader) -> None:
    spec = spec_of("name: unit\nformat: junit\nfiles: [a]\n")
    assert [each.name for each in spec.imports] == ["unit"]
    assert spec.jira_url is None


def test_names_default_to_the_format_and_are_unique(spec_of: Reader) -> None:
    spec = spec_of(
        """
imports:
  - {format: JUnit, files: [a]}
  - {format: junit, files: [a]}
  - {name: junit-3, format: junit, files: [a]}
  - {format: junit, files: [a]}
  - {files: [a]}
  - {files: [a]}
  - {name: qaf, format: qaf, files: [a]}
  - {format: qaf, files: [a]}
"""
    )
    names = [each.name for each in spec.imports]
    assert names == ["junit", "junit-2", "junit-3", "junit-4", "import", "import-2", "qaf", "qaf-2"]


def test_a_name_given_twice_is_an_error_at_the_second(problems_of: Problems) -> None:
    (problem,) = problems_of("imports:\n- {name: a, files: [x]}\n- {name: a, files: [y]}\n")
    assert str(problem) == (
        "qtm-import.yml:3:10: imports[1].name: the name `a` is already used by the import on line 2"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("imports: []\n", "1:10: imports: expected a non-empty list"),
        ("imports:\n", "1:1: imports: expected a list, got nothing"),
        ("imports: {files: [a]}\n", "1:10: imports: expected a list, got a mapping"),
        ("imports: [a]\n", "1:11: imports[0]: expected a mapping, got `a`"),
        (
            "imports: [~]\n",
            "1:11: imports[0]: expected a mapping, got `~`, which means no value in YAML",
        ),
        ("defaults: {build: x}\n", "1:1: the key `imports` is missing"),
        ("defaults: x\nimports: [{files: [a]}]\n", "1:11: defaults: expected a mapping, got `x`"),
        (
            "defaults: {name: x}\nimports: [{files: [a]}]\n",
            "1:12: defaults.name: unknown key `name` here",
        ),
        ("imports: [{format: junit}]\n", "1:11: imports[0]: the key `files` is missing"),
        ("format: junit\n", "1:1: the key `files` is missing"),
        (
            "imports: [{files: [a]}]\nformat: junit\n",
            "2:1: format: `format` cannot be combined with `imports`",
        ),
        (
            "imports: [{files: [a], jiraUrl: x}]\n",
            "1:24: imports[0].jiraUrl: unknown key `jiraUrl` here",
        ),
        ("version: 2\nfiles: [a]\n", "1:10: version: expected 1, got `2`"),
        ("files: [a]\nname: ''\n", "2:7: name: expected a non-empty string"),
        ("files: ['']\n", "1:9: files[0]: expected a non-empty string"),
    ],
)
def test_the_shape_of_a_spec(problems_of: Problems, text: str, shown: str) -> None:
    assert str(problems_of(text)[0]).startswith(f"qtm-import.yml:{shown}")


def refused(spec_of: Reader, text: str, inputs: dict[str, str] | None = None) -> InvalidSpecError:
    with pytest.raises(InvalidSpecError) as refusal:
        spec_of(text, inputs=inputs)
    return refusal.value


def test_one_error_is_the_message(spec_of: Reader) -> None:
    error = refused(spec_of, "files: [a]\nattachFile: 'true'\n")
    assert error.message == str(error.problems[0])
    assert error.hint == "Remove the quotes."


def test_of_several_errors_the_message_is_the_count(spec_of: Reader) -> None:
    error = refused(spec_of, "files: [a]\nzip: x\nattachFile: 3\nbuild: [a]\n", {"ifOlder": "x"})
    assert error.message == '4 errors in qtm-import.yml, input "ifOlder"'
    assert len(error.problems) == 4


def test_of_more_than_twenty_errors_twenty_are_reported(spec_of: Reader) -> None:
    lines = "".join(f"x{number}: 1\n" for number in range(21))
    error = refused(spec_of, f"files: [a]\n{lines}")
    assert [each.line for each in error.problems] == [*range(2, 22)]
    assert error.message == "21 errors in qtm-import.yml; these are the first 20"


SPEC = """
defaults:
  environment: Staging
imports:
  - name: acceptance
    format: qaf
    files: [test-results, "!**/old"]
    attachments: ["**/img/*.png"]
    attachFile: true
    maxAge: 1h
    ifOlder: drop
    fields:
      testCycle:
        summary: "Run ${N}: äöü \\"x\\" \\u2028 $${NO}"
        labels: [ci, "no", "4.10"]
        customFields:
          - {name: Number, value: 10.12}
          - {name: Cascade, value: a, cascadeValue: "007"}
      testCase: {estimatedTime: 10:10, labels: []}
      testCaseExecution: {}
"""


def test_the_effective_spec_shows_where_each_value_came_from(spec_of: Reader) -> None:
    (only,) = spec_of(SPEC, {"N": "5"}, {"build": "yes"}).imports
    text = effective(only)
    lines = [line.split("#")[0].rstrip() + "  #" + line.partition("#")[2] for line in text.splitlines()]
    assert "environment: Staging  # qtm-import.yml:3" in lines
    assert 'build: "yes"  # input "build"' in lines
    assert "zip: auto  # default" in lines
    assert "maxAge: 3600  # qtm-import.yml:10" in lines
    assert '    estimatedTime: "10:10"  # qtm-import.yml:19' in lines


def test_the_effective_spec_is_a_spec_that_means_the_same(spec_of: Reader) -> None:
    (first,) = spec_of(SPEC, {"N": "5"}, {"build": "yes"}).imports
    (again,) = spec_of(effective(first)).imports
    assert again.parameters == first.parameters
    assert (
        again.name,
        again.format,
        again.files,
        again.attachments,
        again.zip,
        again.max_age,
        again.if_older,
    ) == (
        first.name,
        first.format,
        first.files,
        first.attachments,
        first.zip,
        first.max_age,
        first.if_older,
    )


def test_an_age_of_parts_of_a_second_is_the_same_in_the_effective_spec(spec_of: Reader) -> None:
    (first,) = spec_of("files: [a]\nmaxAge: 0.021m\n").imports
    (again,) = spec_of(effective(first)).imports
    assert again.max_age == first.max_age == pytest.approx(1.26)


def test_the_effective_spec_of_the_least_import(spec_of: Reader) -> None:
    (only,) = spec_of("files: [a]\n").imports
    assert effective(only) == (
        "name: import  # default\nfiles:        # qtm-import.yml:1\n  - a\nzip: auto     # default\n"
    )
