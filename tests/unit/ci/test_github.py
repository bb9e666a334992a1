"""GitHub Actions: masks, groups, annotations on lines, outputs and the job summary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qtm_action.ci import github
from qtm_action.ci.publishing import Destinations
from qtm_action.errors import Problem, Severity
from tests.unit.ci.readers import Command, github_commands, github_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.unit.ci.conftest import Opened

SECRET = 'p@ss 100% "word"'


def publish(
    ci: Opened, outputs: Mapping[str, str], *, summary: str = "<h2>Imported</h2>\n", **settings: Any
) -> bool:
    return ci.platform.publish(
        outputs,
        summary=summary,
        page=lambda: "<p>page</p>",
        report_json="{}",
        destinations=Destinations(**settings),
    )


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Return the files that a runner gives a step."""
    given = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for path in given.values():
        Path(path).touch()
    return given


def test_every_form_of_every_secret_is_masked_and_the_per_cent_sign_arrives(
    opened: Callable[..., Opened],
) -> None:
    ci = opened("github", secrets=[SECRET, "second\nlines"])
    ci.platform.mask()

    commands = github_commands(ci.output)
    assert [each.data for each in commands] == list(ci.platform._redactor.masks())
    assert {each.name for each in commands} == {"add-mask"}
    assert len(commands) == len(ci.lines)
    assert SECRET in {each.data for each in commands}


def test_a_group_folds_its_lines(opened: Callable[..., Opened]) -> None:
    ci = opened("github")
    with ci.platform.group("Check 100% of unit"):
        ci.platform.info("3 files")

    assert ci.lines == ["::group::Check 100%25 of unit", "3 files", "::endgroup::"]


@pytest.mark.parametrize(
    ("workspace", "start", "file", "expected"),
    [
        ("/w", None, "qtm-import.yml", "qtm-import.yml"),
        ("/w", "/w/sub", "qtm-import.yml", "sub/qtm-import.yml"),
        ("/w", "/w/sub", "../qtm-import.yml", "qtm-import.yml"),
        ("/w", None, "/w/results/a.xml", "results/a.xml"),
        ("/w", None, "/elsewhere/a.xml", "/elsewhere/a.xml"),
        ("/w", "/elsewhere", "a.xml", "a.xml"),
        ("", None, "a,b:c%.xml", "a,b:c%.xml"),
    ],
)
def test_an_annotation_names_its_file_from_the_workspace_on(
    opened: Callable[..., Opened], workspace: str, start: str | None, file: str, expected: str
) -> None:
    ci = opened("github", {"GITHUB_WORKSPACE": workspace})
    ci.platform.working_directory = Path(start) if start else None
    ci.platform.problem(Problem("bad: 100%, really", "Do this.", Severity.ERROR, file, 3, 7, "imports[0]"))

    assert github_commands(ci.output) == [
        Command(
            "error",
            {"title": "QTM4J import", "file": expected, "line": "3", "col": "7"},
            f"{file}:3:7: imports[0]: bad: 100%, really\n  Do this.",
        )
    ]


def test_an_annotation_says_no_more_of_its_place_than_is_known(opened: Callable[..., Opened]) -> None:
    ci = opened("github")
    ci.platform.problem(Problem("a", file="a.xml", column=3))
    ci.platform.problem(Problem("b", file="a.xml", line=3))
    ci.platform.problem(Problem("c", file=""))

    assert [list(each.properties) for each in github_commands(ci.output)] == [
        ["title", "file"],
        ["title", "file", "line"],
        ["title"],
    ]


def test_ten_annotations_of_a_kind_and_the_rest_in_the_log(opened: Callable[..., Opened]) -> None:
    ci = opened("github", {"NO_COLOR": "1"})
    for number in range(12):
        ci.platform.problem(Problem(f"error {number}"))
        ci.platform.warning(f"warning {number}")

    names = [each.name for each in github_commands(ci.output)]
    assert (names.count("error"), names.count("warning")) == (10, 10)
    assert ci.lines[-4:] == [
        "error: error 10",
        "warning: warning 10",
        "error: error 11",
        "warning: warning 11",
    ]


def test_outputs_arrive_as_they_are(opened: Callable[..., Opened], files: dict[str, str]) -> None:
    Path(files["GITHUB_OUTPUT"]).write_text("other=1")  # a step's own line, without an end
    ci = opened("github", files, secrets=["secret-word"])
    outputs = {"import-status": "SUCCESS", "tracking-id": "a-1,b-2", "test-cases-created": ""}

    assert publish(ci, {**outputs, "report": json.dumps({"a": "secret-word\u2028"})})
    found = github_file(Path(files["GITHUB_OUTPUT"]).read_text(encoding="utf-8"))
    assert found == {"other": "1", **outputs, "report": '{"a":"***\\u2028"}'}
    assert ci.output == ""


