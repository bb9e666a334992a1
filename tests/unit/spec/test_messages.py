"""The messages about values and keys that are not what was expected, and their hints."""

# ruff: noqa: E501 - a line for each case of the tables

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qtm_action.spec.foreign_text import printable, short_key

if TYPE_CHECKING:
    from tests.unit.spec.conftest import Problems

EXAMPLE_OF_IMPORTS = 'For example: imports: [{"format": "junit", "files": ["**/TEST-*.xml"]}]'


@pytest.mark.parametrize(
    ("lines", "message", "hint"),
    [
        ("format: juint", "expected junit, testng, cucumber, qaf, hpuft or specflow, got `juint`; did you mean `junit`?", ""),
        ("format: HP-UFT", "expected junit, testng, cucumber, qaf, hpuft or specflow, got `HP-UFT`; did you mean `hpuft`?", ""),
        ("format: 5", "expected junit, testng, cucumber, qaf, hpuft or specflow, got `5`", ""),
        ("zip: false", "expected auto, always or never, got `false`", ""),
        ("build: {a: b}", "expected a string, got a mapping", "If { and } belong to the string, put the whole string in quotes."),
        ("build: [a, b]", "expected a string, got a list", 'Write one string, without [ ] and `-`: "a,b"'),
        ("build: [[a]]", "expected a string, got a list", "Write one string. If [ belongs to it, put the whole string in quotes."),
        ("fields: {testCase: {labels: a}}", "expected a list, got `a`", 'Write a list: ["a"]'),
        ("attachments:\n  -a\n  -b", "expected a list or a string, got `-a -b`", "A space is missing after the `-` of each item."),
        ("fields: testCycle", "expected a mapping, got `testCycle`", 'For example: fields: {"testCycle": {"summary": "Nightly"}}'),
        ("fields:\n  testCycle:{}", "expected a mapping, got `testCycle:{}`", "A space is missing after the colon, or the key below is not indented."),
        ("fields: {testCase: {customFields: a}}", "expected a list, got `a`", 'For example: customFields: [{"name": "Browser", "value": "Chrome"}]'),
        ("jiraUrl: jira.example.com", "expected Jira's base URL such as https://jira.example.com/jira, got `jira.example.com`", ""),
        ("jiraUrl: ftp://jira.example.com", "expected Jira's base URL such as https://jira.example.com/jira, got `ftp://jira.example.com`", ""),
        ("jiraUrl: https://u:pw@j", "expected Jira's base URL such as https://jira.example.com/jira, got `https://…@j`", "Remove the user and password: they are inputs."),
        ("testCycleToReuse: https://j/browse/PRJ-TR-1?x=1", "expected the key of a test cycle such as PRJ-TR-1, got `https://j/browse/PRJ-TR-1?x=1`", "Write PRJ-TR-1."),
        ('attachments: ["reports\\\\new\\test\\*.png"]'.replace("\\*", "*"), "expected a pattern such as **/TEST-*.xml, in one line and without control characters, got `reports\\new\\u0009est*.png`", "In double quotes, \\ begins an escape. Use single quotes, or / in paths."),
        ("attachments: ['${PATHS}']", "expected a pattern such as **/TEST-*.xml, in one line and without control characters, got `a\\u000ab` (from `${PATHS}`)", ""),
        ("attachments: ['$${X}']\nzip: x", "expected auto, always or never, got `x`", ""),
        ("maxAge: 99999999999", "expected at most 999999999, got `99999999999`", ""),
        ("attachFile: ${X}", "expected true or false, got `${X}`", "Variables are expanded only in strings. Set this value with the input of the same name."),
        ("attachFile: [true]", "expected true or false, got a list", ""),
    ],
)  # fmt: skip
def test_a_value(problems_of: Problems, lines: str, message: str, hint: str) -> None:
    (problem,) = problems_of(f"files: [a]\n{lines}\n", {"X": "true", "PATHS": "a\nb"})
    assert (problem.message, problem.hint) == (message, hint)


