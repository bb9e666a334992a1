"""Whether to zip, what goes along, what is too old, what is large: decided without a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import Problem, Severity
from qtm_action.formats import Format, StaleFiles, ZipMode
from qtm_action.results.archive.payload import large_upload
from qtm_action.results.attachments import check_attachments
from qtm_action.results.checking import Total
from qtm_action.results.collecting import plan_upload
from qtm_action.results.freshness import check_age, format_age, format_time
from qtm_action.results.result_files import Failure, FileReading, Member, TestCounts

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.parametrize(
    ("mode", "format_", "files", "by_folder", "is_zip"),
    [
        (ZipMode.AUTO, Format.JUNIT, 1, False, False),
        (ZipMode.AUTO, Format.JUNIT, 2, False, True),
        (ZipMode.AUTO, Format.JUNIT, 1, True, True),
        (ZipMode.AUTO, Format.QAF, 1, False, True),
        (ZipMode.AUTO, None, 1, False, False),
        (ZipMode.ALWAYS, Format.CUCUMBER, 1, False, True),
        (ZipMode.NEVER, Format.JUNIT, 1, False, False),
        (ZipMode.NEVER, Format.JUNIT, 1, True, False),
    ],
)
def test_when_result_files_are_zipped(
    mode: ZipMode, format_: Format | None, files: int, *, by_folder: bool, is_zip: bool
) -> None:
    assert plan_upload(mode, format_, files=files, by_folder=by_folder) == (is_zip, ())


@pytest.mark.parametrize(
    ("format_", "files", "message"),
    [
        (Format.QAF, 3, "zip is never, but QTM4J accepts QAF only as a ZIP"),
        (Format.JUNIT, 3, "zip is never, but 3 files match, and several files require a ZIP"),
    ],
)
def test_zip_never_is_an_error_where_one_is_needed(format_: Format, files: int, message: str) -> None:
    _, problems = plan_upload(ZipMode.NEVER, format_, files=files, by_folder=False)
    assert [problem.message for problem in problems] == [message]


@pytest.mark.parametrize("format_", [each for each in Format if each is not Format.QAF])
def test_attachments_are_for_qaf_only(format_: Format) -> None:
    (problem,) = check_attachments(format_, attach_file=True)
    assert problem.severity is Severity.ERROR
    assert f"a ZIP of {format_.title} may contain only {format_.title} files" in problem.message
    assert ("embeds images in the JSON" in problem.hint) is (format_ is Format.CUCUMBER)


def test_attachments_without_attach_file_are_a_warning() -> None:
    (problem,) = check_attachments(Format.QAF, attach_file=False)
    assert problem.severity is Severity.WARNING
    assert check_attachments(Format.QAF, attach_file=True) == ()


NOW = 1_800_000_000.0


def file(name: str, modified: float) -> Member:
    return Member(Path(), name, name, 1, int(modified * 1e9))


FILES = [file("a.xml", NOW - 10), file("b.xml", NOW - 5000), file("c.xml", NOW - 700_000)]


def checked(
    files: list[Member], max_age: float | None, if_older: StaleFiles, *, together: bool = False
) -> tuple[Sequence[Member], tuple[Problem, ...]]:
    return check_age(files, max_age=max_age, if_older=if_older, now=NOW, together=together)


def test_old_files_are_reported_with_the_oldest() -> None:
    kept, (problem,) = checked(FILES, 3600, StaleFiles.WARN)
    assert kept == FILES
    assert problem.severity is Severity.WARNING
    assert problem.message == (
        "2 of 3 result files are older than maxAge, 1 h 0 min; the oldest, c.xml, is 8 days old"
    )


def test_old_files_are_dropped_by_name() -> None:
    kept, (problem,) = checked(FILES, 3600, StaleFiles.DROP)
    assert kept == FILES[:1]
    assert problem.severity is Severity.WARNING
    assert problem.message.endswith("and were skipped: b.xml, c.xml")


def test_of_many_old_files_the_first_are_named() -> None:
    files = [file(f"{number}.xml", 0) for number in range(9)] + [file("new.xml", NOW)]
    _, (problem,) = checked(files, 60, StaleFiles.DROP)
    assert problem.message.endswith("0.xml, 1.xml, 2.xml and 6 more")


def test_when_all_are_old_nothing_is_left_and_that_is_an_error() -> None:
    _, (problem,) = checked(FILES[1:], 60, StaleFiles.DROP)
    assert problem.severity is Severity.ERROR
    assert problem.message.startswith("all 2 result files are older than maxAge, 1 min 0 s, and were skipped")
    _, (problem,) = checked(FILES[1:2], 60, StaleFiles.DROP)
    assert problem.message.startswith("the result file is older")


@pytest.mark.parametrize("if_older", StaleFiles)
def test_a_run_stands_or_falls_by_its_newest_file(if_older: StaleFiles) -> None:
    assert checked(FILES, 60, if_older, together=True) == (FILES, ())
    assert checked(FILES[1:], 60, if_older, together=True)[1]


def test_without_max_age_or_files_nothing_is_old() -> None:
    assert checked(FILES, None, StaleFiles.DROP) == (FILES, ())
    assert checked([], 1, StaleFiles.DROP) == ([], ())
    assert checked(FILES, 10_000_000, StaleFiles.DROP) == (FILES, ())


def test_times_in_words() -> None:
    assert format_age(90) == "1 min 30 s"
    assert format_age(-5) == "0.0 s"
    assert format_age(172_800) == "2 days"
    assert format_time(0) == "1970-01-01 00:00:00 UTC"


def test_a_large_upload_is_explained_by_kind() -> None:
    files = [("a.xml", 3 << 20), ("b.XML", 1 << 20), ("img/c.png", 9 << 20), ("LICENSE", 10)]
    assert large_upload(12 << 20, files) == (
        "the upload is 12.0 MiB; unpacked: .png 9.0 MiB in 1, .xml 4.0 MiB in 2, no extension 10 bytes in 1"
    )


def test_of_many_kinds_the_largest_are_named() -> None:
    files = [(f"x.{number}", 100 - number) for number in range(9)]
    assert large_upload(11 << 20, files).endswith(".5 95 bytes in 1, other files 279 bytes")


def reading(format_: Format | None, *problems: Problem, passed: int = 1) -> FileReading:
    failures = (Failure("t", "boom"),) * 6
    return FileReading(format_, TestCounts(passed=passed), failures, ("K-1", "K-2"), problems)


def test_the_readings_of_many_files_are_summed_in_bounds() -> None:
    total = Total()
    for number in range(500):
        total.add(
            f"{number}.xml",
            reading(Format.JUNIT, Problem("bad"), Problem("odd", severity=Severity.WARNING)),
        )
    assert total.counts.total == 500
    assert total.format is Format.JUNIT
    assert len(total.failures) == 10
    assert list(total.keys) == ["K-1", "K-2"]
    messages = [problem.message for problem in total.problems()]
    assert messages == [
        *["bad"] * 50,
        "and 450 more errors of this kind",
        *["odd"] * 20,
        "and 480 more warnings of this kind",
    ]


def test_files_of_several_formats_are_named_each() -> None:
    total = Total()
    for name, format_ in (("a.xml", Format.JUNIT), ("b.xml", Format.TESTNG), ("c.xml", Format.JUNIT)):
        total.add(name, reading(format_))
    (problem,) = total.problems()
    assert problem.message == (
        "the files are of several formats (JUnit: 2, such as a.xml and c.xml; TestNG: 1, such as b.xml)"
    )
    assert total.format is None


def test_files_without_a_test_case_are_an_error_unless_one_is_known() -> None:
    total = Total(Format.JUNIT)
    total.add("a.xml", reading(Format.JUNIT, passed=0))
    assert [problem.message for problem in total.problems()] == ["no test cases found in the result file"]
    total.add("b.xml", reading(Format.JUNIT, passed=0))
    assert [problem.message for problem in total.problems()] == ["no test cases found in the 2 result files"]
    total.add("c.xml", reading(None, Problem("empty"), passed=0))
    assert [problem.message for problem in total.problems()] == ["empty"]
