"""Result files become the patterns that a person would write."""

from __future__ import annotations

import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qtm_action.formats import Format
from qtm_action.init.grouping import patterns_for
from qtm_action.redaction import Redactor, protect
from qtm_action.results.find.matching import Matcher
from qtm_action.results.find.patterns import parse_pattern
from tests.unit.init.conftest import DATA

if TYPE_CHECKING:
    from tests.unit.init.conftest import Project


@pytest.mark.parametrize(
    ("files", "patterns"),
    [
        (
            ["a/surefire-reports/TEST-x.xml", "b/surefire-reports/TEST-y.xml"],
            ["**/surefire-reports/TEST-*.xml"],
        ),
        (["app/build/test-results/test/TEST-x.xml"], ["**/build/test-results/**/*.xml"]),
        (["out.xml"], ["out.xml"]),
        (["reports/cart.xml", "reports/till.xml"], ["reports/*.xml"]),
        (["reports/unit-1.xml", "reports/unit-12.xml"], ["reports/unit-*.xml"]),
        (["a/reports/out.xml", "b/reports/out.xml"], ["**/reports/out.xml"]),
        (["results/shard-1/out.xml", "results/shard-2/out.xml"], ["results/**/out.xml"]),
        (["one/out.xml", "out.xml"], ["**/out.xml"]),
        (["out/report-20260520-101502.xml"], ["out/report-*.xml"]),
        (["runs/2026-05-20_10-15/out.xml"], ["runs/*/out.xml"]),
        (["results/3f2a9b1c0d4e5f60.xml"], ["results/*.xml"]),
        ([f"{letter}/{letter}.xml" for letter in "abcdefghi"], ["**/*.xml"]),
    ],
    ids=lambda value: value[0],
)
def test_files_are_grouped_by_a_pattern(project: Project, files: list[str], patterns: list[str]) -> None:
    for file in files:
        project.write(file)
    spec = project.spec()
    assert [pattern for each in spec.imports for pattern in each.files] == patterns
    assert sorted(name for each in spec.imports for name in project.matched(each)) == sorted(files)


def test_a_pattern_matches_no_file_of_another_kind(project: Project) -> None:
    for name in ("reports/a.xml", "reports/b.xml", "web/reports/a.xml"):
        project.write(name)
    project.write("reports/coverage.xml", "<coverage/>")
    project.write("other/reports/a.xml", "<coverage/>")
    matched = [name for each in project.spec().imports for name in project.matched(each)]
    assert sorted(matched) == ["reports/a.xml", "reports/b.xml", "web/reports/a.xml"]


def test_a_date_stays_where_a_wildcard_would_match_too_much(project: Project) -> None:
    project.write("out/report-20260520.xml")
    project.write("out/report-own.xml", "<coverage/>")
    assert project.imports() == {"junit": (Format.JUNIT, ["out/report-20260520.xml"])}


def test_no_file_is_in_two_imports(project: Project) -> None:
    for name in ("reports/a.xml", "reports/b.xml", "web/a.xml", "app/a.xml"):
        project.write(name)
    matched = [name for each in project.spec().imports for name in project.matched(each)]
    assert sorted(matched) == ["app/a.xml", "reports/a.xml", "reports/b.xml", "web/a.xml"]


def test_formats_in_one_folder_become_an_import_each(project: Project) -> None:
    project.put("reports/a.xml", Format.JUNIT)
    project.put("reports/b.json", Format.CUCUMBER)
    project.put("reports/c.json", Format.SPECFLOW)
    assert project.imports() == {
        "junit": (Format.JUNIT, ["reports/a.xml"]),
        "cucumber": (Format.CUCUMBER, ["reports/b.json"]),
        "specflow": (Format.SPECFLOW, ["reports/c.json"]),
    }


def test_what_testng_and_surefire_both_wrote_is_imported_once(project: Project) -> None:
    project.put("target/surefire-reports/testng-results.xml", Format.TESTNG)
    project.write("target/surefire-reports/TEST-x.xml")
    project.write("target/surefire-reports/junitreports/TEST-x.xml")
    assert project.imports() == {"testng": (Format.TESTNG, ["**/testng-results.xml"])}
    assert "2 JUnit files" in project.text()


