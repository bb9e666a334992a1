"""JUnit XML, as Ant, Surefire, pytest, Jest, Playwright, Robot Framework and many others write it.

A ``testcase`` is a test. Nested suites count once, since the totals that suites claim are not read.
Surefire's ``flakyFailure`` marks a test that passed in the end, ``rerunFailure`` repeats one that has
a ``failure`` as well: neither changes the count.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from qtm_action.formats import Format
from qtm_action.results.readers.reader import XmlReader
from qtm_action.results.readers.tally import KEY_NAMES, first_line
from qtm_action.results.readers.tests import Status, Suite, TestResult
from qtm_action.results.readers.xml_stream import Handlers

if TYPE_CHECKING:
    from qtm_action.results.readers.tally import Tally
    from qtm_action.results.readers.xml_stream import Attributes, Document

_OUTCOMES = {"failure": Status.FAILED, "error": Status.ERROR, "skipped": Status.SKIPPED}
_NOT_RUN = frozenset({"notrun", "disabled", "skipped", "ignored"})  # GoogleTest's, and its kin's, ``status``


class _JUnitFile:
    """One document being read."""

    def __init__(self, document: Document, tally: Tally) -> None:
        self._document = document
        self._tally = tally
        self._suites = [Suite()]
        self._keys: list[str] = []  # in properties of the test at hand
        self._reason = ""

    def handlers(self) -> Handlers:  # noqa: C901 - one closure, see below
        """Return what the parser calls.

        Most elements matter only by being there, and variables of a closure are twice as fast as
        attributes: what is done for every element is here, the rest in the methods.
        """
        tally, names, suites, outcomes = self._tally, self._document.names, self._suites, _OUTCOMES
        passed, error = Status.PASSED, Status.ERROR
        status = passed  # of the test at hand
        test: Attributes | None = None
        counts = dict.fromkeys(Status, 0)  # of tests of which nothing else matters
        depth = names_seen = 0
        look_closely, wants_failures = tally.every, True

        def start(name: str, attributes: Attributes) -> None:
            nonlocal depth, status, test
            depth += 1
            if name == "testcase":
                test = attributes
                status = passed
            elif name == "property":
                if attributes.get("name", "").lower() in KEY_NAMES:
                    self._property(attributes, of_test=test is not None)
            elif name in outcomes:
                # Without a test at hand it is an <error> of a suite, say.
                if test is not None and outcomes[name] > status:
                    if wants_failures and status < error:
                        self._find_reason(attributes)
                    status = outcomes[name]
            elif name == "testsuite":
                suites.append(self._suite(attributes))

        def end(name: str) -> None:
            nonlocal depth, names_seen, look_closely, wants_failures, test
            depth -= 1
            if name == "testcase" and test is not None:
                if len(names) != names_seen:  # a name that this file did not have so far
                    new = islice(reversed(names), len(names) - names_seen)
                    names_seen = len(names)
                    look_closely = look_closely or not _UNUSUAL.isdisjoint(map(str.lower, new))
                if look_closely or (wants_failures and status is not passed):
                    self._end_test(test, status)
                    wants_failures = tally.wants(Status.FAILED)
                else:
                    counts[status] += 1
                test = None
            elif name == "testsuite":
                suites.pop()

        def finish() -> None:
            for ended, number in counts.items():
                tally.count(ended, number)
            if not tally.total:
                tally.warn("the file holds no test case")

        return Handlers(start, end, lambda: depth, finish)

    def _suite(self, attributes: Attributes) -> Suite:
        keys = self._tally.named_keys(attributes)
        return Suite(attributes.get("name", ""), key=keys[0] if keys else "")

    def _property(self, attributes: Attributes, *, of_test: bool) -> None:
        def note(value: str) -> None:
            keys = self._tally.key(value)
            if of_test and self._tally.every:
                self._keys += keys

        if "value" in attributes:
            note(attributes["value"])
        else:
            self._document.capture(note)

    def _find_reason(self, attributes: Attributes) -> None:
        message = attributes.get("message", "")
        if message.strip() not in ("", "None", "null"):
            self._reason = message
        else:
            self._document.capture(lambda text: self._take_reason(text or attributes.get("type", "")))

    def _take_reason(self, reason: str) -> None:
        self._reason = reason

    def _end_test(self, test: Attributes, status: Status) -> None:
        keys = self._tally.named_keys(test) + tuple(self._keys)
        self._keys.clear()
        if test.get("status") in _NOT_RUN:
            status = max(status, Status.SKIPPED)
        if self._tally.wants(status):
            suite = self._suites[-1]
            owner = test.get("classname") or suite.name
            self._tally.add(
                TestResult(
                    suite, test.get("name", ""), status, owner, reason=first_line(self._reason), keys=keys
                )
            )
        else:
            self._tally.count(status)
        self._reason = ""


# Names of attributes for which a test is looked at, whatever it has inside.
_UNUSUAL = KEY_NAMES | {"status"}

READER = XmlReader(
    Format.JUNIT,
    roots=("testsuites", "testsuite"),
    looks_like="<testsuites> or <testsuite>",
    handlers=lambda document, tally: _JUnitFile(document, tally).handlers(),
)
