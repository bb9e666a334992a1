"""Paths as text."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from qtm_action.results.paths import common_folder, extension_of, why_unreadable

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["a/b/x.xml", "a/b/y.xml"], "a/b"),
        (["a/bc/x.xml", "a/bd/y.xml"], "a"),
        (["a/b/x.xml", "a/b/c/x.xml"], "a/b"),
        (["a/b/c/x.xml", "a/b-c/x.xml", "a/b/x.xml"], "a"),
        (["x.xml", "a/y.xml"], ""),
        (["a/b/x.xml"], "a/b"),
        (["x.xml"], ""),
    ],
)
def test_the_common_folder_of_files(files: list[str], expected: str) -> None:
    assert common_folder(files) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.b/x.XML", ".xml"), ("a.b/x", ""), (".png", ""), ("x.tar.gz", ".gz"), ("x.", ".")],
)
def test_the_extension_of_a_path(path: str, expected: str) -> None:
    assert extension_of(path) == expected


def test_missing_rights_are_reported_with_who_this_is_and_whose_the_file_is(tmp_path: Path) -> None:
    file = tmp_path / "report.xml"
    file.touch(mode=0o600)
    file.chmod(0o640)
    error = PermissionError(13, "Permission denied")
    me = os.geteuid()

    assert why_unreadable(error, file) == (
        f"Permission denied; this runs as uid {me}, and it belongs to uid {me} with mode 0640"
    )
    assert why_unreadable(error, tmp_path / "gone").endswith(
        "which has no permission for the folder that contains it"
    )
    assert why_unreadable(IsADirectoryError(21, "Is a directory"), tmp_path) == "Is a directory"
