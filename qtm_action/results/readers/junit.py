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
    """Reads one document. ``start`` is called for each element, most often for nothing: it is kept short."""

    def __init__(self, document: Document, tally: Tally) -> None:
        self._document = document
        self._tally = tally
        self._names = document.names
        self._names_seen = 0
        self._keyed: frozenset[str] = frozenset()  # attribute names that hold keys, as this file spells them
        self._with_status = False

        # What has ended is noted by a list's own append, for speed, and looked at only when it matters.
        self._ends: list[str] = []
        self._ends_seen = 0
        self._started = self._ended = 0
        self._tests = self._tests_ended = 0
        self._suites: list[str] = []
        self._suites_started = self._suites_ended = 0

        self._test: Attributes = []
        self._outcome = _PASSED
        self._outcomes = [0, 0, 0, 0]

    def handlers(self) -> Handlers:
        """Return what the parser calls."""
        return Handlers(self._start_function(), self._ends.append, self._chunk_read, self._finish)

    def _start_function(self) -> Callable[[str, Attributes], None]:
        names = self._names
        names_seen = self._names_seen
        outcomes = _OUTCOMES
        key_lengths = _KEY_LENGTHS
        look_closely = False

        def start(name: str, attributes: Attributes) -> None:
            nonlocal names_seen, look_closely
            self._started += 1
            if len(names) != names_seen:
                look_closely = self._look_at_names()
                names_seen = len(names)
            if name == "testcase":
                self._tests += 1
                self._test = attributes
                self._outcome = _PASSED
            elif name == "property":
                # Many files have more properties than tests: the length first, then the name.
                if len(attributes) > 1 and len(attributes[1]) in key_lengths:
                    self._look_at_property(attributes)
            elif name in outcomes:
                self._end_test(outcomes[name], attributes)
            elif name == "testsuite":
                self._open_suite(attributes)
            if look_closely:
                self._look_at_attributes(name, attributes)

        return start

    def _look_at_names(self) -> bool:
        for name in islice(reversed(self._names), len(self._names) - self._names_seen):
            if name.lower() in KEY_NAMES:
                self._keyed |= {name}
            self._with_status = self._with_status or name == "status"
        self._names_seen = len(self._names)
        return bool(self._keyed) or self._with_status

    def _look_at_attributes(self, element: str, attributes: Attributes) -> None:
        for name, value in pairs(attributes):
            if name in self._keyed:
                self._tally.key(value)
            elif name == "status" and element == "testcase" and value in _NOT_RUN:
                self._worsen(_SKIPPED)

    def _look_at_property(self, attributes: Attributes) -> None:
        given = dict(pairs(attributes))
        if given.get("name", "").lower() in KEY_NAMES:
            if "value" in given:
                self._tally.key(given["value"])
            else:
                self._document.capture(self._tally.key)

    def _open_suite(self, attributes: Attributes) -> None:
        self._look_at_ends()
        self._suites_started += 1
        self._suites.append(dict(pairs(attributes)).get("name", ""))

    def _end_test(self, outcome: int, attributes: Attributes) -> None:
        self._look_at_ends()
        if self._tests_ended == self._tests:
            return  # an <error> of a suite, say: no test is open
        known = self._outcome
        self._worsen(outcome)
        if known < _ERROR <= outcome and self._tally.wants_failures:
            self._describe(attributes)

    def _worsen(self, outcome: int) -> None:
        if outcome > self._outcome:
            self._outcomes[self._outcome] -= 1
            self._outcomes[outcome] += 1
            self._outcome = outcome

    def _describe(self, attributes: Attributes) -> None:
        given = dict(pairs(self._test))
        name = given.get("name", "")
        owner = given.get("classname") or (self._suites[-1] if self._suites else "")
        # jest-junit writes the whole name into both, mocha-junit-reporter its end into classname.
        full_name = name if not owner or name.startswith(owner) or name.endswith(owner) else f"{owner}.{name}"
        given = dict(pairs(attributes))
        if given.get("message", "").strip() not in ("", "None", "null"):
            self._tally.failure(full_name, given["message"])
        else:
            self._document.capture(lambda text: self._tally.failure(full_name, text or given.get("type", "")))

    def _look_at_ends(self) -> None:
        recent = self._ends[self._ends_seen :]
        self._ends_seen = len(self._ends)
        self._tests_ended += recent.count("testcase")
        self._suites_ended += recent.count("testsuite")
        del self._suites[self._suites_started - self._suites_ended :]

    def _chunk_read(self) -> int:
        self._look_at_ends()
        self._ended += len(self._ends)
        self._ends.clear()
        self._ends_seen = 0
        return self._started - self._ended

    def _finish(self) -> None:
        tally = self._tally
        tally.skipped = self._outcomes[_SKIPPED]
        tally.errors = self._outcomes[_ERROR]
        tally.failed = self._outcomes[_FAILED]
        tally.passed = self._tests - tally.skipped - tally.errors - tally.failed
        if not self._tests:
            tally.warn("the file holds no test case")
