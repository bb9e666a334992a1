"""The words of the command line."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from qtm_action.arguments import completion_script, parse
from qtm_action.cli import COMMANDS, main, overview
from qtm_action.errors import InvalidInputError
from qtm_action.inputs.table import INPUTS

if TYPE_CHECKING:
    from pathlib import Path


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
    ("words", "message", "hint"),
    [
        (["--tokn", "s3cret"], "--tokn is not an option", "Set the variable QTM_TOKEN instead. See"),
        (["--jira_url=https://s3cret"], "--jira_url is not an option", "Did you mean --jira-url? See"),
        (["--xyzzy"], "--xyzzy is not an option", "See qtm-action import --help."),
        (["--nope"], "--nope is not an option", "See qtm-action import --help."),
        (
            ["init", "--forse"],
            "--forse is not an option",
            "Did you mean --force? See qtm-action init --help.",
        ),
        (["sandbox", "--prot"], "--prot is not an option", "Did you mean --port? See"),
        (["validate", "a.xml"], "unexpected argument: a.xml", "Set patterns with --files. See"),
        (["schema", "a.xml"], "unexpected argument: a.xml", "See qtm-action schema --help."),
        (["imprt"], "unknown command: imprt", "Did you mean import? The commands are: import,"),
        (["imprt", "--help"], "unknown command: imprt", "Did you mean import? The commands are: import,"),
        (["nope"], "unknown command: nope", "The commands are: import,"),
        (["--timeout"], "command line: argument --timeout: expected one argument", "See qtm-action --help."),
    ],
)
def test_what_is_not_understood_is_named_without_its_value(words: list[str], message: str, hint: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse(words, COMMANDS)
    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)
    assert "s3cret" not in caught.value.message + caught.value.hint


def completed(words: str) -> list[str]:
    """Return what bash offers for the last of ``words``."""
    script = completion_script("bash", COMMANDS)
    ask = f"""
COMP_WORDS=({words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_shtab_qtm_action
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    bash = ["bash", "--norc", "-c", f"{script}\n{ask}"]
    return subprocess.run(bash, capture_output=True, text=True, check=True).stdout.split()


def test_bash_completes_commands_options_and_values_but_offers_no_secret() -> None:
    assert completed("qtm-action val") == ["validate"]
    options = completed("qtm-action import --")
    assert "--jira-url" in options
    assert not {f"--{each.name}" for each in INPUTS if each.secret} & set(options)
    assert completed("qtm-action import --zip a") == ["auto", "always"]
    assert "bash" in completed("qtm-action completion ''")


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_command_prints_a_script_that_the_shell_accepts(
    shell: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["completion", shell]) == 0
    script = tmp_path / "script"
    script.write_text(capsys.readouterr().out, encoding="utf-8")
    if shutil.which(shell):
        subprocess.run([shell, "-n", script], check=True)


def test_help_explains_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "import"]) == 0
    assert capsys.readouterr().out.startswith("usage: qtm-action import ")


def test_help_about_an_unknown_command_says_what_is_near(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "imprt"]) == 2
    assert "Did you mean import?" in capsys.readouterr().out
