"""Patterns of result files: what a user may write, and what it means. Nothing here touches the disk.

A pattern is relative to the working directory and ``/``-separated. ``*`` and ``?`` stay within one
segment, ``**`` crosses folders, ``[abc]``, ``[a-z]`` and ``[!a]`` are sets, ``{a,b}`` are alternatives,
a leading ``!`` excludes. A pattern that names a folder stands for the result files in it, and so does a
``**`` at its end; a lone ``*`` at its end stands for the result files directly in the folder.
"""

from __future__ import annotations

import re
from fnmatch import translate
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import PurePath

ANY_DEPTH = "**"

# Bounds for what one line may cost; far above anything that a person writes.
_LONGEST = 2048
_MOST_ALTERNATIVES = 256
_MOST_EXPANSIONS = 2048


class PatternError(ValueError):
    """A pattern that can't be used: what is wrong with it, and what to write in its place."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Glob(NamedTuple):
    """One alternative of a pattern, cut into segments.

    ``segments`` never holds ``.``, ``..`` or two ``**`` in a row, and no ``**`` at the end: that is
    ``everything_below``, which stands for the result files in all folders the segments name.
    ``folders_only`` is true for a pattern with a trailing slash.
    """

    segments: tuple[str, ...]
    everything_below: bool = False
    folders_only: bool = False


class Pattern(NamedTuple):
    """A pattern as the user wrote it, and the globs it stands for."""

    text: str
    excludes: bool
    globs: tuple[Glob, ...]


def parse_pattern(text: str, root: PurePath) -> Pattern:
    """Read one pattern; ``root``, the working directory, is only used to word a hint.

    Raises :class:`PatternError`.
    """
    excludes = text.startswith("!")
    body = text.removeprefix("!")
    if not body.strip():
        raise PatternError("a pattern is empty", "write the path of a result file, a folder or a pattern")
    if len(body) > _LONGEST:
        raise PatternError(f"a pattern has {len(body):,} characters; at most {_LONGEST:,} are allowed")
    if "\0" in body:
        raise PatternError("a pattern holds a NUL character, which no file name can")
    _refuse_foreign_paths(body, root)
    globs = dict.fromkeys(_glob(alternative, text) for alternative in _alternatives(body, text))
    return Pattern(text, excludes, tuple(globs))


def literal_pattern(folder: str) -> Pattern:
    """Return the pattern for a folder by its path from the working directory, whatever is in its name."""
    segments = [re.sub(r"[*?[]", r"[\g<0>]", segment) for segment in folder.split("/") if segment]
    return Pattern(folder, excludes=False, globs=(Glob(tuple(segments)),))


def is_wild(segment: str) -> bool:
    """Whether a segment has a wildcard, that is: may match more than its own text."""
    return "*" in segment or "?" in segment or "[" in segment


_SET = re.compile(r"\[([!^]?)(\]?[^\]]*\])")


def _in_shell_form(found: re.Match[str]) -> str:
    return f"[{'!' if found[1] else ''}{found[2]}"


@lru_cache(maxsize=1024)
def segment_regex(segment: str) -> re.Pattern[str]:
    """Compile the pattern of one segment; its ``match`` is linear in the length of the name.

    ``fnmatch.translate`` wraps what follows each ``*`` in an atomic group, so that no name can make it
    go back further than one star.
    """
    return re.compile(translate(_SET.sub(_in_shell_form, segment)))


@lru_cache(maxsize=1024)
def segment_test(segment: str) -> Callable[[str], object]:
    """Return the test that one segment (not ``**``) is for a name: None for one that does not fit."""
    if is_wild(segment):
        return segment_regex(segment).match
    return re.compile(re.escape(segment)).fullmatch


def matches_name(segment: str, name: str) -> bool:
    """Whether one segment (not ``**``) matches one name; case counts."""
    return segment_test(segment)(name) is not None


def literal_end(segment: str) -> str:
    """Return the text after a segment's last wildcard: what every name it matches ends with."""
    tail = re.split(r"[*?]", segment)[-1]
    return tail.rpartition("]")[2] if "[" in segment else tail


