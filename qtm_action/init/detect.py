"""What a workspace holds: result files, known by their content, and the build files of known frameworks."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from qtm_action.formats import RESULT_EXTENSIONS, Format
from qtm_action.init.frameworks import FRAMEWORKS, Framework
from qtm_action.log import Log, Silence
from qtm_action.results import readers
from qtm_action.results.find.finding import printable
from qtm_action.results.find.matching import Matcher
from qtm_action.results.find.patterns import parse_pattern
from qtm_action.results.find.walk import Match, walk
from qtm_action.results.paths import extension_of, is_in
from qtm_action.results.qaf_runs import choose_runs

SECONDS = 10.0
"""How long result files are read; what is left then is only counted."""

_MOST_FOLDERS = 20_000
_LARGEST = 256 << 20  # bytes of a file in a framework's usual place; Cucumber's screenshots are in its JSON
_LARGEST_ELSEWHERE = 16 << 20  # bytes; a larger one is data rather than results
_MOST_BUILD_FILES = 500
_LARGEST_BUILD_FILE = 1 << 20  # bytes

# Other people's files, copies of files of the project, and what tests read rather than write.
_NOT_SEARCHED = (
    *("venv", "vendor", "site-packages", "bower_components", "Pods", "Carthage"),
    *("src/main/resources", "src/test/resources", "target/classes", "target/test-classes"),
    *("build/resources", "fixtures", "__fixtures__", "__snapshots__", "testdata", "test-data"),
)
# Ant's junitreport writes all tests once more into one file.
_COPIES = frozenset({"TESTS-TestSuites.xml"})


class Candidate(NamedTuple):
    """A file that may hold results: its path from the workspace, and whose usual place it is in.

    ``format`` is None where it holds no results that can be imported; ``tests`` counts them, none where the
    file is broken.
    """

    path: str
    usual: tuple[Framework, ...]
    format: Format | None = None
    tests: int = 0


@dataclass(frozen=True, slots=True)
class Workspace:
    """What was found: result files and others of their extensions, QAF's folders, frameworks in use.

    ``qaf_folders`` maps each folder that QAF keeps its runs in to the number of runs. ``unread`` counts
    files that were too large, or for which there was no time.
    """

    candidates: tuple[Candidate, ...] = ()
    qaf_folders: dict[str, int] = field(default_factory=dict)
    frameworks: tuple[Framework, ...] = ()
    unread: int = 0


def look_through(root: Path, *, log: Log, clock: Callable[[], float] = time.monotonic) -> Workspace:
    """Return what is in the folder ``root``; raises nothing for what can't be read."""
    found = walk(root, _matcher(), most=_MOST_FOLDERS).matches
    # Others can't be imported, or would put a secret into the spec.
    named = [match for match in found if printable(match.name) == match.name]
    build_files = [match.name for match in named if _is_build_file(match)]
    candidates = [
        _candidate(match)
        for match in named
        if extension_of(match.name) in RESULT_EXTENSIONS and not _is_build_file(match)
    ]
    qaf_folders = dict(_qaf_folders(root, candidates))
    rest = [each for each in candidates if not any(is_in(each.path, folder) for folder in qaf_folders)]
    read, unread = _read(root, rest, log, clock)
    return Workspace(tuple(read), qaf_folders, tuple(_in_use(root, build_files)), unread)


# The patterns of a search, in this order: the frameworks' usual places, then build files, then all files.
_BUILD_NAMES = tuple(dict.fromkeys(each.name for framework in FRAMEWORKS for each in framework.build_files))
_FIRST_BUILD_FILE = len(FRAMEWORKS)


@cache
def _matcher() -> Matcher:
    places = [f"**/{each.files.removeprefix('**/')}" for each in FRAMEWORKS]
    texts = [*places, *(f"**/{name}" for name in _BUILD_NAMES), "**"]
    texts += [f"!**/{folder}" for folder in _NOT_SEARCHED]
    return Matcher([parse_pattern(text, PurePosixPath("/")) for text in texts], RESULT_EXTENSIONS)


def _is_build_file(match: Match) -> bool:
    return any(0 <= each.pattern - _FIRST_BUILD_FILE < len(_BUILD_NAMES) for each in match.meanings)


def _candidate(match: Match) -> Candidate:
    indices = sorted(each.pattern for each in match.meanings if each.pattern < _FIRST_BUILD_FILE)
    return Candidate(match.name, tuple(FRAMEWORKS[index] for index in indices))


def _qaf_folders(root: Path, candidates: Iterable[Candidate]) -> Iterator[tuple[str, int]]:
    """Yield the folders that QAF keeps its runs in, with the number of runs.

    Other programs have a ``json`` folder with a meta-info.json too, so the newest runs are read.
    """
    runs = choose_runs(root, [each.path for each in candidates], log=Silence())
    for home in runs.homes:
        meta = [f"{run}/meta-info.json" for run in runs.newest if is_in(run, home)]
        if any(readers.read(root / file, shown_as=file).format is Format.QAF for file in meta):
            yield home, sum(is_in(run, home) for run in (*runs.newest, *runs.older))


def _read(
    root: Path, candidates: Sequence[Candidate], log: Log, clock: Callable[[], float]
) -> tuple[list[Candidate], int]:
    """Return the candidates with what is in them, by path, and the number of those that were not read.

    They are read as long as there is time, those in usual places first.
    """
    deadline = clock() + SECONDS
    done, unread = [], 0
    for number, each in enumerate(sorted(candidates, key=lambda each: (not each.usual, each.path)), 1):
        if each.path.rpartition("/")[2] in _COPIES:
            continue
        if clock() > deadline or _is_too_large(root, each):
            unread += 1
            continue
        log.progress(f"read {number:,} of {len(candidates):,} files")
        reading = readers.read(root / each.path, shown_as=each.path)
        for problem in reading.problems:
            log.debug(str(problem))
        done.append(each._replace(format=reading.format, tests=reading.counts.total))
    return sorted(done), unread


def _is_too_large(root: Path, candidate: Candidate) -> bool:
    try:
        size = (root / candidate.path).stat().st_size
    except OSError:
        return False  # removed since; the reader reports it
    return size > (_LARGEST if candidate.usual else _LARGEST_ELSEWHERE)


def _in_use(root: Path, build_files: Iterable[str]) -> Iterator[Framework]:
    """Yield the frameworks that the build files name, without those that others of them replace."""
    texts = [(file.rpartition("/")[2], _text(root / file)) for file in list(build_files)[:_MOST_BUILD_FILES]]
    found = [
        framework
        for framework in FRAMEWORKS
        if any(
            fnmatchcase(name, each.name) and _has_word(text, each.word)
            for each in framework.build_files
            for name, text in texts
        )
    ]
    replaced = {key for framework in found for key in framework.replaces}
    yield from (framework for framework in found if framework.key not in replaced)


def _has_word(text: str, word: str) -> bool:
    """Whether ``word`` is in a text by itself: `green` is not in `greenlet`."""
    before = r"\b" if word[:1].isalnum() else ""
    after = r"\b" if word[-1:].isalnum() else ""
    return re.search(f"{before}{re.escape(word)}{after}", text) is not None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_LARGEST_BUILD_FILE).decode("utf-8", "replace")
    except OSError:
        return ""
