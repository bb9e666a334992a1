"""JUnit XML, as Ant, Surefire, pytest, Jest, Playwright, Robot Framework and many others write it.

A ``testcase`` is a test. Nested suites count once, since the totals that suites claim are not read.
Surefire's ``flakyFailure`` marks a test that passed in the end, ``rerunFailure`` repeats one that has
a ``failure`` as well: neither changes the count. A test of which a failure was expected has a ``failure``
and a ``skipped`` that says so, from node:test and Catch2: it is skipped.
"""

from __future__ import annotations

from itertools import islice

from qtm_action.redaction import beginning
from qtm_action.results.readers.reasons import reason
from qtm_action.results.readers.reported_tests import Status, Suite, TestResult
from qtm_action.results.readers.tally import KEY_NAMES, Tally
from qtm_action.results.readers.xml_stream import Attributes, Document, Handlers

_OUTCOMES = {"failure": Status.FAILED, "error": Status.ERROR, "skipped": Status.SKIPPED}
_PARTS = ("message", "text", "output", "type")  # of a failure, from the best reason to the worst
_TO_DO = "todo"  # node:test's type of a ``skipped`` next to an expected failure
_MAY_FAIL = ("!mayfail", "!shouldfail")  # Catch2's tags, in its message
# No one else writes these in this order (gradle/gradle, JUnitXmlResultWriter).
_ATTRIBUTES_OF_GRADLE = ("name", "tests", "skipped", "failures", "errors", "timestamp", "hostname", "time")
_NOT_RUN = frozenset({"notrun", "disabled", "skipped", "ignored"})  # GoogleTest's, and its kin's, ``status``
_MOST_TESTS = 50_000  # of a file that are looked at: beyond, it would cost what it is not worth
_MOST_REPEATED = 1000
_HINT = (
    "Retries and parameterized tests with one name are counted separately. "
    "`fail-on-tests` counts every failure, even if the last try passed."
)
_HINT_IN_ORDER = (
    "Retries are counted separately. `fail-on-tests` looks at the last try where the file shows their order."
)