def _refuse_foreign_paths(body: str, root: PurePath) -> None:
    if "\\" in body:
        fixed = body.replace("\\", "/")
        raise PatternError(f"the pattern `{body}` has a backslash", f"separate folders by /: `{fixed}`")
    if body.startswith("~"):
        raise PatternError(
            f"the pattern `{body}` starts with ~, which is not expanded",
            "write it relative to the working directory, or set working-directory",
        )
    if not (body.startswith("/") or re.match(r"[A-Za-z]:", body)):
        return
    inside = _relative_to(body, root)
    raise PatternError(
        f"the pattern `{body}` is absolute",
        f"patterns are relative to the working directory: `{inside}`"
        if inside
        else f"patterns are relative to the working directory, {root}; set working-directory to change it",
    )


def _relative_to(body: str, root: PurePath) -> str:
    prefix = root.as_posix().rstrip("/")
    if body.rstrip("/") == prefix:
        return "."
    return body.removeprefix(prefix).lstrip("/") if body.startswith(prefix + "/") else ""


def _alternatives(body: str, text: str) -> Iterator[str]:
    """Expand ``{a,b}``, nested ones too, in the order written; never more than a fixed number."""
    waiting = [body]
    found = expanded = 0
    while waiting:
        current = waiting.pop()
        expanded += 1
        group = _first_group(current, text)
        if group is None:
            found += 1
            yield current
        else:
            start, end, choices = group
            waiting += [current[:start] + choice + current[end:] for choice in reversed(choices)]
        if found > _MOST_ALTERNATIVES or expanded > _MOST_EXPANSIONS:
            raise PatternError(
                f"the pattern `{text}` stands for more than {_MOST_ALTERNATIVES} alternatives",
                "use * or ** in place of some of the braces",
            )


def _first_group(text: str, shown: str) -> tuple[int, int, list[str]] | None:
    """Find the first ``{…}`` that has a comma: where it starts and ends, and its choices."""
    opened: list[tuple[int, list[int]]] = []
    position = 0
    best: tuple[int, int, list[str]] | None = None
    while position < len(text):
        mark = text[position]
        if mark == "[":
            position = _set_end(text, position, shown)
            continue
        if mark == "{":
            opened.append((position, []))
        elif mark == "," and opened:
            opened[-1][1].append(position)
        elif mark == "}" and opened:
            start, commas = opened.pop()
            if commas and (best is None or start < best[0]):
                cuts = [start, *commas, position]
                best = (start, position + 1, [text[a + 1 : b] for a, b in pairwise(cuts)])
            elif not commas and re.fullmatch(r"\w+\.\.\w+", text[start + 1 : position]):
                written = text[start : position + 1]
                raise PatternError(
                    f"the pattern `{shown}` has a range, `{written}`, which is not supported",
                    "list what is meant, `{1,2,3}`, or use a set, `[1-3]`",
                )
        elif mark == "}":
            raise PatternError(
                f"the pattern `{shown}` has a `}}` without a `{{`", "write a literal one as `[}]`"
            )
        position += 1
    if opened:
        raise PatternError(f"the pattern `{shown}` has a `{{` without a `}}`", "write a literal one as `[{]`")
    return best


def _set_end(text: str, start: int, shown: str) -> int:
    """Where the set that starts at ``start`` ends, one past its ``]``; a ``]`` right at its start is text."""
    first = start + 1
    if text[first : first + 1] in ("!", "^"):
        first += 1
    end = text.find("]", first + 1)
    slash = text.find("/", start)
    if end < 0 or 0 <= slash < end:
        raise PatternError(f"the pattern `{shown}` has a `[` without a `]`", "write a literal one as `[[]`")
    return end + 1


def _glob(alternative: str, text: str) -> Glob:
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
    everything_below = segments[-1:] == [ANY_DEPTH]
    if everything_below:
        segments.pop()
    return Glob(tuple(segments), everything_below, alternative.endswith("/"))


def _step_up(segments: list[str], text: str) -> None:
    if not segments:
        raise PatternError(
            f"the pattern `{text}` leaves the working directory",
            "set working-directory to a folder that holds the result files",
        )
    if is_wild(segments[-1]):
        raise PatternError(
            f"the pattern `{text}` has `..` after a wildcard", "write the folders that are meant"
        )
    segments.pop()