def test_no_two_outputs_and_no_two_runs_share_a_delimiter() -> None:
    delimiters = {github.heredoc("name", "value").split("\n")[-2] for _ in range(100)}

    assert len(delimiters) == 100


def test_an_output_that_is_too_large_is_left_out_with_a_warning(
    opened: Callable[..., Opened], files: dict[str, str]
) -> None:
    ci = opened("github", files)
    publish(ci, {"exit-code": "0", "report": json.dumps("x" * github.OUTPUT_LIMIT)})

    assert list(github_file(Path(files["GITHUB_OUTPUT"]).read_text())) == ["exit-code"]
    assert "the output report was omitted: it exceeds 256 KiB" in ci.output


def test_the_summary_is_appended_without_secrets(
    opened: Callable[..., Opened], files: dict[str, str]
) -> None:
    path = Path(files["GITHUB_STEP_SUMMARY"])
    path.write_text("# Mine\n")
    ci = opened("github", files, secrets=["secret-word"])

    assert publish(ci, {}, summary="<p>ümläute secret-word</p>\n")
    assert path.read_text(encoding="utf-8") == "# Mine\n<p>ümläute ***</p>\n"


def test_a_summary_that_github_would_not_show_is_left_out_with_a_warning(
    opened: Callable[..., Opened], files: dict[str, str]
) -> None:
    Path(files["GITHUB_STEP_SUMMARY"]).write_bytes(b"x" * (github.SUMMARY_LIMIT - 10))
    ci = opened("github", files)

    assert publish(ci, {}, summary="<p>twelve bytes</p>")
    assert "the job summary was omitted" in ci.output


@pytest.mark.parametrize("variable", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
@pytest.mark.parametrize(
    ("where", "words"),
    [
        (None, "is not set"),
        ("/nowhere/at/all", "No such file or directory"),
        ("/dev/full", "No space left on device"),
        ("/dev/null/file", "Not a directory"),
        ("/tmp", "Is a directory"),  # noqa: S108 - nothing is written
        ("nul\0name", "null byte"),
    ],
)
def test_what_cant_be_published_is_reported_and_the_rest_is_written(  # noqa: PLR0917 - a table's columns
    opened: Callable[..., Opened],
    files: dict[str, str],
    tmp_path: Path,
    variable: str,
    where: str | None,
    words: str,
) -> None:
    environ = {name: path for name, path in files.items() if name != variable}
    if where is not None:
        environ[variable] = where
    ci = opened("github", environ)

    for _ in range(2):
        written = publish(ci, {"exit-code": "0"}, report_file=tmp_path / "report.json")
        assert written == (where is None)
    assert ci.output.count(variable) == 1
    assert words in ci.output
    assert (tmp_path / "report.json").read_text() == "{}"
    other = next(path for name, path in files.items() if name != variable)
    assert Path(other).read_text() != ""


@pytest.mark.parametrize(
    ("event_name", "event", "is_fork"),
    [
        (
            "pull_request",
            {"head": {"repo": {"full_name": "x/r"}}, "base": {"repo": {"full_name": "o/r"}}},
            True,
        ),
        (
            "pull_request",
            {"head": {"repo": {"full_name": "o/r"}}, "base": {"repo": {"full_name": "o/r"}}},
            False,
        ),
        ("pull_request", {"head": {"repo": None}, "base": {"repo": {"full_name": "o/r"}}}, True),
        ("pull_request", {}, False),
        ("pull_request", None, False),
        ("push", {"head": {"repo": {"full_name": "x/r"}}, "base": {"repo": {"full_name": "o/r"}}}, False),
    ],
)
def test_a_pull_request_from_a_fork_gets_its_own_hint(
    opened: Callable[..., Opened],
    tmp_path: Path,
    event_name: str,
    event: dict[str, Any] | None,
    is_fork: bool,  # noqa: FBT001 - a table's column
) -> None:
    path = tmp_path / "event.json"
    if event is not None:
        path.write_text(json.dumps({"pull_request": event} if event else []))
    ci = opened("github", {"GITHUB_EVENT_NAME": event_name, "GITHUB_EVENT_PATH": str(path)})

    hint = ci.platform.credentials_hint()
    assert ("pull request from a fork" in hint) is is_fork
    assert ("if-no-credentials: skip" in hint) is is_fork


def test_a_problem_inside_an_input_is_annotated_without_a_file(opened: Callable[..., Opened]) -> None:
    ci = opened("github")
    ci.platform.problem(Problem("bad", file="option --fields", line=1, column=2, in_input=True))

    (command,) = github_commands(ci.output)
    assert command.properties == {"title": "QTM4J import"}
    assert command.data.startswith("option --fields:1:2: bad")
