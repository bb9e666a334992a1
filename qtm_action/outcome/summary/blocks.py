"""The job summary as blocks of HTML: what is told, in which order, and what is left out first."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from qtm_action.errors import ExitCode
from qtm_action.formats import Format
from qtm_action.outcome.summary.jira_pages import cycle_address
from qtm_action.outcome.summary.markup import code, link, sentence
from qtm_action.results.model import TestCounts
from qtm_action.words import format_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from qtm_action.errors import Problem
    from qtm_action.outcome.report import ErrorReport, ImportReport, Report

_CYCLES, _PROBLEMS = 10, 20  # how many of them one row shows
_KINDS = (("passed", "passed"), ("failed", "failed"), ("errors", "with errors"), ("skipped", "skipped"))
_MADE = (
    ("test_cases_created", "test case", "created"),
    ("test_case_versions_created", "version", "created"),
    ("test_case_versions_reused", "version", "reused"),
    ("test_steps_created", "step", "created"),
)
_NOT_DONE = {
    ExitCode.INVALID_INPUT: "Nothing was imported: inputs or spec are invalid",
    ExitCode.RESULT_FILES: "Nothing was imported: result files are missing or wrong",
    ExitCode.AUTHENTICATION: "Jira refused the credentials",
    ExitCode.REFUSED: "The server refused the import",
    ExitCode.NOT_FINISHED: "Not finished in time",
    ExitCode.UNREACHABLE: "Jira could not be reached",
    ExitCode.DEFECT: "A defect of the import step",
    ExitCode.INTERRUPTED: "Interrupted",
    ExitCode.TERMINATED: "Terminated",
}


class Mark(Enum):
    """How something ended, as a sign tells it; the value is for those who can't see the sign."""

    GOOD = "good"
    BAD = "bad"
    BUSY = "going on"
    IDLE = "not done"


_MARKS = {"SUCCESS": Mark.GOOD, "INPROCESS": Mark.BUSY, "SKIPPED": Mark.IDLE}


@dataclass(frozen=True, slots=True)
class Art:
    """What differs between the kinds of summary: how counts and marks are drawn, how a table opens."""

    bar: Callable[[TestCounts], str]
    sign: Callable[[Mark], str]
    table: str = "<table>"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the summary that stands or is shortened by whole rows.

    ``left_out`` is the row that says so, with ``{}`` for how many. No part holds an empty line, which
    would end the HTML block that Markdown sees here.
    """

    opening: str
    rows: tuple[str, ...] = ()
    closing: str = ""
    left_out: str = "<li><em>{} more are left out here.</em></li>"

    def __str__(self) -> str:
        """Return the block's HTML."""
        return "\n".join(part for part in (self.opening, *self.rows, self.closing) if part) + "\n"


def blocks(report: Report, art: Art) -> list[Block]:
    """Return the summary of ``report``, the most important first."""
    made = (
        _head(report, art),
        _errors(report),
        _resume(report),
        _imports(report, art),
        _failures(report),
        _warnings(report),
        _uploads(report, art),
    )
    return [block for block in made if block is not None]