class JUnitFile:
    """One document being read."""

    def __init__(self, document: Document, tally: Tally) -> None:
        self._document = document
        self._tally = tally
        self._suites = [Suite()]
        self._keys: list[str] = []  # in properties of the test at hand
        self._failure = dict.fromkeys(_PARTS, "")  # parts of the failure at hand
        self._repeats = _Repeats(tally)
        self._root_errors = self._root_failures = 0
        self._suites_have_errors = False

    def handlers(self) -> Handlers:  # noqa: C901, PLR0915 - one closure, see below
        """Return what the parser calls.

        Most elements matter only by being there, and variables of a closure are twice as fast as
        attributes: what is done for every element is here, the rest in the methods.
        """
        tally, names, suites, outcomes = self._tally, self._document.names, self._suites, _OUTCOMES
        passed, error = Status.PASSED, Status.ERROR
        status = passed  # of the test at hand
        test: Attributes | None = None
        depth = names_seen = 0
        look_closely, wants_failures = tally.every, True
        is_expected = False  # that the test at hand fails
        repeats, keys = self._repeats, self._keys

        def start(name: str, attributes: Attributes) -> None:  # noqa: C901 - see above
            nonlocal depth, status, test, is_expected
            depth += 1
            if name == "testcase":
                test = attributes
                status = passed
                is_expected = False
            elif name == "property":
                self._property(attributes, test)
            elif name in outcomes:
                if test is None:
                    self._outside(name, attributes)
                elif outcomes[name] > status:
                    if wants_failures and status < error and outcomes[name] >= error:
                        self._find_reason(attributes)
                    status = outcomes[name]
                is_expected = is_expected or (name == "skipped" and _expects_a_failure(attributes))
            elif name == "system-out":
                if status >= error and wants_failures and test is not None:
                    self._find_output()
            elif name == "testsuite":
                suites.append(self._suite(attributes, is_root=depth == 1))
                repeats.begin_suite()
            elif name == "testsuites":
                self._root(attributes)

        def end(name: str) -> None:
            nonlocal depth, names_seen, look_closely, wants_failures, status, test
            depth -= 1
            if name == "testcase" and test is not None:
                if is_expected:
                    status = Status.SKIPPED
                repeats.add(test, status)
                if len(names) != names_seen:  # a name that this file did not have so far
                    new = islice(reversed(names), len(names) - names_seen)
                    names_seen = len(names)
                    look_closely = look_closely or not _UNUSUAL.isdisjoint(map(str.lower, new))
                if look_closely or keys or (wants_failures and status is not passed):
                    self._end_test(test, status)
                    wants_failures = tally.wants(Status.FAILED)
                else:
                    tally.count(status)
                test = None
            elif name == "testsuite":
                suites.pop()
                repeats.end_suite()

        return Handlers(start, end, lambda: depth, self._finish)

    def _finish(self) -> None:
        self._repeats.finish()
        # gotestsum says so of packages that do not compile. Others count what they describe as well, be it as
        # errors or as failures.
        is_described = self._suites_have_errors or self._tally.has_errors
        if self._root_errors and not is_described and self._tally.failed <= self._root_failures:
            self._tally.outside(
                "counted by the file and not described (for example a package that does not compile)",
                self._root_errors,
            )

    def _outside(self, name: str, attributes: Attributes) -> None:
        """Note an error in a suite, or outside of all, that belongs to no test."""
        if name == "skipped":
            return
        if not self._tally.shows_outside:
            self._tally.outside("")
            return
        message = attributes.get("message", "")
        self._document.capture(
            lambda text: self._tally.outside(reason(message, text, attributes.get("type", "")) or name)
        )

    def _root(self, attributes: Attributes) -> None:
        self._root_errors = _number(attributes.get("errors", ""))
        self._root_failures = _number(attributes.get("failures", ""))

    def _suite(self, attributes: Attributes, *, is_root: bool) -> Suite:
        if is_root:
            self._root(attributes)
            self._repeats.is_of_gradle = tuple(attributes) == _ATTRIBUTES_OF_GRADLE
        elif _number(attributes.get("errors", "")):
            self._suites_have_errors = True
        keys = self._tally.named_keys(attributes)
        return Suite(attributes.get("name", ""), key=keys[0] if keys else "")

    def _property(self, attributes: Attributes, test: Attributes | None) -> None:
        name = attributes.get("name", "").lower()
        if name not in KEY_NAMES:
            self._repeats.is_of_go = self._repeats.is_of_go or name == "go.version"
            return

        def note(value: str) -> None:
            keys = self._tally.key(value)
            if test is not None:
                self._keys += keys

        if "value" in attributes:
            note(attributes["value"])
        else:
            self._document.capture(note)

    def _find_reason(self, attributes: Attributes) -> None:
        failure = self._failure = dict.fromkeys(_PARTS, "")
        failure.update(message=attributes.get("message", ""), type=attributes.get("type", ""))
        self._document.capture(lambda text: failure.update(text=text))

    def _find_output(self) -> None:
        """Take what the test wrote for its reason, where its failure is empty, as CTest's does."""
        failure = self._failure
        if not failure["message"].strip() and not failure["text"].strip():
            self._document.capture(lambda text: failure.update(output=text))

    def _end_test(self, attributes: Attributes, status: Status) -> None:
        keys = (*self._tally.named_keys(attributes), *self._keys)
        self._keys.clear()
        if attributes.get("status") in _NOT_RUN:
            status = max(status, Status.SKIPPED)
        suite = self._suites[-1]

        def test() -> TestResult:
            owner = attributes.get("classname") or suite.name
            name = attributes.get("name", "")
            why = self._reason(name, owner) if status.is_bad else ""
            return TestResult(suite, name, status, owner, reason=why, keys=keys)

        self._tally.add(status, keys, test, in_keyed_suite=any(each.key for each in self._suites))

    def _reason(self, name: str, owner: str) -> str:
        names = (name, f"{owner}.{name}", f"{owner}::{name}", f"{owner} {name}")
        return reason(*(self._failure[part] for part in _PARTS), names=names)


class _Repeats:
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


def _expects_a_failure(skipped: Attributes) -> bool:
    message = skipped.get("message", "")
    return skipped.get("type") == _TO_DO or any(tag in message for tag in _MAY_FAIL)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - no more


# Names of attributes for which a test is looked at, whatever it has inside.
_UNUSUAL = KEY_NAMES | {"status"}
