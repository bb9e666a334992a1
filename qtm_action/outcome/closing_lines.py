"""The end of the log: every import's outcome in a line, then every error with what to do about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qtm_action.errors import ExitCode, Problem, Severity
from qtm_action.outcome.final_status import made
from qtm_action.words import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qtm_action.ci.platform import Platform
    from qtm_action.outcome.report import ErrorReport, ImportReport, Report

_PHASES = ("check", "archive", "upload", "wait")


def tell(report: Report, platform: Platform, *, soft_fail: bool) -> None:
    """Tell the outcome; with ``soft_fail`` errors are told as warnings."""
    severity = Severity.WARNING if soft_fail else Severity.ERROR
    for each in report.imports:
        platform.info(_outcome(each))
    if report.error is not None:
        _tell_error(report.error, "", platform, severity)
    for each in report.imports:
        if each.error is not None and each.error != report.error:
            _tell_error(each.error, f"{each.name}: ", platform, severity)
    if again := _to_try_again(report):
        platform.info(again)
    platform.info(_last_line(report, soft_fail=soft_fail))


def _tell_error(error: ErrorReport, prefix: str, platform: Platform, severity: Severity) -> None:
    for problem in error.problems:
        platform.problem(replace(problem, severity=severity))
    if len(error.problems) != 1 or str(error.problems[0]) != error.message:
        platform.problem(Problem(f"{prefix}{error.message}", error.hint, severity))


def _outcome(each: ImportReport) -> str:
    status = each.import_status or "FAILED"
    if each.error is not None and status == "SUCCESS":
        status = "SUCCESS, but red"
    words = [f"{each.name}: {status}"]
    if what := made(each.summary):
        words.append(what)
    elif each.message and each.error is None:
        words.append(each.message)
    if each.error is not None and each.import_status == "INPROCESS":
        words.append(f"nothing is lost: {_follow(each)}")
    elif each.is_unconfirmed:
        words.append(f"the upload was not confirmed; before importing again, {_follow(each)}")
    times = ", ".join(_times(each))
    return "; ".join(words) + (f" ({times})" if times else "")


def _follow(each: ImportReport) -> str:
    return f"follow it with the input tracking-id: {each.tracking_id} (QTM_TRACKING_ID={each.tracking_id})"


def _to_try_again(report: Report) -> str:
    """Say how to import what failed and not twice what succeeded; empty when that is no question."""
    failed = [each.name for each in report.imports if _can_be_made_again(each)]
    if not failed or not any(each.import_status in ("SUCCESS", "INPROCESS") for each in report.imports):
        return ""
    return f"to import only what failed, run again with the input only, one name a line: {', '.join(failed)}"


def _can_be_made_again(each: ImportReport) -> bool:
    """Return whether an import failed for certain, and this run made it (a followed one has no files)."""
    failed = each.error is not None and each.import_status in (None, "FAILED")
    return failed and bool(each.files) and not each.is_unconfirmed


def _times(each: ImportReport) -> Iterator[str]:
    for phase in _PHASES:
        if phase in each.seconds:
            yield f"{phase} {format_duration(each.seconds[phase])}"


def _last_line(report: Report, *, soft_fail: bool) -> str:
    code = int(report.exit_code)
    phases = {
        phase: sum(each.seconds.get(phase, 0.0) for each in report.imports)
        for phase in _PHASES
        if any(phase in each.seconds for each in report.imports)
    }
    spent = ", ".join(f"{phase} {format_duration(seconds)}" for phase, seconds in phases.items())
    line = (
        f"{report.status}: exit code {code} after {format_duration(report.seconds)}{spent and f' ({spent})'}"
    )
    if soft_fail and report.exit_code is not ExitCode.OK:
        line += "; soft-fail turns it into 0"
    return line
