"""Pictures that go along with QAF's results: the run's ``img`` folder, and what ``attachments`` match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtm_action.errors import Problem, Severity
from qtm_action.formats import RESULT_EXTENSIONS
from qtm_action.results.find.finding import faults_of, find
from qtm_action.results.find.matching import Matcher
from qtm_action.results.find.patterns import literal_pattern
from qtm_action.results.find.walk import walk
from qtm_action.results.paths import extension_of

if TYPE_CHECKING:
    from pathlib import Path

    from qtm_action.formats import Format
    from qtm_action.log import Log
    from qtm_action.results.qaf_runs import QafRuns
    from qtm_action.results.result_files import Selection

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".svg", ".mp4", ".webm", ".avi", ".mov", ".mkv")
"""Extensions of screenshots and films; an archive of QAF holds only these beside files of the format."""

_RESULTS = (*RESULT_EXTENSIONS, ".zip")


class Attachments:
    """The pictures of one import: paths from the working directory, and what is wrong with them."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.problems: list[Problem] = []

    def add_images_of(self, runs: QafRuns, root: Path, *, log: Log) -> None:
        """Add what is in the ``img`` folders of the newest runs."""
        for folder in runs.image_folders():
            if not (root / folder).is_dir():
                log.info(f"attachFile is true, and the run has no {folder}")
                continue
            found = walk(root, Matcher((literal_pattern(folder),), PICTURES))
            self.files.update(match.name for match in found.matches)
            self.problems += faults_of(found)

    def add_matches(self, selection: Selection, runs: QafRuns, *, log: Log) -> None:
        """Add what ``attachments`` match: nothing of older runs, and no result files."""
        found = find(selection.root, selection.attachments, (), log=log, optional=True)
        self.problems += found.problems
        results = [file for file in found.files if extension_of(file) in _RESULTS]
        older = [file for file in found.files if runs.is_older(file)]
        self.files.update(set(found.files).difference(results, older))
        if results:
            self.problems.append(
                Problem(
                    f"attachments match {len(results):,} result files or archives, left out: {results[0]}, …",
                    "Let them match pictures only: `**/img/*.png`.",
                    Severity.WARNING,
                )
            )


def find_attachments(selection: Selection, format_: Format | None, runs: QafRuns, *, log: Log) -> Attachments:
    """Find the pictures that go along with the result files, where the format takes any.

    An archive may hold only files of the format, and pictures for QAF (vendor page, step 2.1, note);
    the server attaches them when ``attachFile`` is true.
    """
    attachments = Attachments()
    if format_ is None:
        return attachments
    if selection.attachments:
        attachments.problems += check_attachments(format_, attach_file=selection.attach_file)
    if format_.takes_pictures and selection.attach_file:
        attachments.add_images_of(runs, selection.root, log=log)
    if format_.takes_pictures and selection.attachments:
        attachments.add_matches(selection, runs, log=log)
    return attachments


def check_attachments(format_: Format, *, attach_file: bool) -> tuple[Problem, ...]:
    """Say what is wrong with ``attachments`` for that format, and with that ``attachFile``."""
    if not format_.takes_pictures:
        hint = "Remove `attachments`."
        if format_.attaches_files:
            hint += f" {format_.title} keeps its pictures in the JSON; `attachFile: true` has them attached."
        message = f"attachments are for QAF; a ZIP of {format_.title} holds {format_.title} files only"
        return (Problem(message, hint),)
    if not attach_file:
        message = "attachments are sent, but the server attaches them only with `attachFile: true`"
        return (Problem(message, "Set `attachFile: true`, or remove `attachments`.", Severity.WARNING),)
    return ()
