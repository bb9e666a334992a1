"""Whether to zip, what goes along, what is too old, what is large: decided without a file."""

from __future__ import annotations

import pytest

from qtm_action.errors import Problem, Severity
from qtm_action.formats import Format, StaleFiles, ZipMode
from qtm_action.results.checking import Total
from qtm_action.results.freshness import Aged, Judgement, judge_age, moment, span
from qtm_action.results.model import Failure, FileReading, TestCounts
from qtm_action.results.shape import judge_attachments, shape_of
from qtm_action.results.sizes import size_report


@pytest.mark.parametrize(
    ("mode", "format_", "files", "by_folder", "attachments", "is_zip"),
    [
        (ZipMode.AUTO, Format.JUNIT, 1, False, False, False),
        (ZipMode.AUTO, Format.JUNIT, 2, False, False, True),
        (ZipMode.AUTO, Format.JUNIT, 1, True, False, True),
        (ZipMode.AUTO, Format.QAF, 1, False, False, True),
        (ZipMode.AUTO, Format.QAF, 1, False, True, True),
        (ZipMode.AUTO, None, 1, False, False, False),
        (ZipMode.ALWAYS, Format.CUCUMBER, 1, False, False, True),
        (ZipMode.NEVER, Format.JUNIT, 1, False, False, False),
        (ZipMode.NEVER, Format.JUNIT, 1, True, False, False),
    ],
)
def test_when_result_files_are_zipped(
    mode: ZipMode, format_: Format | None, files: int, *, by_folder: bool, attachments: bool, is_zip: bool
) -> None:
    shape = shape_of(mode, format_, files=files, by_folder=by_folder, attachments=attachments)
    assert shape == (is_zip, ())


@pytest.mark.parametrize(
    ("format_", "files", "attachments", "message"),
    [
        (Format.QAF, 3, True, "zip is never, but QTM4J takes QAF only as a ZIP"),
        (Format.JUNIT, 3, False, "zip is never, but 3 files match, and only a ZIP holds more than one"),
        (None, 1, True, "zip is never, but attachments need one"),
    ],
)
def test_zip_never_is_an_error_where_one_is_needed(
    format_: Format | None, files: int, *, attachments: bool, message: str
) -> None:
    shape = shape_of(ZipMode.NEVER, format_, files=files, by_folder=False, attachments=attachments)
    assert [problem.message for problem in shape.problems] == [message]


@pytest.mark.parametrize("format_", [each for each in Format if each is not Format.QAF])
def test_attachments_are_for_qaf_only(format_: Format) -> None:
    (problem,) = judge_attachments(format_, asked=True, attach_file=True)
    assert problem.severity is Severity.ERROR
    assert f"a ZIP of {format_.title} holds {format_.title} files only" in problem.message
    assert ("keeps its pictures in the JSON" in problem.hint) is (format_ is Format.CUCUMBER)


def test_attachments_without_attach_file_are_a_warning() -> None:
    (problem,) = judge_attachments(Format.QAF, asked=True, attach_file=False)
    assert problem.severity is Severity.WARNING
    assert judge_attachments(Format.QAF, asked=True, attach_file=True) == ()
    assert judge_attachments(Format.JUNIT, asked=False, attach_file=False) == ()
    assert judge_attachments(None, asked=True, attach_file=False) == ()


NOW = 1_800_000_000.0
FILES = [Aged("a.xml", NOW - 10), Aged("b.xml", NOW - 5000), Aged("c.xml", NOW - 700_000)]


def judged(
    files: list[Aged], max_age: float | None, if_older: StaleFiles, *, together: bool = False
) -> Judgement:
    return judge_age(files, max_age=max_age, if_older=if_older, now=NOW, together=together)


def test_old_files_are_told_with_the_oldest() -> None:
    judgement = judged(FILES, 3600, StaleFiles.WARN)
    assert judgement.dropped == frozenset()
    (problem,) = judgement.problems
    assert problem.severity is Severity.WARNING
    assert problem.message == (
        "2 of 3 result files are older than maxAge, 1 h 0 min; the oldest, c.xml, is 8 days old"
    )


def test_old_files_are_dropped_by_name() -> None:
    judgement = judged(FILES, 3600, StaleFiles.DROP)
    assert judgement.dropped == {"b.xml", "c.xml"}
    (problem,) = judgement.problems
    assert problem.severity is Severity.WARNING
    assert problem.message.endswith("and dropped: b.xml, c.xml")


def test_of_many_old_files_the_first_are_named() -> None:
    files = [Aged(f"{number}.xml", 0) for number in range(9)] + [Aged("new.xml", NOW)]
    (problem,) = judged(files, 60, StaleFiles.DROP).problems
    assert problem.message.endswith("0.xml, 1.xml, 2.xml and 6 more")


def test_when_all_are_old_nothing_is_left_and_that_is_an_error() -> None:
    (problem,) = judged(FILES[1:], 60, StaleFiles.DROP).problems
    assert problem.severity is Severity.ERROR
    assert problem.message.startswith("all 2 result files are older than maxAge, 1 min 0 s, and dropped")
    (problem,) = judged(FILES[1:2], 60, StaleFiles.DROP).problems
    assert problem.message.startswith("the result file is older")


@pytest.mark.parametrize("if_older", StaleFiles)
def test_a_run_stands_or_falls_by_its_newest_file(if_older: StaleFiles) -> None:
    assert judged(FILES, 60, if_older, together=True) == Judgement()
    assert judged(FILES[1:], 60, if_older, together=True).problems


def test_without_max_age_or_files_nothing_is_old() -> None:
    assert judged(FILES, None, StaleFiles.DROP) == Judgement()
    assert judged([], 1, StaleFiles.DROP) == Judgement()
    assert judged(FILES, 10_000_000, StaleFiles.DROP) == Judgement()


def test_times_in_words() -> None:
    assert span(90) == "1 min 30 s"
    assert span(-5) == "0.0 s"
    assert span(172_800) == "2 days"
    assert moment(0) == "1970-01-01 00:00:00 UTC"


def test_a_large_upload_is_explained_by_kind() -> None:
    files = [("a.xml", 3 << 20), ("b.XML", 1 << 20), ("img/c.png", 9 << 20), ("LICENSE", 10)]
    assert size_report(12 << 20, files) == (
        "the upload is 12.0 MiB, over the 10.0 MiB that QTM4J Cloud takes from its own client; "
        "unpacked: .png 9.0 MiB in 1, .xml 4.0 MiB in 2, no extension 10 bytes in 1"
    )
    assert size_report(10 << 20, files) == ""


def test_of_many_kinds_the_largest_are_named() -> None:
    files = [(f"x.{number}", 100 - number) for number in range(9)]
    assert size_report(11 << 20, files).endswith(".5 95 bytes in 1, others 279 bytes")


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
    assert [problem.message for problem in total.problems()] == ["no test case in the result file"]
    total.add("b.xml", reading(Format.JUNIT, passed=0))
    assert [problem.message for problem in total.problems()] == ["no test case in the 2 result files"]
    total.add("c.xml", reading(None, Problem("empty"), passed=0))
    assert [problem.message for problem in total.problems()] == ["empty"]
