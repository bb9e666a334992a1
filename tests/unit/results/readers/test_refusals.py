"""What can't be right is refused with the file, the line and what to do; never with an exception."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from qtm_action.errors import Problem, Severity
from qtm_action.formats import Format
from qtm_action.results.readers import read, read_stream
from qtm_action.results.result_files import FileReading, TestCounts

RESULTS = Path(__file__).parents[3] / "data" / "results"

CUT_OFF_XML = "the file is cut off: the XML is not complete"
CUT_OFF_JSON = "the file is cut off: the JSON is not complete"
KILLED = "test run"


def read_result(name: str, expected: Format | None = None) -> FileReading:
    return read(RESULTS / name, shown_as=name, expected=expected)


def the_error(reading: FileReading) -> Problem:
    (error,) = (problem for problem in reading.problems if problem.severity is Severity.ERROR)
    assert reading.counts == TestCounts()
    return error


@pytest.mark.parametrize("form", Format)
def test_an_empty_file_is_refused(form: Format) -> None:
    name = f"{form.value}/empty{form.extension}"

    error = the_error(read_result(name, form))

    assert error == the_error(read_result(name))
    assert error.message == "the file is empty"
    assert KILLED in error.hint
    assert error.file == name


@pytest.mark.parametrize(
    ("name", "message", "line", "column"),
    [
        ("junit/truncated.xml", CUT_OFF_XML, 7, 59),
        ("junit/truncated-cdata.xml", CUT_OFF_XML, 1, 71),
        ("junit/truncated-tag.xml", CUT_OFF_XML, 1, 21),
        ("testng/truncated.xml", CUT_OFF_XML, 18, 9),
        ("hpuft/truncated.xml", CUT_OFF_XML, 17, 5),
        ("cucumber/truncated.json", CUT_OFF_JSON, 33, 29),
        ("cucumber/truncated-string.json", CUT_OFF_JSON, 1, 33),
        ("cucumber/truncated-array.json", CUT_OFF_JSON, 1, 38),
        ("cucumber/truncated-literal.json", CUT_OFF_JSON, 1, 33),
        ("qaf/truncated.json", CUT_OFF_JSON, 1, 44),
        ("specflow/truncated.json", CUT_OFF_JSON, 23, 29),
    ],
)
def test_a_truncated_file_is_refused_with_its_end(name: str, message: str, line: int, column: int) -> None:
    error = the_error(read_result(name))

    assert error.message.startswith(message)
    assert KILLED in error.hint
    assert (error.line, error.column) == (line, column)


@pytest.mark.parametrize(
    ("name", "message", "hint", "line", "column"),
    [
        ("junit/hostile-entities.xml", "the XML declares an entity ('a')", "which tool wrote", 3, None),
        (
            "junit/hostile-external-entity.xml",
            "the XML declares an entity ('passwords')",
            "which tool wrote",
            2,
            None,
        ),
        (
            "junit/hostile-parameter-entity.xml",
            "the XML declares an entity ('remote')",
            "which tool wrote",
            1,
            None,
        ),
        ("testng/hostile.xml", "the XML declares an entity ('x')", "which tool wrote", 1, None),
        ("hpuft/hostile.xml", "the XML declares an entity ('x')", "which tool wrote", 1, None),
        ("cucumber/hostile-deep.json", "the JSON is nested too deeply", "", 1, 2),
        ("qaf/hostile.json", "the JSON is nested too deeply", "", 1, 14),
        ("specflow/hostile.json", "the JSON is nested too deeply", "", 1, 11),
        ("junit/not-well-formed.xml", "the XML is not well-formed: mismatched tag", "", 2, 33),
        (
            "junit/two-reports.xml",
            "the XML is not well-formed: junk after",
            "Was a second one appended?",
            2,
            1,
        ),
        (
            "junit/blank-line-first.xml",
            "the XML is not well-formed: XML or text decl",
            "blank lines",
            2,
            1,
        ),
        ("junit/html-entity.xml", "the XML is not well-formed: undefined entity", "no HTML entities", 2, 20),
        ("junit/terminal-colours.xml", "the XML is not well-formed: not well-formed (inv", "0x1b", 2, 32),
        ("junit/wrong-encoding.xml", "the XML is not well-formed: not well-formed (inv", "0xe9", 3, 20),
        ("junit/declared-utf-16.xml", "the XML is not well-formed: encoding specified", "as UTF-8", 1, 31),
        ("junit/unknown-encoding.xml", "the text can't be decoded: unknown encoding: klingon", "", 1, None),
        ("junit/not-a-text-encoding.xml", "the text can't be decoded: unknown encoding: ", "UTF-8", 1, None),
        ("cucumber/trailing-comma.json", "the JSON is not valid: a value is expected after", "", 2, 1),
        ("cucumber/missing-comma.json", "the JSON is not valid: a comma or ] is expected", "", 1, 25),
        ("cucumber/single-quotes.json", "the JSON is not valid: a name in double quotes", "", 2, 4),
        ("cucumber/control-character.json", "the JSON is not valid: a string contains a control", "", 1, 37),
        ("cucumber/unknown-escape.json", "the JSON is not valid: invalid \\escape", "", 1, 35),
        ("cucumber/two-reports.json", "the JSON is not valid: unexpected text after the end", "", 2, 1),
        (
            "cucumber/numbers.json",
            "this is not a Cucumber report: its array contains",
            "array of features",
            1,
            2,
        ),
        ("cucumber/not-features.json", "this is not a Cucumber report: its array contains", "array of", 1, 2),
        (
            "cucumber/elements-not-an-array.json",
            "this is not a Cucumber report: a feature's",
            "array",
            1,
            2,
        ),
        (
            "cucumber/element-not-an-object.json",
            "this is not a Cucumber report: an element",
            "array",
            1,
            2,
        ),
        ("cucumber/steps-not-an-array.json", "this is not a Cucumber report: the `steps`", "array", 1, 2),
        ("cucumber/step-not-an-object.json", "this is not a Cucumber report: a step", "array", 1, 2),
        ("specflow/wrong.json", "this is not a SpecFlow report: a feature is not", "`scenarios`", 1, 15),
        ("specflow/wrong-scenario.json", "this is not a SpecFlow report: a scenario is", "`title`", 1, 30),
        (
            "specflow/features-not-an-array.json",
            "this is not a result file: it contains other JSON, an object",
            "",
            None,
            None,
        ),
        ("qaf/wrong.json", "this is not a QAF report: a method is not an object", "", 1, 14),
        (
            "hpuft/wrong.xml",
            "this is not an HP UFT report: it has no ReportNode",
            "run_results.xml",
            None,
            None,
        ),
        ("hpuft/older-form.xml", "this is a report in UFT's older form", "run_results.xml", 1, None),
        ("foreign/TestResults.trx", "this is a Visual Studio test report (TRX)", "JUnit XML", 2, None),
        ("foreign/nunit3.xml", "this is an NUnit 3 report", "JUnit XML", 1, None),
        ("foreign/xunit.net.xml", "this is an xUnit.net report", "JUnit XML", 1, None),
        ("foreign/failsafe-summary.xml", "this is the summary of Maven's Failsafe", "Exclude it", 1, None),
        ("foreign/coverage.xml", "this is a coverage report", "Exclude it", 1, None),
        ("foreign/report.html", "this is an HTML page", "addition to its HTML", None, None),
        (
            "foreign/banana.xml",
            "this is not a result file: its root element is <banana>",
            "<testsuites>",
            1,
            None,
        ),
        (
            "foreign/log-line-first.json",
            "this is neither XML nor JSON: it begins with '2026",
            "log output",
            1,
            1,
        ),
        ("foreign/string.json", "this is neither XML nor JSON: it begins with '\"just", "", 1, 1),
        (
            "foreign/object.json",
            "this is not a result file: it contains other JSON, an object",
            "Cucumber",
            None,
            None,
        ),
        (
            "foreign/empty-object.json",
            "this is not a result file: it contains other JSON, an empty object",
            "",
            None,
            None,
        ),
        (
            "foreign/single-feature.json",
            "this is a single Cucumber feature",
            "an array of features",
            None,
            None,
        ),
        (
            "foreign/TestExecution.json",
            "this is the TestExecution.json of SpecFlow's",
            "features[]",
            None,
            None,
        ),
        ("foreign/mochawesome.json", "this is a mochawesome report", "mocha-junit-reporter", None, None),
        ("junit/blank.xml", "the file contains only whitespace", KILLED, None, None),
        ("junit/zeros.xml", "the file contains only NUL bytes", KILLED, None, None),
    ],
)
def test_a_wrong_or_hostile_file_is_refused(
    name: str, message: str, hint: str, line: int | None, column: int | None
) -> None:
    error = the_error(read_result(name))

    assert error.message.startswith(message)
    assert hint in error.hint
    assert (error.line, error.column) == (line, column)
    assert error.file == name


def test_a_comma_too_many_in_an_object_is_refused() -> None:
    error = the_error(read_result("cucumber/trailing-comma-in-object.json"))

    assert error.message.startswith("the JSON is not valid: a ")
    assert error.line == 1
    assert error.column in (39, 40)  # the comma, or what follows it: Python's releases differ


A_REPORT = {
    Format.JUNIT: "junit/nested-suites.xml",
    Format.TESTNG: "testng/retried.xml",
    Format.CUCUMBER: "cucumber/jvm.json",
    Format.QAF: "qaf/test-results/22_Jul_2016_06_33_PM/json/Smoke/shop.CartTest/meta-info.json",
    Format.HPUFT: "hpuft/run_results.xml",
    Format.SPECFLOW: "specflow/report.json",
}


@pytest.mark.parametrize("found", Format)
def test_a_report_of_another_format_is_named(found: Format) -> None:
    for expected in set(Format) - {found}:
        reading = read_result(A_REPORT[found], expected)

        error = the_error(reading)
        title = "an HP UFT" if found is Format.HPUFT else f"a {found.title}"
        assert error.message == f"this is {title} report; the import says {expected.value}"
        assert error.hint.startswith(f"Set `format: {found.value}`")
        assert reading.format is found


@pytest.mark.parametrize(
    ("name", "expected", "message", "hint"),
    [
        (
            "foreign/banana.xml",
            Format.JUNIT,
            "this is not a JUnit report: its root element is",
            "<testsuites>",
        ),
        (
            "foreign/banana.xml",
            Format.CUCUMBER,
            "this is not a Cucumber report: its root",
            "reports are JSON",
        ),
        (
            "foreign/banana.xml",
            Format.HPUFT,
            "this is not an HP UFT report: it has no ReportNode",
            "run_results",
        ),
        ("foreign/coverage.xml", Format.HPUFT, "this is a coverage report", "Exclude it"),
        (
            "foreign/object.json",
            Format.JUNIT,
            "this is not a JUnit report: it contains JSON, an object",
            "be XML",
        ),
        (
            "foreign/object.json",
            Format.SPECFLOW,
            "this is not a SpecFlow report: it contains JSON",
            "`features`",
        ),
        ("foreign/object.json", Format.CUCUMBER, "this is not a Cucumber report: it contains", "an array"),
        (
            "foreign/single-feature.json",
            Format.QAF,
            "this is a single Cucumber feature",
            "an array of features",
        ),
        (
            "cucumber/numbers.json",
            Format.QAF,
            "this is not a QAF report: it contains JSON, an array",
            "`methods`",
        ),
        ("cucumber/not-features.json", Format.TESTNG, "this is not a TestNG report: it contains", "be XML"),
        (
            "cucumber/no-tests.json",
            Format.SPECFLOW,
            "this is not a SpecFlow report: it contains JSON",
            "`features`",
        ),
        (
            "cucumber/numbers.json",
            Format.CUCUMBER,
            "this is not a Cucumber report: its array",
            "array of features",
        ),
    ],
)
def test_a_file_of_no_format_is_reported_from_the_one_given(
    name: str, expected: Format, message: str, hint: str
) -> None:
    error = the_error(read_result(name, expected))

    assert error.message.startswith(message)
    assert hint in error.hint


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (gzip.compress(b"<testsuite/>"), "a gzip archive"),
        (b"PK\x03\x04rest", "a ZIP archive"),
        (b"\x89PNG\r\n", "a PNG image"),
        (b"%PDF-1.7", "a PDF document"),
    ],
)
def test_a_binary_file_is_named(tmp_path: Path, content: bytes, what: str) -> None:
    file = tmp_path / "report.xml"
    file.write_bytes(content)

    error = the_error(read(file, shown_as="report.xml", expected=Format.JUNIT))

    assert error.message == f"this is {what}, neither XML nor JSON"
    assert error.hint


def test_what_a_file_begins_with_is_shown_without_control_characters(tmp_path: Path) -> None:
    file = tmp_path / "report.xml"
    file.write_bytes(b"\x1b[31m\r\n::set-output\xff\xfe")

    error = the_error(read(file, shown_as="report.xml"))

    assert error.message.isprintable()
    assert "::set-output" in error.message


def test_a_name_that_disagrees_with_the_content_is_a_warning(tmp_path: Path) -> None:
    xml = tmp_path / "report.json"
    xml.write_text('<testsuite><testcase name="a"/></testsuite>')
    json = tmp_path / "report.XML"
    json.write_text('[{"keyword": "Feature", "elements": [{"type": "scenario"}]}]')

    readings = [read(xml, shown_as="report.json"), read(json, shown_as="report.XML")]

    assert [reading.counts for reading in readings] == [TestCounts(passed=1)] * 2
    assert [problem.message for reading in readings for problem in reading.problems] == [
        "the file is named .json but contains XML",
        "the file is named .xml but contains JSON",
    ]


def test_a_file_that_is_not_there_is_an_error_not_an_exception(tmp_path: Path) -> None:
    error = the_error(read(tmp_path / "none.xml", shown_as="none.xml"))

    assert error.message == "the file can't be read: No such file or directory"
    assert error.file == "none.xml"


def test_a_directory_and_a_pipe_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xml")

    for name in ("", "pipe.xml"):
        error = the_error(read(tmp_path / name, shown_as="it"))
        assert error.message == "this is not a regular file"


def test_a_damaged_member_of_an_archive_is_an_error(tmp_path: Path) -> None:
    archive = tmp_path / "results.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.writestr("a.xml", "<testsuite>" + '<testcase name="a"/>' * 500 + "</testsuite>")
    damaged = bytearray(archive.read_bytes())
    damaged[45:60] = b"\xff" * 15
    archive.write_bytes(damaged)

    with zipfile.ZipFile(archive) as reader, reader.open("a.xml") as member:
        error = the_error(read_stream(member, shown_as="results.zip: a.xml", extension=".xml"))

    assert error.message.startswith("the file can't be read: ")


def test_lines_are_counted_from_where_a_stream_was() -> None:
    stream = io.BytesIO(b'x\ny\n[\n{"keyword": 3,,}]')
    stream.seek(4)

    error = the_error(read_stream(stream, shown_as="a.json"))

    assert (error.line, error.column) == (2, 15)
