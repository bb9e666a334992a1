"""The outcome of a whole run, and what to do next: decided here, once.

Log, summary, outputs and report show these decisions and make none of their own.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from qtm_action.errors import OutcomeUnknownError, QtmActionError
from qtm_action.exit_codes import ExitCode
from qtm_action.outcome.counts import failed_tests
from qtm_action.outcome.import_verdict import NotSentError, TestsFailedError
from qtm_action.outcome.report import ImportOutcome, ImportReport, Mark, Report
from qtm_action.redaction import redacted
from qtm_action.words import counted, listed

_NAMES = 10  # of imports with the same error


def to_import_again(report: Report) -> list[str]:
    """Return the names of the imports to repeat, where others must not be; else an empty list.

    An import is repeated only where nothing of it is in Jira for certain. A followed one has no files here.
    """
    if not any(each.outcome.status in ("SUCCESS", "INPROCESS") for each in report.imports):
        return []
    return [
        each.name for each in report.imports if each.error and each.files and not each.outcome.may_be_in_jira
    ]


def only_option(names: Sequence[str]) -> str:
    """Return the options that choose imports by their names: ``--only unit --only 'two words'``.

    Secrets are taken out first, since quoting would hide one from the filter.
    """
    return " ".join(f"--only {shlex.quote(redacted(name))}" for name in names)


_NEXT_STEPS = {
    ImportOutcome.IN_PROGRESS: "QTM4J is still importing it. To wait for it, run again with",
    ImportOutcome.NOT_FINISHED: "To resume waiting, run again with",
    ImportOutcome.UNCONFIRMED: "The upload was not confirmed. Before importing it again, check it with",
    ImportOutcome.NOT_FOLLOWED: "To resume waiting, run again with",
}


def next_step(each: ImportReport, quoted: Callable[[str], str] = str) -> str:
    """Return how to follow an import that was uploaded, without another upload; empty where that is no help.

    ``quoted`` formats what is to be copied.
    """
    words = _NEXT_STEPS.get(each.outcome)
    if words is None or (each.error is not None and each.error.doubts_tracking_id):
        return ""
    known = f"tracking-id: {each.tracking_id}", f"qtm-action import --tracking-id {each.tracking_id}"
    return f"{words} {' or '.join(map(quoted, known))}"


def tests_not_in_jira(report: Report) -> int:
    """Return how many of the tests in the files are of imports that left nothing in Jira."""
    return sum(
        each.tests.total
        for each in report.imports
        if each.tests is not None and not each.outcome.may_be_in_jira
    )


def shown_imports(report: Report) -> list[ImportReport]:
    """Return the imports as a person wants to see them: what failed first, else in the order of the spec.

    What was not sent because of another import's errors comes after those errors.
    """
    order = {Mark.BAD: 0, Mark.BUSY: 1}
    return sorted(
        report.imports,
        key=lambda each: (order.get(each.outcome.mark, len(order)), isinstance(each.error, NotSentError)),
    )


def errors_of_imports(report: Report) -> dict[QtmActionError, list[ImportReport]]:
    """Return each error once, with the imports that ended with it: many can fail for one reason."""
    found: dict[QtmActionError, list[ImportReport]] = {}
    for each in shown_imports(report):
        if (error := own_error(each, report)) is not None:
            found.setdefault(error, []).append(each)
    return found


def import_names(imports: Sequence[ImportReport], quoted: Callable[[str], str] = str) -> str:
    """Return the names of imports for one line."""
    return listed([each.name for each in imports], _NAMES, quoted)


def own_error(each: ImportReport, report: Report) -> QtmActionError | None:
    """Return the error of an import; None also where it is the error of the whole run."""
    return None if each.error == report.error else each.error


def statuses(imports: Iterable[ImportReport]) -> Counter[str]:
    """Return how many imports each status of the run is made from."""
    return Counter(each.outcome.status for each in imports)


def overall_status(imports: Iterable[ImportReport], *, error: QtmActionError | None = None) -> str:
    """Return the status of the whole: FAILED if any failed, else INPROCESS if any is, else SUCCESS.

    An import that never got a status counts as FAILED, as does a final status that is not SUCCESS.
    With nothing imported the whole is SKIPPED, or FAILED when ``error`` is why.
    """
    known = statuses(imports)
    for status in ("FAILED", "INPROCESS", "SUCCESS"):
        if known[status]:
            return status
    return "SKIPPED" if error is None else "FAILED"


def overall_exit_code(imports: Iterable[ImportReport], *, error: QtmActionError | None = None) -> ExitCode:
    """Return the run's own error's code, else that of the first import that did not succeed."""
    if error is not None:
        return error.exit_code
    return next((each.error.exit_code for each in imports if each.error is not None), ExitCode.OK)


def import_status(each: ImportReport, report: Report) -> tuple[Mark, str]:
    """Return the sign of an import and its status in a few words: in a dry run, whether it is valid."""
    if not report.dry_run:
        return each.outcome.mark, each.headline
    if each.outcome is not ImportOutcome.SKIPPED:
        return Mark.BAD, "not valid"
    return (Mark.GOOD if each.files else Mark.IDLE), each.message


def run_mark(report: Report) -> Mark:
    """Return the sign of the whole run."""
    if report.exit_code is not ExitCode.OK:
        return Mark.BAD
    if report.dry_run:
        return Mark.GOOD
    return {"SUCCESS": Mark.GOOD, "INPROCESS": Mark.BUSY, "SKIPPED": Mark.IDLE}.get(report.status, Mark.BAD)


_SUCCEEDED = {
    "SUCCESS": "Imported into QTM4J",
    "INPROCESS": "Uploaded; QTM4J is still importing",
    "SKIPPED": "Nothing to import",
}


def run_title(report: Report) -> str:
    """Return how the run ended, in a few words."""
    code = report.exit_code
    if code is ExitCode.OK:
        return _green_title(report)
    if code is ExitCode.NOT_WRITTEN:
        return f"{_green_title(report)}; the outcome could not be written"
    first = next((each.error.kind for each in report.imports if each.error is not None), "")
    if code is ExitCode.IMPORT_FAILED and first == TestsFailedError.kind:
        return f"Imported; {counted(imported_tests_that_failed(report), 'test')} failed"
    if code is ExitCode.UNREACHABLE and first == OutcomeUnknownError.kind:
        return "The upload was not confirmed"
    title = code.title
    if code not in (ExitCode.INVALID_INPUT, ExitCode.RESULT_FILES) or any(
        each.outcome.may_be_in_jira for each in report.imports
    ):
        return title
    return f"{'Not valid' if report.dry_run else 'Nothing was imported'}: {title[0].lower()}{title[1:]}"


def _green_title(report: Report) -> str:
    if report.dry_run:
        return f"Valid: {counted(len(report.imports), 'import')} checked, nothing was sent"
    if report.status == "SUCCESS" and (failed := imported_tests_that_failed(report)):
        return f"Imported; {counted(failed, 'test')} failed"
    return _SUCCEEDED.get(report.status, "Done")


def imported_tests_that_failed(report: Report) -> int:
    """Return how many of the imported tests failed."""
    return sum(
        failed_tests(each.tests)
        for each in report.imports
        if each.tests is not None and each.outcome.may_be_in_jira
    )
