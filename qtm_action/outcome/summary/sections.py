"""The sections of the job summary as blocks of HTML: what is shown, and in which order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qtm_action.formats import Format
from qtm_action.outcome.assessment import (
    ImportOutcome,
    Mark,
    import_headline,
    import_outcome,
    run_mark,
    run_title,
)
from qtm_action.outcome.counts import counted, created_in_words, failed_tests, tests_in_words, total_tests
from qtm_action.outcome.summary.fitting import Block
from qtm_action.outcome.summary.markup import code, link, sentence
from qtm_action.qtm4j.server import cycle_url
from qtm_action.words import format_duration, format_size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qtm_action.errors import Problem
    from qtm_action.outcome.report import ErrorReport, ImportReport, Report
    from qtm_action.results.model import TestCounts

_CYCLES, _PROBLEMS = 10, 20  # how many of them one row shows
_TITLES = {one.value: one.title for one in Format}


@dataclass(frozen=True, slots=True)
class Style:
    """What differs between the kinds of summary: how counts and marks are drawn, how a table opens."""

    bar: Callable[[TestCounts], str]
    sign: Callable[[Mark], str]
    table: str = "<table>"


def sections(report: Report, style: Style) -> list[Block]:
    """Return the summary of ``report``, the most important first."""
    blocks = (
        _head(report, style),
        _errors(report),
        _to_follow(report),
        _imports(report, style),
        _failures(report),
        _warnings(report),
        _uploads(report, style),
    )
    return [block for block in blocks if block is not None]


def _head(report: Report, style: Style) -> Block:
    imports = report.imports
    facts = []
    if imports:
        good = sum(import_outcome(each) is ImportOutcome.IMPORTED for each in imports)
        facts.append(f"<strong>{good:,} of {counted(len(imports), 'import')} succeeded</strong>")
    if created := created_in_words([cycle for each in imports for cycle in each.summary]):
        facts.append(", ".join(created))
    facts.append(f"Exit code {int(report.exit_code)} after {format_duration(report.seconds)}")
    lines = [f"<h2>{style.sign(run_mark(report))} {run_title(report)}</h2>", f"<p>{'. '.join(facts)}.</p>"]
    tests = total_tests(report)
    if tests.total:
        lines.append(f"<p>{style.bar(tests)} {tests_in_words(tests)}</p>")
    return Block("\n".join(lines))


def _errors(report: Report) -> Block | None:
    rows = [] if report.error is None else [_error_row("", report.error)]
    rows += [
        _error_row(f"{code(each.name)}: ", each.error)
        for each in report.imports
        if each.error is not None and each.error != report.error
    ]
    return _listed("<h3>What went wrong</h3>\n<ul>", rows, "</ul>")


def _error_row(name: str, error: ErrorReport) -> str:
    hint = f"<br>{sentence(error.hint)}" if error.hint else ""
    problems = [problem for problem in error.problems if str(problem) != error.message]
    items = [f"<li>{_problem(problem)}</li>" for problem in problems[:_PROBLEMS]]
    if len(problems) > _PROBLEMS:
        items.append(f"<li><em>and {len(problems) - _PROBLEMS:,} more; the log has them</em></li>")
    inner = f"<ul>{''.join(items)}</ul>" if items else ""
    return f"<li>{name}{sentence(error.message)}{hint}{inner}</li>"


def _problem(problem: Problem) -> str:
    where = code(problem.location) + " " if problem.location else ""
    path = code(problem.path) + ": " if problem.path else ""
    hint = f"<br>{sentence(problem.hint)}" if problem.hint else ""
    return f"{where}{path}{sentence(problem.message)}{hint}"


def _to_follow(report: Report) -> Block | None:
    rows = [
        _to_follow_row(each, each.tracking_id)
        for each in report.imports
        if each.tracking_id and import_outcome(each).value.can_be_followed
    ]
    note = "Nothing is uploaded by this: the step only asks the server, and waits for its answer."
    return _listed(f"<h3>To follow what is not finished</h3>\n<p>{note}</p>\n<ul>", rows, "</ul>")


def _to_follow_row(each: ImportReport, tracking_id: str) -> str:
    wanted = code(f"tracking-id: {tracking_id}")
    command = code(f"qtm-action import --tracking-id {tracking_id}")
    doubt = ""
    if import_outcome(each) is ImportOutcome.UNCONFIRMED:
        doubt = ". Its upload was not confirmed: ask before importing again"
    return f"<li>{code(each.name)}: run the step with {wanted}, or {command}{doubt}</li>"


def _imports(report: Report, style: Style) -> Block | None:
    if not report.imports:
        return None
    return _table(
        "<h3>Imports</h3>",
        ("Import", "Status", "Test cycle", "Tests in the files", "Made by the server", "Time"),
        [_import_cells(report, each, style) for each in report.imports],
        style,
        left_out="{} more imports are left out here.",
    )


def _import_cells(report: Report, each: ImportReport, style: Style) -> Sequence[str]:
    message = f"<br>{sentence(each.message)}" if each.message else ""
    return (
        f"{code(each.name)}<br>{_format_and_files(each)}",
        f"{style.sign(import_outcome(each).value.mark)} {sentence(import_headline(each))}{message}",
        _cycles(report, each),
        "" if each.tests is None else _unbroken(tests_in_words(each.tests)),
        "<br>".join(map(_unbroken, created_in_words(each.summary))),
        format_duration(each.seconds["total"]) if "total" in each.seconds else "",
    )


def _format_and_files(each: ImportReport) -> str:
    words = [_TITLES.get(each.format or "", ""), counted(len(each.files), "file") if each.files else ""]
    return ", ".join(filter(None, words))


def _cycles(report: Report, each: ImportReport) -> str:
    names: dict[str, str] = {}
    for cycle in each.summary:
        if cycle.test_cycle_key:
            names.setdefault(cycle.test_cycle_key, cycle.test_cycle_summary or "")
    shown = []
    for key, name in list(names.items())[:_CYCLES]:
        linked = link(cycle_url(report.jira_url, key, each.record), key)
        shown.append(f"{linked} {sentence(name)}" if name else linked)
    if len(names) > _CYCLES:
        shown.append(f"<em>and {len(names) - _CYCLES:,} more</em>")
    return "<br>".join(shown)


def _failures(report: Report) -> Block | None:
    rows = [
        f"<li>{code(failure.name)}{f'<br>{code(failure.message, 400)}' if failure.message else ''}</li>"
        for each in report.imports
        for failure in each.failures
    ]
    of_all = failed_tests(total_tests(report))
    title = f"Failed tests: the first {len(rows):,} of {of_all:,}" if len(rows) < of_all else "Failed tests"
    return _listed(f"<details><summary>{title}</summary>\n<ul>", rows, "</ul>\n</details>")


def _warnings(report: Report) -> Block | None:
    rows = [f"<li>{_problem(problem)}</li>" for problem in report.warnings]
    for each in report.imports:
        rows += [f"<li>{code(each.name)}: {sentence(warning)}</li>" for warning in each.warnings]
    title = counted(len(rows), "warning")
    return _listed(f"<details><summary>{title}</summary>\n<ul>", rows, "</ul>\n</details>")


def _uploads(report: Report, style: Style) -> Block | None:
    rows = [
        (
            code(each.name),
            code(each.upload.file_name),
            format_size(each.upload.size),
            code(each.tracking_id) if each.tracking_id else "",
            code(each.upload.sha256),
        )
        for each in report.imports
        if each.upload is not None and (report.dry_run or import_outcome(each).value.is_uploaded)
    ]
    if not rows:
        return None
    title = "What would be uploaded" if report.dry_run else "What was uploaded"
    return _table(
        f"<details><summary>{title}</summary>",
        ("Import", "File", "Size", "Tracking id", "SHA-256"),
        rows,
        style,
        left_out="{} more are left out here.",
        closing="\n</details>",
    )


def _table(
    opening: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    style: Style,
    *,
    left_out: str,
    closing: str = "",
) -> Block:
    head = "".join(f"<th>{column}</th>" for column in columns)
    return Block(
        f"{opening}\n{style.table}\n<thead><tr>{head}</tr></thead>\n<tbody>",
        tuple(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" for cells in rows),
        f"</tbody>\n</table>{closing}",
        f'<tr><td colspan="{len(columns)}"><em>{left_out}</em></td></tr>',
    )


def _listed(opening: str, rows: Sequence[str], closing: str) -> Block | None:
    return Block(opening, tuple(rows), closing) if rows else None


def _unbroken(counts: str) -> str:
    """Return counts such that a line breaks behind a comma or colon only, not between number and noun."""
    return re.sub(r"(?<![,:]) ", "&nbsp;", counts)
