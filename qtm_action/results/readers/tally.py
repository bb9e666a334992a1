"""What a reader notes while it goes through a file, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from qtm_action.errors import Problem, Severity
from qtm_action.formats import Format
from qtm_action.redaction import beginning
from qtm_action.results.readers.reported_tests import Status, TestResult
from qtm_action.results.readers.xml_repair import Repair
from qtm_action.results.result_files import Failure, FileReading, TestCounts
from qtm_action.words import counted

ReadSibling = Callable[[str, int], bytes | None]
"""Gives the first bytes of a file in the folder of the one that is read; None where there is none."""

MAX_FAILURES = 10
MAX_KEYS = 20
MAX_WARNINGS = 50
MAX_KEY = 60  # characters of an unknown key that are shown
MAX_TEXT = 300  # characters of a name or message that are kept
_OUTSIDE_SHOWN = 3

KEY_NAMES = frozenset({"testcasekey", "storykey"})
"""What binds a result to an asset that exists (vendor pages on reusing test cases); in any case."""

_KEY_TAG = re.compile(
    r"@?(?:testcasekey|storykey)\s*[=:]\s*(?P<named>.+)|@?(?P<bare>[A-Z][A-Z0-9_]*-TC-\d+)", re.IGNORECASE
)


@dataclass(eq=False)
class UnreadableError(Exception):
    """What a file holds can't be right; ``line`` and ``column`` count from 1, as far as they are known."""

    message: str
    hint: str = ""
    line: int | None = None
    column: int | None = None
    can_be_repaired: bool = False


_REPAIR = "Set `repair: true` to upload a corrected copy."


def no_sibling(_name: str, _size: int) -> None:
    """Read nothing: the file is in no folder."""


