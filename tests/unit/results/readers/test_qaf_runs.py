"""A QAF folder that holds several runs stands for its newest."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from qtm_action.results.readers.qaf_runs import newest_run

DATA = Path(__file__).parents[3] / "data"


def make_run(folder: Path, meta: object = None, *, modified: float = 1_000_000, img: bool = False) -> Path:
    run = folder / "json"
    run.mkdir(parents=True)
    meta_info = run / "meta-info.json"
    meta_info.write_text(meta if isinstance(meta, str) else json.dumps(meta))
    os.utime(meta_info, (modified, modified))
    if img:
        (folder / "img").mkdir()
    return run


def test_the_newest_of_several_runs_is_found_with_its_pictures() -> None:
    results = DATA / "results" / "qaf" / "test-results"

    run = newest_run(results)

    assert run is not None
    assert run.json == results / "22_Jul_2016_06_33_PM" / "json"
    assert run.img == results / "22_Jul_2016_06_33_PM" / "img"
    assert run.started == 1469192602.730
    assert run.others == (results / "22_Jul_2016_06_25_PM" / "json",)


def test_a_real_folder_of_two_runs_stands_for_the_second() -> None:
    results = DATA / "real" / "qaf-python" / "test-results"

    run = newest_run(results)

    assert run is not None
    first, second = sorted(folder for folder in results.iterdir() if folder.is_dir())
    assert run.json == second / "json"
    assert run.img is None
    assert run.others == (first / "json",)


@pytest.mark.parametrize("given", ["test-results/a/json", "test-results/a", "test-results", "."])
def test_a_run_is_found_from_its_own_folder_and_from_those_above(tmp_path: Path, given: str) -> None:
    run = make_run(tmp_path / "test-results" / "a", {"startTime": 5000}, img=True)

    found = newest_run(tmp_path / given)

    assert found is not None
    assert (found.json, found.img, found.started, found.others) == (run, run.parent / "img", 5.0, ())


@pytest.mark.parametrize(
    "meta",
    ["", "[]", "{}", "null", "[" * 5000, {"startTime": "soon"}, {"startTime": True}, {"startTime": 1e300}],
)
def test_a_run_that_does_not_say_when_it_started_counts_by_its_file(tmp_path: Path, meta: object) -> None:
    make_run(tmp_path / "a", {"startTime": 1_000_000_000}, modified=9)
    silent = make_run(tmp_path / "b", meta, modified=2_000_000)

    found = newest_run(tmp_path)

    assert found is not None
    assert found.json == silent
    assert found.started == 2_000_000


def test_a_folder_without_a_run_has_none(tmp_path: Path) -> None:
    (tmp_path / "json").mkdir()
    (tmp_path / "a" / "json").mkdir(parents=True)

    assert newest_run(tmp_path) is None
