"""Paths as text."""

from __future__ import annotations

import pytest

from qtm_action.results.paths import common_folder, extension_of


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
