"""The sandbox's own readers of JUnit, TestNG and HP UFT."""

from __future__ import annotations

import io

import pytest

from qtm_action.formats import Format
from qtm_action.sandbox.model import ReadCase, ReadStep, Result, ResultsError
from qtm_action.sandbox.xml_results import read_xml

PASS, FAIL, IDLE = Result.PASS, Result.FAIL, Result.NOT_EXECUTED


def read(text: str | bytes, result_format: Format = Format.JUNIT) -> list[ReadCase]:
    return read_xml(io.BytesIO(text.encode() if isinstance(text, str) else text), result_format)


def test_a_junit_suite_is_a_case_and_its_testcases_are_steps() -> None:
    cases = read(
        """<testsuites name="all"><testsuite name="Cart" testcasekey="PRJ-TC-1">
        <testcase classname="shop.Cart" name="adds"/>
        <testcase classname="shop.Cart" name="removes"><failure message="no"/></testcase>
        <testcase classname="shop.Cart" name="breaks"><error/></testcase>
        <testcase classname="shop.Cart" name="waits" testcasekey="PRJ-TC-2"><skipped/></testcase>
        <system-out>text</system-out></testsuite>
        <testsuite name="Empty"/></testsuites>"""
    )
    assert cases == [
        ReadCase(
            "Cart",
            (
                ReadStep("adds", PASS),
                ReadStep("removes", FAIL),
                ReadStep("breaks", FAIL),
                ReadStep("waits", IDLE, "PRJ-TC-2"),
            ),
            FAIL,
            "PRJ-TC-1",
        )
    ]


def test_a_junit_suite_without_name_is_split_by_class() -> None:
    cases = read(
        """<testsuite><testcase classname="A" name="1"/><testcase classname="B" name="2"/>
        <testcase classname="A" name="3"/></testsuite>"""
    )
    assert [(case.name, [step.name for step in case.steps]) for case in cases] == [
        ("A", ["1", "3"]),
        ("B", ["2"]),
    ]


def test_nested_junit_suites_are_cases_of_their_own() -> None:
    cases = read(
        """<testsuites><testsuite name="outer"><testcase name="a"/>
        <testsuite name="inner"><testcase name="b"/></testsuite></testsuite></testsuites>"""
    )
    assert sorted((case.name, len(case.steps)) for case in cases) == [("inner", 1), ("outer", 1)]


def test_junit_testcases_directly_under_testsuites_are_cases_by_class() -> None:
    assert [case.name for case in read('<testsuites><testcase classname="A" name="a"/></testsuites>')] == [
        "A"
    ]


def test_a_skipped_element_after_a_failure_does_not_hide_it() -> None:
    text = '<testsuite name="s"><testcase name="a"><failure/><skipped/></testcase></testsuite>'
    assert read(text)[0].result is FAIL


def test_failures_outside_of_a_testcase_do_not_count() -> None:
    text = '<testsuite name="s"><testcase name="a"/><failure/><skipped/></testsuite>'
    assert read(text)[0].result is PASS


def test_a_testng_test_is_a_case_and_its_methods_are_steps() -> None:
    cases = read(
        """<testng-results><suite name="Shop"><test name="Smoke"><class name="C">
        <test-method name="setup" is-config="true" status="PASS"/>
        <test-method name="adds" status="PASS"/>
        <test-method name="pays" status="SKIP" testcasekey="PRJ-TC-3"/></class></test>
        <test name="Nothing"><class name="C"/></test></suite>
        <suite name="Other"><test name="Only"><class name="C">
        <test-method name="fails" status="FAIL"/></class></test></suite></testng-results>""",
        Format.TESTNG,
    )
    assert cases == [
        ReadCase("Smoke", (ReadStep("adds", PASS), ReadStep("pays", IDLE, "PRJ-TC-3")), PASS, None, "Shop"),
        ReadCase("Only", (ReadStep("fails", FAIL),), FAIL, None, "Other"),
    ]


def test_a_uft_action_is_a_case_with_all_steps_below_it() -> None:
    cases = read(
        """<Results><ReportNode type="testrun"><ReportNode type="Action"><ReportNode type="Step">
        <ReportNode type="Step"><Data><Name>inner</Name><Result>Failed</Result></Data></ReportNode>
        <Data><Name>out<!-- -->er</Name><Result>Done</Result></Data></ReportNode>
        <Extension><Data><Name>no</Name></Data></Extension>
        <Data><Name> Pay </Name><Result>Passed</Result><Other><Name>no</Name></Other></Data></ReportNode>
        <Extension><Data><Name>no</Name></Data></Extension><Data><Name>Run</Name></Data></ReportNode>
        <ReportNode type="action" name="Logout" status="skipped"/></Results>""",
        Format.HPUFT,
    )
    assert cases == [
        ReadCase("Pay", (ReadStep("inner", FAIL), ReadStep("outer", PASS)), FAIL),
        ReadCase("Logout", (), IDLE),
    ]


def test_a_step_outside_of_any_action_is_left_out() -> None:
    text = '<Results><ReportNode type="Step"><Data><Name>x</Name></Data></ReportNode></Results>'
    assert read(text, Format.HPUFT) == []


def test_an_endless_name_is_cut_while_reading() -> None:
    name = "x" * 3_000_000
    text = f'<ReportNode type="Action"><Data><Name>{name}</Name></Data></ReportNode>'
    assert len(read(text, Format.HPUFT)[0].name) == 255


@pytest.mark.parametrize(
    ("text", "result_format", "said"),
    [
        ("", Format.JUNIT, "not well-formed XML: no element found"),
        ("{}", Format.JUNIT, "not well-formed XML"),
        ("<testsuite>", Format.JUNIT, "not well-formed XML: no element found: line 1"),
        (
            "<testng-results/>",
            Format.JUNIT,
            "root element <testng-results> found where JUnit has <testsuites>",
        ),
        ("<testsuite/>", Format.TESTNG, "where TestNG has <testng-results>"),
        ("<testsuite/>", Format.HPUFT, "where HP UFT has <Results>"),
        ("<testsuite><testcase/></testsuite>", Format.JUNIT, "a <testcase> has no name"),
        (
            '<testng-results><suite><test name="t"><test-method/></test></suite></testng-results>',
            Format.TESTNG,
            "a <test-method> has no name",
        ),
        ('<!DOCTYPE a [<!ENTITY b "c">]><testsuite>&b;</testsuite>', Format.JUNIT, "entity declarations"),
        (
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><testsuite>&b;</testsuite>',
            Format.JUNIT,
            "entity declarations",
        ),
        ("<testsuite>" * 501, Format.JUNIT, "nested deeper than 500"),
        ('<?xml version="1.0" encoding="klingon"?><testsuite/>', Format.JUNIT, "not readable XML"),
    ],
)
def test_what_is_wrong_is_told(text: str, result_format: Format, said: str) -> None:
    with pytest.raises(ResultsError, match=said.replace("(", r"\(")):
        read(text, result_format)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings_are_understood(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><testsuite name="é"><testcase name="a"/></testsuite>'
    assert read(text.encode(encoding))[0].name == "é"


def test_a_plain_doctype_is_no_harm() -> None:
    assert len(read('<!DOCTYPE testsuite><testsuite name="s"><testcase name="a"/></testsuite>')) == 1
