"""Variables in texts: what is replaced, what is refused, and that a value never becomes structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.spec.conftest import FromInputs, Problems, Reader

ENVIRON = {"NAME": "value", "EMPTY": "", "OTHER": "o", "_x1": "under", "QTM_TOKEN": "s3cret-t0ken"}


def build_of(spec_of: Reader, text: str, environ: dict[str, str] | None = None) -> object:
    quoted = text.replace("'", "''")
    return spec_of(f"files: [a]\nbuild: '{quoted}'\n", environ or ENVIRON).imports[0].parameters["build"]


@pytest.mark.parametrize(
    ("written", "expanded"),
    [
        ("${NAME}", "value"),
        ("a${NAME}b${OTHER}c", "avaluebo" + "c"),
        ("${_x1}", "under"),
        ("${EMPTY}", ""),
        ("${NAME:-default}", "value"),
        ("${MISSING:-default}", "default"),
        ("${EMPTY:-default}", "default"),
        ("${MISSING:-}", ""),
        ("${MISSING:-a: b, [c]}", "a: b, [c]"),
        ("${MISSING:-${NAME}}", "value"),
        ("${MISSING:-${ALSO:-x ${NAME} y}}!", "x value y!"),
        ("${NAME:-${MISSING}}", "value"),  # a default that isn't needed need not exist
        ("$${NAME}", "${NAME}"),
        ("$$${NAME}", "$${NAME}"),
        ("${MISSING:-$${x}", "${x"),
        ("a}b", "a}b"),
        ("$", "$"),
        ("100$", "100$"),
        ("$ {NAME}", "$ {NAME}"),
    ],
)
def test_variables_are_replaced(spec_of: Reader, written: str, expanded: str) -> None:
    assert build_of(spec_of, written) == expanded


def test_a_variable_that_is_not_set_is_one_error_also_where_only_some_texts_are_right(
    problems_of: Problems,
) -> None:
    (problem,) = problems_of("files: [a]\ntestCycleToReuse: x${UNSET}\n")
    assert problem.message == "the variable UNSET is not set"


def test_a_value_is_not_expanded_again(spec_of: Reader) -> None:
    assert build_of(spec_of, "${A}", {"A": "${B}", "B": "b"}) == "${B}"


def test_a_value_never_becomes_structure(spec_of: Reader) -> None:
    hostile = "x\nzip: never\n- [a]: {b}"
    spec = spec_of("files: [a]\nbuild: ${A}\n", {"A": hostile})
    assert spec.imports[0].files == ("a",)
    assert spec.imports[0].parameters == {"build": hostile}
    assert spec.imports[0].zip.value == "auto"


def test_a_value_in_a_custom_field_stays_a_text(spec_of: Reader) -> None:
    spec = spec_of(
        "files: [a]\nfields: {testCase: {customFields: [{name: n, value: '${A}'}]}}\n", {"A": "12"}
    )
    assert spec.imports[0].parameters["fields"] == {
        "testCase": {"customFields": [{"name": "n", "value": "12"}]}
    }


def test_variables_are_replaced_in_every_text(spec_of: Reader) -> None:
    spec = spec_of(
        """
jiraUrl: https://${HOST}/jira
imports:
  - name: ${WHAT} tests
    format: ${FORMAT}
    files: ["${DIR:-target}/*.xml"]
    testCycleToReuse: ${KEY}
    fields:
      testCase: {labels: ["${WHAT}"], sprintId: "${SPRINT}"}
