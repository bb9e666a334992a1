"""Which name each file has in the archive."""

from __future__ import annotations

import pytest

from qtm_action.results.layout import (
    QafFolders,
    archive_names,
    common_folder,
    extension_of,
    qaf_folders,
    qaf_runs,
)

RUN = "test-results/24-11-2026/json"
JSON = [f"{RUN}/meta-info.json", f"{RUN}/py/overview.json"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["a/b/x.xml", "a/b/y.xml"], "a/b"),
        (["a/bc/x.xml", "a/bd/y.xml"], "a"),
        (["a/b/x.xml", "a/b/c/x.xml"], "a/b"),
        (["x.xml", "a/y.xml"], ""),
        (["a/b/x.xml"], "a/b"),
        (["x.xml"], ""),
    ],
)
def test_the_common_folder_of_files(files: list[str], expected: str) -> None:
    assert common_folder(files) == expected


def test_names_are_relative_to_the_common_folder() -> None:
    files = ["m/a/target/TEST-a.xml", "m/b/target/TEST-b.xml"]
    assert list(archive_names(files, [])) == ["a/target/TEST-a.xml", "b/target/TEST-b.xml"]


def test_runs_are_recognised_by_the_meta_info_in_their_json_folder() -> None:
    files = [
        *JSON,
        "test-results/meta-info.json",
        "test-results/25-11-2026/json/meta-info.json",
        "json/meta-info.json",
    ]
    assert qaf_runs(files) == {
        "test-results": [RUN, "test-results/25-11-2026/json"],
        "": ["json"],
    }


def test_a_test_class_called_json_is_no_run() -> None:
    assert qaf_runs([*JSON, f"{RUN}/py/json/meta-info.json"]) == {"test-results": [RUN]}


def test_the_root_of_a_qaf_archive_is_the_json_folder_with_pictures_under_img() -> None:
    extras = [
        "shots/login/a.png",
        "shots/b.png",
        "test-results/24-11-2026/img/c.png",
        f"{RUN}/py/d.png",
    ]
    names = list(archive_names(JSON, extras, qaf_folders([RUN], JSON)))
    assert names[:2] == ["meta-info.json", "py/overview.json"]
    assert names[4:] == ["img/c.png", "py/d.png"]
    assert names[2:4] == ["img/login/a.png", "img/b.png"]


@pytest.mark.parametrize(
    ("runs", "files", "expected"),
    [
        ([], ["out/qaf/meta-info.json", "out/qaf/a/x.json"], "out/qaf"),
        (["a/r1/json", "b/r2/json"], ["a/r1/json/meta-info.json", "b/r2/json/meta-info.json"], ""),
        ([RUN], [*JSON, "test-results/more.json"], "test-results"),
    ],
)
def test_without_one_run_of_all_files_the_root_is_their_common_folder(
    runs: list[str], files: list[str], expected: str
) -> None:
    assert qaf_folders(runs, files) == QafFolders(expected, expected)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.b/x.XML", ".xml"), ("a.b/x", ""), (".png", ""), ("x.tar.gz", ".gz"), ("x.", ".")],
)
def test_the_extension_of_a_path(path: str, expected: str) -> None:
    assert extension_of(path) == expected
