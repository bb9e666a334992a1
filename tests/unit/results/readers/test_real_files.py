"""What real frameworks wrote is counted as they counted it, and its failures say why.

``expected.json`` is what the frameworks printed themselves; see the README beside it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from qtm_action.errors import Severity
from qtm_action.formats import Format
from qtm_action.results.readers import read, read_stream
from qtm_action.results.readers.xml_repair import repaired
from qtm_action.results.result_files import Failure, TestCounts

if TYPE_CHECKING:
    from qtm_action.results.readers.reported_tests import TestResult
    from qtm_action.results.result_files import FileReading

REAL = Path(__file__).parents[3] / "data" / "real"


class Expected(NamedTuple):
    format: Format
    counts: tuple[int, int, int, int]  # passed, failed, skipped, errors
    first_failure: tuple[str, str] = ("", "")  # name, and how its message begins
    keys: tuple[str, ...] = ()
    warning: str = ""


JUNIT, TESTNG, CUCUMBER, QAF = Format.JUNIT, Format.TESTNG, Format.CUCUMBER, Format.QAF

EXPECTED = {
    "pytest/junit.xml": Expected(
        JUNIT, (4, 3, 3, 2), ("test_cart.test_quantity[0]", "assert 0 > 0"), ("PRJ-TC-7",)
    ),
    "pytest/junit-xunit1.xml": Expected(
        JUNIT, (4, 3, 3, 2), ("test_cart.test_quantity[0]", "assert 0 > 0"), ("PRJ-TC-7", "PRJ-9")
    ),
    "pytest-bdd/cucumber.json": Expected(
        CUCUMBER,
        (3, 2, 0, 0),
        ("Cart: wrong", "AssertionError: assert 1 == 3"),
        ("PRJ-TC-4", "PRJ-TC-5"),
        "the scenario 'not done' ends before its Then step; counted as passed",
    ),
    "behave/report.json": Expected(
        CUCUMBER,
        (1, 4, 1, 0),
        ("Cart: add one", "hook_error"),
        ("PRJ-TC-4", "PRJ-TC-5"),
        "the file contains keys that are not part of the format: `location`, `status`, `step_type`",
    ),
    "behave/pretty.json": Expected(
        CUCUMBER,
        (1, 4, 1, 0),
        ("Cart: add one", "hook_error"),
        ("PRJ-TC-4", "PRJ-TC-5"),
        "the file contains keys that are not part of the format: `location`, `status`, `step_type`",
    ),
    "behave/junit.xml": Expected(
        JUNIT,
        (1, 2, 1, 2),
        ("cart.Cart.add one", "HOOK-ERROR in after_scenario: OSError: the till does not close"),
    ),
    "robot/xunit.xml": Expected(JUNIT, (2, 2, 1, 0), ("Cart.Wrong", "1 item expected")),
    "jest/junit.xml": Expected(
        JUNIT,
        (4, 2, 1, 0),
        ("cart quantity 0", "Error: expect(received).toBeGreaterThan(expected)"),
    ),
    "mocha/xunit.xml": Expected(JUNIT, (1, 3, 2, 0), ("cart.is wrong", "one is not two")),
    "mocha/junit.xml": Expected(JUNIT, (1, 3, 0, 0), ("cart is wrong", "one is not two")),
    "playwright/junit.xml": Expected(
        JUNIT,
        (2, 1, 2, 0),
        ("cart.spec.js.cart \u203a is wrong", "expect(received).toBe(expected) // Object.is equality"),
        ("PRJ-TC-8",),
    ),
    "cucumber-js/report.json": Expected(
        CUCUMBER,
        (2, 2, 2, 0),
        ("Cart: wrong", "AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:"),
        ("PRJ-TC-4", "PRJ-TC-5"),
    ),
    "cucumber-js/junit.xml": Expected(
        JUNIT, (2, 3, 1, 0), ("Cart.wrong", "Expected values to be strictly equal:")
    ),
    "cucumber-ruby/report.json": Expected(
        CUCUMBER, (2, 2, 2, 0), ("Cart: wrong", "1 items (RuntimeError)"), ("PRJ-TC-4", "PRJ-TC-5")
    ),
    "cucumber-ruby/broken-hook.json": Expected(
        CUCUMBER,
        (1, 3, 2, 0),
        ("Cart: add one", "the till does not close (RuntimeError)"),
        ("PRJ-TC-4", "PRJ-TC-5"),
    ),
    "cucumber-ruby/junit.xml": Expected(JUNIT, (2, 2, 2, 0), ("Cart.wrong", "1 items (RuntimeError)")),
    "testng/testng-results.xml": Expected(
        TESTNG, (3, 2, 3, 0), ("CartTest.fails", "quantity expected [2] but found [1]"), ("PRJ-TC-4",)
    ),
    "testng/TEST-CartTest.xml": Expected(
        JUNIT,
        (3, 3, 0, 1),
        ("CartTest.skipped", "Method CartTest.skipped()"),
        warning="2 tests that failed are in the file more than once, such as CartTest.data (2 times); "
        "each is counted",
    ),
    "surefire/TEST-shop.CartTest.xml": Expected(
        JUNIT, (2, 1, 1, 1), ("shop.CartTest.breaks", "the shop is closed")
    ),
}

BESIDE = {
    "robot/output.xml": "this is Robot Framework's own output",
    "jest/own.json": "this is Jest's own JSON",
    "mocha/own.json": "this is Mocha's own JSON",
    "playwright/own.json": "this is Playwright's own JSON",
    "cucumber-js/messages.ndjson": "this is Cucumber's message stream",
    "testng/testng-failed.xml": "this is a TestNG suite definition",
}


def qaf_files() -> list[Path]:
    return sorted((REAL / "qaf-python" / "test-results").rglob("*.json"))


def test_every_real_file_is_read_by_a_test() -> None:
    told = {REAL / name for name in (*EXPECTED, *BESIDE, *SAID)} | {*qaf_files()}
    kept = {
        file
        for file in REAL.rglob("*")
        if file.is_file() and file.parent != REAL and "projects" not in file.relative_to(REAL).parts
    }

    assert kept == told


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_report_is_counted(name: str) -> None:
    expected = EXPECTED[name]

    reading = read(REAL / name, shown_as=name, expected=expected.format)

    assert reading == read(REAL / name, shown_as=name)
    assert reading.format is expected.format
    assert reading.counts == TestCounts(*expected.counts)
    assert reading.failures[0].name == expected.first_failure[0]
    assert reading.failures[0].message.startswith(expected.first_failure[1])
    assert len(reading.failures) == expected.counts[1] + expected.counts[3]
    assert reading.keys == expected.keys
    assert [problem.message for problem in reading.problems] == (
        [expected.warning] if expected.warning else []
    )
    assert all(problem.severity is Severity.WARNING for problem in reading.problems)


@pytest.mark.parametrize(("name", "what"), BESIDE.items())
def test_a_file_next_to_the_report_is_named_for_what_it_is(name: str, what: str) -> None:
    reading = read(REAL / name, shown_as=name)

    (problem,) = reading.problems
    assert problem.severity is Severity.ERROR
    assert problem.message == f"{what}, not a result file that QTM4J can import"
    assert problem.hint
    assert problem.file == name
    assert reading.format is None
    assert reading.counts.total == 0


def test_a_real_qaf_run_is_counted_over_its_files() -> None:
    runs: dict[str, TestCounts] = {}
    failures = set()
    keys = set()
    for file in qaf_files():
        reading = read(file, shown_as=file.name, expected=QAF)
        assert reading.format is QAF
        assert reading.problems == ()
        run = file.relative_to(REAL / "qaf-python" / "test-results").parts[0]
        runs[run] = runs.get(run, TestCounts()) + reading.counts
        failures |= {*reading.failures}
        keys |= {*reading.keys}

    first, second, _list_of_runs = runs.values()
    assert first == second == TestCounts(passed=3, failed=2, skipped=1)
    assert failures == {
        Failure("test_quantity[0]", "assert 0 > 0"),
        Failure("test_remove", "ValueError: nothing to remove"),
    }
    assert keys == {"PRJ-TC-3", "PRJ-9"}


def test_a_qaf_file_is_recognised_without_a_format() -> None:
    assert {read(file, shown_as=file.name).format for file in qaf_files()} == {QAF}


SAID: dict[str, dict[str, Any]] = json.loads((REAL / "expected.json").read_text())
REPORTS = [name for name, said in SAID.items() if "passed" in said]
HOSTILE = [name for name in REPORTS if "java_refuses" in SAID[name]]
WHOLE = [name for name in REPORTS if name not in HOSTILE]
OWN = [name for name, said in SAID.items() if "own_format_of" in said]


KINDS = ("passed", "failed", "skipped", "errors")


def four(reading: FileReading) -> list[int]:
    return [getattr(reading.counts, kind) for kind in KINDS]


def stream_of(name: str, *, repair: bool = False) -> list[TestResult]:
    tests: list[TestResult] = []
    with (REAL / name).open("rb") as stream:
        read_stream(stream, shown_as=name, extension=Path(name).suffix, on_test=tests.append, repair=repair)
    return tests


def assert_said(tests: list[TestResult], reasons: dict[str, str | list[str]]) -> None:
    for test_name, wanted in reasons.items():
        bad = [test for test in tests if test.status.is_bad]
        told = [test.reason for test in bad if test.name == test_name]
        told = told or [test.reason for test in bad if test.name.strip().startswith(test_name)]
        assert told, test_name
        for reason in told:
            some = [wanted] if isinstance(wanted, str) else wanted
            assert any(each in reason for each in some), (test_name, reason)


def test_the_counts_are_those_of_the_framework(subtests: pytest.Subtests) -> None:
    for name in WHOLE:
        counts = SAID[name].get("file", SAID[name])

        reading = read(REAL / name, shown_as=name)

        with subtests.test(name):
            assert all(problem.severity is Severity.WARNING for problem in reading.problems)
            assert four(reading) == [counts[kind] for kind in KINDS]


def test_the_reason_of_a_failure_says_what_the_framework_said(subtests: pytest.Subtests) -> None:
    for name in WHOLE:
        with subtests.test(name):
            assert_said(stream_of(name), SAID[name]["reasons"])


@pytest.mark.parametrize("name", [name for name in REPORTS if "outside" in SAID[name]])
def test_errors_outside_of_tests_are_counted_and_named(name: str) -> None:
    outside = SAID[name]["outside"]

    reading = read(REAL / name, shown_as=name)

    assert reading.counts.outside == len(outside)
    (problem,) = reading.problems
    assert problem.message.startswith(f"{len(outside)} error")
    if not name.startswith("gotestsum"):  # which does not say in the file what it was
        assert all(each in problem.message for each in outside)


@pytest.mark.parametrize("name", [name for name in REPORTS if "tries" in SAID[name]])
def test_tries_are_reported_and_the_last_one_is_known_where_the_order_is(name: str) -> None:
    reading = read(REAL / name, shown_as=name)

    assert any("in the file more than once, such as" in problem.message for problem in reading.problems)
    counts, last = reading.counts, SAID[name]["last_tries"]
    recovered = counts.recovered > 0
    assert recovered == (name == "gotestsum/rerun.xml")  # -count=2 writes failures first, whatever came first
    if recovered:
        tries = SAID[name]["tries"]["TestFlaky"]
        assert counts.recovered == tries.count("failed")
        assert last["failed"] == 1


NAMED = {
    "bats/hostile.xml": "&#27; (ESC, as in terminal color codes)",
    "googletest/hostile-bytes.xml": "The byte 0xe9 is not of the declared encoding",
    "googletest/hostile-noncharacter.xml": "U+FFFE (a noncharacter)",
    "jest-errors/hostile.xml": "0x07 (BEL, the terminal bell)",
    "mocha-errors/hostile-xunit.xml": "&#x1B; (ESC, as in terminal color codes)",
    "node/hostile-noncharacter.xml": "U+FFFE (a noncharacter)",
    "node/hostile-nul.xml": "0x00 (NUL)",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_java_refuses_is_refused_and_the_character_named(name: str) -> None:
    (problem,) = read(REAL / name, shown_as=name).problems

    assert problem.severity is Severity.ERROR
    assert NAMED.get(name, "0x1b (ESC, as in terminal color codes)") in problem.hint
    assert "`repair: true`" in problem.hint


@pytest.mark.parametrize("name", HOSTILE)
def test_what_java_refuses_can_be_repaired(name: str, tmp_path: Path) -> None:
    said = SAID[name]

    reading = read(REAL / name, shown_as=name, repair=True)

    assert reading.problems == ()
    assert four(reading) == [said[kind] for kind in KINDS]
    assert reading.repaired
    assert_said(stream_of(name, repair=True), said["reasons"])
    copy = tmp_path / "copy.xml"
    copy.write_bytes(b"".join(repaired(iter([(REAL / name).read_bytes()]))))
    again = read(copy, shown_as=name)
    assert (again.problems, again.counts, again.repaired) == ((), reading.counts, 0)


def test_a_file_without_such_characters_is_not_changed(subtests: pytest.Subtests) -> None:
    for name in (name for name in WHOLE if name.endswith(".xml")):
        content = (REAL / name).read_bytes()
        pieces = [content[place : place + 7] for place in range(64, len(content), 7)]

        with subtests.test(name):
            assert read(REAL / name, shown_as=name, repair=True) == read(REAL / name, shown_as=name)
            assert b"".join(repaired(iter([content[:64], *pieces]))) == content


@pytest.mark.parametrize("name", OWN)
def test_a_frameworks_own_xml_is_named_with_the_option_that_writes_junit(name: str) -> None:
    said = SAID[name]

    (problem,) = read(REAL / name, shown_as=name).problems

    own = f"{said['own_format_of']}'s own XML"
    assert problem.message == f"this is {own}, not a result file that QTM4J can import"
    assert (said["option_for_junit"] or "writes no JUnit XML") in problem.hint


def test_visual_studios_report_is_not_cppunits(tmp_path: Path) -> None:
    file = tmp_path / "results.trx.xml"
    file.write_text('<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"/>')

    (problem,) = read(file, shown_as="it").problems

    assert "(TRX)" in problem.message