@pytest.mark.parametrize(
    ("lines", "message", "hint"),
    [
        ("testCycleToReus: A-1", "unknown key `testCycleToReus`; did you mean `testCycleToReuse`?", ""),
        ("TestCycleToReuse: A-1", "unknown key `TestCycleToReuse`; did you mean `testCycleToReuse`?", ""),
        ("env: x", "unknown key `env`; did you mean `environment`?", ""),
        ("hierarchy: 2", "unknown key `hierarchy`; did you mean `automationHierarchy`?", ""),
        ("token: x", "unknown key `token`", "Secrets must not be in a spec. Set them as inputs or as variables of the job."),
        ("soft-fail: x", "unknown key `soft-fail`", "It is an input of the step, not a key of the spec."),
        ("isZip: true", "unknown key `isZip`", "Files are zipped if needed; `zip: always` and `zip: never` override this."),
        ("summary: x", "unknown key `summary` here: it belongs below `fields.testCycle`", "Check its indentation."),
        ("sumary: x", "unknown key `sumary`; did you mean `summary`, which belongs below `fields.testCycle`?", ""),
        ("fields: {environment: x}", "unknown key `environment` here: it belongs to the import itself", "Check its indentation."),
        ("fields: {testCycle: {title: x}}", "unknown key `title`; did you mean `summary`?", ""),
        ("fields: {testCycle: {precondition: x}}", "unknown key `precondition` here: it belongs below `fields.testCase`", "Check its indentation."),
        ("fields: {testCycle: {customFields: [{name: a, value: b, id: 1}]}}", "unknown key `id`", "Write it as `name: …` and `value: …`."),
        ("fields: {qwertz: x}", "unknown key `qwertz`", "Known keys: testCycle, testCase, testCaseExecution."),
        ("? ''\n: x", "a key is missing before the colon", "Add the key, or remove the line."),
        ("'a\u202eb': x", "unknown key `a\\u202eb`", None),
    ],
)  # fmt: skip
def test_a_key(problems_of: Problems, lines: str, message: str, hint: str | None) -> None:
    (problem,) = problems_of(f"files: [a]\n{lines}\n")
    assert problem.message == message
    assert hint is None or problem.hint == hint


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[a]", "expected a mapping, got a list", "Begin with `format: …` and `files: […]`, or with `imports:`."),
        ("junit", "expected a mapping, got `junit`", "Begin with `format: …` and `files: […]`, or with `imports:`."),
        ("imports: x", "expected a list, got `x`", EXAMPLE_OF_IMPORTS),
        ("file: a", "unknown key `file`; did you mean `files`?", ""),
        ("fiels: [a]", "unknown key `fiels`; did you mean `files`?", ""),
    ],
)  # fmt: skip
def test_a_document(problems_of: Problems, text: str, message: str, hint: str) -> None:
    problem = problems_of(text)[0]
    assert (problem.message, problem.hint) == (message, hint)


def test_what_is_below_a_mistyped_key_is_checked_too(problems_of: Problems) -> None:
    problems = problems_of("Files: {a: b}\nfields: {testcycle: {sumary: [x], plannedEndDate: 2026-05-20}}\n")
    assert [each.path for each in problems] == [
        "Files",
        "Files",
        "fields.testcycle",
        "fields.testcycle.sumary",
        "fields.testcycle.sumary",
        "fields.testcycle.plannedEndDate",
    ]


def test_a_mistyped_key_next_to_the_right_one_is_only_unknown(problems_of: Problems) -> None:
    (problem,) = problems_of("files: [a]\nFiles: b\n")
    assert problem.message == "unknown key `Files`; did you mean `files`?"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a" * 61, "a" * 60 + "…"),
        ("a\nb\tc\x1b", "a\\u000ab\\u0009c\\u001b"),
        ("\U000e0001", "\\U000e0001"),
        ("x https://user:secret@host/y", "x https://…@host/y"),
        ("é🚀", "é🚀"),
    ],
)
def test_what_others_wrote_is_shown_in_one_line(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_key_is_shown_shorter() -> None:
    assert short_key("k" * 50) == "k" * 40 + "…"
