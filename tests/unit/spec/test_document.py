"""YAML as it is and as it is not wanted here: anchors, merge keys, duplicates, tags, documents, JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.unit.spec.conftest import Problems, Reader


def test_anchors_stand_for_what_they_name(spec_of: Reader) -> None:
    spec = spec_of(
        """
imports:
  - {name: a, files: &files [x, y], fields: {testCase: &case {labels: [ci]}}}
  - {name: b, files: *files, fields: {testCase: *case}}
"""
    )
    assert [each.files for each in spec.imports] == [("x", "y"), ("x", "y")]
    assert spec.imports[1].parameters == {"fields": {"testCase": {"labels": ["ci"]}}}


def test_merge_keys_bring_what_is_not_written(spec_of: Reader) -> None:
    spec = spec_of(
        """
imports:
  - &one {files: [x], build: "1", environment: Staging}
  - {<<: *one, build: "2"}
  - {<<: [{build: "3"}, *one]}
"""
    )
    assert [each.parameters for each in spec.imports] == [
        {"environment": "Staging", "build": "1"},
        {"environment": "Staging", "build": "2"},
        {"environment": "Staging", "build": "3"},
    ]


def test_a_merge_key_of_no_mapping_is_an_error(problems_of: Problems) -> None:
    (problem,) = problems_of("files: [a]\n<<: [x]\n")
    assert problem.message == "`<<` merges mappings, and this is not one"


def test_an_unknown_anchor_is_an_error_once(problems_of: Problems) -> None:
    (problem,) = problems_of("files: *all\n")
    assert str(problem) == (
        "qtm-import.yml:1:8: files: `*all` refers to an anchor `&all` that is not defined before it"
    )


def test_every_duplicate_key_is_reported_where_it_stands(problems_of: Problems) -> None:
    problems = problems_of(
        "files: [a]\nbuild: x\nfiles: [b]\nfields:\n  testCase: {labels: [a], labels: [b]}\n"
    )
    assert [str(each) for each in problems] == [
        "qtm-import.yml:3:1: files: `files` is set twice, first on line 1",
        "qtm-import.yml:5:27: fields.testCase.labels: `labels` is set twice, first on line 5",
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("!!python/object/apply:os.system [id]", "!!python/object/apply:os.system"),
        ("!!str 5", "!!str"),
        ("!!binary aGk=", "!!binary"),
        ("!<tag:example.com,2000:x> 5", "tag:example.com,2000:x"),
    ],
)
def test_tags_are_refused_and_nothing_is_run(problems_of: Problems, written: str, shown: str) -> None:
    problem = problems_of(f"files: [a]\nbuild: {written}\n")[0]
    assert problem.message == f"YAML tags such as `{shown}` are not allowed here"
    assert problem.line == 2


def test_an_exclusion_without_quotes_is_shown_with_them(problems_of: Problems) -> None:
    (problem,) = problems_of("files:\n  - a\n  - !**/legacy/**\n")
    assert str(problem) == (
        'qtm-import.yml:3:5: files[1]: a string that begins with ! must be in quotes: "!**/legacy/**"'
    )


def test_a_second_document_is_an_error(problems_of: Problems) -> None:
    (problem,) = problems_of("files: [a]\n---\nfiles: [b]\n")
    assert (
        str(problem) == "qtm-import.yml:2:1: a second document begins here; a spec must be a single document"
    )


def test_the_marks_of_one_document_are_fine(spec_of: Reader) -> None:
    assert spec_of("%YAML 1.1\n---\nfiles: [a]\n...\n").imports[0].files == ("a",)


@pytest.mark.parametrize("key", ["[a]", "{a: b}", "? [a]\n"])
def test_a_key_that_is_no_word_is_an_error(problems_of: Problems, key: str) -> None:
    assert (
        problems_of(f"files: [a]\n{key}: x\n")[0].message
        == "a key must be a word, but this is a list or a mapping"
    )


def test_json_is_yaml(spec_of: Reader) -> None:
    spec = spec_of(
        '{\n  "files": ["a\\/b"],\n  "build": "caf\\u00e9 \\ud83d\\ude80",\n  "attachFile": true\n}'
    )
    assert spec.imports[0].files == ("a/b",)
    assert spec.imports[0].parameters == {"build": "café 🚀", "attachFile": True}


def test_windows_line_ends_are_line_ends(problems_of: Problems) -> None:
    (problem,) = problems_of("files: [a]\r\nbuild: x\r\nzip: maybe\r\n")
    assert (problem.line, problem.column) == (3, 6)


def test_columns_count_characters(problems_of: Problems) -> None:
    line = 'fields: {testCase: {description: "é🚀", precondition: [y]}}'
    (problem,) = problems_of(f"files: [a]\n{line}\n")
    assert problem.column == line.index("[y]") + 1


def test_deep_but_legal_documents_are_read(problems_of: Problems) -> None:
    (problem,) = problems_of("files: " + "[" * 30 + "a" + "]" * 30)
    assert problem.message.endswith(", got a list")


def plain(spec: Any) -> Any:
    return spec.imports[0].parameters


def test_flow_and_block_mean_the_same(spec_of: Reader) -> None:
    block = spec_of("files:\n- a\nfields:\n  testCase:\n    labels:\n    - x\n    - y\n")
    flow = spec_of("{files: [a], fields: {testCase: {labels: [x, y]}}}")
    assert plain(block) == plain(flow)
