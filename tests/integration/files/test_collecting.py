"""From patterns to what is uploaded: found, checked, counted, and reported in words that help."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qtm_action.errors import Severity
from qtm_action.formats import Format, StaleFiles, ZipMode
from qtm_action.results.archive.payload import listing
from qtm_action.results.collecting import collect
from qtm_action.results.find.finding import find
from qtm_action.results.freshness import check_age
from qtm_action.results.result_files import Selection, TestCounts

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.results.result_files import ResultSet
    from tests.integration.files.conftest import LogLines, Write

NOW = 1_800_000_000.0
SIZE = 113  # of the report that `write` writes, in bytes
CUCUMBER = """[{"uri": "a.feature", "name": "Cart", "elements": [{"type": "scenario", "name": "adds",
 "steps": [{"keyword": "Given ", "name": "x", "result": {"status": "passed"}}]}]}]"""
TESTNG = """<testng-results><suite name="s"><test name="t"><class name="c">
<test-method name="m" status="PASS" signature="m()"/></class></test></suite></testng-results>"""


@pytest.fixture
def collected(root: Path, log: LogLines) -> Callable[..., ResultSet]:
    def collect_files(*files: str, format: Format | None = Format.JUNIT, **more: Any) -> ResultSet:  # noqa: A002
        return collect(Selection(format=format, files=files, root=root, now=NOW, **more), log=log)

    return collect_files


def errors(result: ResultSet) -> list[str]:
    return [str(problem) for problem in result.problems if problem.severity is Severity.ERROR]


def warnings(result: ResultSet) -> list[str]:
    return [str(problem) for problem in result.problems if problem.severity is Severity.WARNING]


def test_one_file_goes_as_it_is(collected: Callable[..., ResultSet], write: Write, log: LogLines) -> None:
    write("out/report.XML", modified=NOW - 60)
    result = collected("out/*.XML")
    assert result.problems == ()
    assert (result.is_zip, result.as_is, result.upload_name) == (False, True, "report.xml")
    assert result.counts == TestCounts(passed=1, failed=1)
    assert ["two" in failure.name for failure in result.failures] == [True]
    assert [member.source for member in result.members] == ["out/report.XML"]
    assert log.all("info") == [f"1 result file, {SIZE} bytes: out/report.XML (2027-01-15 07:59:00 UTC)"]
    assert listing(result) == f"           {SIZE}  report.xml"


def test_several_files_go_as_a_zip_and_the_oldest_and_newest_are_logged(
    collected: Callable[..., ResultSet], write: Write, log: LogLines
) -> None:
    write("m/a/TEST-1.xml", modified=NOW - 7200)
    write("m/b/TEST-2.xml", modified=NOW - 60)
    write("m/b/TEST-3.xml", modified=NOW - 600)
    result = collected("**/TEST-*.xml", "!**/legacy/**")
    assert result.problems == ()
    assert (result.is_zip, result.as_is, result.upload_name) == (True, False, "junit-results.zip")
    assert [member.name for member in result.members] == ["a/TEST-1.xml", "b/TEST-2.xml", "b/TEST-3.xml"]
    assert [(count.pattern, count.files) for count in result.patterns] == [("**/TEST-*.xml", 3)]
    (line,) = log.all("info")
    assert line == (
        f"3 result files, {3 * SIZE} bytes; oldest: m/a/TEST-1.xml (2027-01-15 06:00:00 UTC), "
        "newest: m/b/TEST-2.xml (2027-01-15 07:59:00 UTC)"
    )
    assert log.all("debug") == ["**/TEST-*.xml: 3 files"]
    assert listing(result).splitlines()[:2] == [
        "junit-results.zip: 3 files",
        f"           {SIZE}  deflated  a/TEST-1.xml",
    ]


def test_a_folder_is_zipped_even_with_one_file(collected: Callable[..., ResultSet], write: Write) -> None:
    write("out/report.xml", "out/notes.txt")
    assert collected("out").is_zip
    assert not collected("out/**").is_zip
    assert not collected("out", zip=ZipMode.NEVER).is_zip
    assert collected("out/report.xml", zip=ZipMode.ALWAYS).is_zip


def test_zip_never_with_several_files_is_an_error(collected: Callable[..., ResultSet], write: Write) -> None:
    write("a.xml", "b.xml")
    assert errors(collected("*.xml", zip=ZipMode.NEVER)) == [
        "zip is never, but 2 files match, and several files require a ZIP"
    ]


def test_the_format_is_recognised_when_all_files_agree(
    collected: Callable[..., ResultSet], write: Write
) -> None:
    write("a.json", text=CUCUMBER)
    result = collected("a.json", format=None)
    assert (result.format, result.upload_name, errors(result)) == (Format.CUCUMBER, "a.json", [])
    write("b.xml", "c.xml")
    result = collected(".", format=None)
    assert result.format is None
    assert errors(result) == [
        "the files are of several formats (Cucumber: 1, such as a.json; JUnit: 2, such as b.xml and c.xml)"
    ]


def test_a_file_of_another_format_is_named(collected: Callable[..., ResultSet], write: Write) -> None:
    write("a.xml")
    write("b.xml", text=TESTNG)
    assert errors(collected("*.xml")) == ["b.xml: this is a TestNG report; the import says junit"]


def test_what_qtm4j_does_not_take_is_refused_by_its_extension(
    collected: Callable[..., ResultSet], write: Write
) -> None:
    write("a.xml", "b.trx", "c.html")
    assert errors(collected("*.*")) == [
        "b.trx: QTM4J accepts only .xml, .json and .zip files",
        "c.html: QTM4J accepts only .xml, .json and .zip files",
    ]


def test_an_empty_file_and_a_file_without_tests(collected: Callable[..., ResultSet], write: Write) -> None:
    write("a.xml", text="")
    assert errors(collected("a.xml")) == ["a.xml: the file is empty"]
    write("a.xml", text="<testsuite/>")
    assert errors(collected("a.xml")) == ["no test cases found in the result file"]


def test_nothing_matched_is_distinguished_from_other_errors(
    collected: Callable[..., ResultSet], write: Write
) -> None:
    write("target/surefire-reports/TEST-a.xml")
    result = collected("target/surefire-report/*.xml")
    assert result.nothing_matched
    assert result.members == ()
    (problem,) = result.problems
    assert problem.message == "no file matches `target/surefire-report/*.xml`"
    assert (
        problem.hint
        == "No folder `target/surefire-report`; there is `target/surefire-reports` with 1 `.xml`."
    )
    result = collected("x/*.xml", "**.xml")
    assert result.nothing_matched
    (problem,) = result.problems
    assert problem.message == "none of the 2 patterns matches a file"
    assert problem.hint.startswith(
        "`x/*.xml`: the working directory has no folder `x`; it has `target`; `**.xml`: "
    )
    assert not collected("../*.xml").nothing_matched
    assert not collected("!a").nothing_matched


def test_a_pattern_that_matches_nothing_among_others_is_a_warning(
    collected: Callable[..., ResultSet], write: Write
) -> None:
    write("a.xml")
    result = collected("a.xml", "b.xml")
    assert not result.nothing_matched
    assert warnings(result) == ["no file matches `b.xml`"]


def test_an_empty_working_directory_is_said(collected: Callable[..., ResultSet], root: Path) -> None:
    (problem,) = collected("*.xml").problems
    assert problem.hint == f"The working directory {root} is empty. Did the tests run here?"


def test_a_working_directory_that_is_none(root: Path, log: LogLines) -> None:
    result = collect(Selection(Format.JUNIT, ("*.xml",), root / "gone", NOW), log=log)
    assert errors(result) == [f"the working directory {root / 'gone'} is not a folder"]


def test_all_patterns_that_can_not_be_used_are_reported_at_once(
    collected: Callable[..., ResultSet], write: Write
) -> None:
    write("a.xml")
    result = collected("a\\*.xml", "../x", "a.xml")
    assert errors(result) == [
        "the pattern `a\\*.xml` has a backslash",
        "the pattern `../x` leaves the working directory",
    ]
    assert errors(collected("!a.xml")) == ["all patterns exclude files"]
    assert errors(collected()) == ["no include pattern"]


def test_what_is_outside_or_unusable_is_an_error_that_names_it(
    collected: Callable[..., ResultSet], root: Path, write: Write
) -> None:
    write("a.xml")
    (root.parent / "secret.xml").write_text("x")
    (root / "evil.xml").symlink_to("../secret.xml")
    os.mkfifo(root / "pipe.xml")
    result = collected("*.xml")
    assert errors(result) == [
        f"evil.xml is outside the working directory: it is a link to {root.parent / 'secret.xml'}",
        "pipe.xml is not a regular file",
    ]
    result = collected("evil.xml")
    assert not result.nothing_matched
    assert len(errors(result)) == 1


def test_a_name_that_is_not_utf_8_is_an_error(
    collected: Callable[..., ResultSet], root: Path, write: Write
) -> None:
    write("a.xml")
    os.close(os.open(os.fsencode(root) + b"/caf\xe9.xml", os.O_CREAT))
    assert errors(collected("*.xml")) == ["the name of the file caf\\xe9.xml is not UTF-8"]
    (root / "a.xml").unlink()
    result = collected("*.xml")
    assert errors(result) == ["the name of the file caf\\xe9.xml is not UTF-8"]
    assert not result.nothing_matched


def test_names_with_control_characters_are_taken(collected: Callable[..., ResultSet], write: Write) -> None:
    write("r/new\nline.xml", "r/ünï.xml")
    result = collected("r")
    assert errors(result) == []
    assert [member.name for member in result.members] == ["new\nline.xml", "ünï.xml"]


def test_a_folder_that_can_not_be_searched_is_a_warning(
    collected: Callable[..., ResultSet], write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.xml", "locked/b.xml")
    scandir = os.scandir

    def guarded(path: str) -> Any:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    result = collected("**/*.xml")
    (warning,) = warnings(result)
    assert warning.startswith("the folder locked can't be searched: Permission denied; this runs as uid ")


def test_a_file_that_vanishes_before_it_is_looked_at(
    collected: Callable[..., ResultSet], write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.xml", "b.xml")
    lstat = os.lstat

    def gone(path: Any, **more: Any) -> os.stat_result:
        if str(path).endswith("b.xml"):
            raise FileNotFoundError(2, "No such file or directory")
        return lstat(path, **more)

    monkeypatch.setattr(os, "lstat", gone)
    assert errors(collected("?.xml")) == ["b.xml can't be read: No such file or directory"]


def test_a_file_that_became_a_link_out_of_the_folder_since_it_was_found_is_not_read(
    collected: Callable[..., ResultSet], write: Write, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.xml", "b.xml")
    (root.parent / "secret.xml").write_text("<secret/>")

    def find_and_swap(*arguments: Any, **named: Any) -> Any:
        found = find(*arguments, **named)
        (root / "b.xml").unlink()
        (root / "b.xml").symlink_to(root.parent / "secret.xml")
        return found

    monkeypatch.setattr("qtm_action.results.collecting.find", find_and_swap)
    result = collected("?.xml")
    assert errors(result) == [
        "b.xml can't be read: it is now a link that leads outside the working directory"
    ]
    assert [member.source for member in result.members] == ["a.xml"]


def test_a_file_that_another_has_replaced_since_it_was_looked_at_is_not_read(
    collected: Callable[..., ResultSet], write: Write, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.xml")
    (root.parent / "secret.xml").write_text("<secret/>")

    def swap(*arguments: Any, **named: Any) -> Any:
        (root / "a.xml").unlink()
        (root / "a.xml").symlink_to(root.parent / "secret.xml")
        return check_age(*arguments, **named)

    monkeypatch.setattr("qtm_action.results.collecting.check_age", swap)
    assert errors(collected("a.xml")) == ["a.xml: the file can't be read: it changed since it was found"]


def test_old_files_are_reported_or_skipped(collected: Callable[..., ResultSet], write: Write) -> None:
    write("new.xml", modified=NOW - 10)
    write("old.xml", modified=NOW - 90_000)
    result = collected("*.xml", max_age=3600)
    assert warnings(result) == [
        "1 of 2 result files is older than maxAge, 1 h 0 min; the oldest, old.xml, is 25 h 0 min old"
    ]
    assert len(result.members) == 2
    result = collected("*.xml", max_age=3600, if_older=StaleFiles.DROP)
    assert warnings(result) == [
        "1 of 2 result files is older than maxAge, 1 h 0 min, and was skipped: old.xml"
    ]
    assert [member.source for member in result.members] == ["new.xml"]
    assert result.upload_name == "new.xml"
    result = collected("old.xml", max_age=3600, if_older=StaleFiles.DROP)
    assert errors(result) == [
        (
            "the result file is older than maxAge, 1 h 0 min, and was skipped; "
            "the oldest, old.xml, is 25 h 0 min old"
        )
    ]
    assert not result.nothing_matched
    assert result.members == ()


def test_links_that_are_not_followed_are_in_the_debug_log(
    collected: Callable[..., ResultSet], root: Path, write: Write, log: LogLines
) -> None:
    write("real/a.xml")
    (root / "link").symlink_to("real")
    collected("**/*.xml")
    assert log.all("debug")[0] == (
        "link is a symbolic link to a folder; it is searched only if a pattern names it"
    )


def test_of_many_files_the_number_is_logged_and_the_first_are_listed(
    collected: Callable[..., ResultSet], write: Write, log: LogLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qtm_action.results.archive.payload._LISTED", 100)
    write(*(f"r/{number % 10}/TEST-{number}.xml" for number in range(300)))
    result = collected("r/**/*.xml")
    assert result.counts.total == 600
    assert "checked 300 of 300 files" in log.all("progress")
    lines = listing(result).splitlines()
    assert lines[0] == "junit-results.zip: 300 files"
    assert len(lines) == 102
    assert lines[-1] == "and 200 more"


def test_attachments_for_another_format_than_qaf_are_an_error(
    collected: Callable[..., ResultSet], write: Write
) -> None:
    write("a.xml", "shots/a.png")
    assert errors(collected("a.xml", attachments=("**/*.png",))) == [
        "attachments are for QAF; a ZIP of JUnit may contain only JUnit files"
    ]


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("a.xml,b.xml", "The comma is part of the pattern. Write several patterns, one per line"),
        ('"a.xml"', "The quotes are part of the pattern. Remove them."),
        ("'*.xml'", "The quotes are part of the pattern. Remove them."),
    ],
)
def test_a_list_written_as_one_pattern_is_reported(
    collected: Callable[..., ResultSet], write: Write, pattern: str, hint: str
) -> None:
    write("a.xml", "b.xml")
    (problem,) = collected(pattern).problems
    assert problem.hint.startswith(hint)


def test_what_matches_and_is_no_file_is_not_called_missing_too(
    collected: Callable[..., ResultSet], root: Path
) -> None:
    os.mkfifo(root / "pipe.xml")
    result = collected("pipe.xml")
    assert errors(result) == ["pipe.xml is not a regular file"]
    assert warnings(result) == []


def test_a_working_directory_that_may_not_be_read_is_reported(log: LogLines) -> None:
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o311)
        if user == 0:  # root may read everything
            os.seteuid(65534)
        try:
            result = collect(Selection(Format.JUNIT, ("*.xml",), root, NOW), log=log)
        finally:
            os.seteuid(user)
            root.chmod(0o700)
    problem = next(each for each in result.problems if each.severity is Severity.ERROR)
    assert (str(problem), problem.hint) == (
        "no file matches `*.xml`",
        f"{root} can't be read: Permission denied.",
    )
