"""JUnit XML, as Ant, Surefire, pytest, Jest, Playwright, Robot Framework and many others write it.

A ``testcase`` is a test. Nested suites count once, since the totals that suites claim are not read.
Surefire's ``flakyFailure`` marks a test that passed in the end, ``rerunFailure`` repeats one that has
a ``failure`` as well: neither changes the count.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from qtm_action.results.readers.tally import KEY_NAMES
from qtm_action.results.readers.xml_stream import Handlers, pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.results.readers.tally import Tally
    from qtm_action.results.readers.xml_stream import Attributes, Document

ROOTS = frozenset({"testsuites", "testsuite"})

_KEY_LENGTHS = frozenset(map(len, KEY_NAMES))
_NOT_RUN = frozenset({"notrun", "disabled", "skipped", "ignored"})  # GoogleTest's, and its kin's, ``status``


# How a test ended, from best to worst; of several, the worst counts.
_PASSED, _SKIPPED, _ERROR, _FAILED = range(4)
_OUTCOMES = {"failure": _FAILED, "error": _ERROR, "skipped": _SKIPPED}


class JUnitReader:
    """Reads one document. Most elements matter only by being there: what they cost is kept low."""

    def __init__(self, document: Document, tally: Tally) -> None:
        self._document = document
        self._tally = tally
        self._names = document.names
        self._names_seen = 0
        self._keyed: frozenset[str] = frozenset()  # attribute names that hold keys, as this file spells them
        self._with_status = False
        self._start, self._started = self._starting()

        # What has ended is noted by a list's own append, for speed, and looked at only when it matters.
        self._ends: list[str] = []
        self._ends_seen = self._suite_ends_seen = 0
        self._ended = self._tests_ended = 0
        self._suites: list[str] = []
        self._suites_started = self._suites_ended = 0

        self._judged = 0  # the number of the test that the outcome is of
        self._outcome = _PASSED
        self._outcomes = [0, 0, 0, 0]

    def handlers(self) -> Handlers:
        """Return what the parser calls."""
        return Handlers(self._start, self._ends.append, self._chunk_read, self._finish)

    def _starting(self) -> tuple[Callable[[str, Attributes], None], Callable[[], tuple[int, int]]]:
        """Return the function for the start of an element, and one that tells what has started.

        Variables of a closure are twice as fast as attributes, and this is called for each element.
        """
        names = self._names
        outcomes = _OUTCOMES
        key_lengths = _KEY_LENGTHS
        names_seen = tests = others = 0
        look_closely = False
        test: Attributes = []

        def start(name: str, attributes: Attributes) -> None:
            nonlocal names_seen, look_closely, tests, others, test
            if len(names) != names_seen:
                look_closely = self._look_at_names()
                names_seen = len(names)
            if name == "testcase":
                tests += 1
                test = attributes
            else:
                others += 1
                if name == "property":
                    # Many files have more properties than tests: the length first, then the name.
                    if len(attributes) > 1 and len(attributes[1]) in key_lengths:
                        self._look_at_property(attributes)
                elif name in outcomes:
                    self._end_test(outcomes[name], attributes, tests, test)
                elif name == "testsuite":
                    self._open_suite(attributes)
            if look_closely:
                self._look_at_attributes(name, attributes, tests)

        return start, lambda: (tests, others)

    def _look_at_names(self) -> bool:
        for name in islice(reversed(self._names), len(self._names) - self._names_seen):
            if name.lower() in KEY_NAMES:
                self._keyed |= {name}
            self._with_status = self._with_status or name == "status"
        self._names_seen = len(self._names)
        return bool(self._keyed) or self._with_status

    def _look_at_attributes(self, element: str, attributes: Attributes, tests: int) -> None:
        for name, value in pairs(attributes):
            if name in self._keyed:
                self._tally.key(value)
            elif name == "status" and element == "testcase" and value in _NOT_RUN:
                self._end_test(_SKIPPED, [], tests, [])

    def _look_at_property(self, attributes: Attributes) -> None:
        given = dict(pairs(attributes))
        if given.get("name", "").lower() in KEY_NAMES:
            if "value" in given:
                self._tally.key(given["value"])
            else:
                self._document.capture(self._tally.key)

    def _open_suite(self, attributes: Attributes) -> None:
        self._close_suites()
        self._suites_started += 1
        self._suites.append(dict(pairs(attributes)).get("name", ""))

    def _close_suites(self) -> None:
        recent = self._ends[self._suite_ends_seen :]
        self._suite_ends_seen += len(recent)
        self._suites_ended += recent.count("testsuite")
        del self._suites[self._suites_started - self._suites_ended :]

    def _end_test(self, outcome: int, attributes: Attributes, tests: int, test: Attributes) -> None:
        recent = self._ends[self._ends_seen :]
        self._ends_seen += len(recent)
        self._tests_ended += recent.count("testcase")
        if self._tests_ended == tests:
            return  # an <error> of a suite, say: no test is open
        known = self._outcome if self._judged == tests else _PASSED
        if outcome > known:
            self._judged = tests
            self._outcome = outcome
            self._outcomes[known] -= 1
            self._outcomes[outcome] += 1
            if known < _ERROR <= outcome and self._tally.wants_failures:
                self._describe(test, attributes)

    def _describe(self, test: Attributes, attributes: Attributes) -> None:
        self._close_suites()
        given = dict(pairs(test))
        name = given.get("name", "")
        owner = given.get("classname") or (self._suites[-1] if self._suites else "")
        # jest-junit writes the whole name into both, mocha-junit-reporter its end into classname.
        full_name = name if not owner or name.startswith(owner) or name.endswith(owner) else f"{owner}.{name}"
        given = dict(pairs(attributes))
        if given.get("message", "").strip() not in ("", "None", "null"):
            self._tally.failure(full_name, given["message"])
        else:
            self._document.capture(lambda text: self._tally.failure(full_name, text or given.get("type", "")))

    def _chunk_read(self) -> int:
        ends = self._ends
        self._tests_ended += ends[self._ends_seen :].count("testcase")
        self._close_suites()
        self._ended += len(ends)
        self._ends_seen = self._suite_ends_seen = 0
        ends.clear()
        return sum(self._started()) - self._ended

    def _finish(self) -> None:
        tally = self._tally
        tally.skipped = self._outcomes[_SKIPPED]
        tally.errors = self._outcomes[_ERROR]
        tally.failed = self._outcomes[_FAILED]
        tests, _ = self._started()
        tally.passed = tests - tally.skipped - tally.errors - tally.failed
        if not tests:
            tally.warn("the file holds no test case")
