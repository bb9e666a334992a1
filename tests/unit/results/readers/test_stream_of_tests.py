"""Each reader gives the tests of a file one by one, and the counts are those of the tests given."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from qtm_action.results.readers import read, read_stream
from qtm_action.results.readers.reported_tests import Status, StepResult
from qtm_action.results.readers.reported_tests import TestResult as ReadTest
from qtm_action.results.result_files import TestCounts

DATA = Path(__file__).parents[3] / "data"
FILES = sorted(
    file
    for folder in ("results", "real")
    for file in (DATA / folder).rglob("*")
    if file.suffix in (".xml", ".json") and "projects" not in file.parts
)
PASSED, SKIPPED, ERROR, FAILED = Status


def stream_of(content: str | bytes) -> list[ReadTest]:
    tests: list[ReadTest] = []
    content = content.encode() if isinstance(content, str) else content
    reading = read_stream(io.BytesIO(content), shown_as="it", on_test=tests.append)
    assert reading.counts.total == len(tests)
    return tests


def test_counts_and_failures_are_those_of_the_tests() -> None:
    for file in FILES:
        tests: list[ReadTest] = []
        counted = read(file, shown_as="it")

        def beside(name: str, size: int, folder: Path = file.parent) -> bytes | None:
            other = folder / name
            return other.read_bytes()[:size] if other.is_file() else None

        with file.open("rb") as stream:
            streamed = read_stream(
                stream, shown_as="it", extension=file.suffix, read_sibling=beside, on_test=tests.append
            )

        assert streamed == counted, file
        if counted.counts.total:
            statuses = [test.status for test in tests]
            numbers = (statuses.count(status) for status in (PASSED, FAILED, SKIPPED, ERROR))
            apart = {"outside": counted.counts.outside, "recovered": counted.counts.recovered}
            assert counted.counts == replace(TestCounts(*numbers), **apart), file
            names = [test.full_name for test in tests if test.status.is_bad]
            assert [failure.name for failure in counted.failures] == names[:10], file


def test_a_junit_test_knows_its_suite_class_keys_and_reason() -> None:
    tests = stream_of(
        """<testsuites><testsuite name="outer" testcasekey="PRJ-TC-1"><testcase name="a" classname="C"/>
        <testsuite name="inner"><testcase name="b"><properties>
        <property name="testCaseKey" value="PRJ-TC-2"/></properties><error message="no"/></testcase>
        </testsuite><failure>of the suite</failure><testcase name="c" testcasekey="PRJ-TC-3"><skipped/>
        </testcase></testsuite></testsuites>"""
    )

    assert [(test.suite.name, test.class_name, test.name, test.status) for test in tests] == [
        ("outer", "C", "a", PASSED),
        ("inner", "inner", "b", ERROR),
        ("outer", "outer", "c", SKIPPED),
    ]
    assert [test.keys for test in tests] == [(), ("PRJ-TC-2",), ("PRJ-TC-3",)]
    assert tests[0].suite is tests[2].suite
    assert tests[0].suite.key == "PRJ-TC-1"
    assert tests[1].reason == "no"


def test_a_disabled_junit_test_is_skipped() -> None:
    (test,) = stream_of('<testsuite><testcase name="DISABLED_a" status="notrun"/></testsuite>')
    assert test.status is SKIPPED


def test_a_testng_test_knows_its_suites_class_and_parameters() -> None:
    tests = stream_of(
        """<testng-results><suite name="Shop"><test name="Smoke" testcasekey="PRJ-TC-1"><class name="Cart">
        <test-method name="setup" is-config="true" status="FAIL"/>
        <test-method name="adds" status="PASS"><params><param><value>1</value></param></params></test-method>
        <test-method name="pays" status="SUCCESS_PERCENTAGE_FAILURE" testcasekey="PRJ-TC-3"/>
        </class></test></suite></testng-results>"""
    )

    assert [(test.full_name, test.name, test.status, test.keys) for test in tests] == [
        ("Cart.adds(1)", "adds", PASSED, ()),
        ("Cart.pays", "pays", FAILED, ("PRJ-TC-3",)),
    ]
    assert {(test.suite.name, test.suite.parent, test.suite.key) for test in tests} == {
        ("Smoke", "Shop", "PRJ-TC-1")
    }


def test_a_uft_action_has_all_steps_below_it() -> None:
    (test,) = stream_of(
        """<Results><ReportNode type="Action"><ReportNode type="Context"><ReportNode type="Step"><Data>
        <Name>inner</Name><Result>Failed</Result></Data></ReportNode></ReportNode><ReportNode type="Step">
        <Data><Name>outer</Name><Result>Done</Result></Data></ReportNode><Data><Name>Pay</Name>
        <Result>Failed</Result></Data></ReportNode></Results>"""
    )

    assert (test.name, test.status) == ("Pay", FAILED)
    assert test.steps == (StepResult("inner", FAILED), StepResult("outer", PASSED))


def step(name: str, status: str | None = "passed", **more: object) -> dict[str, object]:
    return {"name": name} | ({"result": {"status": status}} if status else {}) | more


def test_a_scenario_has_the_steps_of_its_background_but_no_hooks() -> None:
    picture = [{"data": "AA=="}]
    feature = {
        "elements": [
            {"type": "background", "steps": [step("a cart")]},
            {
                "type": "scenario",
                "name": "pay",
                "tags": [{"name": "@PRJ-TC-4"}, {"name": "@smoke"}],
                "steps": [
                    step("I pay", "failed", embeddings=picture * 2),
                    step("then", "undefined"),
                    step("hidden", hidden=True, embeddings=picture),
                    {"keyword": "After", "result": {"status": "passed"}},
                ],
            },
            {"type": "scenario", "name": "look", "steps": [step("I look")]},
        ],
        "name": "Cart",
        "description": " about carts \n",
        "uri": "x",
    }

    pay, look = stream_of(json.dumps([feature]))

    assert (pay.full_name, pay.status, pay.keys, pay.attachments) == ("Cart: pay", FAILED, ("PRJ-TC-4",), 3)
    assert pay.steps == (
        StepResult("a cart", PASSED),
        StepResult("I pay", FAILED),
        StepResult("then", SKIPPED),
    )
    assert (look.full_name, look.status, look.steps) == (
        "Cart: look",
        PASSED,
        (StepResult("I look", PASSED),),
    )
    assert pay.suite.description == "about carts"


def test_behaves_background_without_results_leaves_the_scenario_after_it_alone() -> None:
    feature = {
        "keyword": "Feature",
        "elements": [
            {"type": "background", "name": "", "steps": [step("a cart", None)]},
            {"type": "scenario", "name": "pay", "steps": [step("a cart"), step("I pay")]},
        ],
    }

    (test,) = stream_of(json.dumps([feature]))

    assert (test.status, [step.name for step in test.steps]) == (PASSED, ["a cart", "I pay"])


def test_a_specflow_scenario_has_its_steps() -> None:
    scenario = {
        "title": "add",
        "tags": ["@PRJ-TC-1"],
        "result": "Passed",
        "steps": [{"title": "a cart", "result": "Passed"}, {"title": "later", "status": "Skipped"}],
    }

    (test,) = stream_of(json.dumps({"features": [{"scenarios": [scenario], "title": "Cart"}]}))

    assert (test.full_name, test.status, test.keys) == ("Cart: add", PASSED, ("PRJ-TC-1",))
    assert test.steps == (StepResult("a cart", PASSED), StepResult("later", SKIPPED))


def test_the_steps_of_a_qaf_test_are_the_check_points_of_its_own_file() -> None:
    tests: list[ReadTest] = []
    meta = {"methods": [{"type": "test", "metaData": {"name": "t"}, "result": "fail"}]}
    points = [{"message": "opens", "type": "TestStepPass"}, {"message": "pays", "type": "Fail"}, 3]
    own = json.dumps({"checkPoints": points, "errorTrace": "no"}).encode()
    read_stream(
        io.BytesIO(json.dumps(meta).encode()),
        shown_as="it",
        read_sibling=lambda name, _size: own if name == "t.json" else None,
        on_test=tests.append,
    )

    (test,) = tests
    assert (test.name, test.status, test.reason) == ("t", FAILED, "no")
    assert test.steps == (StepResult("opens", PASSED), StepResult("pays", FAILED))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes and links of POSIX")
@pytest.mark.parametrize("kind", ["file", "link", "pipe"])
def test_the_own_file_of_a_qaf_test_is_read_if_it_is_a_file_there(tmp_path: Path, kind: str) -> None:
    outside, own = tmp_path / "outside.json", tmp_path / "run" / "t.json"
    own.parent.mkdir()
    outside.write_text('{"errorTrace": "what another file says"}')
    if kind == "pipe":
        os.mkfifo(own)
    elif kind == "link":
        own.symlink_to(outside)
    else:
        own.write_bytes(outside.read_bytes())
    test = {"type": "test", "result": "fail", "metaData": {"name": "t", "resultFileName": "t"}}
    info = own.with_name("meta-info.json")
    info.write_text(json.dumps({"methods": [test]}))
    (failure,) = read(info, shown_as="meta-info.json").failures
    assert (failure.message == "what another file says") is (kind == "file")
