"""Which files patterns match, and which folders they lead into. Nothing here touches the disk.

All patterns are one tree of segments, and a folder is at those of its nodes that the folder's path matches.
So what patterns have in common is matched once, and a folder at no node is not entered.

``wcmatch`` matches single names, in linear time (since 12.0). It does not match whole paths: its regular
expression for these takes time that grows with the length of the path to the power of the number of
``**``, 14 seconds for five of them and a path of 120 folders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from wcmatch import fnmatch

from qtm_action.results.find.patterns import ANY_DEPTH, Pattern, is_wild

# Besides hidden folders: searched only where a pattern names it.
_UNSEARCHED = "node_modules"


class Meaning(NamedTuple):
    """Which pattern matches a file, by its index, and whether it does so by naming a folder of it."""

    pattern: int
    by_folder: bool


class PatternNode:
    """What patterns go on with after the segments that lead here; ``meanings`` are those that end here."""

    def __init__(self, segment: str, *, hidden_too: bool) -> None:
        self.segment = segment
        self.meanings: set[Meaning] = set()
        self._hidden_too = hidden_too
        self.literal: dict[str, PatternNode] = {}
        self.wild: dict[str, PatternNode] = {}

    def add(self, segments: Sequence[str], meaning: Meaning) -> None:
        """Add a path that goes on with ``segments``."""
        node = self
        for segment in segments:
            known = node.wild if is_wild(segment) else node.literal
            if segment not in known:
                known[segment] = PatternNode(segment, hidden_too=self._hidden_too)
            node = known[segment]
        node.meanings.add(meaning)

    def opened(self) -> Iterator[PatternNode]:
        """Yield this node if patterns go on, and that of a ``**`` after it, which may stand for no folder."""
        if self.literal or self.wild:
            yield self
        if ANY_DEPTH in self.wild:
            yield self.wild[ANY_DEPTH]

    def next(self, name: str, *, wild_too: bool = True) -> Iterator[PatternNode]:
        """Yield the nodes that a name leads to; ``**`` is not among them."""
        if name in self.literal:
            yield self.literal[name]
        if wild_too:
            for segment, node in self.wild.items():
                if segment != ANY_DEPTH and node.matches(name):
                    yield node

    @cached_property
    def matches(self) -> Callable[[str], object]:
        """The test of a name that may lead here; compiled when a folder comes so far."""
        return name_test(self.segment, hidden_too=self._hidden_too)

    @cached_property
    def endings(self) -> frozenset[str]:
        """Endings, one of which every file matched here has: the quickest test."""
        following = (*self.literal.values(), *self.wild.values())
        return frozenset(re.split(r"[*?\]]", node.segment)[-1] for node in following if node.meanings)


class Place(NamedTuple):
    """The nodes that a folder's path has matched."""

    includes: frozenset[PatternNode]
    excludes: frozenset[PatternNode]

    def endings(self) -> tuple[str, ...]:
        """Return endings, one of which every matching file directly in the folder has."""
        return tuple({ending for node in self.includes for ending in node.endings})

    def meanings(self, name: str) -> frozenset[Meaning]:
        """Return which patterns match a file directly in the folder; none if an exclude forbids it."""
        meanings = _meanings(self.includes, name)
        is_excluded = meanings and self.excludes and _meanings(self.excludes, name)
        return frozenset() if is_excluded else meanings

    def names(self, name: str) -> bool:
        """Whether an include has this very name, without wildcards, at this point."""
        return any(name in node.literal for node in self.includes)


class Matcher:
    """The patterns of a search.

    ``extensions`` (lower case, with the dot) are those of the files that a folder stands for; none
    stands for all files. ``beyond`` looks into folders that are hidden or named ``node_modules`` too.
    """

    def __init__(
        self, patterns: Sequence[Pattern], extensions: tuple[str, ...] = (), *, beyond: bool = False
    ) -> None:
        self._beyond = beyond
        self._includes = PatternNode("", hidden_too=beyond)
        self._excludes = PatternNode("", hidden_too=True)
        endings = tuple(e for known in extensions for e in (known, known.upper())) or ("",)
        for index, pattern in enumerate(patterns):
            tree = self._excludes if pattern.excludes else self._includes
            for glob in pattern.globs:
                for segments, by_folder in glob.paths(("",) if pattern.excludes else endings):
                    tree.add(segments, Meaning(index, by_folder))

    def start(self) -> Place | None:
        """Return the place of the folder that is searched; None when nothing in it can match."""
        return _place(self._includes.opened(), self._excludes.opened())

    def enter(self, place: Place, name: str, *, is_link: bool = False) -> Place | None:
        """Return the place of the folder ``name`` in another; None when nothing in it can match.

        A link is entered only where a pattern has a segment for it: no ``**`` crosses it.
        """
        crossing = not is_link and (self._beyond or is_searched(name))
        wild_too = self._beyond or name != _UNSEARCHED
        includes = _step(place.includes, name, crossing=crossing, wild_too=wild_too)
        return _place(includes, _step(place.excludes, name)) if includes else None


def is_searched(name: str) -> bool:
    """Whether a folder of that name is searched where no pattern names it."""
    return not name.startswith(".") and name != _UNSEARCHED


def matches_folder(segment: str, name: str) -> bool:
    """Whether one segment (not ``**``) matches a folder of that name."""
    return name == segment or (is_wild(segment) and name != _UNSEARCHED and bool(name_test(segment)(name)))


@lru_cache(maxsize=1024)
def name_test(segment: str, *, hidden_too: bool = False, any_case: bool = False) -> Callable[[str], object]:
    """Return the test that one segment (not ``**``) is for a name, in time linear in its length."""
    flags = fnmatch.FORCEUNIX | (fnmatch.IGNORECASE if any_case else fnmatch.CASE)
    (expression,), _ = fnmatch.translate(segment, flags=flags | (fnmatch.DOTMATCH if hidden_too else 0))
    return re.compile(expression).fullmatch


def _meanings(nodes: Iterable[PatternNode], name: str) -> frozenset[Meaning]:
    return frozenset(meaning for node in nodes for end in node.next(name) for meaning in end.meanings)


def _step(
    nodes: Iterable[PatternNode], name: str, *, crossing: bool = True, wild_too: bool = True
) -> set[PatternNode]:
    reached = set()
    for node in nodes:
        if crossing and node.segment == ANY_DEPTH:
            reached.add(node)
        for following in node.next(name, wild_too=wild_too):
            reached.update(following.opened())
    return reached


def _place(includes: Iterable[PatternNode], excludes: Iterable[PatternNode]) -> Place | None:
    """Return the place at those nodes; None where all files there and below are excluded."""
    place = Place(frozenset(includes), frozenset(excludes))
    everything = (node.wild.get("*") for node in place.excludes if node.segment == ANY_DEPTH)
    return None if any(node is not None and node.meanings for node in everything) else place
