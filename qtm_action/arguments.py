"""The words of the command line, read into a command and its options."""

from __future__ import annotations

import argparse
import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from qtm_action.errors import InvalidInputError
from qtm_action.inputs.table import BY_NAME, INPUTS, Input, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COMMANDS = {
    "import": "import the result files (the default)",
    "validate": "check spec, inputs and result files; no network",
    "demo": "import the shipped examples into the embedded sandbox",
    "sandbox": "run an embedded QTM4J server in the foreground",
    "schema": "print the JSON Schema of the import spec",
    "version": "print the version",
}


@dataclass(frozen=True, slots=True)
class Arguments:
    """A command, the inputs given as options by name, and what only some commands have."""

    command: str
    options: Mapping[str, str] = field(default_factory=dict)
    show_effective: bool = False
    namespace: Any = None


def parse(words: Sequence[str]) -> Arguments:
    """Return what ``words`` ask for; raise InvalidInputError for what can't be understood.

    The message never quotes a value: a secret given as an option by mistake must not reach the log.
    ``--help`` prints and raises SystemExit(0), as argparse does.
    """
    _refuse_secrets(words)
    parser = _parser()
    known = words and (words[0] in COMMANDS or words[0] in ("-h", "--help"))
    namespace, unknown = parser.parse_known_args(list(words) if known else ["import", *words])
    if unknown:
        raise _unknown(unknown)
    values = vars(namespace)
    options = {
        name: "\n".join(value) if isinstance(value, list) else value
        for name in BY_NAME
        if (value := values.get(name)) is not None
    }
    return Arguments(
        command=namespace.command,
        options=options,
        show_effective=bool(values.get("effective")),
        namespace=namespace,
    )


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InvalidInputError(f"command line: {message}", hint="See qtm-action --help.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="qtm-action",
        description="Import automated test results into QMetry Test Management for Jira.",
        epilog="Every option can be given as a variable too: --jira-url is QTM_JIRA_URL. Secrets have no "
        "option: QTM_API_KEY, and QTM_TOKEN or QTM_USERNAME and QTM_PASSWORD.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, help_text in COMMANDS.items():
        command = commands.add_parser(
            name, help=help_text, description=help_text[0].upper() + help_text[1:] + ".", allow_abbrev=False
        )
        if name in ("import", "validate"):
            for each in INPUTS:
                if not each.secret:
                    _add(command, each)
        if name == "validate":
            command.add_argument(
                "--effective",
                action="store_true",
                help="print the effective spec, and where each value came from",
            )
        if name == "sandbox":
            from qtm_action.sandbox.options import add_arguments  # noqa: PLC0415 - start-up

            add_arguments(command)
    return parser


def _add(command: argparse.ArgumentParser, each: Input) -> None:
    default = each.default or each.default_note.replace("`", "")
    help_text = each.help.replace("`", "").replace("%", "%%") + (f" (default: {default})" if default else "")
    if each.kind is Kind.BOOLEAN:
        command.add_argument(
            f"--{each.name}", dest=each.name, nargs="?", const="true", metavar="true|false", help=help_text
        )
    elif each.kind is Kind.LINES:
        command.add_argument(
            f"--{each.name}", dest=each.name, action="append", metavar="TEXT", help=help_text + "; repeatable"
        )
    else:
        metavar = "|".join(each.choices) or each.kind.name
        command.add_argument(f"--{each.name}", dest=each.name, metavar=metavar, help=help_text)


def _refuse_secrets(words: Sequence[str]) -> None:
    for word in words:
        name = word.removeprefix("--").partition("=")[0]
        declared = BY_NAME.get(name)
        if word.startswith("--") and declared is not None and declared.secret:
            raise InvalidInputError(
                f"--{name} is not an option: a command line can be read by every process of the machine",
                hint=f"Set the variable {declared.variable} in its place.",
            )


def _unknown(words: Sequence[str]) -> InvalidInputError:
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    if not options:
        return InvalidInputError(
            f"{len(words)} words of the command line are not understood",
            hint=f"The commands are: {', '.join(COMMANDS)}. Patterns are given with --files.",
        )
    near = difflib.get_close_matches(options[0], [f"--{name}" for name in BY_NAME], 1)
    return InvalidInputError(
        f"{options[0]} is not an option",
        hint=(f"Did you mean {near[0]}? " if near else "") + "See qtm-action import --help.",
    )
