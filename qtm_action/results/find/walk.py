"""One walk over a folder for all patterns of an import, into no folder that none of them can match."""

from __future__ import annotations

import os
import stat
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from qtm_action.results.find.matching import Automaton

if TYPE_CHECKING:
    from pathlib import Path

    from qtm_action.results.find.matching import Meaning, Place, Search


class Match(NamedTuple):
    """A file that was found: its ``/``-separated path from the folder searched, and who means it."""

    name: str
    meaning: Meaning


class Findings:
    """What a walk found, each list sorted by name, names as in :class:`Match`.

    ``outside``: matches, and folders that a pattern names, that really are outside of the folder
    searched, each with where. ``unusable``: matches that lead nowhere or are no files, with what they are.
    ``unreadable``: folders that could not be searched, with the reason. ``unfollowed``: symbolic links
    to folders, which ``**`` does not cross.
    """

    __slots__ = ("matches", "outside", "unfollowed", "unreadable", "unusable")

    def __init__(self) -> None:
        self.matches: list[Match] = []
        self.outside: list[tuple[str, str]] = []
        self.unusable: list[tuple[str, str]] = []
        self.unreadable: list[tuple[str, str]] = []
        self.unfollowed: list[str] = []

    def sort(self) -> None:
        """Put every list in the order of names, whatever the order of the disk."""
        self.matches.sort(key=itemgetter(0))
        for found in (self.outside, self.unusable, self.unreadable, self.unfollowed):
            found.sort()


class _Folder:
    """A folder still to be searched. ``real`` is where it really is if a symbolic link led here."""

    __slots__ = ("path", "place", "prefix", "real")

    def __init__(self, path: str, prefix: str, place: Place, real: str | None = None) -> None:
        self.path = path
        self.prefix = prefix
        self.place = place
        self.real = real


def walk(root: Path, search: Search, *, most: int | None = None) -> Findings:
    """Find the files under ``root``; with ``most``, stop after that many folders.

    A symbolic link to a folder is followed only where a pattern has a segment for it, and into each
    folder no more than once, so that links in a circle end. A file found by two names is listed once,
    by its real name if that was found. Raises nothing: what can't be read is among the findings.
    """
    return _Walk(root, search).run(most)


class _Walk:
    def __init__(self, root: Path, search: Search) -> None:
        self._automaton = Automaton(search)
        self._root = os.path.realpath(root)
        self._found = Findings()
        self._aliases: dict[str, str] = {}
        self._linked: set[tuple[str, int]] = set()
        self._waiting: list[_Folder] = []

    def run(self, most: int | None) -> Findings:
        """Search folder after folder; a stack and not recursion, for trees of any depth."""
        start = self._automaton.start()
        if start is not None:
            self._waiting.append(_Folder(self._root, "", start))
        searched = 0
        while self._waiting and (most is None or searched < most):
            folder = self._waiting.pop()
            searched += 1
            try:
                self._search(folder)
            except FileNotFoundError:
                continue
            except OSError as error:
                self._found.unreadable.append(
                    (folder.prefix.rstrip("/") or ".", error.strerror or str(error))
                )
        self._drop_aliases()
        self._found.sort()
        return self._found

    def _search(self, folder: _Folder) -> None:
        """Look at every entry of a folder once: the only loop here whose speed counts."""
        into, place, prefix, endings = self._automaton.into, folder.place, folder.prefix, folder.place.endings
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
                    elif (inside := into(place, name)) is not None:
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
        """Add a file to the matches if it is wanted, and not unwanted."""
        meaning = folder.place.meaning(name)
        if meaning is not None:
            match = Match(folder.prefix + name, meaning)
            self._found.matches.append(match)
            if folder.real is not None:
                self._aliases[match.name] = f"{folder.real}/{name}"

    def _enter(self, folder: _Folder) -> None:
        if folder.real is not None:
            step = (folder.real, id(folder.place))
            if step in self._linked:
                return
            self._linked.add(step)
        self._waiting.append(folder)

    def _other(self, folder: _Folder, entry: os.DirEntry[str]) -> None:
        """Judge what is neither a file nor a folder itself: a symbolic link, a pipe, a device."""
        name = folder.prefix + entry.name
        real = os.path.realpath(entry.path)
        try:
            mode = os.stat(real).st_mode  # noqa: PTH116 - strings all the way: a Path costs more than the look
        except OSError:
            mode = 0
        if stat.S_ISDIR(mode):
            self._linked_folder(folder, entry, real)
            return
        meaning = folder.place.meaning(entry.name)
        if meaning is None:
            return
        if not mode:
            self._found.unusable.append((name, "a symbolic link that leads nowhere"))
        elif not self._is_inside(real):
            self._found.outside.append((name, real))
        elif not stat.S_ISREG(mode):
            self._found.unusable.append((name, "not a regular file"))
        else:
            self._found.matches.append(Match(name, meaning))
            self._aliases[name] = real

    def _linked_folder(self, folder: _Folder, entry: os.DirEntry[str], real: str) -> None:
        name = folder.prefix + entry.name
        inside = self._automaton.through_link(folder.place, entry.name)
        if inside is None:
            if self._automaton.into(folder.place, entry.name) is not None:
                self._found.unfollowed.append(name)
        elif self._is_inside(real):
            self._enter(_Folder(entry.path, f"{name}/", inside, real))
        elif self._automaton.names(folder.place, entry.name):
            self._found.outside.append((name, real))
        else:
            self._found.unfollowed.append(name)

    def _is_inside(self, real: str) -> bool:
        return real == self._root or real.startswith(self._root.rstrip("/") + "/")

    def _drop_aliases(self) -> None:
        """Of the names of one file keep its real one, or else the first."""
        if not self._aliases:
            return
        taken = {
            f"{self._root}/{match.name}" for match in self._found.matches if match.name not in self._aliases
        }
        kept = []
        for match in sorted(self._found.matches, key=itemgetter(0)):
            real = self._aliases.get(match.name)
            if real is None:
                kept.append(match)
            elif real not in taken:
                taken.add(real)
                kept.append(match)
        self._found.matches = kept
