"""The imports that a person would write for the result files of a workspace.

Files in a place that only one framework writes to get its pattern; for others the shortest pattern is made
that matches them and no other file.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from posixpath import dirname

from qtm_action.formats import Format
from qtm_action.init.detect import Candidate, Workspace
from qtm_action.init.frameworks import FRAMEWORKS, Framework
from qtm_action.results.find.matching import Matcher
from qtm_action.results.find.patterns import parse_pattern
from qtm_action.results.paths import is_in

_MOST_PATTERNS = 6  # of one import; more are replaced by one that is wider, where that is possible
_SHORTEST_PREFIX = 3  # characters that the names of files in a folder have in common, as in `TEST-*.xml`
# All others of a name become `?`: what has a meaning in patterns, in YAML, in variables or for a CI system.
_PLAIN = frozenset(" ._-+@()=,%$")
# What is another one in each run: dates and times, numbers of processes, hashes.
_PER_RUN = re.compile(r"\d{6,}(?:[-_T.]?\d+)*|\d{4}-\d\d-\d\d(?:[-_T.]?\d+)*|[0-9a-f]{12,}")

# How many frameworks write to each place.
_WRITERS = Counter(each.files for each in FRAMEWORKS)


@dataclass(frozen=True, slots=True)
class Group:
    """Result files that make one import: their format, the patterns to write, and how many there are.

    ``framework`` is None where it is not known. ``files`` and ``tests`` are zero where nothing was found
    yet; for QAF ``runs`` counts what was found. ``repeated`` counts files that repeat the same tests
    and are omitted.
    """

    format: Format
    patterns: tuple[str, ...]
    framework: Framework | None = None
    files: int = 0
    tests: int = 0
    runs: int = 0
    repeated: int = 0


def groups_of(workspace: Workspace) -> list[Group]:
    """Return the groups of the result files that were found; those of frameworks first, as in the table."""
    qaf = next(each for each in FRAMEWORKS if each.format is Format.QAF)
    groups = [
        Group(Format.QAF, (plain(home) or ".",), qaf, runs=runs)
        for home, runs in workspace.qaf_folders.items()
    ]
    results, repeated = _without_repetitions(workspace.candidates)
    by_writer: dict[tuple[Framework | None, Format], list[Candidate]] = defaultdict(list)
    for each in results:
        if each.format is not None:
            by_writer[_framework_of(each, workspace.frameworks), each.format].append(each)
    for (framework, format_), members in by_writer.items():
        groups += _groups_of(framework, format_, members, workspace.candidates)
    groups.sort(key=_place_in_table)
    first = next((each for each in groups if each.format is Format.TESTNG), None)
    return [
        replace(each, repeated=repeated) if each is first else each
        for each in groups
        if each.tests or each.runs
    ]


def _place_in_table(group: Group) -> tuple[int, tuple[str, ...]]:
    place = FRAMEWORKS.index(group.framework) if group.framework else len(FRAMEWORKS)
    return place, group.patterns


def expected_groups(frameworks: Iterable[Framework]) -> list[Group]:
    """Return a group for each place that ``frameworks`` will write to, before there are any files."""
    places: dict[tuple[Format, str], Framework] = {}
    for each in frameworks:
        places.setdefault((each.format, each.files), each)
    return [Group(each.format, (each.files,), each) for each in places.values()]


def _without_repetitions(results: Sequence[Candidate]) -> tuple[list[Candidate], int]:
    """Omit JUnit files below a TestNG report: TestNG and Surefire write the same tests there."""
    folders = {dirname(each.path) for each in results if each.format is Format.TESTNG} - {""}
    kept = [
        each
        for each in results
        if each.format is not Format.JUNIT or not any(is_in(each.path, folder) for folder in folders)
    ]
    return kept, len(results) - len(kept)


def _framework_of(candidate: Candidate, in_use: Collection[Framework]) -> Framework | None:
    """Return whose file it is; where several could be, the one whose build file is there."""
    possible = [each for each in candidate.usual if each.format is candidate.format]
    used = [each for each in possible if each in in_use]
    alone = [each for each in possible if each.is_distinctive and _WRITERS[each.files] == 1]
    return next(iter(used + alone), None)


def _groups_of(
    framework: Framework | None,
    format_: Format,
    members: Sequence[Candidate],
    everything: Sequence[Candidate],
) -> Iterator[Group]:
    """Yield one group, or one for each pattern where it is not known what wrote the files."""

    def group(patterns: Sequence[str], members: Sequence[Candidate]) -> Group:
        tests = sum(each.tests for each in members)
        return Group(format_, tuple(patterns), framework, files=len(members), tests=tests)

    own = {each.path for each in members}
    others = [each.path for each in everything if each.path not in own]
    if framework and framework.is_distinctive:
        patterns = [framework.files]
    else:
        patterns = list(patterns_for(sorted(own), others))
    if framework is None and len(patterns) <= _MOST_PATTERNS:
        parts = [set(_matched(pattern, own)) for pattern in patterns]
        # Else a file that two patterns match would be imported twice.
        if sum(map(len, parts)) == len(members):
            for pattern, part in zip(patterns, parts, strict=True):
                yield group([pattern], [each for each in members if each.path in part])
            return
    yield group(patterns, members)


def patterns_for(paths: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    """Yield patterns that match all ``paths`` and none of ``others``, few and short."""
    files, neighbours = _by_folder(paths), _by_folder(others)
    folders_by_name: dict[str, list[str]] = defaultdict(list)
    for folder, names in files.items():
        for name in _name_patterns(names, neighbours[folder]):
            folders_by_name[name].append(folder)
    found = []
    for name, folders in folders_by_name.items():
        merged = _across(folders, name)
        if len(folders) > 1 and not _matches_any(merged, others):
            found.append(merged)
        else:
            found += [_lasting(folder, name, others) for folder in folders]
    if len(found) > _MOST_PATTERNS:
        names = [name for each in files.values() for name in each]
        wider = (_across(list(files), name) for name in _wide_names(names))
        found = next(([each] for each in wider if not _matches_any(each, others)), found)
    yield from found


def _by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    names = defaultdict(list)
    for path in paths:
        names[dirname(path)].append(path.rpartition("/")[2])
    return names


def _name_patterns(names: Sequence[str], neighbours: Sequence[str]) -> list[str]:
    """Return what matches those names of files in a folder, and none of their ``neighbours``."""
    wide = [lasting(names[0])] if len(names) == 1 else _wide_names(names)
    for pattern in wide:
        if not _matches_any(pattern, neighbours):
            return [pattern]
    return [plain(name) for name in names]


def _wide_names(names: Sequence[str]) -> list[str]:
    """Return patterns that match all the names: by what they begin with, and by their ending alone."""
    endings = {PurePosixPath(name).suffix for name in names}
    if len(endings) > 1:
        return []
    [ending] = endings
    prefix = "".join(_common(names)).rstrip("0123456789")
    begins = len(prefix) >= _SHORTEST_PREFIX and not prefix[-1].isalnum()
    return [f"{plain(prefix)}*{ending}"] * begins + [f"*{ending}"]


def _lasting(folder: str, name: str, others: Sequence[str]) -> str:
    """Return the pattern for ``name`` in a folder, which may have another date in its name tomorrow."""
    as_it_is, pattern = _join(plain(folder), name), _join(lasting(folder), name)
    return as_it_is if pattern == as_it_is or _matches_any(pattern, others) else pattern


def _across(folders: Sequence[str], name: str) -> str:
    """Return a pattern for ``name`` in all those folders: what they begin and end with, and ``**``."""
    parts = [folder.split("/") if folder else [] for folder in folders]
    begin = _common(parts)
    end = _common([each[len(begin) :][::-1] for each in parts])[::-1]
    return _join(*map(lasting, begin), "**", *map(lasting, end), name)


def _common(parts: Sequence[Sequence[str]]) -> list[str]:
    common = []
    for names in zip(*parts, strict=False):
        if len(set(names)) > 1:
            break
        common.append(names[0])
    return common


def plain(path: str) -> str:
    """Return a pattern that matches the path, or the name, whatever is in it."""
    return "".join(each if each.isalnum() or each in _PLAIN or each == "/" else "?" for each in path)


def lasting(path: str) -> str:
    """Return a pattern that matches the path, or the name, of the next run too."""
    return "*".join(plain(part) for part in _PER_RUN.split(path))


def _join(*parts: str) -> str:
    return "/".join(part for part in parts if part)


def _matches_any(pattern: str, paths: Iterable[str]) -> bool:
    return any(_matched(pattern, paths))


def _matched(pattern: str, paths: Iterable[str]) -> Iterator[str]:
    """Yield those of ``paths`` that a pattern matches, as the search of the import does."""
    matcher = Matcher([parse_pattern(pattern, PurePosixPath("/"))])
    for path in paths:
        place = matcher.start()
        *folders, name = path.split("/")
        for folder in folders:
            place = matcher.enter(place, folder) if place is not None else None
        if place is not None and place.meanings(name):
            yield path
