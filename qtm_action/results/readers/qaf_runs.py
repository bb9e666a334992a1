"""The folders in which QAF keeps its runs: which is the newest, and what of it is uploaded.

QAF writes ``test-results/<date>/json`` with the run's ``meta-info.json`` at its top, pictures in
``img`` beside it, and a ``meta-info.json`` in ``test-results`` that lists the runs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

META = "meta-info.json"
_LATEST = 1e14  # milliseconds; what is later is no time
_MAX_META = 1 << 20  # bytes; a run's own meta-info lists its suites, not its tests


@dataclass(frozen=True, slots=True)
class QafRun:
    """One run: its ``json`` folder (the root of the archive), its ``img`` folder if it has one.

    ``started`` is in seconds since the epoch; ``others`` are the ``json`` folders of the older runs
    beside it, newest first.
    """

    json: Path
    img: Path | None
    started: float
    others: tuple[Path, ...] = ()


def newest_run(folder: Path) -> QafRun | None:
    """Return the newest run in or below ``folder``; None where there is none.

    ``folder`` may be a run's ``json`` folder, the run's folder, the folder of all runs or one that
    holds that (``target`` or ``build``, say). Of several runs the one whose own ``meta-info.json``
    says the latest ``startTime`` is the newest; without one, its time of modification counts. Raises
    OSError where a folder can't be read.
    """
    runs = sorted(((_started(run), run) for run in _runs(folder)), key=lambda run: (run[0], str(run[1])))
    if not runs:
        return None
    started, newest = runs.pop()
    img = newest.parent / "img"
    return QafRun(newest, img if img.is_dir() else None, started, tuple(run for _, run in reversed(runs)))


def _runs(folder: Path) -> Iterator[Path]:
    if folder.name == "json" and (folder / META).is_file():
        yield folder
        return
    for depth in ("json", "*/json", "*/*/json"):
        found = [run for run in folder.glob(depth) if (run / META).is_file()]
        if found:
            yield from found
            return


def _started(run: Path) -> float:
    meta = run / META
    try:
        with meta.open("rb") as stream:
            told = json.loads(stream.read(_MAX_META))["startTime"]
        if isinstance(told, int | float) and not isinstance(told, bool) and 0 < told < _LATEST:
            return told / 1000  # milliseconds
    except (ValueError, KeyError, TypeError, RecursionError):
        pass  # the reader of the file says what is wrong with it
    return meta.stat().st_mtime
