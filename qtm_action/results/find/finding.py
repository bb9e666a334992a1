"""Finding: what the patterns of one import match under the working directory, and what is wrong with that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from qtm_action.errors import Problem, Severity
from qtm_action.log import Log
from qtm_action.redaction import redacted
from qtm_action.results.find.matching import Matcher
from qtm_action.results.find.near_miss import NearestMiss, nearest_miss
from qtm_action.results.find.patterns import Pattern, parse_patterns
from qtm_action.results.find.walk import Findings, Match, walk
from qtm_action.results.paths import is_inside
from qtm_action.results.result_files import PatternCount
from qtm_action.words import counted, listed

_SHOWN = 3
_MOST_MISSES = 20  # patterns whose nearest miss is looked for: each takes a walk or two


class Found(NamedTuple):
    """The files that patterns match: ``/``-separated paths from the working directory, sorted.

    ``by_folder`` is true when a pattern names a folder, and a file is there only because of it.
    ``nothing_matched``: the patterns are right, and match no file; that is among the problems.
    """

    files: tuple[str, ...] = ()
    by_folder: bool = False
    patterns: tuple[PatternCount, ...] = ()
    problems: tuple[Problem, ...] = ()
    nothing_matched: bool = False


def find(
    root: Path, texts: Iterable[str], extensions: tuple[str, ...], *, log: Log, optional: bool = False
) -> Found:
    """Find the files that the patterns ``texts`` match under ``root``.

    ``extensions`` are those of the files that a folder stands for. With ``optional`` it is a warning and
    not an error when nothing matches. Raises :class:`InvalidInputError` where the patterns
    stand for too much together.
    """
    patterns, problems = parse_patterns(texts, root)
    if problems:
        return Found(problems=tuple(problems))
    includes = tuple(pattern for pattern in patterns if not pattern.excludes)
    if not includes:
        only = "no include pattern" if not patterns else "all patterns exclude files"
        return Found(problems=(Problem(only, "Give a path or a pattern, such as `**/TEST-*.xml`."),))
    if not root.is_dir():
        return Found(problems=(Problem(f"the working directory {root} is not a folder"),))
    found = walk(root, Matcher(patterns, extensions))
    for name in found.unfollowed[:_SHOWN]:
        log.debug(f"{name} is a symbolic link to a folder; it is searched only if a pattern names it")
    counts = _count(root, patterns, found, extensions)
    for count in counts:
        log.debug(f"{count.pattern}: {counted(count.files, 'file')}")
    named = [match for match in found.matches if _is_utf8(match.name)]
    faults = [*faults_of(found), *_not_in_utf8(found.matches)]
    nothing = not found.matches and not any(fault.severity is Severity.ERROR for fault in faults)
    if nothing:
        severity = Severity.WARNING if optional else Severity.ERROR
        faults.append(_nothing(root, counts, severity, found.unfollowed))
    if found.matches:
        faults += [
            Problem(f"no file matches `{count.pattern}`", count.nearest_miss, Severity.WARNING)
            for count in counts
            if not count.files
        ]
    return Found(
        files=tuple(match.name for match in named),
        by_folder=any(match.by_folder for match in named),
        patterns=counts,
        problems=tuple(faults),
        nothing_matched=nothing,
    )


def printable(name: str) -> str:
    """Return a file name without secrets as it can be printed: bytes that are not UTF-8 in hexadecimal."""
    return redacted(name).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def shortened(names: Sequence[str]) -> str:
    """Return the first few of ``names``, and how many more there are."""
    return listed(names, _SHOWN, redacted)


def _count(
    root: Path, patterns: list[Pattern], found: Findings, extensions: tuple[str, ...]
) -> tuple[PatternCount, ...]:
    matched = Counter(index for match in found.matches for index in {each.pattern for each in match.meanings})
    excludes = tuple(pattern for pattern in patterns if pattern.excludes)
    counts = []
    misses = 0
    for index, pattern in enumerate(patterns):
        if pattern.excludes:
            continue
        miss = NearestMiss()
        if not matched[index] and misses < _MOST_MISSES:
            misses += 1
            miss = nearest_miss(root, pattern, excludes, extensions)
        counts.append(PatternCount(pattern.text, matched[index], *miss))
    return tuple(counts)


def _not_in_utf8(matches: list[Match]) -> Iterator[Problem]:
    for match in matches:
        if not _is_utf8(match.name):
            yield Problem(
                f"the name of the file {printable(match.name)} is not UTF-8",
                "Rename it, or configure the test run to write file names in UTF-8 (LANG=C.UTF-8).",
            )


def _is_utf8(name: str) -> bool:
    """Whether Python could decode the name; it keeps other bytes as surrogates."""
    return name.isascii() or not any("\udc80" <= character <= "\udcff" for character in name)


def faults_of(found: Findings) -> Iterator[Problem]:
    """Say what is wrong with what was found."""
    for name, real in found.outside:
        yield Problem(
            f"{printable(name)} is outside the working directory: it is a link to {printable(real)}",
            "Set working-directory to a folder that contains both, or copy the results into it.",
        )
    for name, what in found.unusable:
        yield Problem(f"{printable(name)} is {what}", "Exclude it with a pattern that starts with `!`.")
    for name, why in found.unreadable:
        yield Problem(
            f"the folder {printable(name)} can't be searched: {why}",
            "Its result files are skipped.",
            Severity.WARNING,
        )


def _nothing(
    root: Path, counts: tuple[PatternCount, ...], severity: Severity, unfollowed: Sequence[str]
) -> Problem:
    message = f"none of the {len(counts):,} patterns matches a file"
    if len(counts) == 1:
        message = f"no file matches `{counts[0].pattern}`"
    return Problem(message, _why_nothing(root, counts, unfollowed), severity)


def _why_nothing(root: Path, counts: tuple[PatternCount, ...], unfollowed: Sequence[str]) -> str:
    try:
        if not any(root.iterdir()):
            return f"The working directory {root} is empty. Did the tests run here?"
    except OSError as error:
        return f"{root} can't be read: {error.strerror or error}"
    if misread := next(filter(None, (_misread(count.pattern) for count in counts)), ""):
        return misread
    is_near = any(count.is_near for count in counts)
    outside = [printable(name) for name in unfollowed if not is_inside(root, root / name)]
    if outside and not is_near:
        # For example Bazel's `bazel-testlogs`.
        return (
            f"The link {outside[0]} leads to a folder outside the working directory and is not searched. "
            f"Copy its contents first, for example with `cp -rL {outside[0]} test-results`."
        )
    if len(counts) == 1:
        return counts[0].nearest_miss
    misses = [count for count in counts if count.nearest_miss][:_SHOWN]
    return "; ".join(f"`{count.pattern}`: {count.nearest_miss}" for count in misses)


def _misread(pattern: str) -> str:
    """Say which part of a pattern that matches nothing is probably not part of a file's name."""
    if pattern[:1] in ("'", '"') and pattern[-1:] == pattern[:1]:
        return "The quotes are part of the pattern. Remove them."
    if "," in pattern and "{" not in pattern:
        return "The comma is part of the pattern. Write several patterns, one per line, or `{a,b}`."
    return ""
