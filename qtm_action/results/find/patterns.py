"""Patterns of result files: what a user may write, and what it stands for. Nothing here touches the disk.

A pattern is relative to the working directory and ``/``-separated. ``*`` and ``?`` stay within one
segment, ``**`` crosses folders, ``[abc]``, ``[a-z]`` and ``[!a]`` are sets, ``{a,b}`` are alternatives,
a leading ``!`` excludes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import NamedTuple

import bracex

from qtm_action.errors import InvalidInputError, Problem
from qtm_action.redaction import Redacted, part_of, redacted

ANY_DEPTH = "**"

MOST_GLOBS = 5_000
"""How many globs the patterns of one import may stand for together."""

# Bounds for what one pattern may cost; far above anything that a person writes.
_LONGEST = 2048
_MOST_ALTERNATIVES = 256
_MOST_COUNTED = 10_000  # alternatives; beyond them their number is not worth its time
_MOST_SEGMENTS = 100
_MOST_NESTED = 20

_SET = re.compile(r"\[[!^]?+[^/][^]/]*\]")  # a `]` right at its start is one of its characters
_RANGE = re.compile(r"\{[^{},/]*\.\.[^{},/]*\}")
# The workspace as the host names it, which a container sees elsewhere: GitHub's `${{ github.workspace }}`
# (its repository's name is in it twice; in containers it is below `/__w`, or `/github/workspace`),
# Azure's `$(Build.SourcesDirectory)`.
_HOSTS_WORKSPACE = re.compile(
    r"(?:[A-Za-z]:)?/(?:[^/]+/)*?"
    r"(?:(?:_?work|__w|a)/(?P<repository>[^/]+)/(?P=repository)|(?:_?work|a)/[0-9]+/s|github/workspace)"
    r"(?:/+(?P<inside>.*))?"
)
_LITERALS = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]", "\\": r"[\\]"})


class PatternError(ValueError):
    """A pattern that can't be used: what is wrong with it, and what to write in its place."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Glob(NamedTuple):
    """One alternative of a pattern, cut into segments: no ``.``, no ``..`` and no two ``**`` in a row.

    ``is_folder`` is true where a slash at the end, or no segment at all, shows that it names a folder.
    """

    segments: tuple[str, ...]
    is_folder: bool = False

    def paths(self, endings: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bool]]:
        """Yield the segments of every path that matches, and whether it matches only by its folder.

        A glob that names a folder, a ``**`` at its end and a lone ``*`` at its end stand for files whose
        names end with one of ``endings``.
        """
        *folder, last = self.segments or ("",)
        files = [f"*{ending}" for ending in endings]
        if last == ANY_DEPTH:
            yield from (((*self.segments, file), False) for file in files)
        elif last == "*" and not self.is_folder:
            yield from (((*folder, file), False) for file in files)
        else:
            if not self.is_folder:
                yield self.segments, False
            yield from (((*self.segments, ANY_DEPTH, file), True) for file in files)


class Pattern(NamedTuple):
    """A pattern as the user wrote it, and the globs it stands for."""

    text: str
    excludes: bool
    globs: tuple[Glob, ...]


def parse_patterns(texts: Iterable[str], root: PurePath) -> tuple[list[Pattern], list[Problem]]:
    """Read the patterns of an import; ``root``, the working directory, is only used to word a hint.

    Raises :class:`InvalidInputError` where they stand for too much together.
    """
    patterns: list[Pattern] = []
    problems = []
    globs = 0
    for text in texts:
        try:
            patterns.append(parse_pattern(text, root))
        except PatternError as error:
            problems.append(Problem(error.message, error.hint))
            continue
        globs += len(patterns[-1].globs)
        if globs > MOST_GLOBS:
            raise InvalidInputError(
                f"the first {len(patterns):,} patterns of an import stand for {globs:,} alternatives; "
                f"at most {MOST_GLOBS:,} are allowed",
                hint="Use * or ** instead of lists and braces.",
            )
    return patterns, problems


def parse_pattern(text: str, root: PurePath) -> Pattern:
    """Read one pattern. Raises :class:`PatternError`, or InvalidInputError where it stands for too much."""
    excludes = text.startswith("!")
    body = text.removeprefix("!")
    shown = redacted(text)
    if not body.strip():
        raise PatternError("a pattern is empty", "Write the path of a result file, a folder or a pattern.")
    if len(body) > _LONGEST:
        raise PatternError(f"a pattern has {len(body):,} characters; at most {_LONGEST:,} are allowed")
    if "\0" in body:
        raise PatternError("a pattern contains a NUL character, which is invalid in a file name")
    _refuse_foreign_paths(body, shown, root)
    _refuse_open_brackets(body, shown)
    globs = dict.fromkeys(_glob(alternative, shown) for alternative in _alternatives(body, shown))
    return Pattern(text, excludes, tuple(globs))


