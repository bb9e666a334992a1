"""What real frameworks write, imported through the real door."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door

REAL = Path(__file__).parents[2] / "data" / "real"


def without(pattern: str, text: str) -> str:
    return re.sub(pattern, "", text, flags=re.DOTALL)


def test_errors_outside_of_tests_are_reported_reported_and_red(door: Door) -> None:
    prove = (REAL / "prove" / "junit.xml").read_text()
    only_dying = without(r"<testsuite [^>]*cart_t.*?</testsuite>", prove)
    door.write("junit.xml", only_dying)

    green = door.run(format="junit", files="junit.xml")
    red = door.run(format="junit", files="junit.xml", fail_on_tests="failed")

    assert green.code == 0, green.log
    assert "2 errors outside of test cases: Dubious, test returned 255" in green.log
    assert green.report["imports"][0]["tests"]["outside"] == 2
    assert red.code == 1
    assert "the files contain 2 errors outside test cases" in red.log


def test_a_test_of_gos_that_passed_at_last_is_not_red(door: Door) -> None:
    gotestsum = (REAL / "gotestsum" / "rerun.xml").read_text()
    only_flaky = without(r'<testcase [^>]*name="TestAlwaysWrong".*?</testcase>', gotestsum)
    door.write("junit.xml", only_flaky)

    outcome = door.run(format="junit", files="junit.xml", fail_on_tests="failed")

    assert outcome.code == 0, outcome.log
    assert "in the file more than once, such as example.com/shop/flaky.TestFlaky (2 times)" in outcome.log
    assert "`fail-on-tests` looks at the last try" in outcome.log
    tests = outcome.report["imports"][0]["tests"]
    assert (tests["failed"], tests["recovered"]) == (1, 1)


def gradle_report(*tests: str) -> str:
    """Return a report as Gradle's JUnitXmlResultWriter writes it without ``mergeReruns``."""
    return (
        f'<testsuite name="shop.CartTest" tests="{len(tests)}" skipped="0" failures="1" errors="0" '
        'timestamp="2026-11-25T21:08:47" hostname="ci" time="0.019">\n  <properties/>\n'
        + "".join(tests)
        + "  <system-out><![CDATA[]]></system-out>\n  <system-err><![CDATA[]]></system-err>\n</testsuite>\n"
    )


GRADLE_FAILED = (
    '  <testcase name="pays()" classname="shop.CartTest" time="0.011">\n'
    '    <failure message="the till is broken" type="java.lang.AssertionError">at CartTest</failure>\n'
    "  </testcase>\n"
)
GRADLE_PASSED = '  <testcase name="pays()" classname="shop.CartTest" time="0.001"/>\n'


def test_a_test_that_gradle_retried_and_that_passed_at_last_is_not_red(door: Door) -> None:
    door.write("junit.xml", gradle_report(GRADLE_FAILED, GRADLE_PASSED))

    outcome = door.run(format="junit", files="junit.xml", fail_on_tests="failed")

    assert outcome.code == 0, outcome.log
    assert "in the file more than once, such as shop.CartTest.pays() (2 times)" in outcome.log
    assert outcome.report["imports"][0]["tests"]["recovered"] == 1


def test_a_test_of_gradle_that_passed_before_it_failed_is_no_retry(door: Door) -> None:
    door.write("junit.xml", gradle_report(GRADLE_PASSED, GRADLE_FAILED, GRADLE_PASSED))

    assert door.run(format="junit", files="junit.xml", fail_on_tests="failed").code == 1


def test_of_other_tests_every_try_is_red_and_the_warning_says_so(door: Door) -> None:
    failed = '<testcase classname="Cart" name="flaky"><failure/></testcase>'
    passed = '<testcase classname="Cart" name="flaky"/><testcase classname="Cart" name="pays"/>'
    door.write("junit.xml", f"<testsuite>{failed}{passed}</testsuite>")

    outcome = door.run(format="junit", files="junit.xml", fail_on_tests="failed")

    assert outcome.code == 1, outcome.log
    assert "`fail-on-tests` counts every failure, even if the last try passed." in outcome.log


def test_a_file_with_colours_is_imported_with_repair(door: Door, sandbox: Sandbox) -> None:
    content = (REAL / "busted" / "hostile.xml").read_bytes()
    (door.workspace / "junit.xml").write_bytes(content)

    refused = door.run(format="junit", files="junit.xml")
    outcome = door.run(format="junit", files="junit.xml", repair="true")

    assert refused.code == 3
    assert "`repair: true`" in refused.log
    assert outcome.code == 0, outcome.log
    assert "that XML does not allow in the uploaded copy of junit.xml" in outcome.log
    (repaired,) = outcome.report["imports"][0]["repaired"]
    assert repaired["file"] == "junit.xml"
    assert repaired["characters"] > 0
    assert outcome.report["imports"][0]["upload"]["fileName"] == "junit.xml"
    assert len(sandbox.imports) == 1
    assert (door.workspace / "junit.xml").read_bytes() == content


def test_the_log_says_how_many_tests_have_a_key(door: Door) -> None:
    shutil.copy(REAL / "googletest" / "junit.xml", door.workspace / "some.xml")
    shutil.copy(REAL / "bats" / "junit.xml", door.workspace / "none.xml")

    door.write(
        "two.xml",
        '<testsuite><testcase name="a"><properties><property name="testcasekey" value="PRJ-TC-4"/>'
        '<property name="storykey" value="PRJ-9"/></properties></testcase></testsuite>',
    )
    assert "; 1 test has Jira keys: PRJ-TC-4, PRJ-9" in door.run(format="junit", files="two.xml").log
    assert "; 1 test has a Jira key: PRJ-TC-4" in door.run(format="junit", files="some.xml").log
    assert "no test has a Jira key" in door.run(format="junit", files="none.xml").log


def test_the_log_names_the_keys_that_no_test_has_itself(door: Door) -> None:
    feature = (
        '[{"name": "f", "tags": [{"name": "@PRJ-TC-4"}], "elements": [{"type": "scenario", "steps": []}]}]'
    )
    door.write("a.json", feature)

    log = door.run(format="cucumber", files="a.json").log

    assert "no test has a Jira key itself, but the files contain PRJ-TC-4" in log
