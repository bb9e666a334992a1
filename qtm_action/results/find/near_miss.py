"""The nearest miss: why a pattern matched no file, and what is there in its place.

Looked for only when a pattern matched none, in a bounded number of folders.
"""

from __future__ import annotations

import os
from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from qtm_action.results.find.matching import Automaton, Search, is_searched
from qtm_action.results.find.patterns import ANY_DEPTH, Glob, Pattern, is_wild
from qtm_action.results.find.walk import walk
from qtm_action.results.paths import extension_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_MOST_FOLDERS = 2_000
_MOST_NAMES = 20_000
_SHOWN = 4
_ALIKE = 0.75  # of difflib; `surefire-report` and `surefire-reports` are 0.97 alike


class _Stop(NamedTuple):
    """A folder that a pattern reached, and the segment of it that nothing there matches.

    ``segment`` is None where the pattern stands for the folder itself, in which nothing is wanted.
    """

    folder: str
    segment: str | None
    is_last: bool


def nearest_miss(
    root: Path, pattern: Pattern, excludes: tuple[Pattern, ...], extensions: tuple[str, ...]
) -> str:
    """Say in one clause why ``pattern`` matched no file under ``root``; empty if there is nothing to say."""
    return next(
        filter(
            None,
            (
                _wrong_stars(pattern),
                _excluded(root, pattern, excludes, extensions),
                _beyond(root, pattern, extensions),
                _literal(root, pattern),
                _stopped(root, pattern, extensions),
            ),
        ),
        "",
    )


def _wrong_stars(pattern: Pattern) -> str:
    for glob in pattern.globs:
        for segment in glob.segments:
            if ANY_DEPTH in segment and segment != ANY_DEPTH:
                fixed = segment.replace(ANY_DEPTH, f"{ANY_DEPTH}/*", 1)
                return f"`{ANY_DEPTH}` crosses folders only between slashes: write `{fixed}` for `{segment}`"
    return ""


def _excluded(
    root: Path, pattern: Pattern, excludes: tuple[Pattern, ...], extensions: tuple[str, ...]
) -> str:
    if not excludes:
        return ""
    found = walk(root, Search((pattern,), extensions), most=_MOST_FOLDERS).matches
    if not found:
        return ""
    words = " and ".join(f"`{exclude.text}`" for exclude in excludes)
    return f"{_counted(len(found), 'file')} that it matches {_are(len(found))} excluded by {words}"


def _beyond(root: Path, pattern: Pattern, extensions: tuple[str, ...]) -> str:
    found = walk(root, Search((pattern,), extensions, beyond=True), most=_MOST_FOLDERS).matches
    if not found:
        return ""
    told = f"`{found[0].name}` would match; what is hidden or in `node_modules` is searched"
    return f"{told} only where the pattern names it"


def _literal(root: Path, pattern: Pattern) -> str:
    name = pattern.text
    if "[" not in name or not os.path.lexists(root / name):
        return ""
    return f"`[` begins a set of characters; for the file `{name}` write `{name.replace('[', '[[]')}`"


def _stopped(root: Path, pattern: Pattern, extensions: tuple[str, ...]) -> str:
    """Look where the pattern came furthest, and for what is most like the segment that stopped it there."""
    stops = _furthest(root, pattern, extensions)
    for stop in stops:
        if stop.segment is not None and (told := _alike(root, stop, extensions)):
            return told
    return _instead(root, stops[0]) if stops else ""


def _furthest(root: Path, pattern: Pattern, extensions: tuple[str, ...]) -> list[_Stop]:
    automaton = Automaton(Search((pattern,), extensions))
    start = automaton.start()
    waiting = [] if start is None else [("", start)]
    best = -1
    stops: list[_Stop] = []
    searched = 0
    while waiting and searched < _MOST_FOLDERS:
        folder, place = waiting.pop(0)
        searched += 1
        reached = [_progress(pattern.globs[glob], done) for glob, done in place.positions]
        if place.whole:
            reached.append(
                (len(max(pattern.globs, key=lambda glob: len(glob.segments)).segments) + 1, None, True)
            )
        for score, segment, is_last in reached:
            if segment == ANY_DEPTH or score < best:
                continue
            if score > best:
                best, stops = score, []
            stops.append(_Stop(folder, segment, is_last))
        for name in _names(root, folder, folders=True):
            inside = automaton.into(place, name)
            if inside is not None:
                waiting.append((f"{folder}{name}/", inside))
    return stops


def _progress(glob: Glob, done: int) -> tuple[int, str | None, bool]:
    """How many segments but ``**`` are matched, which is next, and whether that is the last."""
    score = sum(segment != ANY_DEPTH for segment in glob.segments[:done])
    return score, glob.segments[done], done == len(glob.segments) - 1 and not glob.everything_below


def _alike(root: Path, stop: _Stop, extensions: tuple[str, ...]) -> str:
    assert stop.segment is not None  # noqa: S101 - asked only for those
    kind = "file" if stop.is_last and "." in stop.segment else "folder"
    for folders in (True, False) if stop.is_last else (True,):
        name = _most_alike(stop.segment, _names(root, stop.folder, folders=folders))
        if name:
            there = f"there is `{stop.folder}{name}`"
            held = _held(root, f"{stop.folder}{name}/", extensions) if folders else ""
            return f"no {kind} `{stop.folder}{stop.segment}`; {there}{f' with {held}' if held else ''}"
    return ""


def _most_alike(segment: str, names: Iterable[str]) -> str:
    """Return the name that the segment was probably meant to match; empty if none is near enough."""
    from difflib import get_close_matches  # noqa: PLC0415 - only needed here

    candidates = sorted(names)
    for name in candidates:
        if fnmatchcase(name.casefold(), segment.casefold()):
            return name
    if is_wild(segment):
        return ""
    by_key = {name.casefold(): name for name in candidates}
    close = get_close_matches(segment.casefold(), by_key, n=1, cutoff=_ALIKE)
    return by_key[close[0]] if close else ""


def _instead(root: Path, stop: _Stop) -> str:
    where = f"`{stop.folder.rstrip('/')}`" if stop.folder else "the working directory"
    if stop.segment is not None and not stop.is_last:
        there = sorted(name for name in _names(root, stop.folder, folders=True) if is_searched(name))
        held = _listed(f"`{name}`" for name in there) if there else "no folders"
        return f"{where} has no folder `{stop.segment}`; it has {held}"
    held = _held(root, stop.folder, ())
    return f"{where} holds {held}" if held else f"{where} holds no files"


def _held(root: Path, folder: str, extensions: tuple[str, ...]) -> str:
    """Count what a folder holds at any depth, by extension: ``14 `.xml`, 2 `.txt```."""
    everything = Search(
        (Pattern("**", excludes=False, globs=(Glob((), everything_below=True),)),), extensions
    )
    found = walk(root / folder, everything, most=_MOST_FOLDERS).matches
    kinds = Counter(extension_of(match.name) for match in found)
    by_number = sorted(kinds.items(), key=lambda kind: (-kind[1], not kind[0], kind[0]))
    counted = [f"{number:,} `{kind}`" if kind else _counted(number, "file") for kind, number in by_number]
    return _listed(counted)


def _names(root: Path, folder: str, *, folders: bool) -> Iterator[str]:
    try:
        with os.scandir(root / folder) as entries:
            for count, entry in enumerate(entries):
                if count == _MOST_NAMES:
                    return
                if entry.is_dir(follow_symlinks=False) == folders:
                    yield entry.name
    except OSError:
        return


def _listed(items: Iterable[str]) -> str:
    known = list(items)
    more = len(known) - _SHOWN
    return ", ".join(known[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
