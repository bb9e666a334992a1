"""The sections of the job summary as blocks of HTML: what is shown, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from qtm_action.errors import Problem, QtmActionError
from qtm_action.formats import Format
from qtm_action.outcome.counts import created_in_words, failed_tests, tests_in_words, total_tests
from qtm_action.outcome.report import ImportOutcome, ImportReport, Mark, Report
from qtm_action.outcome.run_verdict import (
    errors_of_imports,
    import_names,
    import_status,
    next_step,
    only_option,
    own_error,
    run_mark,
    run_title,
    shown_imports,
    statuses,
    tests_not_in_jira,
    to_import_again,
)
from qtm_action.outcome.summary.fitting import Block
from qtm_action.outcome.summary.markup import code, escaped, link, sentence, unbroken
from qtm_action.qtm4j.values import CycleSummary
from qtm_action.results.result_files import Failure, TestCounts
from qtm_action.words import counted, format_duration, format_size

_CYCLES, _PROBLEMS = 10, 20  # how many of them one row shows
_REASON = 100  # characters of a failed test's message
_TITLES = {one.value: one.title for one in Format}


class SummaryStyle(NamedTuple):
    """What differs between the kinds of summary.

    ``bar`` draws counts of tests, ``sign`` a mark; ``table`` opens a table, whose cells have their column's
    name with ``cell_labels``. ``heading`` is the level of the first heading.
    """

    bar: Callable[[TestCounts], str]
    sign: Callable[[Mark], str]
    heading: int = 2
    table: str = "<table>"
    cell_labels: bool = False

    def title(self, text: str) -> str:
        """Return the heading of a section."""
        return f"<h{self.heading + 1}>{text}</h{self.heading + 1}>"


def sections(report: Report, style: SummaryStyle) -> list[Block]:
    """Return the summary of ``report``, the most important first."""
    blocks = (
        _head(report, style),
        _errors(report, style),
        _to_follow(report, style),
        _to_retry(report, style),
        _imports(report, style),
        _failures(report),
        _warnings(report),
        _uploads(report, style),
    )
    return [block for block in blocks if block is not None]


def _head(report: Report, style: SummaryStyle) -> Block:
    imports = report.imports
    facts = []
    if imports and not report.dry_run:
        ends = statuses(imports)
        end = "INPROCESS" if ends["INPROCESS"] and not ends["SUCCESS"] else "SUCCESS"
        verb = "uploaded" if end == "INPROCESS" else "succeeded"
        facts.append(f"<strong>{ends[end]:,} of {counted(len(imports), 'import')} {verb}</strong>")
    if created := created_in_words([cycle for each in imports for cycle in each.summary]):
        facts.append(", ".join(created))
    facts.append(f"Exit code {int(report.exit_code)} after {format_duration(report.seconds)}")
    heading = f"h{style.heading}"
    lines = [
        f"<{heading}>{style.sign(run_mark(report))} {run_title(report)}</{heading}>",
        f"<p>{'. '.join(facts)}.</p>",
    ]
    tests = total_tests(report)
    if tests.total:
        lines.append(f"<p>{style.bar(tests)}</p>")
        if absent := tests_not_in_jira(report):
            some = f"{absent:,} of these {tests.total:,} tests were not imported."
            lines.append(f"<p>{some if absent < tests.total else 'None of these tests was imported.'}</p>")
    return Block("\n".join(lines))


def _errors(report: Report, style: SummaryStyle) -> Block | None:
    rows = [] if report.error is None else [_error_row("", report.error)]
    rows += [
        _error_row(f"{import_names(imports, code)}: ", error, [next_step(each, code) for each in imports])
        for error, imports in errors_of_imports(report).items()
    ]
    return _listed(f"{style.title('What went wrong')}\n<ul>", rows, "</ul>")


def _error_row(name: str, error: QtmActionError, next_steps: Sequence[str] = ()) -> str:
    """Return the cause, its details, the fix and how to go on, in this order."""
    problems = error.details
    items = [f"<li>{_problem(problem)}</li>" for problem in problems[:_PROBLEMS]]
    if len(problems) > _PROBLEMS:
        items.append(f"<li><em>and {len(problems) - _PROBLEMS:,} more; see the log</em></li>")
    inner = f"<ul>{''.join(items)}</ul>" if items else ""
    rest = "<br>".join(filter(None, [sentence(error.hint), *next_steps]))
    between = "<br>" if rest and not inner else ""
    return f"<li>{name}{sentence(error.message)}{inner}{between}{rest}</li>"


def _problem(problem: Problem) -> str:
    where = code(problem.location) + " " if problem.location else ""
    path = code(problem.path) + ": " if problem.path else ""
    hint = f"<br>{sentence(problem.hint)}" if problem.hint else ""
    return f"{where}{path}{sentence(problem.message)}{hint}"


def _to_follow(report: Report, style: SummaryStyle) -> Block | None:
    rows = [
        f"<li>{code(each.name)}: {how}</li>"
        for each in report.imports
        if own_error(each, report) is None and (how := next_step(each, code))
    ]
    return _listed(f"{style.title('Not finished')}\n<ul>", rows, "</ul>")


def _to_retry(report: Report, style: SummaryStyle) -> Block | None:
    names = to_import_again(report)
    if not names:
        return None
    command = code(f"qtm-action import {only_option(names)}", 600)
    return Block(
        f"{style.title('Retry only the failed imports')}\n"
        f"<p>Run the step again with this input, or run {command}:</p>\n<pre><code>only: |",
        tuple(f"  {escaped(name)}" for name in names),
        "</code></pre>",
        "  # {} more omitted here",
    )


def _imports(report: Report, style: SummaryStyle) -> Block | None:
    if not report.imports:
        return None
    return _table(
        style.title("Imports"),
        ("Import", "Status", "Test cycle", "Tests", "In Jira", "Time"),
        [_import_cells(each, report, style) for each in shown_imports(report)],
        style,
        left_out="{} more imports omitted here.",
    )


def _import_cells(each: ImportReport, report: Report, style: SummaryStyle) -> Sequence[str]:
    mark, status = import_status(each, report)
    says_more = each.error is None and each.outcome is not ImportOutcome.IMPORTED and each.message != status
    message = f"<br>{sentence(each.message)}" if says_more else ""
    absent = "" if report.dry_run or each.outcome.may_be_in_jira else "<br>not imported"
    return (
        f"{code(each.name)}<br>{_format_and_files(each)}",
        f"{style.sign(mark)}&nbsp;{sentence(status)}{message}",
        _cycles(each),
        "" if each.tests is None else unbroken(tests_in_words(each.tests)) + absent,
        "<br>".join(map(unbroken, created_in_words(each.summary))),
        unbroken(format_duration(each.seconds["total"])) if "total" in each.seconds else "",
    )


def _format_and_files(each: ImportReport) -> str:
    words = [
        _TITLES.get(each.format or "", ""),
        unbroken(counted(len(each.files), "file")) if each.files else "",
    ]
    return ", ".join(filter(None, words))


def _cycles(each: ImportReport) -> str:
    cycles: dict[str, CycleSummary] = {}
    for cycle in each.summary:
        if cycle.test_cycle_key:
            cycles.setdefault(cycle.test_cycle_key, cycle)
    shown = []
    for key, cycle in list(cycles.items())[:_CYCLES]:
        linked = link(cycle.url, key)
        shown.append(f"{linked} {sentence(cycle.test_cycle_summary)}" if cycle.test_cycle_summary else linked)
    if len(cycles) > _CYCLES:
        shown.append(f"<em>and {len(cycles) - _CYCLES:,} more</em>")
    return "<br>".join(shown)


def _failures(report: Report) -> Block | None:
    rows = []
    for each in shown_imports(report):
        if each.failures and each.tests:
            of_all = failed_tests(each.tests)
            first = f", first {len(each.failures):,} shown" if len(each.failures) < of_all else ""
            tests = "".join(f"<li>{_failure(one)}</li>" for one in each.failures)
            rows.append(f"<li>{code(each.name)}: {of_all:,} failed{first}<ul>{tests}</ul></li>")
    title = f"Failed tests: {failed_tests(total_tests(report)):,}"
    return _listed(f"<details><summary>{title}</summary>\n<ul>", rows, "</ul>\n</details>")


def _failure(failure: Failure) -> str:
    """Return a test's name, and the reason in a line."""
    message = failure.message
    reason = message if len(message) <= _REASON else f"{message[: _REASON - 1]}…"
    return code(failure.name) + (f"<br>{code(reason)}" if reason else "")


