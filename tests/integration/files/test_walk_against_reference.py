"""The walk against a plain reference, on trees and patterns made up at random."""

from __future__ import annotations

import re
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from qtm_action.results.find.matching import Matcher
from qtm_action.results.find.patterns import ANY_DEPTH, is_wild, parse_pattern
from qtm_action.results.find.walk import walk

NAMES = ("a", "b", "ab", "a.xml", "b.xml", ".h", ".h.xml", "node_modules", "xa")
SEGMENTS = ("a", "b", "*", "**", "?", "a*", "*.xml", "[ab]", ".h", ".*", "node_modules", "*a", "[!a]*")
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map(tuple)
PATTERNS = st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=4).map("/".join)


def plain(name: str) -> bool:
    return not name.startswith(".") and name != "node_modules"


def fits(segment: str, name: str, *, is_folder: bool, excluding: bool) -> bool:
    """Say whether a segment means a name: what is hidden, and node_modules, has to be named."""
    if not fnmatchcase(name, segment):
        return False
    if excluding or not is_wild(segment):
        return True
    if name.startswith("."):
        return segment.startswith(".")
    return not (is_folder and name == "node_modules")


def names_folder(folder: tuple[str, ...], pattern: list[str], *, excluding: bool) -> bool:
    """Say whether a pattern means the folder itself."""
    if not pattern or not folder:
        return not folder and all(segment == ANY_DEPTH for segment in pattern)
    first, rest = pattern[0], pattern[1:]
    if first == ANY_DEPTH:
        if names_folder(folder, rest, excluding=excluding):
            return True
        return (excluding or plain(folder[0])) and names_folder(folder[1:], pattern, excluding=excluding)
    here = fits(first, folder[0], is_folder=True, excluding=excluding)
    return here and names_folder(folder[1:], rest, excluding=excluding)


def names_file(path: tuple[str, ...], pattern: list[str], *, excluding: bool) -> bool:
    """Say whether a pattern means the file itself; a lone star at its end, only a report."""
    last = pattern[-1]
    if last == "*" and not excluding and not path[-1].endswith(".xml"):
        return False
    return fits(last, path[-1], is_folder=False, excluding=excluding) and names_folder(
        path[:-1], pattern[:-1], excluding=excluding
    )


def meant(path: tuple[str, ...], text: str, *, excluding: bool) -> bool:
    """Say whether a pattern means a file, itself or with a folder that it is in."""
    pattern = re.sub(r"\*\*(/\*\*)+", "**", text).split("/")
    everything_below = pattern[-1] == ANY_DEPTH
    if everything_below:
        pattern.pop()
    elif names_file(path, pattern, excluding=excluding):
        return True
    if pattern[-1:] == ["*"] and not everything_below:
        return False
    return any(
        names_folder(path[:depth], pattern, excluding=excluding)
        and (excluding or (path[-1].endswith(".xml") and is_plain_below(path[depth:])))
        for depth in range(0 if everything_below else 1, len(path))
    )


def is_plain_below(below: tuple[str, ...]) -> bool:
    return all(map(plain, below[:-1])) and not below[-1].startswith(".")


def reference(paths: list[tuple[str, ...]], includes: list[str], excludes: list[str]) -> list[str]:
    """Say by plain recursion which of the files match, as the documentation words it."""
    return sorted(
        "/".join(path)
        for path in paths
        if any(meant(path, text, excluding=False) for text in includes)
        and not any(meant(path, text, excluding=True) for text in excludes)
    )


@given(
    st.lists(PATHS, max_size=8, unique=True),
    st.lists(PATTERNS, min_size=1, max_size=3),
    st.lists(PATTERNS, max_size=2),
)
def test_the_walk_finds_what_a_plain_reference_finds(
    paths: list[tuple[str, ...]], includes: list[str], excludes: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        files = []
        for path in paths:
            file = root.joinpath(*path)
            if file.exists() or any(parent.is_file() for parent in file.parents):
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
            files.append(path)
        patterns = [parse_pattern(text, root) for text in (*includes, *(f"!{text}" for text in excludes))]
        found = walk(root, Matcher(patterns, (".xml",)))
        assert [match.name for match in found.matches] == reference(files, includes, excludes)
