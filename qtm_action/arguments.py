"""The words of the command line, read into a command and its options."""

from __future__ import annotations

import argparse
import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

from qtm_action.errors import InvalidInputError
from qtm_action.inputs.table import BY_NAME, INPUTS, Input, Kind
from qtm_action.words import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
    command, rest = (words[0], words[1:]) if words and words[0] in commands else ("import", words)
    namespace, unknown = _parser(command, commands[command]).parse_known_args(list(rest))
    if unknown:
        raise _unknown(unknown, commands)
    options = {
        name: "\n".join(value) if isinstance(value, list) else value
        for name, value in vars(namespace).items()
        if name in BY_NAME and value is not None
    }
    return Arguments(command, options, namespace)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InvalidInputError(f"command line: {message}", hint="See qtm-action --help.")


def _parser(name: str, meaning: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"qtm-action {name}",
        description=f"{meaning[0].upper()}{meaning[1:]}.",
        allow_abbrev=False,
    )
    if name in ("import", "validate", "doctor"):
        for each in INPUTS:
            if not each.secret:
                _add(parser, each)
    if name == "validate":
        effective = "print the effective spec, and where each value came from"
        parser.add_argument("--effective", action="store_true", help=effective)
    if name == "init":
        for needed in _INIT_INPUTS:
            _add(parser, replace(BY_NAME[needed], default_note=""))
        parser.add_argument("--force", action="store_true", help="overwrite a qtm-import.yml that is there")
        parser.add_argument("--print", action="store_true", help="print the spec and write nothing")
    if name == "sandbox":
        from qtm_action.sandbox.options import add_arguments  # noqa: PLC0415 - the door

        add_arguments(parser)
    return parser


def _add(command: argparse.ArgumentParser, each: Input) -> None:
    default = each.default or each.default_note.replace("`", "")
    help_text = each.help.replace("`", "").replace("%", "%%") + (f" (default: {default})" if default else "")
    form: dict[str, Any] = {"metavar": "|".join(each.choices) or each.kind.name}
    if each.kind is Kind.BOOLEAN:
        form = {"metavar": "true|false", "nargs": "?", "const": "true"}
    elif each.kind is Kind.LINES:
        form = {"metavar": "TEXT", "action": "append"}
        help_text += "; repeatable"
    command.add_argument(f"--{each.name}", dest=each.name, help=help_text, **form)


def _refuse_secrets(words: Sequence[str]) -> None:
    for word in words:
        name = word.removeprefix("--").partition("=")[0]
        declared = BY_NAME.get(name)
        if word.startswith("--") and declared is not None and declared.secret:
            raise InvalidInputError(
                f"--{name} is not an option: other processes can read the command line",
                hint=f"Set the variable {declared.variable} instead.",
            )


def _unknown(words: Sequence[str], commands: Iterable[str]) -> InvalidInputError:
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    if not options:
        return InvalidInputError(
            f"unknown command or argument: {one_line(words[0], 60)}",
            hint=f"The commands are: {', '.join(commands)}. Give patterns with --files.",
        )
    near = difflib.get_close_matches(options[0], [f"--{name}" for name in BY_NAME], 1)
    return InvalidInputError(
        f"{options[0]} is not an option",
        hint=(f"Did you mean {near[0]}? " if near else "") + "See qtm-action import --help.",
    )
