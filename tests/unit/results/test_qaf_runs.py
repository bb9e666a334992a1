"""QAF's folders of runs: the newest of each is chosen, and its files get their places in the archive."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from qtm_action.errors import Severity
from qtm_action.log import Silence
from qtm_action.results.qaf_runs import QafRuns, choose_runs, several_homes

DATA = Path(__file__).parents[2] / "data"
RUN = "test-results/24-11-2026/json"
JSON = [f"{RUN}/meta-info.json", f"{RUN}/py/overview.json"]


def make_run(root: Path, folder: str, meta: object = None, *, modified: float = 1_000_000) -> str:
    run = root / folder / "json"
    run.mkdir(parents=True)
    meta_info = run / "meta-info.json"
    meta_info.write_text(meta if isinstance(meta, str) else json.dumps(meta))
    os.utime(meta_info, (modified, modified))
    return f"{folder}/json"


def chosen(root: Path) -> QafRuns:
    files = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    return choose_runs(root, files, log=Silence())


@pytest.mark.parametrize(
    ("data", "newest"),
    [("results/qaf", "22_Jul_2016_06_33_PM"), ("real/qaf-python", "24-11-2026_13_59_21")],
)
def test_the_newest_of_several_runs_is_chosen(data: str, newest: str) -> None:
    runs = chosen(DATA / data)
    assert runs.homes == ("test-results",)
    assert runs.newest == (f"test-results/{newest}/json",)
    assert len(runs.older) == 1


@pytest.mark.parametrize(
    "meta",
    ["", "[]", "{}", "null", "[" * 5000, {"startTime": "soon"}, {"startTime": True}, {"startTime": 1e300}],
)
def test_a_run_that_does_not_say_when_it_started_counts_by_its_file(tmp_path: Path, meta: object) -> None:
    said = make_run(tmp_path, "runs/a", {"startTime": 1_000_000_000}, modified=9)
    silent = make_run(tmp_path, "runs/b", meta, modified=2_000_000)
    assert chosen(tmp_path) == QafRuns(("runs",), (silent,), (said,))


def test_runs_are_recognised_by_the_meta_info_in_their_json_folder(tmp_path: Path) -> None:
    files = [*JSON, "test-results/meta-info.json", "json/meta-info.json", "out/meta-info.json"]
    runs = choose_runs(tmp_path, files, log=Silence())
    assert runs == QafRuns(("", "test-results"), ("json", RUN), ())


def test_a_test_class_called_json_is_no_run(tmp_path: Path) -> None:
    runs = choose_runs(tmp_path, [*JSON, f"{RUN}/py/json/meta-info.json"], log=Silence())
    assert runs == QafRuns(("test-results",), (RUN,), ())


def test_files_are_sorted_by_their_run() -> None:
    runs = QafRuns(("test-results",), (RUN,), ("test-results/old/json",))
    files = [*JSON, "test-results/old/json/a.json", "test-results/meta-info.json", "test-results/x.json"]
    assert runs.split(files) == (
        JSON,
        ["test-results/old/json/a.json"],
        ["test-results/meta-info.json"],
        ["test-results/x.json"],
    )
    assert runs.is_older("test-results/old/img/a.png")


def test_runs_in_several_folders_are_a_warning() -> None:
    assert list(several_homes(QafRuns(("a",), ("a/1/json",)))) == []
    (problem,) = several_homes(QafRuns(("a", "b"), ("a/1/json", "b/1/json")))
    assert problem.severity is Severity.WARNING


def test_the_top_of_an_archive_is_the_json_folder_with_pictures_under_img() -> None:
    pictures = [
        "shots/login/a.png",
        "shots/b.png",
        "test-results/24-11-2026/img/c.png",
        f"{RUN}/py/d.png",
    ]
    names = QafRuns(("test-results",), (RUN,)).archive_names(JSON, pictures)
    assert list(names) == [
        "meta-info.json",
        "py/overview.json",
        "img/login/a.png",
        "img/b.png",
        "img/c.png",
        "py/d.png",
    ]


@pytest.mark.parametrize(
    ("runs", "files", "names"),
    [
        ([], ["out/qaf/meta-info.json", "out/qaf/a/x.json"], ["meta-info.json", "a/x.json"]),
        (["a/r1/json", "b/r2/json"], ["a/r1/json/x.json", "b/r2/json/x.json"], None),
        (
            [RUN],
            [f"{RUN}/meta-info.json", "test-results/x.json"],
            ["24-11-2026/json/meta-info.json", "x.json"],
        ),
    ],
)
def test_without_one_run_of_all_files_the_top_is_their_common_folder(
    runs: list[str], files: list[str], names: list[str] | None
) -> None:
    assert list(QafRuns((), tuple(runs)).archive_names(files, [])) == (names or files)