def literal_pattern(folder: str) -> Pattern:
    """Return the pattern for a folder by its path from the working directory, whatever is in its name."""
    segments = [segment.translate(_LITERALS) for segment in folder.split("/") if segment]
    return Pattern(folder, excludes=False, globs=(Glob(tuple(segments), is_folder=True),))


def is_wild(segment: str) -> bool:
    """Whether a segment has a wildcard, that is: may match more than its own text."""
    return "*" in segment or "?" in segment or "[" in segment


def _refuse_foreign_paths(body: str, text: Redacted, root: PurePath) -> None:
    shown = text.removeprefix("!")
    if "\\" in body:
        fixed = shown.replace("\\", "/")
        raise PatternError(
            f"the pattern `{shown}` has a backslash", f"Separate folders with `/`: write `{fixed}`."
        )
    if body.startswith("~"):
        raise PatternError(
            f"the pattern `{shown}` starts with ~, which is not expanded",
            "Write it relative to the working directory, or set working-directory.",
        )
    if not (body.startswith("/") or re.match(r"[A-Za-z]:", body)):
        return
    inside = _relative_to(shown, root)
    raise PatternError(
        f"the pattern `{shown}` is absolute",
        f"Patterns are relative to the working directory: write `{inside}`."
        if inside
        else f"Patterns are relative to the working directory, {root}. Set working-directory to change it.",
    )


def _relative_to(body: str, root: PurePath) -> str:
    prefix = root.as_posix().rstrip("/")
    if body.rstrip("/") == prefix:
        return "."
    if body.startswith(prefix + "/"):
        return body.removeprefix(prefix).lstrip("/")
    of_host = _HOSTS_WORKSPACE.fullmatch(body)
    return (of_host["inside"] or ".") if of_host else ""


def _refuse_open_brackets(body: str, text: Redacted) -> None:
    """Refuse what the libraries would take as plain characters, which is never intended."""
    outside = _SET.sub("", body)
    if "[" in outside:
        raise PatternError(f"the pattern `{text}` has a `[` without a `]`", "Write a literal one as `[[]`.")
    depth = 0
    for brace in re.findall("[{}]", outside):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            raise PatternError(
                f"the pattern `{text}` has a `}}` without a `{{`", "Write a literal one as `[}]`."
            )
        if depth > _MOST_NESTED:
            raise PatternError(f"the pattern `{text}` has more than {_MOST_NESTED} nested braces")
    if depth:
        raise PatternError(f"the pattern `{text}` has a `{{` without a `}}`", "Write a literal one as `[{]`.")
    if written := _RANGE.search(outside):
        raise PatternError(
            f"the pattern `{text}` has a range, `{part_of(body, written[0])}`, which is not supported",
            "List the values, `{1,2,3}`, or use a set, `[1-3]`.",
        )


def _alternatives(body: str, text: Redacted) -> list[str]:
    """Expand ``{a,b}``, nested ones too, in the order written.

    Raises InvalidInputError where there are too many.
    """
    # The user's text has no backslashes: they are ours, before what bracex is to leave alone.
    shielded = _SET.sub(lambda found: re.sub(r"[{},]", r"\\\g<0>", found[0]), body).replace("$", r"\$")
    try:
        found = bracex.expand(shielded, keep_escapes=True, return_empty=True, limit=_MOST_ALTERNATIVES)
    except bracex.ExpansionLimitException:
        raise InvalidInputError(
            f"the pattern `{text}` stands for {_number(shielded)} alternatives; "
            f"at most {_MOST_ALTERNATIVES} are allowed",
            hint="Use * or ** instead of some of the braces.",
        ) from None
    return [alternative.replace("\\", "") for alternative in found]


def _number(braces: str) -> str:
    try:
        return f"{sum(1 for _ in bracex.iexpand(braces, keep_escapes=True, limit=_MOST_COUNTED)):,}"
    except bracex.ExpansionLimitException:
        return f"more than {_MOST_COUNTED:,}"


def _glob(alternative: str, text: Redacted) -> Glob:
    segments: list[str] = []
    for part in alternative.split("/"):
        if part in ("", "."):
            continue
        if part == "..":
            _step_up(segments, text)
        elif set(part) == {"*"} and len(part) > 1:
            if segments[-1:] != [ANY_DEPTH]:
                segments.append(ANY_DEPTH)
        else:
            segments.append(part)
    if len(segments) > _MOST_SEGMENTS:
        raise PatternError(
            f"the pattern `{text}` has {len(segments):,} names between slashes; "
            f"at most {_MOST_SEGMENTS} are allowed",
            "Use ** for some of the folders.",
        )
    return Glob(tuple(segments), is_folder=alternative.endswith("/") or not segments)


def _step_up(segments: list[str], text: Redacted) -> None:
    if not segments:
        raise PatternError(
            f"the pattern `{text}` leaves the working directory",
            "Set working-directory to a folder that contains the result files.",
        )
    if is_wild(segments[-1]):
        raise PatternError(f"the pattern `{text}` has `..` after a wildcard", "Name the folders.")
    segments.pop()
