"""What files hold together: reports without tests, and Ant's report of the others."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import Severity
from qtm_action.formats import Format
from qtm_action.log import Silence
from qtm_action.results import Selection, collect

if TYPE_CHECKING:
    from qtm_action.results.result_files import ResultSet

REAL = Path(__file__).parents[2] / "data" / "real"


class Lines(Silence):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, message: str) -> None:
        self.lines.append(message)


def collected(folder: Path, log: Silence) -> ResultSet:
    return collect(Selection(Format.JUNIT, ("*.xml",), folder, time.time()), log=log)


def test_reports_without_tests_beside_others_are_one_line_and_no_warning() -> None:
    log = Lines()

    files = collected(REAL / "surefire-nested", log)

    assert files.problems == ()
    assert [line for line in log.lines if "no test in" in line] == [
        "no test in 2 of the files: TEST-shop.CartTest.xml, TEST-shop.TillTest.xml"
    ]


@pytest.mark.parametrize("beside", [True, False])
def test_ants_report_of_the_others_is_told_where_they_are_there(tmp_path: Path, *, beside: bool) -> None:
    for file in (REAL / "ant").iterdir():
        if beside or file.name == "TESTS-TestSuites.xml":
            shutil.copy(file, tmp_path)

    problems = collected(tmp_path, Lines()).problems

    assert [problem.severity for problem in problems] == [Severity.WARNING] * beside
    if beside:
        assert "TESTS-TestSuites.xml repeats the TEST-*.xml files beside it" in problems[0].message
        assert "!**/TESTS-TestSuites.xml" in problems[0].hint
