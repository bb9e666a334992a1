"""Which files and folders patterns match, segment by segment. Nothing here touches the disk.

All patterns together make up one automaton that reads a path from its start. For each folder it knows,
as a :class:`Place`, which files directly in it are wanted, and for each folder in that one whether there
is anything to look for. What a step costs grows with the number of segments, whatever they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qtm_action.results.find.patterns import ANY_DEPTH, is_wild, literal_end, matches_name, segment_test

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qtm_action.results.find.patterns import Glob, Pattern

# Besides hidden folders: searched only where a pattern names it.
_UNSEARCHED = "node_modules"

# How many folder names a place remembers the way to; only a bound for memory.
_REMEMBERED = 4096

# ``(glob, n)``: the first n segments of the glob are matched.
_Position = tuple[int, int]
# The pattern that names a folder, and whether it does so itself (and not by a ``**`` at its end).
_Whole = tuple[int, bool]


class Search(NamedTuple):
    """What to look for.

    ``extensions`` (lower case, with the dot) are those of the files that a folder stands for; none
    stands for all files. ``beyond`` looks into folders that are hidden or named ``node_modules`` too.
    """

    patterns: tuple[Pattern, ...]
    extensions: tuple[str, ...] = ()
    beyond: bool = False


class FileTest(NamedTuple):
    """Whether a file directly in a place is meant by one pattern.

    ``endings`` are what its name has to end with, one of them; ``fits`` judges the whole name, and is
    None where the ending says it all. ``by_folder`` is true for a pattern that names a folder of it.
    """

    pattern: int
    endings: tuple[str, ...]
    fits: Callable[[str], object] | None = None
    hidden_too: bool = False
    by_folder: bool = False
    excludes: bool = False

    def means(self, name: str) -> bool:
        """Judge a name."""
        return (
            name.endswith(self.endings)
            and (self.fits is None or self.fits(name) is not None)
            and (self.hidden_too or name[0] != ".")
        )


class Meaning(NamedTuple):
    """Which patterns mean a file, and whether they all do so by naming a folder of it."""

    patterns: tuple[int, ...]
    by_folder: bool


class Place:
    """What the patterns want of one folder; folders that are the same to them share one.

    No file is wanted whose name does not end with one of ``endings``.
    """

    __slots__ = ("_meanings", "_unwanted", "_wanted", "endings", "positions", "ways", "whole")

    def __init__(
        self, positions: frozenset[_Position], whole: frozenset[_Whole], tests: tuple[FileTest, ...]
    ) -> None:
        self.positions = positions
        self.whole = whole
        self.ways: dict[str, Place | None] = {}
        self._wanted = tuple(test for test in tests if not test.excludes)
        self._unwanted = tuple(test for test in tests if test.excludes)
        self.endings = tuple({ending for test in self._wanted for ending in test.endings})
        self._meanings: dict[tuple[FileTest, ...], Meaning] = {}

    def meaning(self, name: str) -> Meaning | None:
        """Tell which patterns want the file of that name; None if none does, or an exclude forbids."""
        tests = tuple([test for test in self._wanted if test.means(name)])
        if not tests or (self._unwanted and any(test.means(name) for test in self._unwanted)):
            return None
        known = self._meanings.get(tests)
        if known is None:
            patterns = tuple(sorted({test.pattern for test in tests}))
            known = self._meanings[tests] = Meaning(patterns, all(test.by_folder for test in tests))
        return known


def is_searched(name: str) -> bool:
    """Whether a folder of that name is searched where no pattern names it."""
    return not name.startswith(".") and name != _UNSEARCHED


class Automaton:
    """All patterns of a search as one machine that goes from folder to folder."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._globs = [
            (index, glob, pattern.excludes)
            for index, pattern in enumerate(search.patterns)
            for glob in pattern.globs
        ]
        self._everything = tuple(e for known in search.extensions for e in (known, known.upper())) or ("",)
        self._places: dict[tuple[frozenset[_Position], frozenset[_Whole]], Place] = {}

    def start(self) -> Place | None:
        """Return the place of the folder that is searched; None when nothing in it can match."""
        return self._place({(glob, 0) for glob in range(len(self._globs))}, set())

    def into(self, place: Place, name: str) -> Place | None:
        """Return the place of the folder ``name`` in another; None when nothing in it can match."""
        if name in place.ways:
            return place.ways[name]
        unsearched = self._is_unsearched(name)
        way = self._place(self._step(place, name), set() if unsearched else set(place.whole))
        if len(place.ways) < _REMEMBERED:
            place.ways[name] = way
        return way

    def through_link(self, place: Place, name: str) -> Place | None:
        """Like :meth:`into` for a symbolic link, which only a pattern that has a segment for it follows."""
        crossing = {
            position
            for position in place.positions
            if self._segment(position) == ANY_DEPTH and not self._excludes(position)
        }
        return self._place(self._step(place, name) - crossing, set())

    def names(self, place: Place, name: str) -> bool:
        """Whether a pattern has this very name, without wildcards, at this point."""
        return any(self._segment(at) == name and not self._excludes(at) for at in place.positions)

    def _segment(self, position: _Position) -> str:
        return self._globs[position[0]][1].segments[position[1]]

    def _excludes(self, position: _Position) -> bool:
        return self._globs[position[0]][2]

    def _is_unsearched(self, name: str) -> bool:
        return not self._search.beyond and not is_searched(name)

    def _step(self, place: Place, name: str) -> set[_Position]:
        unsearched = self._is_unsearched(name)
        reached = set()
        for position in place.positions:
            glob, done = position
            segment = self._segment(position)
            barred = unsearched and not self._excludes(position)
            if segment == ANY_DEPTH:
                if not barred:
                    reached.add(position)
            elif matches_name(segment, name) and not (
                barred and is_wild(segment) and not _names_hidden(segment, name)
            ):
                reached.add((glob, done + 1))
        return reached

    def _place(self, reached: set[_Position], whole: set[_Whole]) -> Place | None:
        positions: set[_Position] = set()
        for glob, start in reached:
            pattern, shape, excludes = self._globs[glob]
            done = start
            while done < len(shape.segments):
                positions.add((glob, done))
                if shape.segments[done] != ANY_DEPTH:
                    break
                done += 1
            else:
                if excludes and _stands_for_folder(shape):
                    return None
                if not excludes and _stands_for_folder(shape):
                    whole.add((pattern, not shape.everything_below))
        key = (frozenset(positions), frozenset(whole))
        if key not in self._places:
            self._places[key] = Place(*key, tuple(self._tests(*key)))
        found = self._places[key]
        going_on = any(not self._excludes(position) for position in positions)
        return found if going_on or whole else None

    def _tests(self, positions: frozenset[_Position], whole: frozenset[_Whole]) -> Iterator[FileTest]:
        for pattern, by_folder in sorted(whole):
            yield FileTest(pattern, self._everything, by_folder=by_folder)
        for glob, done in sorted(positions):
            pattern, shape, excludes = self._globs[glob]
            if done != len(shape.segments) - 1 or shape.everything_below or shape.folders_only:
                continue
            segment = shape.segments[done]
            if excludes:
                yield FileTest(pattern, ("",), segment_test(segment), hidden_too=True, excludes=True)
                continue
            hidden = self._search.beyond or segment.startswith(".")
            if segment == "*":
                yield FileTest(pattern, self._everything, hidden_too=hidden)
            else:
                yield FileTest(pattern, (literal_end(segment),), segment_test(segment), hidden_too=hidden)


def _stands_for_folder(glob: Glob) -> bool:
    """Whether a folder that all segments match is meant with all that is in it; a lone ``*`` means files."""
    return glob.everything_below or glob.folders_only or glob.segments[-1:] != ("*",)


def _names_hidden(segment: str, name: str) -> bool:
    return name.startswith(".") and segment.startswith(".")