def _warnings(report: Report) -> Block | None:
    rows = [f"<li>{_problem(problem)}</li>" for problem in report.warnings]
    for each in report.imports:
        rows += [f"<li>{code(each.name)}: {sentence(warning)}</li>" for warning in each.warnings]
    title = counted(len(rows), "warning")
    return _listed(f"<details><summary>{title}</summary>\n<ul>", rows, "</ul>\n</details>")


def _uploads(report: Report, style: SummaryStyle) -> Block | None:
    rows = [
        (
            code(each.name),
            code(each.upload.file_name),
            format_size(each.upload.size),
            code(each.tracking_id) if each.tracking_id else "",
        )
        for each in report.imports
        if each.upload is not None and (report.dry_run or each.import_status not in {None, "SKIPPED"})
    ]
    if not rows:
        return None
    return _table(
        f"<details><summary>{'Would be uploaded' if report.dry_run else 'Uploaded'}</summary>",
        ("Import", "File", "Size", "Tracking id"),
        rows,
        style,
        left_out="{} more omitted here.",
        closing="\n</details>",
    )


def _table(
    opening: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    style: SummaryStyle,
    *,
    left_out: str,
    closing: str = "",
) -> Block:
    head = "".join(f"<th>{column}</th>" for column in columns)
    opened = [f'<td data-label="{column}">' if style.cell_labels else "<td>" for column in columns]
    return Block(
        f"{opening}\n{style.table}\n<thead><tr>{head}</tr></thead>\n<tbody>",
        tuple(
            f"<tr>{''.join(f'{td}{cell}</td>' for td, cell in zip(opened, cells, strict=True))}</tr>"
            for cells in rows
        ),
        f"</tbody>\n</table>{closing}",
        f'<tr><td colspan="{len(columns)}"><em>{left_out}</em></td></tr>',
    )


def _listed(opening: str, rows: Sequence[str], closing: str) -> Block | None:
    return Block(opening, tuple(rows), closing) if rows else None
