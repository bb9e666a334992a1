"""One walk over a folder for all patterns of an import, into no folder that none of them can match."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from qtm_action.results.find.matching import Matcher, Meaning, Place
from qtm_action.results.paths import why_unreadable


class Match(NamedTuple):
    """A file that was found: its ``/``-separated path from the folder searched, and what matched it."""

    name: str
    meanings: frozenset[Meaning]

    @property
    def by_folder(self) -> bool:
        """Whether it was found only because a pattern names a folder of it."""
        return all(meaning.by_folder for meaning in self.meanings)


@dataclass(slots=True)
class Findings:
    """What a walk found, each list sorted by name, names as in :class:`Match`.

    ``outside``: matches, and folders that a pattern names, that really are outside of the folder
    searched, each with where. ``unusable``: matches that lead nowhere or are no files, with what they are.
    ``unreadable``: folders that could not be searched, with the reason. ``unfollowed``: symbolic links
    to folders, which ``**`` does not cross.
    """

    matches: list[Match] = field(default_factory=list)
    outside: list[tuple[str, str]] = field(default_factory=list)
    unusable: list[tuple[str, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    unfollowed: list[str] = field(default_factory=list)


class _Folder(NamedTuple):
    """A folder still to be searched. ``real`` is where it really is if a symbolic link led here."""

    path: str
    prefix: str
    place: Place
    real: str | None = None


def walk(root: Path, matcher: Matcher, *, most: int | None = None) -> Findings:
    """Find the files under ``root``; with ``most``, stop after that many folders.

    A symbolic link to a folder is followed only where a pattern has a segment for it, and into each
    folder no more than once, so that links in a circle end. A file found by two names is listed once,
    by its real name if that was found. Raises nothing: what can't be read is among the findings.
    """
    return _Walk(root, matcher).run(most)


class _Walk:
    def __init__(self, root: Path, matcher: Matcher) -> None:
        self._matcher = matcher
        self._root = _real_path(root)
        self._found = Findings()
        self._aliases: dict[str, str] = {}  # matches that a link led to, with where they really are
        self._linked: set[tuple[str, Place]] = set()
        self._waiting: list[_Folder] = []

    def run(self, most: int | None) -> Findings:
        """Search folder after folder; a stack and not recursion, for trees of any depth."""
        found = self._found
        if (start := self._matcher.start()) is not None:
            self._waiting.append(_Folder(self._root, "", start))
        while self._waiting and most != 0:
            most = None if most is None else most - 1
            folder = self._waiting.pop()
            try:
                self._search(folder)
            except FileNotFoundError:  # removed since its parent was read
                continue
            except OSError as error:
                name = folder.prefix.rstrip("/") or "."
                found.unreadable.append((name, why_unreadable(error, folder.path)))
        found.matches = self._without_aliases()
        for each in (found.matches, found.outside, found.unusable, found.unreadable, found.unfollowed):
            each.sort()  # the order of the disk does not show
        return found

    def _search(self, folder: _Folder) -> None:
        """Look at every entry of a folder once: the only loop here whose speed counts."""
        enter, place, prefix = self._matcher.enter, folder.place, folder.prefix
        endings = place.endings()
        others = []
        with os.scandir(folder.path) as entries:
            for entry in entries:
                try:
                    is_folder = entry.is_dir()
                except OSError:  # a symbolic link in a circle, or into a folder that may not be read
                    others.append(entry)
                    continue
                name = entry.name
                if is_folder:
                    if entry.is_symlink():
                        others.append(entry)
                    elif (inside := enter(place, name)) is not None:
                        real = None if folder.real is None else f"{folder.real}/{name}"
                        self._enter(_Folder(entry.path, f"{prefix}{name}/", inside, real))
                elif name.endswith(endings):
                    if entry.is_file(follow_symlinks=False):
                        self._take(folder, name)
                    else:
                        others.append(entry)
        for entry in others:
            self._other(folder, entry)

    def _take(self, folder: _Folder, name: str) -> None:
        if meanings := folder.place.meanings(name):
            self._found.matches.append(Match(folder.prefix + name, meanings))
            if folder.real is not None:
                self._aliases[folder.prefix + name] = f"{folder.real}/{name}"

    def _enter(self, folder: _Folder) -> None:
        if folder.real is None:
            self._waiting.append(folder)
        elif (step := (folder.real, folder.place)) not in self._linked:
            self._linked.add(step)
            self._waiting.append(folder)

    def _other(self, folder: _Folder, entry: os.DirEntry[str]) -> None:
        """Look at what is neither a file nor a folder itself: a symbolic link, a pipe, a device."""
        name = folder.prefix + entry.name
        real = _real_path(entry.path)
        try:
            mode = os.stat(real).st_mode  # noqa: PTH116 - strings all the way: a Path costs more than the look
        except OSError:
            mode = 0
        if stat.S_ISDIR(mode):
            self._linked_folder(folder, entry, real)
            return
        meanings = folder.place.meanings(entry.name)
        if not meanings:
            return
        if not mode:
            self._found.unusable.append((name, "a broken symbolic link"))
        elif not self._is_inside(real):
            self._found.outside.append((name, real))
        elif not stat.S_ISREG(mode):
            self._found.unusable.append((name, "not a regular file"))
        else:
            self._found.matches.append(Match(name, meanings))
            self._aliases[name] = real

    def _linked_folder(self, folder: _Folder, entry: os.DirEntry[str], real: str) -> None:
        name = folder.prefix + entry.name
        inside = self._matcher.enter(folder.place, entry.name, is_link=True)
        if inside is None:
            if self._matcher.enter(folder.place, entry.name) is not None:
                self._found.unfollowed.append(name)
        elif self._is_inside(real):
            self._enter(_Folder(entry.path, f"{name}/", inside, real))
        elif folder.place.names(entry.name):
            self._found.outside.append((name, real))
        else:
            self._found.unfollowed.append(name)

    def _is_inside(self, real: str) -> bool:
        return real == self._root or real.startswith(self._root.rstrip("/") + "/")

    def _without_aliases(self) -> list[Match]:
        """Of the names of one file keep its real one, or else the first."""
        if not self._aliases:
            return self._found.matches
        named: dict[str, Match] = {}
        for match in sorted(self._found.matches, key=lambda match: (match.name in self._aliases, match.name)):
            named.setdefault(self._aliases.get(match.name, f"{self._root}/{match.name}"), match)
        return list(named.values())


def _real_path(path: str | Path) -> str:
    """Return where a file or folder really is, with ``/`` between folders on every system."""
    return os.path.realpath(path).replace(os.sep, "/")
