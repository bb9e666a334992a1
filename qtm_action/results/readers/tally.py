"""What a reader notes while it goes through a file, in bounded memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qtm_action.errors import Problem, Severity
from qtm_action.results.model import Failure, FileReading, TestCounts

if TYPE_CHECKING:
    from qtm_action.formats import Format

MAX_FAILURES = 10
MAX_KEYS = 20
MAX_TEXT = 300  # characters of a name or message that are kept

KEY_NAMES = frozenset({"testcasekey", "storykey"})
"""What binds a result to an asset that exists (vendor pages on reusing test cases); in any case."""

_KEY_TAG = re.compile(
    r"@?(?:testcasekey|storykey)\s*[=:]\s*(?P<named>.+)|@?(?P<bare>[A-Z][A-Z0-9_]*-TC-\d+)", re.IGNORECASE
)


class UnreadableError(Exception):
    """What a file holds can't be right; ``line`` and ``column`` count from 1, as far as they are known."""

    def __init__(
        self, message: str, *, hint: str = "", line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.line = line
        self.column = column


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
        self.warnings: dict[str, tuple[str, int | None]] = {}

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
        if match := _KEY_TAG.fullmatch(text.strip()[:MAX_TEXT]):
            self.key(match["named"] or match["bare"])

    def warn(self, message: str, *, hint: str = "", line: int | None = None) -> None:
        """Note what is unusual; the same sentence counts once, where it was first true."""
        self.warnings.setdefault(message, (hint, line))

    def reading(self, *, shown_as: str, error: UnreadableError | None = None) -> FileReading:
        """Return everything noted, with ``error`` as what ended the reading."""
        problems = [
            Problem(message, hint, Severity.WARNING, file=shown_as, line=line)
            for message, (hint, line) in self.warnings.items()
        ]
        if error is not None:
            problems.insert(
                0, Problem(error.message, error.hint, file=shown_as, line=error.line, column=error.column)
            )
        return FileReading(
            format=self.format,
            counts=TestCounts(self.passed, self.failed, self.skipped, self.errors),
            failures=tuple(self.failures),
            keys=tuple(self.keys),
            problems=tuple(problems),
        )


def first_line(text: str) -> str:
    """Return the first line of ``text`` that is not blank, cut to what a log line can bear."""
    lines = text.lstrip()[: MAX_TEXT * 2].splitlines()
    return lines[0].rstrip()[:MAX_TEXT] if lines else ""
