"""What a reader notes while it goes through a file, in bounded memory."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from qtm_action.errors import Problem, Severity
from qtm_action.results.model import Failure, FileReading, TestCounts
from qtm_action.results.readers.tests import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from qtm_action.formats import Format
    from qtm_action.results.readers.tests import TestResult

MAX_FAILURES = 10
MAX_KEYS = 20
MAX_WARNINGS = 50
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
    """Format, counts, first failures, keys and warnings of one file.

    ``on_test`` gets every test with its steps. Without it readers call :meth:`add` only for tests that
    :meth:`wants` asks for and :meth:`count` the others, since making values of all of them would take
    as long as reading.
    """

    def __init__(self, on_test: Callable[[TestResult], None] | None = None) -> None:
        self.format: Format | None = None
        self.every = on_test is not None
        """Whether every test is asked for, with its steps."""
        self._on_test = on_test
        self._counts = [0] * len(Status)
        self._failures: list[TestResult] = []
        self._keys: dict[str, None] = {}
        self._warnings: dict[str, _Warning] = {}
        self._unknown_keys: dict[str, int] = {}

    @property
    def total(self) -> int:
        """How many tests were counted."""
        return sum(self._counts)

    def wants(self, status: Status) -> bool:
        """Return whether a test that ended so is to be given to :meth:`add`."""
        return self.every or (status.is_bad and len(self._failures) < MAX_FAILURES)

    def count(self, status: Status, number: int = 1) -> None:
        """Count tests of which nothing else matters."""
        self._counts[status] += number

    def add(self, test: TestResult) -> None:
        """Count a test, and note it if it failed."""
        self._counts[test.status] += 1
        if test.status.is_bad and len(self._failures) < MAX_FAILURES:
            self._failures.append(
                replace(  # what a hostile file puts there may be long
                    test,
                    name=test.name[:MAX_TEXT],
                    class_name=test.class_name[:MAX_TEXT],
                    steps=(),
                )
            )
        if self._on_test is not None:
            self._on_test(test)

    def key(self, value: str) -> tuple[str, ...]:
        """Note and return the keys in a ``testcasekey`` or ``storykey``, which may be a list with commas."""
        keys = _keys_in(value)
        for key in keys:
            if len(self._keys) < MAX_KEYS:
                self._keys[key] = None
        return keys

    def named_keys(self, attributes: Mapping[str, str]) -> tuple[str, ...]:
        """Note and return the keys in the attributes that have one of ``KEY_NAMES``."""
        named = [value for name, value in attributes.items() if name.lower() in KEY_NAMES]
        return tuple(key for value in named for key in self.key(value))

    def tag(self, text: str) -> tuple[str, ...]:
        """Note and return the keys in a tag or group such as ``@PRJ-TC-4`` or ``@TestCaseKey=PRJ-TC-4``."""
        if len(text) > MAX_TEXT or (len(self._keys) >= MAX_KEYS and not self.every):
            return ()
        value = _value_of_tag(text)
        return self.key(value) if value else ()

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
            return FileReading(format=self.format, problems=tuple(problems))
        passed, skipped, errors, failed = self._counts
        return FileReading(
            format=self.format,
            counts=TestCounts(passed, failed, skipped, errors),
            failures=tuple(Failure(test.full_name[:MAX_TEXT], test.reason) for test in self._failures),
            keys=tuple(self._keys),
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


def _keys_in(value: str) -> tuple[str, ...]:
    parts = (part.strip() for part in value[: MAX_TEXT * MAX_KEYS].split(","))
    return tuple(part[:MAX_TEXT] for part in parts if part)


@lru_cache(maxsize=1000)  # most tags stand at many tests
def _value_of_tag(text: str) -> str:
    match = _KEY_TAG.fullmatch(text.strip())
    return (match["named"] or match["bare"]) if match else ""


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