def fitted(whole: Iterable[Block], limit: int) -> list[str]:
    """Return the blocks as HTML of at most ``limit`` bytes; the long ones share what room there is."""
    todo = list(whole)
    if sum(_size(str(block)) + 1 for block in todo) <= limit:
        return [str(block) for block in todo]
    room = limit - sum(_size(str(replace(block, rows=(block.left_out,)))) + 12 for block in todo)
    shares: dict[int, int] = {}
    demands = {place: sum(_size(row) + 1 for row in block.rows) for place, block in enumerate(todo)}
    for left, place in zip(range(len(todo), 0, -1), sorted(demands, key=demands.__getitem__), strict=True):
        shares[place] = min(demands[place], room // left)
        room -= shares[place]
    return [str(_shortened(block, shares[place])) for place, block in enumerate(todo)]


def outcome(report: Report) -> tuple[Mark, str]:
    """Return how the run ended, and the words for it."""
    if report.exit_code is ExitCode.OK:
        if report.dry_run:
            return Mark.IDLE, "Dry run: nothing was sent"
        words = {
            "SUCCESS": "Imported into QTM4J",
            "INPROCESS": "Uploaded; the server is still importing",
            "SKIPPED": "Nothing to import",
        }
        return _MARKS.get(report.status, Mark.GOOD), words.get(report.status, "Done")
    if report.exit_code is ExitCode.IMPORT_FAILED:
        red = [each.error.kind for each in report.imports if each.error is not None]
        return Mark.BAD, "Imported, and tests failed" if red[:1] == ["tests-failed"] else "The import failed"
    return Mark.BAD, _NOT_DONE.get(report.exit_code, "The import failed")


def total(report: Report) -> TestCounts:
    """Return the tests of all imports together."""
    return sum((each.tests for each in report.imports if each.tests is not None), start=TestCounts())


def counts_in_words(counts: TestCounts) -> str:
    """Return ``12 tests: 10 passed, 2 failed``."""
    parts = [f"{amount:,} {words}" for kind, words in _KINDS if (amount := getattr(counts, kind))]
    return f"{_counted(counts.total, 'test')}: {', '.join(parts)}" if parts else "no tests"


def _head(report: Report, art: Art) -> Block:
    mark, words = outcome(report)
    lines = [f"<h2>{art.sign(mark)} {words}</h2>"]
    imports = report.imports
    facts = []
    if imports:
        good = sum(each.import_status == "SUCCESS" and each.error is None for each in imports)
        facts.append(f"<strong>{good:,} of {_counted(len(imports), 'import')} succeeded</strong>")
    if made := _made(imports):
        facts.append(", ".join(made))
    facts.append(f"Exit code {int(report.exit_code)} after {format_duration(report.seconds)}")
    lines.append(f"<p>{'. '.join(facts)}.</p>")
    counts = total(report)
    if counts.total:
        lines.append(f"<p>{art.bar(counts)} {counts_in_words(counts)}</p>")
    return Block("\n".join(lines))


def _imports(report: Report, art: Art) -> Block | None:
    if not report.imports:
        return None
    columns = ("Import", "Status", "Test cycle", "Tests in the files", "Made by the server", "Time")
    head = "".join(f"<th>{column}</th>" for column in columns)
    return Block(
        f"<h3>Imports</h3>\n{art.table}\n<thead><tr>{head}</tr></thead>\n<tbody>",
        tuple(_import_row(report, each, art) for each in report.imports),
        "</tbody>\n</table>",
        f'<tr><td colspan="{len(columns)}"><em>{{}} more imports are left out here.</em></td></tr>',
    )


def _import_row(report: Report, each: ImportReport, art: Art) -> str:
    cells = (
        f"{code(each.name)}<br>{_what(each)}",
        _status(each, art),
        _cycles(report, each),
        "" if each.tests is None else _unbroken(counts_in_words(each.tests)),
        _unbroken("<br>".join(_made((each,)))),
        format_duration(each.seconds["total"]) if "total" in each.seconds else "",
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _what(each: ImportReport) -> str:
    titles = {one.value: one.title for one in Format}
    words = [titles.get(each.format or "", "")] if each.format else []
    if each.files:
        words.append(_counted(len(each.files), "file"))
    return ", ".join(word for word in words if word)


def _status(each: ImportReport, art: Art) -> str:
    status = each.import_status
    if status is None:
        return f"{art.sign(Mark.BAD)} not imported" if each.error else "not imported"
    mark = _MARKS.get(status, Mark.BAD)
    if each.error is not None and mark is not Mark.BUSY:
        mark = Mark.BAD
    said = f"<br>{sentence(each.message)}" if each.message else ""
    return f"{art.sign(mark)} {sentence(status)}{said}"


def _cycles(report: Report, each: ImportReport) -> str:
    names: dict[str, str] = {}
    for cycle in each.summary:
        if cycle.test_cycle_key:
            names.setdefault(cycle.test_cycle_key, cycle.test_cycle_summary or "")
    shown = []
    for key, name in list(names.items())[:_CYCLES]:
        linked = link(cycle_address(report.jira_url, key, each.record), key)
        shown.append(f"{linked} {sentence(name)}" if name else linked)
    if len(names) > _CYCLES:
        shown.append(f"<em>and {len(names) - _CYCLES:,} more</em>")
    return "<br>".join(shown)


def _made(imports: Sequence[ImportReport]) -> list[str]:
    """Return what the server made, as far as it told; what it made none of is not listed."""
    cycles = [cycle for each in imports for cycle in each.summary]
    known = {
        (noun, verb): sum(numbers)
        for attribute, noun, verb in _MADE
        if (numbers := [number for cycle in cycles if (number := getattr(cycle, attribute)) is not None])
    }
    made = [f"{_counted(number, noun)} {verb}" for (noun, verb), number in known.items() if number]
    return made or (["nothing was made"] if known else [])


def _errors(report: Report) -> Block | None:
    rows = [] if report.error is None else [_error_row("", report.error)]
    rows += [
        _error_row(f"{code(each.name)}: ", each.error)
        for each in report.imports
        if each.error is not None and each.error != report.error
    ]
    return _listed("<h3>What went wrong</h3>\n<ul>", rows, "</ul>")


def _error_row(name: str, error: ErrorReport) -> str:
    told = f"{name}{sentence(error.message)}"
    if error.hint:
        told += f"<br>{sentence(error.hint)}"
    problems = [problem for problem in error.problems if str(problem) != error.message]
    items = [f"<li>{_problem(problem)}</li>" for problem in problems[:_PROBLEMS]]
    if len(problems) > _PROBLEMS:
        items.append(f"<li><em>and {len(problems) - _PROBLEMS:,} more; the log has them</em></li>")
    inner = f"<ul>{''.join(items)}</ul>" if items else ""
    return f"<li>{told}{inner}</li>"


def _problem(problem: Problem) -> str:
    where = code(problem.location) + " " if problem.location else ""
    path = code(problem.path) + ": " if problem.path else ""
    hint = f"<br>{sentence(problem.hint)}" if problem.hint else ""
    return f"{where}{path}{sentence(problem.message)}{hint}"


def _resume(report: Report) -> Block | None:
    rows = []
    for each in report.imports:
        if each.tracking_id and (
            each.import_status == "INPROCESS" or (each.import_status is None and each.error)
        ):
            wanted = code(f"tracking-id: {each.tracking_id}")
            command = code(f"qtm-action import --tracking-id {each.tracking_id}")
            doubt = "" if each.import_status else ". Its upload was not confirmed: ask before importing again"
            rows.append(f"<li>{code(each.name)}: run the step with {wanted}, or {command}{doubt}</li>")
    told = "Nothing is uploaded by this: the step only asks the server, and waits for its answer."
    return _listed(f"<h3>To follow what is not finished</h3>\n<p>{told}</p>\n<ul>", rows, "</ul>")


def _failures(report: Report) -> Block | None:
    rows = [
        f"<li>{code(failure.name)}{f'<br>{code(failure.message, 400)}' if failure.message else ''}</li>"
        for each in report.imports
        for failure in each.failures
    ]
    counts = total(report)
    of_all = counts.failed + counts.errors
    told = f"Failed tests: the first {len(rows):,} of {of_all:,}" if len(rows) < of_all else "Failed tests"
    return _listed(f"<details><summary>{told}</summary>\n<ul>", rows, "</ul>\n</details>")


def _warnings(report: Report) -> Block | None:
    rows = [f"<li>{_problem(problem)}</li>" for problem in report.warnings]
    for each in report.imports:
        rows += [f"<li>{code(each.name)}: {sentence(warning)}</li>" for warning in each.warnings]
    told = _counted(len(rows), "warning")
    return _listed(f"<details><summary>{told}</summary>\n<ul>", rows, "</ul>\n</details>")


def _uploads(report: Report, art: Art) -> Block | None:
    rows = [
        f"<tr><td>{code(each.name)}</td><td>{code(each.upload.file_name)}</td>"
        f"<td>{each.upload.size:,} bytes</td><td>{code(each.tracking_id) if each.tracking_id else ''}</td>"
        f"<td>{code(each.upload.sha256)}</td></tr>"
        for each in report.imports
        if each.upload is not None
    ]
    if not rows:
        return None
    head = "".join(f"<th>{column}</th>" for column in ("Import", "File", "Size", "Tracking id", "SHA-256"))
    told = "What would be uploaded" if report.dry_run else "What was uploaded"
    return Block(
        f"<details><summary>{told}</summary>\n{art.table}\n<thead><tr>{head}</tr></thead>\n<tbody>",
        tuple(rows),
        "</tbody>\n</table>\n</details>",
        '<tr><td colspan="5"><em>{} more are left out here.</em></td></tr>',
    )


def _listed(opening: str, rows: Sequence[str], closing: str) -> Block | None:
    return Block(opening, tuple(rows), closing) if rows else None


def _shortened(block: Block, room: int) -> Block:
    kept = 0
    for row in block.rows:
        room -= _size(row) + 1
        if room < 0:
            break
        kept += 1
    if kept == len(block.rows):
        return block
    left_out = block.left_out.replace("{}", f"{len(block.rows) - kept:,}")
    return replace(block, rows=(*block.rows[:kept], left_out))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _unbroken(counts: str) -> str:
    """Return counts such that a line breaks behind a comma or colon only, not between number and noun."""
    return re.sub(r"(?<![,:]) ", "&nbsp;", counts)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "backslashreplace"))
