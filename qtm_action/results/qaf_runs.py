"""QAF's folders of runs: which run is imported, and where its files go in the archive.

QAF writes ``test-results/<date>/json`` with the run's ``meta-info.json`` at its top, pictures in ``img``
next to it, and a ``meta-info.json`` in ``test-results`` that lists the runs. An archive has what is in the
``json`` folder at its top, and the pictures under ``img`` (vendor page on QAF).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from posixpath import basename, dirname
from typing import Any, NamedTuple

from qtm_action.errors import Problem, Severity
from qtm_action.log import Log
from qtm_action.results.freshness import format_time
from qtm_action.results.paths import common_folder, is_in

HINT = "Write `files: [test-results]`, the folder that QAF writes."

_HOME = "test-results"
_META = "meta-info.json"
_IMAGES = "img"
_LATEST = 1e14  # milliseconds; what is later is no time
_MAX_META = 1 << 20  # bytes; a run's own meta-info lists its suites, not its tests


class Split(NamedTuple):
    """Files by what they are: of the newest runs, of older ones, lists of runs, and of no run at all."""

    chosen: list[str]
    older: list[str]
    lists: list[str]
    others: list[str]


class QafRuns(NamedTuple):
    """Runs by their ``json`` folders: the newest in each folder of runs (``homes``), and all older ones."""

    homes: tuple[str, ...] = ()
    newest: tuple[str, ...] = ()
    older: tuple[str, ...] = ()

    def split(self, files: Iterable[str]) -> Split:
        """Sort ``files`` by what they are."""
        lists = {f"{home}/{_META}".lstrip("/") for home in self.homes}
        split = Split([], [], [], [])
        for file in files:
            if any(is_in(file, run) for run in self.newest):
                split.chosen.append(file)
            elif self.is_older(file):
                split.older.append(file)
            else:
                (split.lists if file in lists else split.others).append(file)
        return split

    def is_older(self, file: str) -> bool:
        """Whether a file is in the folder of a run that is not imported."""
        return any(is_in(file, dirname(run)) for run in self.older)

    def image_folders(self) -> Iterator[str]:
        """Yield where the pictures of the newest runs are; the folders need not be there."""
        for run in self.newest:
            yield f"{dirname(run)}/{_IMAGES}".lstrip("/")

    def archive_names(self, files: Sequence[str], pictures: Sequence[str]) -> Iterator[str]:
        """Yield the name in the archive of each of ``files``, then of each of ``pictures``.

        Pictures that are not in the run's folder go to ``img``.
        """
        if len(self.newest) == 1 and all(is_in(file, self.newest[0]) for file in files):
            root = self.newest[0]
            run = dirname(root)
        else:
            root = run = common_folder(files)
        yield from (file.removeprefix(f"{root}/") for file in files)
        others = [picture for picture in pictures if not is_in(picture, run)]
        elsewhere = common_folder(others) if others else ""
        for picture in pictures:
            if is_in(picture, run):
                inside = root if is_in(picture, root) else run
                yield picture.removeprefix(f"{inside}/")
            else:
                yield f"{_IMAGES}/{picture.removeprefix(f'{elsewhere}/')}"


def choose_runs(root: Path, files: Iterable[str], *, log: Log) -> QafRuns:
    """Choose the newest run of each folder of runs among ``files``, which are paths from ``root``.

    The newest run is the one with the latest ``startTime`` in its own ``meta-info.json``, or without
    one, the latest modification time of that file.
    """
    homes = _runs_by_home(files)
    newest, older = [], []
    for home, runs in homes.items():
        started = {run: _started(root / run) for run in runs}
        *others, chosen = sorted(runs, key=lambda run: (started[run], run))
        newest.append(chosen)
        older += others
        if others:
            log.info(
                f"QAF: importing the newest of {len(runs)} runs in {home or '.'}: "
                f"{dirname(chosen)}, started {format_time(started[chosen])}"
            )
    return QafRuns(tuple(homes), tuple(newest), tuple(older))


def several_homes(runs: QafRuns) -> Iterator[Problem]:
    """Warn of runs in several folders: they need not be of one test cycle."""
    if len(runs.homes) > 1:
        yield Problem(
            f"the patterns match QAF runs in {len(runs.homes)} folders ({', '.join(runs.homes)}); "
            "the newest run of each goes into one archive",
            "Use one import for each folder if they do not belong to one test cycle.",
            Severity.WARNING,
        )


def missing_run(root: Path, files: Iterable[str], *, tests: int) -> Iterator[Problem]:
    """Report that no run's own ``meta-info.json`` is among ``files``; ``tests`` is how many they hold."""
    if not any(basename(file) == _META and _is_of_run(root / file) for file in files):
        yield Problem(
            "no meta-info.json of a QAF run is among the files",
            HINT,
            Severity.WARNING if tests else Severity.ERROR,
        )


def is_run_there(root: Path) -> bool:
    """Whether QAF's usual folder holds a run, whatever the patterns match."""
    return any((root / _HOME).glob(f"*/json/{_META}"))


def _runs_by_home(files: Iterable[str]) -> dict[str, list[str]]:
    """Return the ``json`` folders among ``files`` that hold a run, by the folder that keeps the runs."""
    found: list[str] = []
    for file in sorted(files):
        if f"/{file}".endswith(f"/json/{_META}"):
            folder = dirname(file)
            if not any(is_in(folder, other) for other in found):  # a test class may be called json, too
                found.append(folder)
    homes: dict[str, list[str]] = {}
    for folder in found:
        homes.setdefault(dirname(dirname(folder)), []).append(folder)
    return homes


def _started(run: Path) -> float:
    """Return when a run started, in seconds since the epoch; where it does not say, the time of its file."""
    start = _meta_info(run / _META).get("startTime")  # milliseconds
    if isinstance(start, int | float) and not isinstance(start, bool) and 0 < start < _LATEST:
        return start / 1000
    try:
        return (run / _META).stat().st_mtime
    except OSError:
        return 0.0


def _is_of_run(meta: Path) -> bool:
    """Whether a ``meta-info.json`` is a run's own, not a class's or a list of runs: it lists ``tests``."""
    return "tests" in _meta_info(meta)


def _meta_info(path: Path) -> dict[str, Any]:
    """Return what a ``meta-info.json`` holds; nothing where it is wrong, which the reader reports."""
    try:
        with path.open("rb") as stream:
            found = json.loads(stream.read(_MAX_META))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
