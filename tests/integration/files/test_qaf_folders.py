"""QAF: the newest of several runs, its json folder as the archive's root, its pictures next to it."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qtm_action.errors import Severity
from qtm_action.formats import Format, StaleFiles
from qtm_action.log import Silence
from qtm_action.results.archive.payload import pack
from qtm_action.results.collecting import collect
from qtm_action.results.result_files import Selection

if TYPE_CHECKING:
    from qtm_action.results.result_files import ResultSet
    from tests.integration.files.conftest import LogLines, Write

NOW = 1_800_000_000.0
REAL = Path(__file__).parents[2] / "data" / "real" / "qaf-python"
EXAMPLE = Path(__file__).parents[3] / "examples" / "results" / "qaf" / "test-results"


@pytest.fixture
def run(write: Write) -> Run:
    return Run(write)


class Run:
    """Writes runs as QAF does."""

    def __init__(self, write: Write) -> None:
        self.write = write

    def __call__(self, home: str, date: str, started: float | None, *, pictures: int = 1) -> None:
        top = {"name": "py", "tests": ["py"], "total": 1, "status": "pass"}
        if started is not None:
            top["startTime"] = started * 1000
        test = {"type": "test", "result": "pass", "metaData": {"name": f"t {date}"}}
        self.write(f"{home}/{date}/json/meta-info.json", text=json.dumps(top), modified=NOW - 50)
        self.write(
            f"{home}/{date}/json/py/Cart/meta-info.json",
            text=json.dumps({"methods": [test]}),
            modified=NOW - 40,
        )
        self.write(*(f"{home}/{date}/img/{number}.png" for number in range(pictures)), text=b"\x89PNG")
        self.write(f"{home}/meta-info.json", text='{"reports": []}')


def collected(root: Path, *files: str, log: LogLines | None = None, **more: object) -> ResultSet:
    request = Selection(**{"format": Format.QAF, "files": files, "root": root, "now": NOW, **more})  # type: ignore[arg-type]
    return collect(request, log=log or Silence())


def names(result: ResultSet) -> list[str]:
    return [member.name for member in result.members]


def problems(result: ResultSet, severity: Severity = Severity.ERROR) -> list[str]:
    return [problem.message for problem in result.problems if problem.severity is severity]


def test_the_example_of_a_real_run_is_packed_with_its_json_folder_as_the_root(
    root: Path, tmp_path: Path
) -> None:
    shutil.copytree(EXAMPLE, root / "test-results")
    result = collected(root, "test-results", format=None)
    assert result.problems == ()
    assert result.format is Format.QAF
    assert result.counts.total == 13
    payload = pack(result, tmp_path, log=Silence())
    with zipfile.ZipFile(payload.path) as made:
        assert "meta-info.json" in made.namelist()
        assert "py/PyTest/20369/test_shop.py/test_quantity[1-True].json" in made.namelist()
        assert json.loads(made.read("meta-info.json"))["name"] == "py"


@pytest.mark.parametrize("format_", [Format.QAF, None])
@pytest.mark.parametrize("pattern", ["test-results", "**/*.json", "**", "test-results/*/json"])
def test_of_several_runs_the_newest_is_taken_and_the_log_says_so(
    root: Path, run: Run, log: LogLines, format_: Format | None, pattern: str
) -> None:
    run("test-results", "01-01-2027", NOW - 900)
    run("test-results", "02-01-2026", NOW - 100)
    run("test-results", "03-01-2025", NOW - 5000)
    result = collected(root, pattern, log=log, format=format_)
    assert problems(result) == []
    assert {member.source.split("/")[1] for member in result.members} == {"02-01-2026"}
    assert names(result) == ["meta-info.json", "py/Cart/meta-info.json"]
    assert result.upload_name == "qaf-results.zip"
    assert log.all("info")[0] == (
        "QAF: importing the newest of 3 runs in test-results: test-results/02-01-2026, "
        "started 2027-01-15 07:58:20 UTC"
    )


MISSING = "no meta-info.json of a QAF run is among the files"
WRITE = "Write `files: [test-results]`, the folder that QAF writes."


@pytest.mark.parametrize("format_", [Format.QAF, None])
def test_a_pattern_that_misses_the_runs_own_file_is_a_warning_that_names_the_folder(
    format_: Format | None,
) -> None:
    for pattern in (
        "test-results/**/qaf-python/**/*.json",
        "test-results/24-11-2026_13_59_20/json/qaf-python",
    ):
        result = collected(REAL, pattern, format=format_)
        assert result.counts.total
        assert [(str(each), each.hint) for each in result.problems] == [(MISSING, WRITE)]
        assert result.problems[0].severity is Severity.WARNING


def test_a_pattern_that_misses_every_qaf_file_with_tests_names_the_folder() -> None:
    (error,) = collected(REAL, "test-results/**/test_*.json").problems
    assert (error.message, error.hint, error.severity) == (MISSING, WRITE, Severity.ERROR)


def test_files_that_are_not_of_qaf_are_not_called_part_of_a_run(root: Path, write: Write) -> None:
    write("report.xml")
    assert problems(collected(root, "report.xml")) == ["this is a JUnit report; the import says qaf"]


def test_a_pattern_for_xml_where_qaf_wrote_json_names_the_folder() -> None:
    (error,) = collected(REAL, "test-results/**/*.xml").problems
    assert error.message == "no file matches `test-results/**/*.xml`"
    assert error.hint.endswith(WRITE)


def test_a_run_that_was_moved_out_of_its_json_folder_is_not_missed(root: Path) -> None:
    shutil.copytree(REAL / "test-results/24-11-2026_13_59_20/json", root / "qaf")
    assert collected(root, "qaf").problems == ()


def test_the_log_accounts_for_every_matched_file_that_is_left_out(log: LogLines) -> None:
    result = collected(REAL, "test-results", log=log)
    assert result.problems == ()
    assert (result.patterns[0].files, len(result.members)) == (31, 15)
    assert log.all("info")[1:3] == [
        "ignored 15 files of older runs",
        "ignored test-results/meta-info.json, which lists the runs",
    ]


def test_pictures_of_the_run_go_along_with_attach_file(
    root: Path, run: Run, log: LogLines, write: Write
) -> None:
    run("test-results", "old", NOW - 900)
    run("test-results", "new", NOW - 100, pictures=2)
    write("test-results/new/img/sub/c.jpg", "test-results/new/img/notes.txt", text=b"x")
    result = collected(root, "test-results", attach_file=True)
    assert names(result) == [
        "img/0.png",
        "img/1.png",
        "img/sub/c.jpg",
        "meta-info.json",
        "py/Cart/meta-info.json",
    ]
    assert names(collected(root, "test-results")) == ["meta-info.json", "py/Cart/meta-info.json"]
    shutil.rmtree(root / "test-results" / "new" / "img")
    assert problems(collected(root, "test-results", attach_file=True, log=log)) == []
    assert log.all("info")[-1] == "attachFile is true, but the run has no folder test-results/new/img"


def test_pictures_that_lead_outside_are_refused(root: Path, run: Run) -> None:
    run("test-results", "new", NOW)
    (root / "test-results/new/img/evil.png").symlink_to("/etc/passwd")
    assert problems(collected(root, "test-results", attach_file=True)) == [
        "test-results/new/img/evil.png is outside the working directory: it is a link to /etc/passwd"
    ]


def test_attachments_of_the_newest_run_and_from_elsewhere_are_under_img(
    root: Path, run: Run, write: Write
) -> None:
    run("test-results", "old", NOW - 900)
    run("test-results", "new", NOW - 100)
    write("shots/login/a.png", "shots/b.png", text=b"\x89PNG")
    result = collected(
        root, "test-results", attach_file=True, attachments=("test-results/**/img/*.png", "!**/none/**")
    )
    assert names(result) == ["img/0.png", "meta-info.json", "py/Cart/meta-info.json"]
    result = collected(root, "test-results", attach_file=True, attachments=("shots",))
    assert names(result)[:3] == ["img/0.png", "img/b.png", "img/login/a.png"]


def test_attachments_that_are_results_or_match_nothing_are_warnings(
    root: Path, run: Run, write: Write
) -> None:
    run("test-results", "new", NOW)
    write("extra/a.json", "extra/b.zip", "extra/c.log", text=b"x")
    result = collected(root, "test-results", attach_file=True, attachments=("extra/**", "no/*.png"))
    assert problems(result) == []
    assert problems(result, Severity.WARNING) == [
        "no file matches `no/*.png`",
        "attachments match result files or archives, which are ignored: extra/a.json, extra/b.zip",
    ]
    assert "img/c.log" in names(result)
    result = collected(root, "test-results", attach_file=True, attachments=("no/*.png",))
    assert problems(result, Severity.WARNING) == ["no file matches `no/*.png`"]
    result = collected(root, "test-results", attachments=("/a.png",))
    assert problems(result) == ["the pattern `/a.png` is absolute"]
    assert problems(result, Severity.WARNING) == [
        "attachments are uploaded, but QTM4J attaches them only with `attachFile: true`"
    ]


def test_two_files_that_would_have_one_name_are_an_error(root: Path, run: Run, write: Write) -> None:
    run("test-results", "new", NOW)
    write("shots/0.png", text=b"\x89PNG")
    result = collected(root, "test-results", attach_file=True, attachments=("shots/*.png",))
    assert problems(result) == [
        "shots/0.png and test-results/new/img/0.png would both be img/0.png in the archive"
    ]


def test_runs_of_several_folders_go_together_with_a_warning(root: Path, run: Run) -> None:
    run("a/test-results", "r1", NOW - 5)
    run("a/test-results", "r0", NOW - 50)
    run("b/test-results", "r2", NOW - 6)
    result = collected(root, "**/test-results", attach_file=True)
    assert problems(result) == []
    (warning,) = problems(result, Severity.WARNING)
    assert warning == (
        "the patterns match QAF runs in 2 folders (a/test-results, b/test-results); "
        "the newest run of each goes into one archive"
    )
    assert names(result) == [
        "a/test-results/r1/img/0.png",
        "a/test-results/r1/json/meta-info.json",
        "a/test-results/r1/json/py/Cart/meta-info.json",
        "b/test-results/r2/img/0.png",
        "b/test-results/r2/json/meta-info.json",
        "b/test-results/r2/json/py/Cart/meta-info.json",
    ]


def test_files_of_no_run_are_ignored_with_a_warning(root: Path, run: Run, write: Write) -> None:
    run("test-results", "new", NOW)
    write(*(f"test-results/{name}.json" for name in "abcd"), text='{"checkPoints": []}')
    result = collected(root, "test-results")
    (warning,) = problems(result, Severity.WARNING)
    assert warning == (
        "ignored 4 files outside of QAF runs: test-results/a.json, test-results/b.json, "
        "test-results/c.json and 1 more"
    )
    assert names(result) == ["meta-info.json", "py/Cart/meta-info.json"]
    assert len(names(collected(root, "test-results", format=None))) == 6


def test_files_of_other_formats_next_to_a_run_are_not_dropped_silently(
    root: Path, run: Run, write: Write
) -> None:
    run("test-results", "new", NOW)
    write("test-results/junit.xml")
    (error,) = problems(collected(root, "test-results", format=None))
    assert error.startswith(
        "the files are of several formats (JUnit: 1, such as test-results/junit.xml; QAF: 2"
    )


def test_a_folder_without_the_layout_of_runs_is_packed_by_its_common_folder(root: Path, write: Write) -> None:
    test = json.dumps({"methods": [{"type": "test", "result": "pass", "metaData": {"name": "t"}}]})
    write("out/moved/meta-info.json", "out/moved/a/meta-info.json", text=test)
    assert names(collected(root, "out")) == ["a/meta-info.json", "meta-info.json"]


def test_a_run_is_as_old_as_its_newest_file(root: Path, run: Run) -> None:
    run("test-results", "new", NOW - 60)
    assert collected(root, "test-results", max_age=45, if_older=StaleFiles.DROP).problems == ()
    result = collected(root, "test-results", max_age=30, if_older=StaleFiles.DROP)
    (error,) = problems(result)
    assert error == (
        "all 2 result files are older than maxAge, 30 s, and were skipped; "
        "the oldest, test-results/new/json/meta-info.json, is 50 s old"
    )


def test_a_run_whose_start_can_not_be_read_is_the_oldest(
    root: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("test-results", "a", NOW)
    run("test-results", "b", NOW - 50)
    opened = Path.open

    def guarded(path: Path, *args: Any, **more: Any) -> Any:
        if path.parent.parent.name == "a":
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **more)

    monkeypatch.setattr(Path, "open", guarded)
    assert {member.source.split("/")[1] for member in collected(root, "test-results").members} == {"b"}
