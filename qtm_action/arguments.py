"""The words of the command line, read into a command and its options."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from qtm_action.errors import InvalidInputError
from qtm_action.inputs.table import BY_NAME, INPUTS, Input, Kind
from qtm_action.words import closest_match, one_line

_INIT_INPUTS = ("working-directory", "jira-url", "region")


@dataclass(frozen=True, slots=True)
class Arguments:
    """A command, the inputs given as options by name, and all options as argparse read them."""

    command: str
    options: Mapping[str, str]
    namespace: argparse.Namespace


def parse(words: Sequence[str], commands: Mapping[str, str]) -> Arguments:
    """Return what ``words`` ask for; raise InvalidInputError for what can't be understood.

    ``commands`` are the names of all commands, each with what it does.

    The message never quotes an option's value: a secret given as an option by mistake must not reach the log.
    ``--help`` prints and raises SystemExit(0), as argparse does.
    """
    _refuse_secrets(words)
    command, rest = ("import", words) if not words or words[0].startswith("-") else (words[0], words[1:])
    if command not in commands:
        raise _unknown_command(command, commands)
    parser = _parser(command, commands[command])
    namespace, unknown = parser.parse_known_args(list(rest))
    if unknown:
        raise _unknown_argument(unknown, command, parser)
    options = {
        name: "\n".join(value) if isinstance(value, list) else value
        for name, value in vars(namespace).items()
        if name in BY_NAME and value is not None
    }
    return Arguments(command, options, namespace)


def completion_script(shell: str, commands: Mapping[str, str]) -> str:
    """Return the script that completes commands and options in ``shell``."""
    import shtab

    every = argparse.ArgumentParser("qtm-action")
    parsers = every.add_subparsers()
    for name, meaning in commands.items():
        parser = parsers.add_parser(name, help=meaning)
        for each, option in _add_arguments(parser, name):
            option.choices = each.choices or None
            if each.kind is Kind.PATH:
                vars(option).update(complete=shtab.FILE)
    return shtab.complete(every, shell)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InvalidInputError(f"command line: {message}", hint="See qtm-action --help.")


def _parser(name: str, meaning: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"qtm-action {name}",
        description=f"{meaning[0].upper()}{meaning[1:]}.",
        allow_abbrev=False,
    )
    _add_arguments(parser, name)
    return parser


def _add_arguments(parser: argparse.ArgumentParser, name: str) -> list[tuple[Input, argparse.Action]]:
    """Add what the command ``name`` accepts; return the inputs among it, each with its option."""
    inputs: list[Input] = []
    if name in ("import", "validate", "doctor"):
        inputs = [each for each in INPUTS if not each.secret]
    if name == "init":
        inputs = [BY_NAME[needed]._replace(default_note="") for needed in _INIT_INPUTS]
    options = [(each, _add(parser, each)) for each in inputs]
    if name == "validate":
        effective = "print the effective spec, and where each value came from"
        parser.add_argument("--effective", action="store_true", help=effective)
    if name == "init":
        parser.add_argument("--force", action="store_true", help="overwrite an existing qtm-import.yml")
        parser.add_argument("--print", action="store_true", help="print the spec without writing it")
    if name == "sandbox":
        from qtm_action.sandbox.options import add_arguments

        add_arguments(parser)
    if name == "completion":
        from shtab import SUPPORTED_SHELLS

        parser.add_argument(
            "shell", choices=SUPPORTED_SHELLS, help=f"one of {', '.join(SUPPORTED_SHELLS)}", metavar="SHELL"
        )
    return options


def _add(command: argparse.ArgumentParser, each: Input) -> argparse.Action:
    default = each.default or each.default_note.replace("`", "")
    help_text = each.help.replace("`", "").replace("%", "%%") + (f" (default: {default})" if default else "")
    form: dict[str, Any] = {"metavar": "|".join(each.choices) or each.kind.name}
    if each.kind is Kind.BOOLEAN:
        form = {"metavar": "true|false", "nargs": "?", "const": "true"}
    elif each.kind is Kind.LINES:
        form = {"metavar": "TEXT", "action": "append"}
        help_text += "; repeatable"
    return command.add_argument(f"--{each.name}", dest=each.name, help=help_text, **form)


def _refuse_secrets(words: Sequence[str]) -> None:
    for word in words:
        name = word.removeprefix("--").partition("=")[0]
        declared = BY_NAME.get(name)
        if word.startswith("--") and declared is not None and declared.secret:
            raise InvalidInputError(
                f"--{name} is not an option: other processes can read the command line",
                hint=_as_variable(declared),
            )


def _as_variable(secret: Input) -> str:
    return f"Set the variable {secret.variable} instead."


def _unknown_command(word: str, commands: Iterable[str]) -> InvalidInputError:
    near = closest_match(word, commands)
    return InvalidInputError(
        f"unknown command: {one_line(word, 60)}",
        hint=(f"Did you mean {near}? " if near else "") + f"The commands are: {', '.join(commands)}.",
    )


def _unknown_argument(
    words: Sequence[str], command: str, parser: argparse.ArgumentParser
) -> InvalidInputError:
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    see = f"See qtm-action {command} --help."
    if not options:
        return InvalidInputError(
            f"unexpected argument: {one_line(words[0], 60)}",
            hint=f"Set patterns with --files. {see}" if "--files" in parser.format_usage() else see,
        )
    # Without their hyphens, which would make all short names similar.
    known = [
        *re.findall(r"--([a-z-]+)", parser.format_usage()),
        *(each.name for each in INPUTS if each.secret),
    ]
    near = closest_match(options[0].lstrip("-"), known) or ""
    declared = BY_NAME.get(near)
    if declared is not None and declared.secret:
        meant = f"{_as_variable(declared)} "
    else:
        meant = f"Did you mean --{near}? " if near else ""
    return InvalidInputError(f"{options[0]} is not an option", hint=f"{meant}{see}")
