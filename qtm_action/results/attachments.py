"""Pictures that go along with QAF's results: the run's ``img`` folder, and what ``attachments`` match."""

from __future__ import annotations

from qtm_action.errors import Problem, Severity
from qtm_action.formats import RESULT_EXTENSIONS, Format
from qtm_action.log import Log
from qtm_action.results.find.finding import faults_of, find, shortened
from qtm_action.results.find.matching import Matcher
from qtm_action.results.find.patterns import literal_pattern
from qtm_action.results.find.walk import walk
from qtm_action.results.paths import extension_of
from qtm_action.results.qaf_runs import QafRuns
from qtm_action.results.result_files import Selection

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".svg", ".mp4", ".webm", ".avi", ".mov", ".mkv")
"""Extensions of screenshots and films; an archive of QAF may contain only these and files of the format."""

_RESULTS = (*RESULT_EXTENSIONS, ".zip")


def find_attachments(
    selection: Selection, format_: Format | None, runs: QafRuns, *, log: Log
) -> tuple[list[str], list[Problem]]:
    """Find the pictures that go along with the result files: sorted paths, and what is wrong with them.

    An archive may hold only files of the format, and pictures for QAF (vendor page, step 2.1, note);
    the server attaches them when ``attachFile`` is true.
    """
    files: set[str] = set()
    problems: list[Problem] = []
    if format_ is not None and selection.attachments:
        problems += check_attachments(format_, attach_file=selection.attach_file)
    if format_ is not None and format_.takes_pictures:
        for find_some in (_images_of_runs, _matches):
            found, wrong = find_some(selection, runs, log)
            files.update(found)
            problems += wrong
    return sorted(files), problems


def _images_of_runs(selection: Selection, runs: QafRuns, log: Log) -> tuple[list[str], list[Problem]]:
    """Return what is in the ``img`` folders of the newest runs."""
    files: list[str] = []
    problems: list[Problem] = []
    for folder in runs.image_folders() if selection.attach_file else ():
        if not (selection.root / folder).is_dir():
            log.info(f"attachFile is true, but the run has no folder {folder}")
            continue
        found = walk(selection.root, Matcher((literal_pattern(folder),), PICTURES))
        files += [match.name for match in found.matches]
        problems += faults_of(found)
    return files, problems


def _matches(selection: Selection, runs: QafRuns, log: Log) -> tuple[list[str], list[Problem]]:
    """Return what ``attachments`` match: nothing of older runs, and no result files."""
    if not selection.attachments:
        return [], []
    found = find(selection.root, selection.attachments, (), log=log, optional=True)
    problems = list(found.problems)
    if results := [file for file in found.files if extension_of(file) in _RESULTS]:
        problems.append(
            Problem(
                f"attachments match result files or archives, which are ignored: {shortened(results)}",
                "Match only images: `**/img/*.png`.",
                Severity.WARNING,
            )
        )
    older = [file for file in found.files if runs.is_older(file)]
    return sorted(set(found.files).difference(results, older)), problems


def check_attachments(format_: Format, *, attach_file: bool) -> tuple[Problem, ...]:
    """Say what is wrong with ``attachments`` for that format, and with that ``attachFile``."""
    if not format_.takes_pictures:
        hint = "Remove `attachments`."
        if format_.attaches_files:
            hint += f" {format_.title} embeds images in the JSON; `attachFile: true` attaches them."
        message = f"attachments are for QAF; a ZIP of {format_.title} may contain only {format_.title} files"
        return (Problem(message, hint),)
    if not attach_file:
        message = "attachments are uploaded, but QTM4J attaches them only with `attachFile: true`"
        return (Problem(message, "Set `attachFile: true`, or remove `attachments`.", Severity.WARNING),)
    return ()
