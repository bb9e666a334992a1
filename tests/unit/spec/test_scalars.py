"""Scalars keep what was written; where a number or a truth value is expected, they are that or an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.unit.spec.conftest import Problems, Reader

# What YAML 1.1 would turn into something else: 4.1, 610, 7, False, True, 1000.0, 31, a date, 1000, 0.5.
TRAPS = [
    "4.10",
    "10:10",
    "007",
    "no",
    "on",
    "1e3",
    "0x1F",
    "2026-05-20",
    "1_000",
    ".5",
    "yes",
    "0o17",
    "+1",
    "1.",
]


def fields_of(spec_of: Reader, value: str, *, place: str) -> Any:
    spec = spec_of(f"files: [a]\nfields: {{testCase: {{{place.format(value)}}}}}\n")
    fields: Any = spec.imports[0].parameters["fields"]
    return fields["testCase"]


@pytest.mark.parametrize("written", [*TRAPS, "true", "True", "NaN", ".inf", "=", "1:2:3", "12e03", "0.1"])
def test_a_text_is_the_characters_that_were_written(spec_of: Reader, written: str) -> None:
    assert spec_of(f"files: [a]\nbuild: {written}\n").imports[0].parameters["build"] == written


@pytest.mark.parametrize("written", ["4.10", "no", "007", "2026-05-20"])
def test_quotes_are_no_part_of_a_text(spec_of: Reader, written: str) -> None:
    spec = spec_of(f"files: [\"{written}\"]\nbuild: '{written}'\n")
    assert spec.imports[0].files == (written,)
    assert spec.imports[0].parameters["build"] == written


def test_an_item_of_a_list_keeps_its_characters(spec_of: Reader) -> None:
    assert fields_of(spec_of, "[4.10, no, 10:10]", place="labels: {}")["labels"] == ["4.10", "no", "10:10"]


@pytest.mark.parametrize("written", ["~", "null", "Null", "NULL"])
def test_no_value_where_a_text_belongs_is_an_error_that_shows_both_ways_out(
    problems_of: Problems, written: str
) -> None:
    (problem,) = problems_of(f"files: [a]\nbuild: {written}\n")
    assert str(problem) == (
        f"qtm-import.yml:2:8: build: expected a string, got `{written}`, which means no value in YAML"
    )
    assert f'"{written}"' in problem.hint
    assert "remove the key" in problem.hint


@pytest.mark.parametrize("rest", ["", " # later", " |\n", " >5\n"])
def test_an_empty_value_is_an_error_at_its_key(problems_of: Problems, rest: str) -> None:
    (problem,) = problems_of(f"files: [a]\nbuild:{rest}\n")
    assert problem.message == "expected a string, got nothing"
    assert (problem.line, problem.column) == (2, 1)


def test_empty_quotes_are_an_empty_text(spec_of: Reader) -> None:
    assert spec_of("files: [a]\nbuild: ''\n").imports[0].parameters["build"] == ""


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("yes", True),
        ("on", True),
        ("false", False),
        ("no", False),
        ("No", False),
        ("off", False),
    ],
)
def test_a_truth_value_may_be_any_word_of_yaml(spec_of: Reader, written: str, value: bool) -> None:  # noqa: FBT001 - parametrized
    assert spec_of(f"files: [a]\nmatchTestSteps: {written}\n").imports[0].parameters == {
        "matchTestSteps": value
    }


@pytest.mark.parametrize("written", ["1", "0", "y", "4.10", "10:10", "007", "1e3", "2026-05-20", "maybe"])
def test_what_is_no_truth_value_is_an_error(problems_of: Problems, written: str) -> None:
    (problem,) = problems_of(f"files: [a]\nmatchTestSteps: {written}\n")
    assert problem.message == f"expected true or false, got `{written}`"


@pytest.mark.parametrize("written", ["4", "0", "-1", "1.0", "02", "0x1", "1e0", "1_0", "yes", "10:10", "two"])
def test_a_hierarchy_is_one_of_three_numbers_and_nothing_like_them(
    problems_of: Problems, written: str
) -> None:
    (problem,) = problems_of(f"files: [a]\nformat: junit\nautomationHierarchy: {written}\n")
    assert problem.message == f"expected 1, 2 or 3, got `{written}`"


@pytest.mark.parametrize(
    ("key", "written"),
    [("attachFile", '"true"'), ("attachFile", "'False'"), ("automationHierarchy", '"2"'), ("version", "'1'")],
)
def test_a_value_in_quotes_is_a_text_and_the_error_says_so(
    problems_of: Problems, key: str, written: str
) -> None:
    (problem,) = problems_of(f"files: [a]\n{key}: {written}\n")
    assert problem.message.endswith("in quotes, which make it a string")
    assert problem.hint == "Remove the quotes."


@pytest.mark.parametrize(
    ("written", "value"), [("1000", 1000), ('"1000"', "1000"), ("007", "007"), ("0", 0), ("'10000'", "10000")]
)
def test_an_id_is_a_number_or_a_text_of_digits(spec_of: Reader, written: str, value: int | str) -> None:
    found = fields_of(spec_of, written, place="sprintId: {}")["sprintId"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("written", ["-5", "1.5", "1_000", "0x1F", "Sprint 5", "1e3", "''", "10:10", "no"])
def test_an_id_that_is_no_number_is_an_error(problems_of: Problems, written: str) -> None:
    (problem,) = problems_of(f"files: [a]\nfields: {{testCase: {{fixVersionId: {written}}}}}\n")
    assert problem.message.startswith("expected ")
    assert "10000" in problem.message or "at least 0" in problem.message


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1234567890", 1234567890),
        ("10.12", 10.12),
        ("-3", -3),
        ("0", 0),
        ("-0.5", -0.5),
        ('"10.12"', "10.12"),
        ("9007199254740992", 9007199254740992),
        ("9007199254740993", "9007199254740993"),  # as a number it would arrive as ...992
        ("4.10", "4.10"),
        ("007", "007"),
        ("1e3", "1e3"),
        (".5", ".5"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("10:10", "10:10"),
        ("2026-05-20", "2026-05-20"),
        ("no", "no"),
        ("on", "on"),
        ("true", "true"),
        ("-0", "-0"),
        ("29/May/2021 14:55", "29/May/2021 14:55"),
        (".nan", ".nan"),
    ],
)
def test_a_custom_field_is_a_number_where_the_number_has_the_same_characters_else_a_text(
    spec_of: Reader, written: str, value: float | str
) -> None:
    field = fields_of(spec_of, written, place="customFields: [{{name: x, value: {}}}]")["customFields"][0]
    assert field == {"name": "x", "value": value}
    assert type(field["value"]) is type(value)


@pytest.mark.parametrize("written", ["4.10", "007", "1e3", "1_000", "9007199254740993"])
def test_a_custom_field_that_looks_like_a_number_but_goes_as_a_text_is_reported(
    spec_of: Reader, written: str
) -> None:
    spec = spec_of(f"files: [a]\nfields: {{testCase: {{customFields: [{{name: x, value: {written}}}]}}}}\n")
    (warning,) = spec.warnings
    assert warning.message == (f"`{written}` is sent as a string, since a number would lose characters")
    assert warning.line == 2


@pytest.mark.parametrize("written", ["'4.10'", "2026-05-20", "no", "10.12", "10:10"])
def test_a_custom_field_that_is_clear_is_not_reported(spec_of: Reader, written: str) -> None:
    spec = spec_of(f"files: [a]\nfields: {{testCase: {{customFields: [{{name: x, value: {written}}}]}}}}\n")
    assert spec.warnings == ()


@pytest.mark.parametrize("written", ["junit", "JUnit", "JUNIT", "jUnit", "'JUnit'"])
def test_a_format_is_read_in_any_case(spec_of: Reader, written: str) -> None:
    fmt = spec_of(f"files: [a]\nformat: {written}\n").imports[0].format
    assert fmt is not None
    assert fmt.value == "junit"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90), ("90s", 90), ("15m", 900), ("1h", 3600), ("1.5h", 5400), ("1.5", 1.5), ("2d", 172800)],
)
def test_an_age_is_a_duration(spec_of: Reader, written: str, seconds: float) -> None:
    assert spec_of(f"files: [a]\nmaxAge: {written}\n").imports[0].max_age == seconds


@pytest.mark.parametrize("written", ["0", "0.0h", "1.5.5h", "5 min", "1h30m", "-1", "2w", "''", "no"])
def test_an_age_that_is_no_duration_is_an_error(problems_of: Problems, written: str) -> None:
    (problem,) = problems_of(f"files: [a]\nmaxAge: {written}\n")
    assert problem.path == "maxAge"


def test_block_texts_keep_their_lines(spec_of: Reader) -> None:
    spec = spec_of("files: [a]\nfields:\n  testCase:\n    description: |\n      one: 1\n      no\n")
    assert spec.imports[0].parameters["fields"] == {"testCase": {"description": "one: 1\nno\n"}}


@pytest.mark.parametrize("written", ["“Staging”", "\u2018Staging\u2019", "„Staging“", "“Staging”   # c"])
def test_curly_quotes_are_an_error_with_the_straight_form(problems_of: Problems, written: str) -> None:
    (problem,) = problems_of(f"files: [a]\nenvironment: {written}\n")
    assert problem.message.startswith("the curly quotes")
    assert '"Staging"' in problem.hint


@pytest.mark.parametrize("written", ["a “b” c", "it\u2019s", '"“Staging”"'])
def test_curly_quotes_inside_a_text_are_fine(spec_of: Reader, written: str) -> None:
    assert spec_of(f"files: [a]\nenvironment: {written}\n").imports[0].parameters[
        "environment"
    ] == written.strip('"')


@pytest.mark.parametrize(("rest", "shown"), [("#5", "#5"), ("#${N}", "#${N}"), ("#42 of main", "#42")])
def test_a_text_cut_off_by_a_comment_sign_is_reported(spec_of: Reader, rest: str, shown: str) -> None:
    spec = spec_of(f"files: [a]\nbuild: Build {rest}\n", {"N": "1"})
    (warning,) = spec.warnings
    assert warning.message == f"the string ends before `{shown}`: after a space, # begins a comment"
    assert spec.imports[0].parameters["build"] == "Build"


@pytest.mark.parametrize("line", ["build: Build#5", "build: 'Build #5'", "build: 5 # five", "build: 5 #five"])
def test_other_comments_are_not_reported(spec_of: Reader, line: str) -> None:
    assert spec_of(f"files: [a]\n{line}\n").warnings == ()


@pytest.mark.parametrize("text", ["files: '*.xml'", "files: ['*.xml']", "files: *a", "files: ${X}"])
def test_one_pattern_alone_needs_no_list(spec_of: Reader, text: str) -> None:
    document = f"name: &a '*.xml'\n{text}\nattachments: img/*.png\n"
    (one,) = spec_of(document, environ={"X": "*.xml"}).imports
    assert (one.files, one.attachments) == (("*.xml",), ("img/*.png",))