""",
        {"HOST": "jira.example.com", "WHAT": "unit", "FORMAT": "JUnit", "KEY": "PRJ-TR-1", "SPRINT": "12"},
    )
    (only,) = spec.imports
    assert spec.jira_url == "https://jira.example.com/jira"
    assert (only.name, only.files) == ("unit tests", ("target/*.xml",))
    assert only.format is not None
    assert only.format.value == "junit"
    assert only.parameters == {
        "testCycleToReuse": "PRJ-TR-1",
        "fields": {"testCase": {"labels": ["unit"], "sprintId": "12"}},
    }


def test_keys_are_not_expanded(problems_of: Problems) -> None:
    (problem,) = problems_of("files: [a]\n${NAME}: x\n", {"NAME": "build"})
    assert problem.message.startswith("unknown key `${NAME}`")


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("${MISSING}", "the variable MISSING is not set", "Set it, or add a default: ${MISSING:-default}."),
        ("${NAMES}", "the variable NAMES is not set", "Did you mean NAME?"),
        ("${M:-${N}}", "the variable N is not set", "${N:-default}"),
        (
            "${{ github.run_number }}",
            "GitHub's ${{ … }} is not evaluated in this file",
            "Write ${GITHUB_RUN_NUMBER}.",
        ),
        ("${{ env.STAGE }}", "GitHub's ${{ … }} is not evaluated in this file", "Write ${STAGE}."),
        ("${{matrix.os}}", "GitHub's ${{ … }} is not evaluated in this file", "Write ${NAME}."),
        ("${env.BUILD_NUMBER}", "${env.BUILD_NUMBER} is not a variable here", "Write ${BUILD_NUMBER}."),
        ("${}", "`${}` is not a valid variable", "$${ stands for"),
        ("${1A}", "`${1A}` is not a valid variable", "${NAME:-default}"),
        ("${A-b}", "`${A-b}` is not a valid variable", "${NAME:-default}"),
        ("${NAME", "`${NAME` is not a valid variable", "${NAME}"),
        ("${X:-y", "a variable with a default has no closing }", "${NAME:-default}"),
        ("${A:-" * 20, "defaults of variables are nested too deeply", "${NAME:-default}"),
    ],
)
def test_what_can_not_be_replaced_is_an_error(
    problems_of: Problems, written: str, message: str, hint: str
) -> None:
    (problem,) = problems_of(f"files: [a]\nbuild: '{written}'\n", ENVIRON)
    assert problem.message == message
    assert hint in problem.hint
    assert str(problem).startswith("qtm-import.yml:2:8: build: ")


@pytest.mark.parametrize(
    "written", ["${QTM_TOKEN}", "${QTM_TOKEN:-x}", "${NAME:-${QTM_TOKEN}}", "x${QTM_TOKEN}"]
)
def test_a_secret_is_refused_and_not_shown(problems_of: Problems, written: str) -> None:
    (problem,) = problems_of(f"files: [a]\nbuild: {written}\n", ENVIRON, secrets=("QTM_TOKEN",))
    assert problem.message == "the variable QTM_TOKEN contains a secret, which must not be used in a spec"
    assert "s3cret" not in f"{problem} {problem.hint}"


def test_a_secret_is_refused_under_another_name_too(problems_of: Problems) -> None:
    environ = {**ENVIRON, "AGAIN": "Bearer s3cret-t0ken"}
    (problem,) = problems_of("files: [a]\nbuild: ${AGAIN}\n", environ, secrets=("QTM_TOKEN",))
    assert problem.message == "the variable AGAIN contains a secret, which must not be used in a spec"


def test_a_secret_too_short_to_tell_hides_no_other_variable(spec_of: Reader) -> None:
    spec = spec_of("files: [a]\nbuild: ${A}\n", {"A": "abc", "S": "b", "E": ""}, secrets=("S", "E", "UNSET"))
    assert spec.imports[0].parameters["build"] == "abc"


def test_a_value_that_is_not_utf_8_is_refused(problems_of: Problems) -> None:
    (problem,) = problems_of("files: [a]\nbuild: ${A}\n", {"A": "caf\udce9"})
    assert problem.message == "the variable A is not UTF-8 text"


def test_a_variable_where_no_text_belongs_names_the_way_out(problems_of: Problems) -> None:
    (problem,) = problems_of("files: [a]\nattachFile: ${NAME}\n", ENVIRON)
    assert problem.message == "expected true or false, got `${NAME}`"
    assert "input of the same name" in problem.hint


def test_a_wrong_value_is_shown_with_where_it_came_from(problems_of: Problems) -> None:
    (problem,) = problems_of("files: [a]\ntestCycleToReuse: ${NAME}\n", ENVIRON)
    assert problem.message.endswith("got `value` (from `${NAME}`)")


@pytest.mark.parametrize(
    "line",
    [
        "testCycleToReuse: $${X}",
        "maxAge: $${X}",
        "format: $${X}",
        "fields: {testCase: {sprintId: '$${X}'}}",
        "jiraUrl: $${X}",
    ],
)
def test_a_placeholder_that_stays_is_no_value_of_a_form(problems_of: Problems, line: str) -> None:
    (problem,) = problems_of(f"files: [a]\n{line}\n")
    assert "got `${X}`" in problem.message


def test_a_name_without_braces_is_reported(spec_of: Reader) -> None:
    spec = spec_of("files: [a]\nbuild: $NAME-1\nenvironment: cost $5 or $UNKNOWN\n", ENVIRON)
    (warning,) = spec.warnings
    assert warning.message == "`$NAME` is sent literally: only ${NAME} is expanded"
    assert spec.imports[0].parameters["build"] == "$NAME-1"


def test_an_input_is_not_expanded(spec_of: Reader) -> None:
    """What comes from outside into an input, such as a branch's name, must not read variables."""
    spec = spec_of("files: [a]\n", ENVIRON, {"build": "x${NAME}$NAME", "environment": "${UNKNOWN}"})
    assert spec.imports[0].parameters == {"environment": "${UNKNOWN}", "build": "x${NAME}$NAME"}
    (warning,) = spec.warnings
    assert warning.location == 'input "build"'
    assert warning.message == "`${NAME}` is sent literally: inputs are not expanded"


def test_the_input_fields_is_expanded_as_it_is_written_like_a_spec(from_inputs: FromInputs) -> None:
    spec = from_inputs({"files": "a", "fields": "testCycle: {summary: 'Run ${NAME:-x}'}"}, ENVIRON)
    assert spec.imports[0].parameters["fields"] == {"testCycle": {"summary": "Run value"}}
