"""The words of the command line."""

from __future__ import annotations

import pytest

from qtm_action.arguments import parse
from qtm_action.cli import COMMANDS, overview
from qtm_action.errors import InvalidInputError
from qtm_action.inputs.table import INPUTS


@pytest.mark.parametrize(
    ("words", "command", "options"),
    [
        ([], "import", {}),
        (["--format", "junit"], "import", {"format": "junit"}),
        (["import", "--files", "a", "--files", "b"], "import", {"files": "a\nb"}),
        (["validate", "--dry-run"], "validate", {"dry-run": "true"}),
        (["--wait", "false", "--timeout=5m"], "import", {"wait": "false", "timeout": "5m"}),
        (["schema"], "schema", {}),
    ],
)
def test_words_become_a_command_and_its_options(
    words: list[str], command: str, options: dict[str, str]
) -> None:
    arguments = parse(words, COMMANDS)
    assert (arguments.command, dict(arguments.options)) == (command, options)


def test_the_effective_spec_is_shown_on_request() -> None:
    assert parse(["validate", "--effective"], COMMANDS).namespace.effective
    assert not parse(["validate"], COMMANDS).namespace.effective


def test_every_input_that_is_no_secret_has_an_option_and_no_secret_has_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        parse(["import", "--help"], COMMANDS)
    shown = capsys.readouterr().out
    for each in INPUTS:
        assert (f"--{each.name} " in shown) != each.secret


def test_the_help_names_every_command() -> None:
    assert all(f"  {command} " in overview() for command in COMMANDS)


@pytest.mark.parametrize("words", [["--token", "s3cret-value"], ["import", "--api-key=s3cret-value"]])
def test_a_secret_as_an_option_is_refused_without_repeating_it(words: list[str]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse(words, COMMANDS)
    assert "is not an option" in caught.value.message
    assert "Set the variable QTM_" in caught.value.hint
    assert "s3cret" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("words", "told", "hint"),
    [
        (["--tokn", "s3cret"], "--tokn is not an option", "Did you mean"),
        (["--jira_url=https://s3cret"], "--jira_url is not an option", "Did you mean --jira-url?"),
        (["--xyzzy"], "--xyzzy is not an option", "See qtm-action import --help."),
        (["validate", "a.xml"], "unknown command or argument: a.xml", "--files"),
        (["--timeout"], "command line: argument --timeout: expected one argument", "--help"),
    ],
)
def test_what_is_not_understood_is_named_without_its_value(words: list[str], told: str, hint: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse(words, COMMANDS)
    assert caught.value.message == told
    assert hint in caught.value.hint
    assert "s3cret" not in caught.value.message + caught.value.hint
