"""Each format's tests are counted once, by the rules of the format, with failures and keys."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from qtm_action.errors import Severity
from qtm_action.formats import Format
from qtm_action.results.readers import read, read_stream
from qtm_action.results.result_files import Failure, FileReading, TestCounts

RESULTS = Path(__file__).parents[3] / "data" / "results"


def read_result(name: str, expected: Format | None = None) -> FileReading:
    return read(RESULTS / name, shown_as=name, expected=expected)


def warnings(reading: FileReading) -> list[str]:
    assert all(problem.severity is Severity.WARNING for problem in reading.problems)
    return [problem.message for problem in reading.problems]


def test_nested_junit_suites_count_each_test_once() -> None:
    reading = read_result("junit/nested-suites.xml")

    assert reading.format is Format.JUNIT
    assert reading.counts == TestCounts(passed=1, failed=1, errors=1, outside=1)
    assert reading.failures == (
        Failure("inner.in the inner suite", "the inner one"),
        Failure("outer.in the outer suite", "java.io.IOException"),
    )
    assert reading.keys == ("PRJ-10",)
    assert warnings(reading) == ["1 error outside of test cases: an error of the suite, of no test"]


def test_odd_junit_cases_are_counted_by_their_worst_outcome() -> None:
    reading = read_result("junit/odd.xml")

    assert reading.counts == TestCounts(passed=6, failed=5, skipped=2)
    assert reading.failures == (
        Failure("Shop.fails each time", "1 is not 2"),
        Failure("Shop.breaks after it failed", "wrong"),
        Failure("Shop.fails after it broke", "broken"),
        Failure("Shop.fails after it was skipped", ""),
        Failure("Shop.has its class in its name", "wrong again"),
    )
    assert reading.keys == ("PRJ-TC-1", "PRJ-TC-2", "PRJ-TC-3", "PRJ-4")
    assert reading.problems == ()


def test_testng_counts_methods_and_tries_but_no_configuration() -> None:
    reading = read_result("testng/retried.xml")

    assert reading.counts == TestCounts(passed=2, failed=2, skipped=2)
    assert reading.failures == (
        Failure("shop.CartTest.data(testcasekey=PRJ-TC-7, null)", "java.lang.NullPointerException"),
        Failure("shop.CartTest.lenient", ""),
    )
    assert reading.keys == ("PRJ-TC-4", "PRJ-TC-5", "PRJ-6", "PRJ-TC-7")
    assert warnings(reading) == [
        "tests that TestNG ran again are in the file once for each try",
        "the status 'MAYBE' is unknown to TestNG; counted as skipped",
    ]


def test_a_cucumber_scenario_is_assessed_by_its_steps_hooks_and_background() -> None:
    reading = read_result("cucumber/jvm.json")

    assert reading.counts == TestCounts(passed=2, failed=4, skipped=4)
    assert reading.failures == (
        Failure("Cart: fails by its background", "the shop is closed"),
        Failure("Cart: fails in a hook after it", "the till does not close"),
        Failure("Cart: fails in a hook of a step", ""),
        Failure("Cart: is ambiguous", ""),
    )
    assert reading.keys == ("PRJ-TC-8", "PRJ-TC-9")
    assert warnings(reading) == ["the status 'unused' is unknown to Cucumber; counted as skipped"]


def test_nested_uft_actions_and_iterations_count_once() -> None:
    reading = read_result("hpuft/run_results.xml")

    assert reading.format is Format.HPUFT
    assert reading.counts == TestCounts(passed=1, failed=2)
    assert reading.failures == (
        Failure("PayWithVoucher", '"total": expected 9.90'),
        Failure("Checkout", '"total": expected 9.90'),
    )
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("document", "outside"),
    [
        ('<testsuite errors="1"><testcase name="a"/></testsuite>', 1),
        ('<testsuites errors="1"><testsuite><testcase name="a"/></testsuite></testsuites>', 1),
        ('<testsuite errors="1"><testcase name="a"><error/></testcase></testsuite>', 0),
        ('<testsuite errors="1"><testcase name="a"><failure/></testcase></testsuite>', 0),
        ('<testsuite errors="1"><error message="m"/></testsuite>', 1),
        ('<testsuite errors="0"><testcase name="a"/></testsuite>', 0),
    ],
)
def test_errors_that_a_root_counts_and_does_not_describe_are_outside(document: str, outside: int) -> None:
    reading = read_stream(io.BytesIO(document.encode()), shown_as="it")

    assert reading.counts.outside == outside


@pytest.mark.parametrize(
    "document",
    [
        '<testsuite testcasekey="P-TC-1"><testcase name="a"/><testcase name="b"/></testsuite>',
        '<testsuite testcasekey="P-TC-1"><testsuite><testcase/><testcase name="b"/></testsuite></testsuite>',
        '<testng-results><test testcasekey="P-TC-1"><test-method/><test-method/></test></testng-results>',
    ],
)
def test_tests_of_a_suite_that_carries_a_key_count_as_those_with_one(document: str) -> None:
    reading = read_stream(io.BytesIO(document.encode()), shown_as="it")

    assert (reading.keys, reading.keyed) == (("P-TC-1",), 2)


def test_odd_uft_results_are_taken_with_a_word() -> None:
    reading = read_result("hpuft/odd.xml")

    assert reading.counts == TestCounts(passed=3, failed=2, skipped=2)
    assert reading.failures == (
        Failure("no result, a failed step", "Click: The object was not found."),
        Failure("failed by itself", "General run error."),
    )
    assert warnings(reading) == [
        "an action has no result; counted as passed because no step in it failed",
        "the result 'Perhaps' is unknown to UFT; counted as skipped",
    ]


def test_a_tree_of_report_nodes_is_uft_whatever_its_root(tmp_path: Path) -> None:
    file = tmp_path / "results.xml"
    file.write_text('<Run><ReportNode type="Action"><Data><Result>Passed</Result></Data></ReportNode></Run>')

    assert read(file, shown_as="results.xml", expected=Format.HPUFT).counts == TestCounts(passed=1)
    assert read(file, shown_as="results.xml").counts.total == 0


def test_specflow_scenarios_are_counted_by_their_result() -> None:
    reading = read_result("specflow/report.json")

    assert reading.format is Format.SPECFLOW
    assert reading.counts == TestCounts(passed=1, failed=1, skipped=2)
    assert reading.failures == (Failure("Cart: is wrong", "expected 3"),)
    assert reading.keys == ("PRJ-TC-2", "PRJ-TC-3")
    assert reading.problems == ()


def test_specflow_scenarios_without_a_result_are_assessed_by_their_steps() -> None:
    reading = read_result("specflow/steps.json")

    assert reading.counts == TestCounts(passed=1, failed=2, skipped=3)
    assert reading.failures == (Failure("Cart: fails", "1 is not 2"), Failure("Cart: ", "of no title"))
    assert warnings(reading) == [
        "the result 'Perhaps' is unknown to SpecFlow; counted as skipped",
        "a scenario has no `title`",
    ]


def test_specflow_keys_in_capitals_are_taken_with_a_word() -> None:
    reading = read_result("specflow/capitals.json")

    assert reading.counts == TestCounts(passed=1, failed=1)
    assert reading.failures == (Failure("Cart: fails", "no"),)
    assert warnings(reading) == ["the keys begin with capitals"]


def test_the_title_of_a_specflow_feature_is_decoded(tmp_path: Path) -> None:
    scenario = '{"title": "fails", "result": "Error"}'
    file = tmp_path / "it.json"
    file.write_text(f'{{"features": [{{"title": "caf\\u00e9 \\"\\"", "scenarios": [{scenario}]}}]}}')

    (failure,) = read(file, shown_as="it").failures

    assert failure.name == 'caf\u00e9 "": fails'


def test_unknown_specflow_keys_make_one_warning() -> None:
    reading = read_result("specflow/unknown-keys.json")

    assert reading.counts == TestCounts(passed=1)
    assert warnings(reading) == [
        "a feature has no `scenarios`",
        "the file contains keys that are not part of the format: `colour`, `weight`",
    ]
    assert reading.problems[1].line == 1


def test_qaf_counts_tests_and_reports_failures_from_the_files_next_to() -> None:
    run = "qaf/test-results/22_Jul_2016_06_33_PM/json/Smoke/shop.CartTest"

    reading = read_result(f"{run}/meta-info.json")

    assert reading.format is Format.QAF
    assert reading.counts == TestCounts(passed=1, failed=1, skipped=2)
    assert reading.failures == (Failure("is wrong", "java.lang.AssertionError: expected 3"),)
    assert reading.keys == ("PRJ-TC-2", "PRJ-TC-3", "PRJ-4", "PRJ-TC-1")
    assert warnings(reading) == ["the result 'None' is unknown to QAF; counted as skipped"]


def test_qaf_looks_for_messages_in_its_own_folder_only() -> None:
    reading = read_result("qaf/odd.json")

    assert reading.counts == TestCounts(passed=1, failed=4)
    assert {failure.message for failure in reading.failures} == {""}
    assert warnings(reading) == ["a test has no `metaData.name`"]


def test_a_file_in_a_qaf_folder_that_qaf_did_not_write_is_a_warning() -> None:
    reading = read_result("qaf/of-another-kind.json", Format.QAF)

    assert reading.format is Format.QAF
    assert warnings(reading) == ["this is not a file that QAF writes"]


@pytest.mark.parametrize(
    "name",
    [
        "junit/no-tests.xml",
        "testng/no-tests.xml",
        "cucumber/no-tests.json",
        "hpuft/no-tests.xml",
        "specflow/no-tests.json",
    ],
)
def test_a_file_without_tests_is_called_empty(name: str) -> None:
    reading = read_result(name)

    assert reading.counts.total == 0
    assert reading.is_empty
    assert reading.problems == ()


def test_only_the_first_failures_and_keys_are_kept(tmp_path: Path) -> None:
    case = '<testcase name="{0}" testcasekey="PRJ-TC-{0}"><failure message="{1}"/></testcase>'
    file = tmp_path / "many.xml"
    file.write_text(f"<testsuite>{''.join(case.format(n, 'x' * 5000) for n in range(50))}</testsuite>")

    reading = read(file, shown_as="many.xml")

    assert reading.counts == TestCounts(failed=50)
    assert [failure.name for failure in reading.failures] == [str(n) for n in range(10)]
    assert all(failure.message == f"{'x' * 299}…" for failure in reading.failures)
    assert reading.keys == tuple(f"PRJ-TC-{n}" for n in range(20))


@pytest.mark.parametrize(
    ("tag", "keys"),
    [
        ("@PRJ-TC-4", ("PRJ-TC-4",)),
        ("prj-tc-4", ("prj-tc-4",)),
        ("@TestCaseKey=PRJ-TC-4", ("PRJ-TC-4",)),
        ("testcasekey: PRJ-TC-4, PRJ-TC-5", ("PRJ-TC-4", "PRJ-TC-5")),
        ("@STORYKEY=PRJ-9", ("PRJ-9",)),
        ("@PRJ-9", ()),
        ("@regression", ()),
        ("@PRJ-TC-4-old", ()),
        ("x" * 400 + "PRJ-TC-4", ()),
    ],
)
def test_keys_are_found_in_tags(tmp_path: Path, tag: str, keys: tuple[str, ...]) -> None:
    file = tmp_path / "report.json"
    file.write_text(
        f'[{{"keyword": "Feature", "tags": [{{"name": "{tag}"}}, {{"name": "{tag}"}}, "{tag}", 3]}}]'
    )

    assert read(file, shown_as="report.json").keys == keys


def test_the_warning_about_pytest_bdd_looks_at_the_last_step_only(tmp_path: Path) -> None:
    scenario = '{{"type": "scenario", "id": "test_a", "name": "a", "steps": {}}}'
    passed = '"result": {"status": "passed"}'
    file = tmp_path / "report.json"
    file.write_text(
        '[{"keyword": "Feature", "elements": ['
        + ",".join(
            scenario.format(steps)
            for steps in (
                f'[{{"keyword": "Given", {passed}}}, {{"keyword": "Then", {passed}}}]',
                f'[{{"keyword": "Given", {passed}}}, {{"keyword": "And", {passed}}}]',
                "null",
                "[]",
            )
        )
        + "]}]"
    )

    reading = read(file, shown_as="report.json")

    assert reading.counts == TestCounts(passed=4)
    assert reading.problems == ()


CARRYING = {
    "attributes.xml": """<testsuite><testcase name="a" testcasekey="PRJ-TC-1" storykey="PRJ-9"/>
        <testcase name="b"/><testcase name="c" testcasekey="PRJ-TC-2"><failure/></testcase></testsuite>""",
    "properties.xml": """<testsuite><properties><property name="storykey" value="PRJ-9"/></properties>
        <testcase name="a"><properties><property name="testcasekey" value="PRJ-TC-1"/>
        <property name="storykey" value="PRJ-9"/></properties></testcase><testcase name="b"/>
        <testcase name="c"><properties><property name="testcasekey">PRJ-TC-1</property></properties>
        </testcase></testsuite>""",
    "testng.xml": """<testng-results><suite><test><class name="C"><test-method name="a" status="PASS"
        testcasekey="PRJ-TC-1"/><test-method name="b" status="PASS"/><test-method name="c" status="FAIL">
        <params><param><value>testcasekey=PRJ-TC-3</value></param></params></test-method></class></test>
        </suite></testng-results>""",
    "cucumber.json": """[{"keyword": "Feature", "elements": [
        {"type": "scenario", "name": "a", "tags": [{"name": "@PRJ-TC-1"}, {"name": "@storykey=PRJ-9"}]},
        {"type": "scenario", "name": "b", "tags": [{"name": "@smoke"}]},
        {"type": "scenario", "name": "c", "tags": [{"name": "@testcasekey=PRJ-TC-2"}]}]}]""",
}


@pytest.mark.parametrize("name", CARRYING)
def test_the_tests_that_carry_a_key_are_counted(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(CARRYING[name])

    reading = read(file, shown_as=name)

    assert (reading.keyed, reading.counts.total) == (2, 3)


@pytest.mark.parametrize(
    ("root", "inside", "outside"),
    [
        ('failures="1" errors="2"', '<testcase name="a"><failure/></testcase>', 2),
        ('failures="0" errors="1"', '<testcase name="a"><failure/></testcase>', 0),
        ('failures="0" errors="1"', '<testcase name="a"><error/></testcase>', 0),
        ('errors="1"', '<error message="no"/>', 1),
        ('errors="x"', '<testcase name="a"/>', 0),
    ],
)
def test_errors_that_are_only_counted_on_the_root(
    root: str, inside: str, outside: int, tmp_path: Path
) -> None:
    file = tmp_path / "it.xml"
    file.write_text(f'<testsuites {root}><testsuite name="s">{inside}</testsuite></testsuites>')

    assert read(file, shown_as="it").counts.outside == outside
