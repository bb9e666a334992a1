"""Every row of the table is what init recognises."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import InvalidSpecError
from qtm_action.formats import OTHER_FORMATS, Format
from qtm_action.init.frameworks import FRAMEWORKS, Framework
from qtm_action.results.find.patterns import parse_pattern
from qtm_action.spec.import_spec import InputValue
from qtm_action.spec.loading import spec_from_inputs
from tests.unit.init.conftest import DATA

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.init.conftest import Project

SAMPLES = {
    "Maven Surefire": "surefire/TEST-shop.CartTest.xml",
    "TestNG": "testng/testng-results.xml",
    "Ant": "ant/TEST-shop.CartTest.xml",
    "Jest": "jest/junit.xml",
    "Vitest": "vitest/junit.xml",
    "Playwright": "playwright/junit.xml",
    "Mocha": "mocha/junit.xml",
    "Mocha, without another package": "mocha/xunit.xml",
    "cucumber-js": "cucumber-js/report.json",
    "Node.js test runner": "node/junit.xml",
    "tape, and others that print TAP": "tap-xunit/plain.xml",
    "pytest": "pytest/junit.xml",
    "pytest-bdd": "pytest-bdd/cucumber.json",
    "behave, scenarios with their steps": "behave/report.json",
    "behave, as JUnit XML": "behave-rules/TESTS-cart.xml",
    "Robot Framework": "robot/xunit.xml",
    "unittest": "xmlrunner/junit.xml",
    "nose2": "nose2/junit.xml",
    "green": "green/junit.xml",
    "PHPUnit": "phpunit/junit.xml",
    "RSpec": "rspec/junit.xml",
    "Minitest": "minitest/TEST-Minitest-Result.xml",
    "Cucumber (Ruby)": "cucumber-ruby/report.json",
    "prove (Perl)": "prove/junit.xml",
    "busted (Lua)": "busted/junit.xml",
    "bats (shell)": "bats/junit.xml",
    "CTest": "ctest/junit.xml",
    "GoogleTest": "googletest/junit.xml",
    "Catch2": "catch2/junit.xml",
    "doctest": "doctest/junit.xml",
    "Boost.Test": "boost/junit.xml",
    "Criterion": "criterion/junit.xml",
    "Qt Test": "qttest/junit.xml",
    "Go": "gotestsum/junit.xml",
    "EUnit": "eunit/TEST-cart_tests.xml",
}


# Where docs/frameworks.md has the command that is suggested for another format.
ROWS = {"nunit": "NUnit", "xunit": "xUnit.net", "mstest": "MSTest", "trx": "MSTest"}
ROWS |= {"robot": "Robot Framework", "jest": "Jest", "playwright": "Playwright", "allure": ""}


@pytest.mark.parametrize("name", ROWS)
def test_a_format_that_is_not_supported_is_answered_with_the_command_of_the_docs(name: str) -> None:
    with pytest.raises(InvalidSpecError) as refused:
        spec_from_inputs(
            environ={},
            inputs={key: InputValue(text, key) for key, text in (("format", name.upper()), ("files", "a"))},
            secret_variables=(),
        )
    (problem,) = refused.value.problems
    assert "is not supported by QTM4J" in problem.hint
    assert "https://github.com/OWNER/qtm-action/blob/v1/docs/frameworks.md" in problem.hint
    if not ROWS[name]:
        assert "Import what the test framework itself writes" in problem.hint
        return
    (row,) = [each for each in FRAMEWORKS if each.name == ROWS[name]]
    assert f"junit: `{row.command}`" in problem.hint
    assert all(
        f"the package {needed}" in problem.hint
        for needed in re.findall(r"Needs the package ([\w.-]+\w)", row.note)
    )


def test_every_format_that_is_not_supported_is_among_them() -> None:
    assert set(ROWS) == set(OTHER_FORMATS)


def result_of(framework: Framework) -> str:
    """Return a path that the framework would write to."""
    return framework.files.replace("**/", "app/").replace("*", "a")


def write_build_file(project: Project, framework: Framework) -> None:
    build = framework.build_files[0]
    project.write(build.name.replace("*", "a"), f"a {build.word} b")


def test_there_are_forty_frameworks_and_each_stands_once() -> None:
    names = [each.name for each in FRAMEWORKS]
    assert len(names) == len(set(names)) >= 40
    assert {each.format for each in FRAMEWORKS} == set(Format) - {Format.SPECFLOW}


def test_what_a_framework_replaces_is_in_the_table() -> None:
    keys = {each.key for each in FRAMEWORKS}
    for framework in FRAMEWORKS:
        assert set(framework.replaces) <= keys - {framework.key}, framework.name


def test_a_row_holds_a_pattern_that_can_be_used_and_its_command_names_the_file() -> None:
    by_itself = {"junit.xml", "test-results.xml", "report.xml", "testResults.xml", "nose2-junit.xml"}
    for framework in FRAMEWORKS:
        assert parse_pattern(framework.files, PurePosixPath("/")).globs, framework.name
        name = framework.files.rpartition("/")[2]
        if "/" not in framework.files and "*" not in name and framework.format is not Format.QAF:
            assert name in framework.command + framework.note or name in by_itself, framework.name


def test_its_results_are_found_where_it_writes_them(new_project: Callable[[], Project]) -> None:
    for framework in FRAMEWORKS:
        project = new_project()
        if framework.build_files:
            write_build_file(project, framework)
        project.put(result_of(framework), framework.format)
        [found] = project.spec().imports
        assert found.format is framework.format, framework.name
        matched = project.matched(found)
        assert matched, framework.name
        assert framework.format is Format.QAF or matched == [result_of(framework)]
        if framework.build_files and framework.is_distinctive:
            assert list(found.files) == [framework.files]


def test_before_there_are_results_its_usual_place_is_written(new_project: Callable[[], Project]) -> None:
    for framework in FRAMEWORKS:
        if framework.build_files:
            project = new_project()
            write_build_file(project, framework)
            text = project.text()
            imports = project.load(text).imports
            found = [(each.format, tuple(each.files)) for each in imports]
            assert (framework.format, (framework.files,)) in found, framework.name
            assert framework.command in text or imports[0].name != framework.key


def test_what_the_framework_itself_wrote_is_found(new_project: Callable[[], Project]) -> None:
    for framework in FRAMEWORKS:
        if framework.name in SAMPLES:
            project = new_project()
            if framework.build_files:
                write_build_file(project, framework)
            sample = DATA / "real" / SAMPLES[framework.name]
            project.write(result_of(framework), sample.read_text(encoding="utf-8"))
            text = project.text()
            [found] = project.load(text).imports
            assert found.format is framework.format, framework.name
            assert project.matched(found) == [result_of(framework)]
            assert re.search(r": 1 file with [1-9]\d* tests?\.", text)


def test_a_sample_belongs_to_a_framework() -> None:
    assert SAMPLES.keys() <= {each.name for each in FRAMEWORKS}


def test_a_framework_stands_in_for_the_one_that_writes_the_same_tests(project: Project) -> None:
    project.write("pom.xml", "<artifactId>testng</artifactId>")
    assert list(project.imports()) == ["testng"]


def test_a_word_counts_by_itself_only(project: Project) -> None:
    project.write("requirements.txt", "greenlet==3\npytest==9\n")
    assert list(project.imports()) == ["pytest"]
