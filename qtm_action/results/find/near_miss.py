"""The nearest miss: why a pattern matched no file, and what is there in its place.

Looked for only when a pattern matched none, in a bounded number of folders.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from qtm_action.redaction import redacted
from qtm_action.results.find.matching import Matcher, is_searched, matches_folder, name_test
from qtm_action.results.find.patterns import ANY_DEPTH, Glob, Pattern, is_wild
from qtm_action.results.find.walk import walk
from qtm_action.results.paths import extension_of
from qtm_action.words import counted, listed

_MOST_FOLDERS = 2_000
_MOST_NAMES = 20_000
_MOST_GLOBS = 8
_SHOWN = 4
_ALIKE = 0.75  # of difflib; `surefire-report` and `surefire-reports` are 0.97 alike
_EVERYTHING = Pattern(ANY_DEPTH, excludes=False, globs=(Glob((ANY_DEPTH,)),))


class NearestMiss(NamedTuple):
    """Why a pattern matched no file: a clause, empty if there is nothing to say.

    ``is_near`` is false where it only lists what is there, and nothing there resembles the pattern.
    """

    text: str = ""
    is_near: bool = False


class _Stop(NamedTuple):
    """The folders that a glob reached, and the segment of it that nothing in them matches.

    ``segment`` is empty where the glob stands for the folders themselves, and no name in them is missing.
    ``matched`` counts the segments before it, ``**`` left out.
    """

    matched: int
    folders: list[str]
    segment: str
    is_last: bool


def nearest_miss(
    root: Path, pattern: Pattern, excludes: tuple[Pattern, ...], extensions: tuple[str, ...]
) -> NearestMiss:
    """Find out why ``pattern`` matched no file under ``root``."""
    if redacted(pattern.text) != pattern.text:
        return NearestMiss()  # the clause would take the secret apart, and show what is left of it
    near = (
        _wrong_stars(pattern)
        or _excluded(root, pattern, excludes, extensions)
        or _beyond(root, pattern, extensions)
        or _literal(root, pattern)
    )
    return NearestMiss(near, is_near=True) if near else _stopped(root, pattern, extensions)


def _wrong_stars(pattern: Pattern) -> str:
    for glob in pattern.globs:
        for segment in glob.segments:
            if ANY_DEPTH in segment and segment != ANY_DEPTH:
                fixed = segment.replace(ANY_DEPTH, f"{ANY_DEPTH}/*", 1)
                wrong = f"`{ANY_DEPTH}` crosses folders only between slashes"
                return f"{wrong}: write `{fixed}` instead of `{segment}`"
    return ""


def _excluded(
    root: Path, pattern: Pattern, excludes: tuple[Pattern, ...], extensions: tuple[str, ...]
) -> str:
    found = _matches(root, Matcher((pattern,), extensions)) if excludes else []
    if not found:
        return ""
    verb = "is" if len(found) == 1 else "are"
    words = " and ".join(f"`{exclude.text}`" for exclude in excludes)
    return f"{counted(len(found), 'matching file')} {verb} excluded by {words}"


def _beyond(root: Path, pattern: Pattern, extensions: tuple[str, ...]) -> str:
    found = _matches(root, Matcher((pattern,), extensions, beyond=True))
    if not found:
        return ""
    there = f"`{found[0]}` would match, but hidden folders and `node_modules` are searched"
    return f"{there} only if the pattern names them"


def _literal(root: Path, pattern: Pattern) -> str:
    name = pattern.text
    if "[" not in name or not os.path.lexists(root / name):
        return ""
    shown = redacted(name)
    return f"`[` begins a set of characters; for the file `{shown}` write `{shown.replace('[', '[[]')}`"


def _stopped(root: Path, pattern: Pattern, extensions: tuple[str, ...]) -> NearestMiss:
    """Look where the pattern came furthest, and for what is most like the segment that stopped it there."""
    stops = [_stop(root, glob) for glob in pattern.globs[:_MOST_GLOBS]]
    furthest = max(stop.matched for stop in stops)
    stops = [stop for stop in stops if stop.matched == furthest]
    brackets = (_in_brackets(root, stop) for stop in stops)
    alike = (_alike(root, folder, stop, extensions) for stop in stops for folder in stop.folders)
    near = next(filter(None, chain(brackets, alike)), "")
    return NearestMiss(near, is_near=True) if near else NearestMiss(_instead(root, stops[0]))


def _in_brackets(root: Path, stop: _Stop) -> str:
    """Say so where a folder or file is there that has the brackets of the segment in its name."""
    if "[" not in stop.segment:
        return ""
    fixed = stop.segment.replace("[", "[[]")
    names = (
        name
        for folder in stop.folders
        for only in (True, False)
        for name in _names(root, folder, folders=only)
    )
    name = min(filter(name_test(fixed), names), default="")
    return f"`[` begins a set of characters; for the name `{name}` write `{fixed}`" if name else ""


def _stop(root: Path, glob: Glob) -> _Stop:
    """Follow a glob from folder to folder until one of its segments leads no further."""
    segments = glob.segments[:-1] if glob.segments[-1:] == (ANY_DEPTH,) else glob.segments
    reached = [""]
    matched = 0
    for position, segment in enumerate(segments, 1):
        if segment == ANY_DEPTH:
            reached = _all_below(root, reached)
            continue
        here = _Stop(matched, reached, segment, is_last=position == len(glob.segments))
        if _in_brackets(root, here):
            return here
        inside = [
            f"{folder}{name}/"
            for folder in reached
            for name in _names(root, folder, folders=True)
            if matches_folder(segment, name)
        ]
        if not inside:
            return here
        reached = inside[:_MOST_FOLDERS]
        matched += 1
    return _Stop(matched, reached, "", is_last=True)


def _all_below(root: Path, folders: list[str]) -> list[str]:
    found = list(folders)
    for folder in found:
        if len(found) >= _MOST_FOLDERS:
            break
        found += [f"{folder}{name}/" for name in _names(root, folder, folders=True) if is_searched(name)]
    return found


def _alike(root: Path, folder: str, stop: _Stop, extensions: tuple[str, ...]) -> str:
    kind = "file" if stop.is_last and "." in stop.segment else "folder"
    for folders in (True, False) if stop.is_last else (True,):
        name = _most_alike(stop.segment, _names(root, folder, folders=folders))
        if not name:
            continue
        there = f"there is `{folder}{name}`"
        if not _fits(stop.segment, name) and _fits(_composed(stop.segment), _composed(name)):
            there = (
                "there is one that looks the same, in another form of Unicode (NFC, NFD): "
                "write `*` instead of its accented letters"
            )
        elif folders and (held := _held(root, f"{folder}{name}/", extensions)):
            there += f" with {held}"
        return f"no {kind} `{folder}{stop.segment}`; {there}"
    return ""


def _most_alike(segment: str, names: Iterable[str]) -> str:
    """Return the name most like the segment; empty if none is near enough."""
    candidates = sorted(names) if segment else []
    fits = name_test(_composed(segment), hidden_too=True, any_case=True)
    for name in candidates:
        if fits(_composed(name)):
            return name
    if is_wild(segment):
        return ""
    by_key = {name.casefold(): name for name in candidates}
    close = get_close_matches(segment.casefold(), by_key, n=1, cutoff=_ALIKE)
    return by_key[close[0]] if close else ""


def _composed(name: str) -> str:
    """Return a name in the form of Unicode in which a letter and its marks are one character."""
    return normalize("NFC", name)


def _fits(segment: str, name: str) -> bool:
    return name == segment or bool(name_test(segment, hidden_too=True)(name))


def _instead(root: Path, stop: _Stop) -> str:
    folder = stop.folders[0]
    below = walk(root / folder, Matcher((_EVERYTHING,)), most=_MOST_FOLDERS)
    if below.unreadable and not below.matches:
        return ""  # that can't be known, and a warning names the folder
    where = f"`{folder.rstrip('/')}`" if folder else "the working directory"
    if not stop.is_last:
        there = sorted(name for name in _names(root, folder, folders=True) if is_searched(name))
        held = listed([f"`{name}`" for name in there], _SHOWN) or "no folders"
        return f"{where} has no folder `{stop.segment}`; it has {held}"
    return f"{where} contains {_held(root, folder, ()) or 'no files'}"


def _held(root: Path, folder: str, extensions: tuple[str, ...]) -> str:
    """Count what a folder holds at any depth, by extension: ``14 `.xml`, 2 `.txt```."""
    found = _matches(root / folder, Matcher((_EVERYTHING,), extensions))
    kinds = Counter(extension_of(redacted(name)) for name in found)
    by_number = sorted(kinds.items(), key=lambda kind: (-kind[1], not kind[0], kind[0]))
    held = [f"{number:,} `{kind}`" if kind else counted(number, "file") for kind, number in by_number]
    return listed(held, _SHOWN)


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


def _matches(root: Path, matcher: Matcher) -> list[str]:
    return [match.name for match in walk(root, matcher, most=_MOST_FOLDERS).matches]
