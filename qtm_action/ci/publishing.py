"""Writing the outcome where pipelines read it: whole files or none, within the platforms' limits."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from qtm_action.errors import Problem
from qtm_action.words import environment_variable

JSON_OUTPUTS = frozenset({"report"})  # they stay JSON, and are no variables
DOTENV_LIMIT = 5_000  # bytes; GitLab refuses a dotenv report above 5 KiB
_NOT_HARMLESS = re.compile(r"[^\w .,:/@%+=-]")
_NOT_FOR_A_SHELL = re.compile(r"[^\w.,:/@%+-]", re.ASCII)  # GitLab splits at the last "="


class Destinations(NamedTuple):
    """Files that a run publishes its outcome to, in addition to the platform's own places.

    The report is JSON, the dotenv file has the outputs as ``QTM_NAME=value`` lines, and a summary is a page
    where its name ends in ``.html`` or ``.htm``, else Markdown.
    """

    report_file: Path | None = None
    dotenv_file: Path | None = None
    summary_files: tuple[Path, ...] = ()


def harmless(value: str) -> str:
    """Return an output's value as one line without what a shell or an expression would act on.

    Outputs are words, keys, ids and counts. What else a server put into them is replaced by ``_``,
    because workflows paste outputs into scripts.
    """
    return _NOT_HARMLESS.sub("_", value)


def variable_name(output: str) -> str:
    """Return the variable that carries an output: ``QTM_TEST_CYCLE_KEY`` for ``test-cycle-key``.

    ``tracking-id`` is an input too, read from ``QTM_TRACKING_ID``, and GitLab gives the variables of a
    dotenv report to every later job: a second import would follow the first one, upload nothing and be
    green. So that output's variable is ``QTM_IMPORT_TRACKING_ID``.
    """
    if output == "tracking-id":
        return "QTM_IMPORT_TRACKING_ID"
    return environment_variable(output)


def dotenv_lines(outputs: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the lines of a dotenv file, and what had to be left out.

    GitLab takes a value literally, quotes included, and shells read such files with ``source``; so a
    value holds nothing that either would read differently, and other characters become ``_``. Lists
    are cut by whole items, the longest first, until the file is within GitLab's limits.
    """
    values = {
        variable_name(name): _NOT_FOR_A_SHELL.sub("_", value)
        for name, value in outputs.items()
        if name not in JSON_OUTPUTS
    }
    whole = dict(values)
    while sum(len(f"{name}={value}\n") for name, value in values.items()) > DOTENV_LIMIT:
        longest = max(values, key=lambda name: len(values[name]))
        values[longest] = values[longest][:DOTENV_LIMIT].rpartition(",")[0]
    left_out = [
        f"{_items(value) - _items(values[name])} of {_items(value)} values of {name} omitted: "
        "GitLab allows 5 KiB"
        for name, value in whole.items()
        if values[name] != value
    ]
    return [f"{name}={value}\n" for name, value in values.items()], left_out


def _items(value: str) -> int:
    return value.count(",") + 1 if value else 0


def encoded(text: str) -> bytes:
    """Return ``text`` as the bytes that are written; halves of surrogate pairs become escapes."""
    return text.encode("utf-8", "backslashreplace")


def write_whole(path: Path, text: str) -> None:
    """Write a file as a whole: a reader sees the old one or the new one. Parents are created.

    Raises OSError, also for what is there and is not a regular file: opening a pipe would block.
    """
    data = encoded(text)
    if reason := why_not_a_file(path):
        raise OSError(reason)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".qtm-{os.urandom(8).hex()}.part")
    try:
        with temporary.open("xb") as file:
            file.write(data)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def why_not_a_file(path: Path) -> str:
    """Return why a file can't be written at ``path``, from what is there now; empty when it can be."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # nothing is there, or writing will fail with the reason
        return ""
    if stat.S_ISREG(mode):
        return ""
    return "it is a folder" if stat.S_ISDIR(mode) else "it is a pipe, a device or a socket"


def append(path: Path, text: str) -> None:
    """Append ``text`` to a file that a runner gave, on a line of its own. Raises OSError."""
    with open(path, "ab+", opener=_open_without_waiting) as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(encoded(text))


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe that nobody reads is an error and does not block."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)


def write_failure(what: str, where: str, error: Exception) -> Problem:
    """Return the problem of something that could not be written."""
    reason = getattr(error, "strerror", None) or str(error)
    return Problem(f"{what} could not be written to {where}: {reason}", _hint(error))


def _hint(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "This step's user has no write permission there. With docker run, check --user and --volume."
    return "Use a path where this step can create a file. The imports are not affected."
