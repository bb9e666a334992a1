"""Pictures that go along with QAF's results: the run's ``img`` folder, and what ``attachments`` match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtm_action.errors import Problem, Severity
from qtm_action.results.find.finding import Found, faults_of, find
from qtm_action.results.find.matching import Search
from qtm_action.results.find.patterns import literal_pattern
from qtm_action.results.find.walk import walk
from qtm_action.results.layout import extension_of, folder_of, is_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from qtm_action.log import Log

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".svg", ".mp4", ".webm", ".avi", ".mov", ".mkv")
"""Extensions of screenshots and films; with files of the format, an archive of QAF holds only these."""

_RESULTS = frozenset({".xml", ".json", ".zip"})


def of_runs(root: Path, runs: Iterable[str], *, log: Log) -> Found:
    """Find the pictures in the ``img`` folders of ``runs``, which are ``json`` folders."""
    files: list[str] = []
    problems: list[Problem] = []
    for run in runs:
        folder = f"{folder_of(run)}/img".lstrip("/")
        if not (root / folder).is_dir():
            log.info(f"attachFile is true, and the run has no {folder}")
            continue
        found = walk(root, Search((literal_pattern(folder),), PICTURES))
        files += [match.name for match in found.matches]
        problems += faults_of(found)
    return Found(tuple(files), problems=tuple(problems))


def of_patterns(root: Path, patterns: Sequence[str], older: Sequence[str], *, log: Log) -> Found:
    """Find what ``attachments`` match; nothing of ``older`` runs (folders), and no result files."""
    found = find(root, patterns, (), log=log, optional=True)
    kept, results = [], []
    for file in found.files:
        if extension_of(file) in _RESULTS:
            results.append(file)
        elif not any(is_in(file, run) for run in older):
            kept.append(file)
    problems = list(found.problems)
    if results:
        problems.append(
            Problem(
                f"attachments match {len(results):,} result files or archives, left out: {results[0]}, …",
                "Let them match pictures only: `**/img/*.png`.",
                Severity.WARNING,
            )
        )
    return found._replace(files=tuple(kept), problems=tuple(problems))
