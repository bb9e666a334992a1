"""The end of the log: a line for every import, or its error with what to do about it."""

from __future__ import annotations

from dataclasses import replace

from qtm_action.ci.platform import Platform
from qtm_action.errors import Problem, QtmActionError, Severity
from qtm_action.exit_codes import ExitCode
from qtm_action.outcome.counts import import_in_words, total_tests
from qtm_action.outcome.report import ImportReport, Report
from qtm_action.outcome.run_verdict import (
    errors_of_imports,
    import_names,
    import_status,
    imported_tests_that_failed,
    next_step,
    only_option,
    own_error,
    statuses,
    to_import_again,
)
from qtm_action.words import counted, format_duration

_PHASES = ("check", "archive", "upload", "wait")
_WORTH_READING = 0.05  # seconds of a phase
_LINKS = 3  # to the test cycles of an import


def log_outcome(report: Report, platform: Platform, *, soft_fail: bool) -> None:
    """Log the outcome but for :func:`last_line`; with ``soft_fail`` errors are logged as warnings."""
    severity = Severity.WARNING if soft_fail else Severity.ERROR
    for each in report.imports:
        if own_error(each, report) is None:
            platform.info(_import_lines(report, each))
    if report.error is not None:
        _log_error(report.error, "", platform, severity)
    for error, imports in errors_of_imports(report).items():
        _log_error(error, f"{import_names(imports)}: ", platform, severity)
        for each in imports:
            _log_rest(each, platform)
    if again := to_import_again(report):
        lines = ["To retry only the failed imports, run again with the input", "only: |"]
        lines += [*(f"  {name}" for name in again), f"or with the options {only_option(again)}"]
        platform.info("\n".join(lines))


def last_line(report: Report, *, soft_fail: bool) -> str:
    """Return the last line of the log: the status, and the exit code before ``soft_fail``."""
    if report.dry_run and report.exit_code is ExitCode.OK:
        tests = counted(total_tests(report).total, "test")
        return f"VALID: {counted(len(report.imports), 'import')}, {tests}; nothing was sent"
    facts = [f"exit code {int(report.exit_code)} after {format_duration(report.seconds)}"]
    if report.status == "SUCCESS":
        failed = imported_tests_that_failed(report)
        facts = [
            counted(statuses(report.imports)["SUCCESS"], "import"),
            *([f"{counted(failed, 'test')} failed"] if failed else []),
            *facts,
        ]
    line = f"{report.status}: {'; '.join(facts)}"
    if soft_fail and report.exit_code is not ExitCode.OK:
        line += "; exiting with 0 because of soft-fail"
    return line


def _log_error(error: QtmActionError, prefix: str, platform: Platform, severity: Severity) -> None:
    """Log an error with its details below it; details that have a place are annotations of their own."""
    located = [problem for problem in error.problems if problem.file]
    if all(problem in error.details for problem in located):
        lines = [f"{prefix}{error.message}"]
        for problem in error.details:
            if not problem.file:
                lines += [f"- {problem}", *([f"  {problem.hint}"] if problem.hint else [])]
        platform.problem(Problem("\n".join(lines), error.hint, severity))
    for problem in located:
        platform.problem(replace(problem, message=f"{prefix}{problem.message}", severity=severity))


def _import_lines(report: Report, each: ImportReport) -> str:
    """Return an import's outcome in a line, its test cycles' addresses, and what to do about it next."""
    _, status = import_status(each, report)
    words = dict.fromkeys([status, import_in_words(each.summary) or ("" if each.error else each.message)])
    times = _times(each)
    first = f"{each.name}: {'; '.join(filter(None, words))}" + (f" ({times})" if times else "")
    return "\n".join([first, *_links_and_next_step(each)])


def _log_rest(each: ImportReport, platform: Platform) -> None:
    """Log what an import's error does not show: what it created in Jira, and how to follow it."""
    if lines := [*filter(None, [import_in_words(each.summary)]), *_links_and_next_step(each)]:
        platform.info(f"{each.name}: " + "\n".join(lines))
    if times := _times(each):
        platform.debug(f"{each.name}: {times}")


def _links_and_next_step(each: ImportReport) -> list[str]:
    links = list(dict.fromkeys(cycle.url for cycle in each.summary if cycle.url))[:_LINKS]
    return [*links, *filter(None, [next_step(each)])]


def _times(each: ImportReport) -> str:
    return ", ".join(
        f"{phase} {format_duration(each.seconds[phase])}"
        for phase in _PHASES
        if each.seconds.get(phase, 0.0) >= _WORTH_READING
    )
