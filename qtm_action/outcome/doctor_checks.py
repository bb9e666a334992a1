"""The checks of ``doctor``: each a value, a line of the log, and a row of the job summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum

from qtm_action.errors import QtmActionError
from qtm_action.exit_codes import ExitCode
from qtm_action.outcome.summary.markup import sentence
from qtm_action.redaction import redacted
from qtm_action.words import counted, one_line

_LONGEST_TEXT = 400  # characters of a check's result
_WIDTH = 12  # columns of a check's name


class Verdict(Enum):
    """The result of a check, with its sign."""

    FINE = "✓"
    WRONG = "✗"
    NOT_KNOWN = "–"  # noqa: RUF001 - a dash, as in a table


class Stage(IntEnum):
    """When an import would fail a check; the first error decides the exit code."""

    INPUTS = 1
    FILES = 2
    CONNECTION = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the outcome: what was checked, the result, and the fix."""

    name: str
    verdict: Verdict
    seen: str
    hint: str = ""
    exit_code: ExitCode = ExitCode.OK
    stage: Stage = Stage.INPUTS


def wrong(name: str, error: QtmActionError, stage: Stage = Stage.INPUTS) -> Check:
    """Return the check that failed with ``error``; of several problems the first one is shown."""
    seen, hint = error.message, error.hint
    if error.problems:
        more = len(error.problems) - 1
        seen = str(error.problems[0]) + (f" (and {more} more: see qtm-action validate)" if more else "")
        hint = error.problems[0].hint or hint
    return Check(name, Verdict.WRONG, seen, hint, error.exit_code, stage)


def not_checked(name: str, reason: str) -> Check:
    """Return a check that could not be made, because the check ``reason`` failed."""
    return Check(name, Verdict.NOT_KNOWN, f"not checked, see {reason}")


def exit_code(checks: Iterable[Check]) -> ExitCode:
    """Return the exit code of the error that an import would end with; 0 where there is none."""
    errors = [check for check in checks if check.verdict is Verdict.WRONG]
    return min(errors, key=lambda check: check.stage).exit_code if errors else ExitCode.OK


def line(check: Check) -> str:
    """Return a check as a line of the log, with the fix on the next one."""
    first = f"{check.verdict.value} {check.name:<{_WIDTH}} {one_line(check.seen, _LONGEST_TEXT)}"
    return f"{first}\n{' ' * _WIDTH} → {one_line(check.hint, _LONGEST_TEXT)}" if check.hint else first


def ending(checks: Sequence[Check]) -> str:
    """Return the result of all checks."""
    names = dict.fromkeys(check.name for check in checks if check.verdict is Verdict.WRONG)
    if not names:
        return "no problems found; nothing was imported"
    failed, code = counted(len(names), "check"), int(exit_code(checks))
    return f"{failed} failed: {', '.join(names)}; an import would exit with code {code}; nothing was imported"


def table(checks: Sequence[Check]) -> str:
    """Return the checks as a table for the job summary, in HTML that holds foreign text safely."""
    rows = [
        f"<tr><td>{check.verdict.value}</td><td>{check.name}</td><td>{sentence(redacted(check.seen))}</td>"
        f"<td>{sentence(redacted(check.hint))}</td></tr>"
        for check in checks
    ]
    head = "<tr><th></th><th>Check</th><th>Result</th><th>Fix</th></tr>"
    title, end = "<h2>QTM4J connection check</h2>", f"<p>{ending(checks)}</p>"
    return "\n".join([title, "<table>", head, *rows, "</table>", end, ""])
