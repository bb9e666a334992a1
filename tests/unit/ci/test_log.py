"""The log: readable lines, progress now and then, groups, problems."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from qtm_action.ci import open_platform
from qtm_action.ci.printable import LINE_LIMIT, MOST_LINES
from qtm_action.errors import Problem, Severity
from qtm_action.redaction import Redactor
from tests.unit.ci.conftest import ENVIRONMENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.ci.conftest import Clock, Opened


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_step_is_a_line(opened: Callable[..., Opened], name: str) -> None:
    ci = opened(name)
    ci.platform.info("3 result files, 2.6 KiB")

    assert ci.output == "3 result files, 2.6 KiB\n"


def test_debug_lines_are_shown_at_log_level_debug_only(opened: Callable[..., Opened]) -> None:
    quiet, chatty = opened("plain", debug=False), opened("plain", debug=True)
    for ci in (quiet, chatty):
        ci.platform.debug("GET https://jira.example.com: 200")

    assert quiet.output == ""
    assert chatty.output == "debug: GET https://jira.example.com: 200\n"


def test_the_lines_of_a_message_after_the_first_are_indented(opened: Callable[..., Opened]) -> None:
    ci = opened("plain")
    ci.platform.info("the server said:\r\nno\n\tsuch project\n\n")

    assert ci.lines == ["the server said:", "  no", "      such project"]


def test_a_long_line_and_a_message_of_many_lines_say_what_was_left_out(opened: Callable[..., Opened]) -> None:
    ci = opened("plain")
    ci.platform.info("x" * (LINE_LIMIT + 5))
    ci.platform.info("y\n" * (MOST_LINES + 7))

    assert ci.lines[0] == "x" * LINE_LIMIT + "… (5 more characters)"
    assert ci.lines[1:3] == ["y", "  y"]
    assert ci.lines[-1] == "  … (7 more lines)"
    assert len(ci.lines) == 1 + MOST_LINES + 1


def test_a_document_is_shown_whole(opened: Callable[..., Opened]) -> None:
    ci = opened("plain", secrets=["secret-word"])
    text = '{\n  "a": "' + "x" * 20_000 + '",\n' + "  1,\n" * 2_000 + '  "secret-word"\n}'
    ci.platform.document(text)

    assert ci.lines == [f"  {line}" for line in text.replace("secret-word", "***").split("\n")]


def test_progress_is_logged_only_after_five_seconds_without_a_line(
    opened: Callable[..., Opened], clock: Clock
) -> None:
    ci = opened("jenkins")
    for seconds, percent in ((0, 1), (4, 2), (1, 3), (1, 4), (3, 5), (1, 6)):
        clock.now += seconds
        ci.platform.progress(f"{percent} %")
    ci.platform.info("done")
    clock.now += 4
    ci.platform.progress("7 %")

    assert ci.lines == ["3 %", "6 %", "done"]


def test_on_a_terminal_progress_is_one_live_line(clock: Clock) -> None:
    stdout = Terminal()
    platform = open_platform({}, stdout=stdout, redactor=Redactor(["secret-word"]), clock=clock)
    platform.progress("1 % of secret-word\x1b[2J")
    clock.now += 0.1
    platform.progress("2 %" + "x" * 200)
    platform.info("done")
    platform.info("next")

    assert stdout.getvalue() == (
        "\r\x1b[K1 % of ***\\x1b[2J" + "\r\x1b[K2 %" + "x" * 76 + "\r\x1b[Kdone\n" + "next\n"
    )


def test_a_live_line_changes_ten_times_a_second_and_is_there_at_once_after_another_line(clock: Clock) -> None:
    stdout = Terminal()
    platform = open_platform({}, stdout=stdout, redactor=Redactor([]), clock=clock)
    for percent in range(100):
        platform.progress(f"{percent} %")
        clock.now += 0.01
    platform.info("done")
    platform.progress("next")

    assert 9 <= stdout.getvalue().count(" %") <= 11
    assert stdout.getvalue().endswith("done\n\r\x1b[Knext")


@pytest.mark.parametrize("environ", [{"TERM": "dumb"}, ENVIRONMENTS["jenkins"], ENVIRONMENTS["github"]])
def test_no_live_line_where_nothing_shows_one(environ: dict[str, str], clock: Clock) -> None:
    stdout = Terminal()
    platform = open_platform(environ, stdout=stdout, redactor=Redactor([]), debug=False, clock=clock)
    clock.now += 6
    platform.progress("1 %")

    assert stdout.getvalue() == "1 %\n"


def test_a_closed_stream_is_no_terminal_and_no_trouble() -> None:
    stdout = io.StringIO()
    stdout.close()
    platform = open_platform({}, stdout=stdout, redactor=Redactor([]), debug=False)
    platform.info("nobody reads this")
    platform.info("nor this")


PROBLEM = Problem(
    "'lables' is not known", "Did you mean 'labels'?", Severity.ERROR, "qtm.yml", 3, 7, "imports[0]"
)


@pytest.mark.parametrize("name", ["plain", "jenkins"])
def test_a_problem_shows_where_what_and_what_to_do(opened: Callable[..., Opened], name: str) -> None:
    ci = opened(name)
    ci.platform.problem(PROBLEM)
    ci.platform.warning("2 files are older than 2 h")
    ci.platform.problem(Problem("the server said no"))

    assert ci.lines == [
        "error: qtm.yml:3:7: imports[0]: 'lables' is not known",
        "  hint: Did you mean 'labels'?",
        "warning: 2 files are older than 2 h",
        "error: the server said no",
    ]


def test_gitlab_shows_colours_unless_they_are_not_wanted(opened: Callable[..., Opened]) -> None:
    colourful, plain = opened("gitlab"), opened("gitlab", {"NO_COLOR": "1"})
    for ci in (colourful, plain):
        ci.platform.problem(Problem("no"))
        ci.platform.warning("odd")

    assert colourful.lines == ["\x1b[31;1merror:\x1b[0m no", "\x1b[33mwarning:\x1b[0m odd"]
    assert plain.lines == ["error: no", "warning: odd"]


def test_a_terminal_shows_colours() -> None:
    stdout = Terminal()
    platform = open_platform({}, stdout=stdout, redactor=Redactor([]), debug=False)
    with platform.group("Check unit"):
        platform.problem(Problem("no"))

    assert stdout.getvalue() == "\x1b[1mCheck unit\x1b[0m\n\x1b[31;1merror:\x1b[0m no\n"


def test_a_plain_group_is_a_heading_also_when_it_fails(opened: Callable[..., Opened]) -> None:
    ci = opened("plain")
    with pytest.raises(ValueError, match="defect"), ci.platform.group("Check\nunit ::x"):
        raise ValueError("defect")

    assert ci.lines == ["-- Check unit ::x"]


def test_a_stream_that_cant_say_a_character_shows_its_escape() -> None:
    data = io.BytesIO()
    stdout = io.TextIOWrapper(data, encoding="ascii", errors="strict")
    platform = open_platform({}, stdout=stdout, redactor=Redactor([]), debug=False)
    platform.info("Prüfung ✅")

    assert data.getvalue() == b"Pr\\xfcfung \\u2705\n"


@pytest.mark.parametrize("name", ["plain", "gitlab", "jenkins"])
def test_where_the_platform_has_no_filter_masks_are_not_printed(
    opened: Callable[..., Opened], name: str
) -> None:
    ci = opened(name, secrets=["secret-word"])
    ci.platform.mask()

    assert ci.output == ""


def test_a_value_can_be_had_without_secrets(opened: Callable[..., Opened]) -> None:
    assert opened("plain", secrets=["secret-word"]).platform.redacted(["a secret-word"]) == ["a ***"]
