"""An upload read back: what step 1 announced must be in it."""

from __future__ import annotations

import json
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from qtm_action.formats import Format
from qtm_action.results.readers.reported_tests import Status, StepResult
from qtm_action.sandbox import uploads
from qtm_action.sandbox.parameters import Parameters
from qtm_action.sandbox.received import ResultsError
from qtm_action.sandbox.uploads import WrongUploadError, read_upload

if TYPE_CHECKING:
    from pathlib import Path

JUNIT = '<testsuite name="s"><testcase name="a"/></testsuite>'
SCENARIO = {"name": "s", "steps": [{"name": "a", "embeddings": [{}], "result": {"status": "passed"}}]}
CUCUMBER = json.dumps([{"uri": "x", "elements": [SCENARIO]}])
META = json.dumps(
    {"methods": [{"type": "test", "metaData": {"name": "t", "resultFileName": "t_1"}, "result": "pass"}]}
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "upload"


def zipped(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def wrong(path: Path, name: str, parameters: Parameters) -> str:
    with pytest.raises(ResultsError) as caught:
        read_upload(path, name, parameters)
    return str(caught.value)


def test_a_single_file_is_read(file: Path) -> None:
    file.write_text(JUNIT)
    content = read_upload(file, "TEST-a.XML", Parameters(Format.JUNIT))
    assert [test.suite.name for test in content.tests] == ["s"]
    assert content.members == ()


@pytest.mark.parametrize(
    ("result_format", "text"),
    [
        (Format.CUCUMBER, CUCUMBER),
        (Format.SPECFLOW, '{"features": [{"scenarios": [{"title": "s", "steps": [{"title": "a"}]}]}]}'),
        (
            Format.TESTNG,
            '<testng-results><test name="s"><test-method name="a"/></test></testng-results>',
        ),
        (
            Format.HPUFT,
            '<ReportNode type="Action"><Data><Name>s</Name></Data>'  # noqa: ISC004 - one text in two lines
            '<ReportNode type="Step"><Data><Name>a</Name></Data></ReportNode></ReportNode>',
        ),
    ],
)
def test_every_format_is_read(file: Path, result_format: Format, text: str) -> None:
    file.write_text(text)
    content = read_upload(file, f"r{result_format.extension}", Parameters(result_format))
    found = [(test.suite.name or test.name, [step.name for step in test.steps]) for test in content.tests]
    assert found == [("s", [] if result_format is Format.TESTNG else ["a"])]


def test_a_zip_of_results_is_read_in_its_order(file: Path) -> None:
    zipped(file, **{"a/1.xml": JUNIT, "a/": "", "b/2.xml": JUNIT.replace('"s"', '"t"')})
    content = read_upload(file, "results.zip", Parameters(Format.JUNIT, is_zip=True))
    assert [test.suite.name for test in content.tests] == ["s", "t"]
    assert content.members == ("a/1.xml", "b/2.xml")
    assert content.result_files == (("a/1.xml", len(JUNIT)), ("b/2.xml", len(JUNIT)))


def test_a_qaf_zip_finds_steps_next_to_the_meta_info_and_counts_screenshots(file: Path) -> None:
    zipped(
        file,
        **{
            "json/x/meta-info.json": META,
            "json/x/t_1.json": json.dumps({"checkPoints": [{"message": "opens", "type": "TestStepPass"}]}),
            "json/meta-info.json": "{}",
            "img/shot.PNG": "png",
        },
    )
    read = read_upload(file, "q.zip", Parameters(Format.QAF, is_zip=True, attach_file=True))
    (test,) = read.tests
    assert (test.name, test.steps) == ("t", (StepResult("opens", Status.PASSED),))
    assert read.attachments == 1
    assert read_upload(file, "q.zip", Parameters(Format.QAF, is_zip=True)).attachments == 0


def test_a_qaf_test_without_its_file_has_no_steps(file: Path) -> None:
    zipped(file, **{"meta-info.json": META})
    (test,) = read_upload(file, "q.zip", Parameters(Format.QAF, is_zip=True)).tests
    assert test.steps == ()


def test_embedded_screenshots_count_only_when_they_are_to_be_attached(file: Path) -> None:
    file.write_text(CUCUMBER)
    assert read_upload(file, "c.json", Parameters(Format.CUCUMBER, attach_file=True)).attachments == 1
    assert read_upload(file, "c.json", Parameters(Format.CUCUMBER)).attachments == 0


def test_what_was_not_announced_is_reported_before_parsing(file: Path) -> None:
    file.write_text(JUNIT)
    for name, parameters, fragment in (
        ("a.zip", Parameters(Format.JUNIT), "is a ZIP file, but isZip is false"),
        ("a.zip", Parameters(Format.JUNIT, is_zip=True), "isZip is true, but 'a.zip' is not a ZIP file"),
        ("a.xml", Parameters(Format.JUNIT, is_zip=True), "isZip is true, but 'a.xml' is not a ZIP file"),
        ("a.json", Parameters(Format.JUNIT), "'a.json' is not a .xml file, as JUnit needs"),
        ("a.xml", Parameters(Format.CUCUMBER), "'a.xml' is not a .json file, as Cucumber needs"),
    ):
        assert fragment in wrong(file, name, parameters)
        with pytest.raises(WrongUploadError):
            read_upload(file, name, parameters)


def test_an_empty_file_is_reported(file: Path) -> None:
    file.touch()
    assert wrong(file, "a.xml", Parameters(Format.JUNIT)) == "'a.xml': the file is empty"


def test_a_malformed_file_is_named(file: Path) -> None:
    file.write_text("<testsuite>")
    assert wrong(file, "a.xml", Parameters(Format.JUNIT)).startswith("'a.xml': the file is cut off")


@pytest.mark.parametrize(
    ("members", "fragment"),
    [
        ({}, "holds no JUnit result"),
        ({"a.xml": JUNIT, "notes.txt": "x"}, "'notes.txt', which is not a JUnit result file"),
        ({"a.xml": JUNIT, "shot.png": "x"}, "'shot.png', which is not a JUnit result file"),
        ({"../a.xml": JUNIT}, "'../a.xml', whose path leads out of it"),
        ({"/a.xml": JUNIT}, "'/a.xml', whose path leads out of it"),
        ({"a\\b.xml": JUNIT}, "whose path leads out of it"),
        ({"a.xml": ""}, "'a.xml': the file is empty"),
        (
            {"b.xml": JUNIT, "a.xml": "<x/>"},
            "'a.xml': this is not a JUnit report: its root",
        ),
    ],
)
def test_a_zip_with_a_wrong_member_is_reported(file: Path, members: dict[str, str], fragment: str) -> None:
    zipped(file, **members)
    assert fragment in wrong(file, "r.zip", Parameters(Format.JUNIT, is_zip=True))


@pytest.mark.parametrize(
    ("members", "fragment"),
    [
        ({"meta-info.json": "{"}, "'meta-info.json': the file is cut off"),
        ({"meta-info.json": META, "t_1.json": "["}, "'t_1.json': the file is cut off"),
        ({"img/shot.png": "x"}, "holds no QAF result"),
        ({"a.xml": JUNIT}, "which is not a QAF result file"),
    ],
)
def test_a_wrong_qaf_zip_is_reported(file: Path, members: dict[str, str], fragment: str) -> None:
    zipped(file, **members)
    assert fragment in wrong(file, "r.zip", Parameters(Format.QAF, is_zip=True))


def test_an_encrypted_member_is_reported(file: Path) -> None:
    zipped(file, **{"a.xml": JUNIT})
    data = bytearray(file.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", data, data.index(signature) + offset, 1)
    file.write_bytes(data)
    assert "'a.xml', which is encrypted" in wrong(file, "r.zip", Parameters(Format.JUNIT, is_zip=True))


def test_damage_in_a_zip_is_reported(file: Path) -> None:
    zipped(file, **{"a.xml": JUNIT})
    data = bytearray(file.read_bytes())
    data[data.index(b"testcase")] ^= 1
    file.write_bytes(data)
    assert "'a.xml': the file can't be read: Bad CRC-32" in wrong(
        file, "r.zip", Parameters(Format.JUNIT, is_zip=True)
    )


def test_a_zip_that_expands_without_bound_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_LARGEST_EXPANDED", 10)
    zipped(file, **{"a.xml": JUNIT})
    assert "expands to more than" in wrong(file, "r.zip", Parameters(Format.JUNIT, is_zip=True))
