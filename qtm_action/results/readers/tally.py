"""What a reader notes while it goes through a file, in bounded memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from qtm_action.errors import Problem, Severity
from qtm_action.results.model import Failure, FileReading, TestCounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qtm_action.formats import Format

MAX_FAILURES = 10
MAX_KEYS = 20
MAX_WARNINGS = 50
_MAX_TAGS = 1000  # tags that are known by heart
MAX_READ = 20_000  # characters of a message that are looked through
MAX_KEY = 60  # characters of an unknown key that are shown
MAX_TEXT = 300  # characters of a name or message that are kept

KEY_NAMES = frozenset({"testcasekey", "storykey"})
"""What binds a result to an asset that exists (vendor pages on reusing test cases); in any case."""

_KEY_TAG = re.compile(
    r"@?(?:testcasekey|storykey)\s*[=:]\s*(?P<named>.+)|@?(?P<bare>[A-Z][A-Z0-9_]*-TC-\d+)", re.IGNORECASE
)


class UnreadableError(Exception):
    """What a file holds can't be right; ``line`` and ``column`` count from 1, as far as they are known.

    ``place`` is given in their stead where lines have yet to be counted: the characters before it.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        line: int | None = None,
        column: int | None = None,
        place: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.line = line
        self.column = column
        self.place = place


class _Warning(NamedTuple):
    hint: str
    line: int | None
    place: int | None


class Tally:
    """Format, counts, first failures, keys and warnings of one file; readers write into the attributes."""

    def __init__(self) -> None:
        self.format: Format | None = None
        self.passed = 0
        self.failed = 0
        self.skipped = 0
        self.errors = 0
        self.failures: list[Failure] = []
        self.keys: dict[str, None] = {}
        self._warnings: dict[str, _Warning] = {}
        self._tags: set[str] = set()
        self._unknown_keys: dict[str, int] = {}

    @property
    def total(self) -> int:
        """How many tests were counted."""
        return self.passed + self.failed + self.skipped + self.errors

    @property
    def wants_failures(self) -> bool:
        """Whether there is room for another failure's name and message."""
        return len(self.failures) < MAX_FAILURES

    def failure(self, name: str, message: str) -> None:
        """Note a test that failed; only the first line of ``message`` is kept."""
        if self.wants_failures:
            self.failures.append(Failure(name[:MAX_TEXT], first_line(message)))

    def key(self, value: str) -> None:
        """Note the value of a ``testcasekey`` or ``storykey``; it may be a list with commas."""
        for part in value[: MAX_TEXT * MAX_KEYS].split(","):
            key = part.strip()
            if key and len(self.keys) < MAX_KEYS:
                self.keys[key[:MAX_TEXT]] = None

    def tag(self, text: str) -> None:
        """Note the key that a tag or group such as ``@PRJ-TC-4`` or ``@TestCaseKey=PRJ-TC-4`` holds."""
        if len(self.keys) >= MAX_KEYS or text in self._tags:
            return
        if len(text) <= MAX_TEXT:
            if len(self._tags) < _MAX_TAGS:
                self._tags.add(text)
            if match := _KEY_TAG.fullmatch(text.strip()):
                self.key(match["named"] or match["bare"])

    def warn(
        self, message: str, *, hint: str = "", line: int | None = None, place: int | None = None
    ) -> None:
        """Note what is unusual; the same sentence counts once, where it was first true."""
        if len(self._warnings) < MAX_WARNINGS:
            self._warnings.setdefault(message, _Warning(hint, line, place))

    def unknown_keys(self, names: Iterable[str], place: int) -> None:
        """Note keys that the format does not have; all of a file make one warning."""
        for name in names:
            if name not in self._unknown_keys and len(self._unknown_keys) < MAX_KEYS:
                self._unknown_keys[name] = place

    def places(self, error: UnreadableError | None) -> set[int]:
        """Return the places of warnings and ``error`` whose lines have yet to be counted."""
        places = {warning.place for warning in self._warnings.values()} | {*self._unknown_keys.values()}
        if error is not None:
            places.add(error.place)
        return {place for place in places if place is not None}

    def reading(
        self,
        *,
        shown_as: str,
        error: UnreadableError | None = None,
        lines: Mapping[int, tuple[int, int]] | None = None,
    ) -> FileReading:
        """Return everything noted, with ``error`` as what ended the reading.

        ``lines`` holds line and column of the places that need them.
        """
        lines = lines or {}
        self._warn_of_unknown_keys()
        problems = [
            Problem(
                message,
                warning.hint,
                Severity.WARNING,
                file=shown_as,
                line=warning.line or _line(lines, warning.place),
            )
            for message, warning in self._warnings.items()
        ]
        if error is not None:
            line, column = error.line, error.column
            if error.place is not None and error.place in lines:
                line, column = lines[error.place]
            problems.insert(0, Problem(error.message, error.hint, file=shown_as, line=line, column=column))
        if error is not None:
            return FileReading(format=self.format, problems=tuple(problems))
        return FileReading(
            format=self.format,
            counts=TestCounts(self.passed, self.failed, self.skipped, self.errors),
            failures=tuple(self.failures),
            keys=tuple(self.keys),
            problems=tuple(problems),
        )

    def _warn_of_unknown_keys(self) -> None:
        if self._unknown_keys:
            names = ", ".join(f"`{repr(name[:MAX_KEY])[1:-1]}`" for name in sorted(self._unknown_keys))
            self.warn(
                f"there are keys that the format does not have: {names}",
                hint="the server may pass over them",
                place=min(self._unknown_keys.values()),
            )


def _line(lines: Mapping[int, tuple[int, int]], place: int | None) -> int | None:
    return lines[place][0] if place is not None and place in lines else None


# pytest's tracebacks begin with source lines; what was raised is marked with an E.
_RAISED = re.compile(r"^E {2,}(\S.*)$", re.MULTILINE)


def first_line(text: str) -> str:
    """Return the line of ``text`` that says most, cut to what a log line can bear.

    That is its first line that is not blank; of a traceback of pytest's, the line of the exception.
    """
    text = text[:MAX_READ].lstrip()
    raised = _RAISED.search(text)
    lines = [raised[1]] if raised else text[: MAX_TEXT * 2].splitlines()
    return lines[0].rstrip()[:MAX_TEXT] if lines else ""
