"""What files hold together: reports without tests, and Ant's report of the others."""

from __future__ import annotations

import shutil
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import Severity
from qtm_action.formats import Format
from qtm_action.log import Silence
from qtm_action.results.collecting import collect
from qtm_action.results.result_files import Selection

if TYPE_CHECKING:
    from qtm_action.results.result_files import ResultSet

REAL = Path(__file__).parents[2] / "data" / "real"


class Lines(Silence):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, message: str) -> None:
        self.lines.append(message)


def collected(folder: Path, log: Silence) -> ResultSet:
    return collect(Selection(Format.JUNIT, ("**/*.{xml,zip}",), folder, time.time()), log=log)


def test_reports_without_tests_among_others_are_one_line_and_no_warning() -> None:
    log = Lines()

    files = collected(REAL / "surefire-nested", log)

    assert files.problems == ()
    assert [line for line in log.lines if "no tests in" in line] == [
        "no tests in 2 of the files: TEST-shop.CartTest.xml, TEST-shop.TillTest.xml"
    ]


TOTAL = "TESTS-TestSuites.xml"
REPEATS = "repeats TEST-shop.CartTest.xml and the other TEST-*.xml files, so their tests are counted twice"


@pytest.mark.parametrize("reports", ["", "xml/", "../reports/"])
@pytest.mark.parametrize("total", [TOTAL, "all.xml"])
def test_ants_report_of_the_others_is_found_in_any_folder_and_by_any_name(
    tmp_path: Path, reports: str, total: str
) -> None:
    (tmp_path / "out").mkdir()
    shutil.copy(REAL / "ant" / TOTAL, tmp_path / "out" / total)
    folder = tmp_path / "out" / reports
    folder.mkdir(exist_ok=True)
    for file in (REAL / "ant").glob("TEST-*.xml"):
        shutil.copy(file, folder)

    (warning,) = collected(tmp_path, Lines()).problems

    assert warning.severity is Severity.WARNING
    assert warning.message == f"out/{total} {REPEATS}"
    assert warning.hint == f"Exclude it with the pattern `!**/{total}`."


def test_ants_report_alone_or_among_reports_of_others_is_no_problem(tmp_path: Path) -> None:
    shutil.copy(REAL / "ant" / TOTAL, tmp_path)
    shutil.copy(REAL / "surefire" / "TEST-shop.CartTest.xml", tmp_path / "TEST-other.xml")
    assert collected(tmp_path, Lines()).problems == ()


def zipped(folder: Path, sample: str) -> Path:
    with zipfile.ZipFile(folder / "r.zip", "w") as made:
        for file in sorted((REAL / sample).glob("*.xml")):
            made.write(file, f"reports/{file.name}")
    return folder


def test_ants_report_of_the_others_is_found_in_a_zip(tmp_path: Path) -> None:
    (warning,) = collected(zipped(tmp_path, "ant"), Lines()).problems
    assert str(warning) == f"r.zip: reports/{TOTAL} {REPEATS}"
    assert warning.hint == "Leave it out of the ZIP."


def test_reports_without_tests_in_a_zip_are_one_line(tmp_path: Path) -> None:
    log = Lines()
    assert collected(zipped(tmp_path, "surefire-nested"), log).problems == ()
    assert [line for line in log.lines if "no tests in" in line] == [
        (
            "no tests in 2 of the files: "
            "r.zip!/reports/TEST-shop.CartTest.xml, r.zip!/reports/TEST-shop.TillTest.xml"
        )
    ]