class Tally:
    """Format, counts, first failures, keys and warnings of one file, which problems name ``shown_as``.

    ``expected`` is the format that the import sets. ``on_test`` gets every test with its steps; ``repair``
    repairs the text of the file; ``read_sibling`` reads the beginning of another file in its folder.
    """

    def __init__(
        self,
        shown_as: str,
        expected: Format | None = None,
        on_test: Callable[[TestResult], None] | None = None,
        repair: Repair | None = None,
        read_sibling: ReadSibling = no_sibling,
    ) -> None:
        self.expected = expected
        self.read_sibling = read_sibling
        self.format: Format | None = None
        self.every = on_test is not None
        """Whether every test is wanted, with its steps."""
        self.is_empty = False
        """Whether the file is right and holds no test, which is unusual."""
        self.repair = repair
        self._shown_as = shown_as
        self._on_test = on_test
        self._counts = [0] * len(Status)
        self._failures: list[TestResult] = []
        self._keys: dict[str, None] = {}
        self._warnings: dict[str, Problem] = {}
        self._unknown_keys: dict[str, int] = {}
        self._outside: list[str] = []
        self._outside_number = self._recovered = self._keyed = 0

    @property
    def total(self) -> int:
        """How many tests were counted."""
        return sum(self._counts)

    @property
    def failed(self) -> int:
        """How many tests failed, those with an error aside."""
        return self._counts[Status.FAILED]

    @property
    def has_errors(self) -> bool:
        """Whether an error was counted, in a test or outside of them."""
        return bool(self._counts[Status.ERROR] or self._outside_number)

    def wants(self, status: Status) -> bool:
        """Return whether more than the number matters of a test that ended so."""
        return self.every or (status.is_bad and len(self._failures) < MAX_FAILURES)

    def count(self, status: Status) -> None:
        """Count a test of which nothing else matters."""
        self._counts[status] += 1

    def add(
        self,
        status: Status,
        keys: tuple[str, ...],
        test: Callable[[], TestResult],
        *,
        in_keyed_suite: bool = False,
    ) -> None:
        """Count a test that carries ``keys``, or whose suite does, and note it if it failed.

        ``test`` makes its value, where that is wanted: doing so for all of them takes as long as reading.
        """
        self._counts[status] += 1
        self._keyed += bool(keys) or in_keyed_suite
        if not self.wants(status):
            return
        result = test()
        if status.is_bad and len(self._failures) < MAX_FAILURES:
            # What a hostile file puts there may be long.
            short = result._replace(
                name=beginning(result.name, MAX_TEXT),
                class_name=beginning(result.class_name, MAX_TEXT),
                steps=(),
            )
            self._failures.append(short)
        if self._on_test is not None:
            self._on_test(result)

    def status(
        self,
        written: str,
        statuses: Mapping[str, Status],
        framework: str,
        *,
        word: str = "result",
        line: int | None = None,
    ) -> Status:
        """Return what ``written`` is by ``statuses``, whose keys are in lower case; warn where it is none."""
        status = statuses.get(written.lower())
        if status is None:
            self.warn(
                f"the {word} {beginning(written, 40)!r} is unknown to {framework}; counted as skipped",
                line=line,
            )
            return Status.SKIPPED
        return status

    @property
    def shows_outside(self) -> bool:
        """Whether one more error outside of tests is to be given with its reason."""
        return len(self._outside) < _OUTSIDE_SHOWN

    def outside(self, reason: str, number: int = 1) -> None:
        """Count errors that belong to no test; ``reason`` describes them."""
        self._outside_number += number
        if self.shows_outside:
            self._outside.append(reason)

    def recovered(self, number: int) -> None:
        """Count failed tries of tests whose last try passed, so that their framework took them for passed."""
        self._recovered += number

    def key(self, value: str) -> tuple[str, ...]:
        """Note and return the keys in a ``testcasekey`` or ``storykey``, which may be a list with commas."""
        keys = _keys_in(value[: MAX_TEXT * MAX_KEYS])
        if len(self._keys) < MAX_KEYS and not self._keys.keys() >= set(keys):
            self._keys |= dict.fromkeys(_keys_in(beginning(value, MAX_TEXT * MAX_KEYS)))
        return keys

    def named_keys(self, attributes: Mapping[str, str]) -> tuple[str, ...]:
        """Note and return the keys in the attributes that have one of ``KEY_NAMES``."""
        named = [value for name, value in attributes.items() if name.lower() in KEY_NAMES]
        return tuple(key for value in named for key in self.key(value))

    def tag(self, text: str) -> tuple[str, ...]:
        """Note and return the keys in a tag or group such as ``@PRJ-TC-4`` or ``@TestCaseKey=PRJ-TC-4``."""
        if len(text) > MAX_TEXT:
            return ()
        value = _value_of_tag(text)
        return self.key(value) if value else ()

    def tags(self, written: object) -> tuple[str, ...]:
        """Note and return the keys in a list of tags, which are texts or objects with a ``name``."""
        tags = written if isinstance(written, list) else ()
        names = (tag.get("name") if isinstance(tag, dict) else tag for tag in tags)
        return tuple(key for name in names if isinstance(name, str) for key in self.tag(name))

    def warn(self, message: str, *, hint: str = "", line: int | None = None) -> None:
        """Note what is unusual; the same sentence counts once, where it was first true."""
        if len(self._warnings) < MAX_WARNINGS:
            problem = Problem(message, hint, Severity.WARNING, file=self._shown_as, line=line)
            self._warnings.setdefault(message, problem)

    def unknown_keys(self, names: Iterable[str], line: int) -> None:
        """Note keys that the format does not have; all of a file make one warning."""
        for name in names:
            if name not in self._unknown_keys and len(self._unknown_keys) < MAX_KEYS:
                self._unknown_keys[name] = line

    def reading(self, error: UnreadableError | None = None) -> FileReading:
        """Return everything noted, with ``error`` as what ended the reading."""
        self._warn_of_unknown_keys()
        self._warn_of_outside()
        problems = tuple(self._warnings.values())
        if error is not None:
            repairable = error.can_be_repaired and self.repair is None
            hint = f"{error.hint} {_REPAIR}" if repairable else error.hint
            wrong = Problem(error.message, hint, file=self._shown_as, line=error.line, column=error.column)
            return FileReading(format=self.format, problems=(wrong, *problems))
        passed, skipped, errors, failed = self._counts
        return FileReading(
            format=self.format,
            counts=TestCounts(passed, failed, skipped, errors, self._outside_number, self._recovered),
            failures=tuple(
                Failure(beginning(test.full_name, MAX_TEXT), test.reason) for test in self._failures
            ),
            keys=tuple(self._keys)[:MAX_KEYS],
            keyed=self._keyed,
            problems=problems,
            is_empty=self.is_empty,
            repaired=self.repair.count if self.repair else 0,
        )

    def _warn_of_outside(self) -> None:
        number = self._outside_number
        if number:
            more = f"; and {number - len(self._outside):,} more" if number > len(self._outside) else ""
            self.warn(
                f"{counted(number, 'error')} outside of test cases: {'; '.join(self._outside)}{more}",
                hint="They belong to no test case, so QTM4J does not show them. Some tests may be missing.",
            )

    def _warn_of_unknown_keys(self) -> None:
        if self._unknown_keys:
            names = ", ".join(
                f"`{repr(beginning(name, MAX_KEY))[1:-1]}`" for name in sorted(self._unknown_keys)
            )
            self.warn(
                f"the file contains keys that are not part of the format: {names}",
                hint="The server may ignore them.",
                line=min(self._unknown_keys.values()),
            )


def _keys_in(value: str) -> tuple[str, ...]:
    return tuple(part[:MAX_TEXT] for each in value.split(",") if (part := each.strip()))


@lru_cache(maxsize=1000)  # most tags stand at many tests
def _value_of_tag(text: str) -> str:
    match = _KEY_TAG.fullmatch(text.strip())
    return (match["named"] or match["bare"]) if match else ""
