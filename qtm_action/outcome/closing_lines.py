"""The end of the log: every import's outcome in a line, then every error with what to do about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qtm_action.errors import ExitCode, Problem, Severity
from qtm_action.outcome.assessment import ImportOutcome, import_headline, import_outcome, to_import_again
from qtm_action.outcome.counts import import_in_words
from qtm_action.words import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qtm_action.ci.platform import Platform
    from qtm_action.outcome.report import ErrorReport, ImportReport, Report

_PHASES = ("check", "archive", "upload", "wait")
_NEXT_STEPS = {
    ImportOutcome.NOT_FINISHED: "nothing is lost: follow it",
    ImportOutcome.UNCONFIRMED: "the upload was not confirmed; before importing again, follow it",
    ImportOutcome.NOT_FOLLOWED: "follow it again",
}


def log_outcome(report: Report, platform: Platform, *, soft_fail: bool) -> None:
    """Log the outcome but for :func:`last_line`; with ``soft_fail`` errors are logged as warnings."""
    severity = Severity.WARNING if soft_fail else Severity.ERROR
    for each in report.imports:
        platform.info(_import_line(each))
    if report.error is not None:
        _log_error(report.error, "", platform, severity)
    for each in report.imports:
        if each.error is not None and each.error != report.error:
            _log_error(each.error, f"{each.name}: ", platform, severity)
    if again := to_import_again(report):
        platform.info(
            f"to import only what failed, run again with the input only, one name a line: {', '.join(again)}"
        )


def _log_error(error: ErrorReport, prefix: str, platform: Platform, severity: Severity) -> None:
    for problem in error.problems:
        platform.problem(replace(problem, severity=severity))
    if len(error.problems) != 1 or str(error.problems[0]) != error.message:
        platform.problem(Problem(f"{prefix}{error.message}", error.hint, severity))


def _import_line(each: ImportReport) -> str:
    words = [f"{each.name}: {import_headline(each)}"]
    if created := import_in_words(each.summary):
        words.append(created)
    elif each.message and each.error is None:
        words.append(each.message)
    if step := _NEXT_STEPS.get(import_outcome(each)):
        tracking_id = each.tracking_id
        words.append(f"{step} with the input tracking-id: {tracking_id} (QTM_TRACKING_ID={tracking_id})")
    times = _phases([each])
    return "; ".join(words) + (f" ({times})" if times else "")


def _phases(imports: Iterable[ImportReport]) -> str:
    seconds: dict[str, float] = {}
    for each in imports:
        for phase in _PHASES:
            if phase in each.seconds:
                seconds[phase] = seconds.get(phase, 0.0) + each.seconds[phase]
    return ", ".join(f"{phase} {format_duration(seconds[phase])}" for phase in _PHASES if phase in seconds)


def last_line(report: Report, *, soft_fail: bool) -> str:
    """Return the last line of the log: the status, and the exit code before ``soft_fail``."""
    times = _phases(report.imports)
    line = f"{report.status}: exit code {int(report.exit_code)} after {format_duration(report.seconds)}"
    if times:
        line += f" ({times})"
    if soft_fail and report.exit_code is not ExitCode.OK:
        line += "; soft-fail turns it into 0"
    return line
