"""Layout: which name each file has in the archive. Nothing here touches the disk.

Names are relative to the files' common folder. In QAF's archives the root is the run's ``json`` folder,
and pictures are under ``img``, which is beside it on disk (vendor page on QAF).
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LIST_OF_RUNS = "meta-info.json"
"""The name of QAF's list of runs, in the folder that keeps them; no part of a run."""

_RUN_MARK = "json/meta-info.json"
_PICTURES = "img"


class QafFolders(NamedTuple):
    """The folders of one QAF archive: the ``json`` folder that is its root, and that of the run."""

    json: str
    run: str


def qaf_runs(files: Iterable[str]) -> dict[str, list[str]]:
    """Return the ``json`` folders of the QAF runs among ``files``, by the folder that keeps the runs.

    A run has a ``meta-info.json`` in its ``json`` folder: ``test-results/<date>/json`` is kept in
    ``test-results``.
    """
    found: list[str] = []
    for file in sorted(files):
        if f"/{file}".endswith(f"/{_RUN_MARK}"):
            folder = folder_of(file)
            if not any(is_in(folder, other) for other in found):
                found.append(folder)
    homes: dict[str, list[str]] = {}
    for folder in found:
        homes.setdefault(folder_of(folder_of(folder)), []).append(folder)
    return homes


def qaf_folders(runs: Sequence[str], files: Sequence[str]) -> QafFolders:
    """Return the folders of an archive of the ``files`` of ``runs`` (``json`` folders)."""
    if len(runs) == 1 and all(is_in(file, runs[0]) for file in files):
        return QafFolders(runs[0], folder_of(runs[0]))
    common = common_folder(files)
    return QafFolders(common, common)


def archive_names(
    files: Sequence[str], extras: Sequence[str], folders: QafFolders | None = None
) -> Iterator[str]:
    """Yield the name in the archive of each of ``files`` (result files), then of ``extras`` (pictures).

    ``folders`` is for QAF; its extras that are not in the run's folder go to ``img``.
    """
    root = common_folder(files) if folders is None else folders.json
    yield from (relative_to(root, file) for file in files)
    run = root if folders is None else folders.run
    strangers = [extra for extra in extras if not is_in(extra, root) and not is_in(extra, run)]
    elsewhere = common_folder(strangers) if strangers else ""
    for extra in extras:
        if is_in(extra, root):
            yield relative_to(root, extra)
        elif is_in(extra, run):
            yield relative_to(run, extra)
        else:
            yield f"{_PICTURES}/{relative_to(elsewhere, extra)}"


def common_folder(files: Sequence[str]) -> str:
    """Return the folder that all ``files`` are in, ``/``-separated; empty for the top."""
    first, last = min(files), max(files)
    shared = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))
    return folder_of(shared)


def folder_of(path: str) -> str:
    """Return the folder of a ``/``-separated path; empty for the top."""
    return path.rpartition("/")[0]


def is_in(path: str, folder: str) -> bool:
    """Whether a path is in a folder, at any depth."""
    return not folder or path.startswith(f"{folder}/")


def relative_to(folder: str, path: str) -> str:
    """Return a path that is in ``folder`` as seen from there."""
    return path[len(folder) + 1 :] if folder else path


def extension_of(path: str) -> str:
    """Return the extension of a file's name in lower case, with its dot; empty if it has none."""
    name = path.rpartition("/")[2]
    stem, dot, extension = name.rpartition(".")
    return f".{extension.lower()}" if stem and dot else ""