def test_qaf_runs_are_their_folder(project: Project) -> None:
    project.put("app/test-results", Format.QAF)
    assert project.imports() == {"qaf": (Format.QAF, ["app/test-results"])}
    assert "2 runs, of which the newest is imported" in project.text()


def test_a_broken_report_in_its_usual_place_is_not_left_out(project: Project) -> None:
    project.write("target/surefire-reports/TEST-a.xml")
    project.write("target/surefire-reports/TEST-b.xml", "<testsuite><testcase")
    project.write("target/surefire-reports/TEST-c.xml", "")
    [found] = project.spec().imports
    assert len(project.matched(found)) == 3


@pytest.mark.parametrize(
    "name",
    ["node_modules/a/out.xml", ".cache/out.xml", "venv/lib/out.xml", "src/test/resources/out.xml"],
)
def test_files_of_others_and_fixtures_are_no_results(project: Project, name: str) -> None:
    project.write(name)
    project.write("out.xml")
    assert project.imports() == {"junit": (Format.JUNIT, ["out.xml"])}


@pytest.mark.parametrize("name", ["real/jest/own.json", "real/playwright/own.json", "real/robot/output.xml"])
def test_reports_that_qtm4j_does_not_import_are_no_results(project: Project, name: str) -> None:
    project.write("reports/own" + name[name.rindex(".") :], (DATA / name).read_text(encoding="utf-8"))
    assert project.imports() == {"junit": (Format.JUNIT, ["**/TEST-*.xml"])}  # the example


SEGMENTS = st.sampled_from(["a", "b", "reports", "20260520", "unit-1", "unit-2", "shop.CartTest"])
PATHS = st.lists(SEGMENTS, min_size=1, max_size=4).map(lambda parts: "/".join(parts) + ".xml")


def test_no_spec_holds_a_secret_that_is_in_a_files_name(project: Project) -> None:
    project.write("out-hunter2hunter2/a/TEST-a.xml")
    project.write("reports/TEST-b.xml")
    protect(Redactor(("hunter2hunter2",)))
    try:
        text = project.text()
    finally:
        protect(Redactor(()))

    assert "hunter2" not in text
    assert "reports/TEST-b.xml" in text


@given(st.sets(PATHS, min_size=1, max_size=12), st.sets(PATHS, max_size=6))
def test_patterns_match_all_that_is_meant_and_nothing_else(paths: set[str], others: set[str]) -> None:
    others -= paths
    patterns = list(patterns_for(sorted(paths), sorted(others)))
    tree = Matcher([parse_pattern(pattern, PurePosixPath("/")) for pattern in patterns])
    assert {path for path in paths | others if meant(tree, path)} == paths


def meant(tree: Matcher, path: str) -> bool:
    place = tree.start()
    *folders, name = path.split("/")
    for folder in folders:
        place = place and tree.enter(place, folder)
    return place is not None and bool(place.meanings(name))


HOSTILE = [
    *("#[error].xml", "##[set x].xml", "::set-output.xml", "${HOME}.xml", "$${X}.xml", "!x.xml", "~x.xml"),
    *(
        "c:x.xml",
        "a\\b.xml",
        "a\nb.xml",
        "a{b,c}.xml",
        "a: b.xml",
        'a"b.xml',
        "'.xml",
        "\u202ea.xml",
        "é [1].xml",
    ),
    *("- a.xml", " a .xml", "*.xml", "?.xml", "a\x1b[31m.xml", "%41.xml", "\u2028.xml", "&a.xml", "a#b.xml"),
]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no files of these names")
@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
@pytest.mark.parametrize("folder", ["", "in/"])
def test_a_name_means_itself_and_nothing_else(project: Project, name: str, folder: str) -> None:
    project.write(f"{folder or name[:-4] + '/'}{name}")
    text = project.text()
    [found] = project.load(text).imports
    assert len(project.matched(found)) == 1
    assert all(line.isprintable() for line in text.splitlines())
    assert "##[" not in text
    assert "${HOME}" not in text
