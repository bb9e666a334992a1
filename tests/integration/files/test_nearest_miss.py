"""The explanation for a pattern that matched nothing."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from qtm_action.log import Silence
from qtm_action.results.find.finding import find
from qtm_action.results.find.near_miss import nearest_miss
from qtm_action.results.find.patterns import parse_pattern

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.files.conftest import Write


@pytest.fixture
def tree(root: Path, write: Write) -> Path:
    write(*(f"target/surefire-reports/TEST-{number}.xml" for number in range(14)))
    write("target/surefire-reports/x.txt", "a/b/Reports/one.json", "a/b/Reports/LICENSE")
    write("node_modules/x/junit.xml", ".out/r.xml", "q/test[1].xml", "target/legacy/old.xml")
    write(*(f"many/kind.{number}" for number in range(6)), *(f"many/{number}/x" for number in "abcdef"))
    write("build/run [1] (old)/x.xml", "pr\u00fcfung/x.xml", "a/TEST-Gr\u00f6sse.xml")
    (root / "empty" / "less").mkdir(parents=True)
    (root / "to-target").symlink_to("target")
    return root


THERE = "there is `target/surefire-reports` with 14 `.xml`"

UNSEARCHED = "would match, but hidden folders and `node_modules` are searched only if the pattern names them"
NORMALISED = (
    "there is one that looks the same, in another form of Unicode (NFC, NFD): "
    "write `*` instead of its accented letters"
)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("target/surefire-report", f"no folder `target/surefire-report`; {THERE}"),
        ("target/surefire-report/*.xml", f"no folder `target/surefire-report`; {THERE}"),
        ("**/surefire-report/TEST-*.xml", f"no folder `target/surefire-report`; {THERE}"),
        ("Target/surefire-reports/*.xml", "no folder `Target`; there is `target` with 15 `.xml`"),
        (
            "target/surefire-reports/Test-*.xml",
            "no file `target/surefire-reports/Test-*.xml`; there is `target/surefire-reports/TEST-0.xml`",
        ),
        (
            "target/surefire-reports/TEST-1.xm",
            "no file `target/surefire-reports/TEST-1.xm`; there is `target/surefire-reports/TEST-1.xml`",
        ),
        ("a/b/reports/*.json", "no folder `a/b/reports`; there is `a/b/Reports`"),
        ("a/b/Reports", "`a/b/Reports` contains 1 `.json`, 1 file"),
        ("**.xml", "`**` crosses folders only between slashes: write `**/*.xml` instead of `**.xml`"),
        (
            "**/junit.xml",
            f"`node_modules/x/junit.xml` {UNSEARCHED}",
        ),
        (
            "*/r.xml",
            f"`.out/r.xml` {UNSEARCHED}",
        ),
        (
            "q/test[1].xml",
            "`[` begins a set of characters; for the file `q/test[1].xml` write `q/test[[]1].xml`",
        ),
        (
            "b*/run [1] (old)/*.xml",
            "`[` begins a set of characters; for the name `run [1] (old)` write `run [[]1] (old)`",
        ),
        (
            "pru\u0308fung/*.xml",
            f"no folder `pru\u0308fung`; {NORMALISED}",
        ),
        ("pru\u0308f*/*.xml", f"no folder `pru\u0308f*`; {NORMALISED}"),
        ("**/TEST-Gro\u0308*.xml", f"no file `a/TEST-Gro\u0308*.xml`; {NORMALISED}"),
        (
            "build/run [[]1]*/[!x]*.trx",
            "`build/run [1] (old)` contains 1 `.xml`",
        ),
        (
            "build/run [1]*/*.xml",
            "`[` begins a set of characters; for the name `run [1] (old)` write `run [[]1]*`",
        ),
        (
            "**/run [1]?(o*/*.xml",
            "`[` begins a set of characters; for the name `run [1] (old)` write `run [[]1]?(o*`",
        ),
        (
            "nosuch/*.xml",
            "the working directory has no folder `nosuch`; it has `a`, `build`, `empty`, `many` and 3 more",
        ),
        ("empty/less/*/x.xml", "`empty/less` has no folder `*`; it has no folders"),
        ("empty", "`empty` contains no files"),
        ("many/zz*.trx", "`many` contains 6 files, 1 `.0`, 1 `.1`, 1 `.2` and 3 more"),
        ("target/surefire-reports/zz*.xml", "`target/surefire-reports` contains 14 `.xml`, 1 `.txt`"),
        ("{nosuch,target/surefire-report}/*.xml", f"no folder `target/surefire-report`; {THERE}"),
        ("target/legacy/*.xml", "1 matching file is excluded by `!**/legacy/**`"),
    ],
)
def test_the_nearest_miss(tree: Path, pattern: str, message: str) -> None:
    excludes = (parse_pattern("!**/legacy/**", tree),)
    assert nearest_miss(tree, parse_pattern(pattern, tree), excludes, (".xml",)).text == message


def test_without_excludes_and_files_there_is_little_to_say(root: Path) -> None:
    assert (
        nearest_miss(root, parse_pattern("*.xml", root), (), (".xml",)).text
        == "the working directory contains no files"
    )


@pytest.mark.parametrize("pattern", ["locked/*.xml", "locked/*/x.xml", "**/x.xml", "locked"])
def test_a_folder_that_can_not_be_read_is_not_said_to_be_empty(
    root: Path, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    (root / "locked").mkdir()
    scandir = os.scandir

    def guarded(path: str | Path) -> Any:
        if str(path).rstrip("/").endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    warning, error = find(root, [pattern], (".xml",), log=Silence()).problems
    assert warning.message.startswith("the folder locked can't be searched: Permission denied")
    assert (error.message, error.hint) == (f"no file matches `{pattern}`", "")


def test_many_patterns_that_match_nothing_take_no_walk_each(root: Path, write: Write) -> None:
    write(*(f"module{number}/target/report.xml" for number in range(50)))
    started = time.process_time()
    found = find(root, [f"**/{{unit,it}}/{n}*.xml" for n in range(300)], (".xml",), log=Silence())
    assert time.process_time() - started < 5
    assert len(found.patterns) == 300
    assert 0 < sum(bool(count.nearest_miss) for count in found.patterns) < 100


def test_a_link_that_leads_out_is_named_where_nothing_was_found(tmp_path: Path) -> None:
    root, cache = tmp_path / "workspace", tmp_path / "cache"
    (cache / "cart").mkdir(parents=True)
    (cache / "cart" / "test.xml").write_text("<testsuite/>")
    root.mkdir()
    (root / "bazel-testlogs").symlink_to(cache)

    (problem,) = find(root, ["**/test.xml"], (".xml",), log=Silence()).problems

    assert "The link bazel-testlogs leads to a folder outside the working directory" in problem.hint
    assert "`cp -rL bazel-testlogs test-results`" in problem.hint


@pytest.mark.parametrize(("pattern", "is_near"), [("**/TEST-shop.CartTst.xml", True), ("**/gone.xml", False)])
def test_a_link_that_leads_out_is_not_blamed_where_a_name_is_misspelt(
    tmp_path: Path, write: Write, root: Path, pattern: str, *, is_near: bool
) -> None:
    (tmp_path / "cache").mkdir()
    (root / "link").symlink_to(tmp_path / "cache")
    write("reports/TEST-shop.CartTest.xml")

    (problem,) = find(root, [pattern, "**/none.xml"], (".xml",), log=Silence()).problems

    assert ("there is `reports/TEST-shop.CartTest.xml`" in problem.hint) == is_near
    assert ("The link link leads to a folder outside" in problem.hint) != is_near
