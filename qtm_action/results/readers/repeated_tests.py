"""Tests that stand in a JUnit file more than once: each try of a retry, or rows of data under one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtm_action.redaction import beginning
from qtm_action.results.readers.reported_tests import Status

if TYPE_CHECKING:
    from qtm_action.results.readers.tally import Tally
    from qtm_action.results.readers.xml_stream import Attributes

_MOST_TESTS = 50_000  # of a file that are looked at: beyond, it would cost what it is not worth
_MOST_REPEATED = 1000
_HINT = (
    "Retries and parameterized tests with one name are counted separately. "
    "`fail-on-tests` counts every failure, even if the last try passed."
)
_HINT_IN_ORDER = (
    "Retries are counted separately. `fail-on-tests` looks at the last try where the file shows their order."
)


class Repeats:
    """Remembers the tests of each suite by class and name.

    That the last try passed is known of Go's and Gradle's tests only, whose names are unique in a package and
    a class: others repeat a name for each row of data. gotestsum writes those that failed first, so with
    ``-count=2`` its order means nothing; it is that of the tries where a test is run again only after it
    failed.
    """

    def __init__(self, tally: Tally) -> None:
        self.is_of_go = self.is_of_gradle = False
        self._tally = tally
        self._statuses: dict[int, Status] = {}  # by the hash of class and name: names are many
        self._outer: list[dict[int, Status]] = []
        self._tries: dict[tuple[str, str], list[Status]] = {}  # of tests that were met again
        self._seen = self._number = 0
        self._example = ""

    def begin_suite(self) -> None:
        """Begin a suite, which may be in another one."""
        self._outer.append(self._statuses)
        self._statuses = {}

    def add(self, test: Attributes, status: Status) -> None:
        """Note a test of the suite at hand."""
        if self._seen >= _MOST_TESTS:
            return
        known = hash((test.get("classname"), test.get("name")))
        if known in self._statuses:
            self._add_try(test, self._statuses[known], status)
        else:
            self._statuses[known] = status
        self._seen += 1

    def _add_try(self, test: Attributes, first: Status, status: Status) -> None:
        name = test.get("classname", ""), test.get("name", "")
        if name in self._tries or len(self._tries) < _MOST_REPEATED:
            self._tries.setdefault(name, [first]).append(status)

    def end_suite(self) -> None:
        """End the suite at hand: count the failures of tests that it holds more than once."""
        if self._tries:
            self._count_failures()
            self._tries.clear()
        self._statuses = self._outer.pop()

    def _count_failures(self) -> None:
        tries = self._tries.values()
        # With -count every test is there more than once.
        are_retries = self.is_of_gradle or (self.is_of_go and len(self._statuses) > len(tries))
        are_retries = are_retries and self._seen < _MOST_TESTS
        are_retries = are_retries and all(Status.PASSED not in statuses[:-1] for statuses in tries)
        for (owner, name), statuses in self._tries.items():
            bad = sum(status.is_bad for status in statuses)
            if bad:
                self._number += 1
                full_name = f"{owner}.{name}" if owner else name
                self._example = self._example or f"{beginning(full_name, 200)} ({len(statuses):,} times)"
            if are_retries and statuses[-1] is Status.PASSED:
                self._tally.recovered(bad)

    def finish(self) -> None:
        """Warn of tests that failed, and that the file holds more than once."""
        if self._number:
            some = "a test that failed is" if self._number == 1 else f"{self._number:,} tests that failed are"
            self._tally.warn(
                f"{some} in the file more than once, such as {self._example}; each is counted",
                hint=_HINT_IN_ORDER if self.is_of_go or self.is_of_gradle else _HINT,
            )
