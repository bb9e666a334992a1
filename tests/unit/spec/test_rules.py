"""What the API refuses is an error, what it ignores a warning; each rule with an import that breaks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import Severity
from qtm_action.formats import Format, ZipMode
from qtm_action.spec.rules import RULES, check_parameters

if TYPE_CHECKING:
    from tests.unit.spec.conftest import Problems, Reader

# The import, the line the warning is on, and its beginning.
WARNINGS = [
    ("format: junit\nattachFile: true", 2, "`attachFile` has no effect with JUnit"),
    ("format: testng\nattachFile: true", 2, "`attachFile` has no effect with TestNG"),
    ("format: hpuft\nattachFile: true", 2, "`attachFile` has no effect with HP UFT"),
    ("format: specflow\nattachFile: true", 2, "`attachFile` has no effect with SpecFlow"),
    (
        "format: cucumber\nautomationHierarchy: 2",
        2,
        "`automationHierarchy` has no effect with Cucumber",
    ),
    ("format: qaf\nautomationHierarchy: 1", 2, "`automationHierarchy` has no effect with QAF"),
    ("format: cucumber\nappendTestName: true", 2, "`appendTestName` has no effect with Cucumber"),
    (
        "format: junit\nappendTestName: true\nautomationHierarchy: 1",
        2,
        "`appendTestName` has no effect with `automationHierarchy: 1`",
    ),
    ("format: junit\nuseFeatureName: true", 2, "`useFeatureName` has no effect with JUnit"),
    (
        "format: junit\nuseFeatureDescription: true",
        2,
        "`useFeatureDescription` has no effect with JUnit",
    ),
    (
        "format: testng\nautomationHierarchy: 2\ntestCycleToReuse: PRJ-TR-1",
        3,
        "`testCycleToReuse` has no effect with `automationHierarchy: 2`",
    ),
    (
        "format: junit\ntestCycleToReuse: PRJ-TR-1\nfields:\n  testCycle:\n    summary: x",
        5,
        "`fields.testCycle` has no effect when a test cycle is reused",
    ),
]

SILENT = [
    "format: qaf\nattachFile: true",
    "format: cucumber\nattachFile: true\nuseFeatureName: true\nuseFeatureDescription: true",
    "format: junit\nattachFile: false\nuseFeatureName: false\nuseFeatureDescription: no",
    "format: cucumber\nappendTestName: false",
    "format: junit\nappendTestName: true",  # the project's setting may be hierarchy 2
    "format: junit\nappendTestName: true\nautomationHierarchy: 2",
    "format: testng\nappendTestName: true\nautomationHierarchy: 3",
    "format: junit\nappendTestName: false\nautomationHierarchy: 1",
    "format: testng\nautomationHierarchy: 3\ntestCycleToReuse: PRJ-TR-1",
    "format: junit\ntestCycleToReuse: PRJ-TR-1\nfields: {testCase: {priority: High}, testCycle: {}}",
    "format: qaf\nzip: always",
    "format: junit\nzip: never",
    "attachFile: true\nautomationHierarchy: 2\nuseFeatureName: true",  # the format is not known yet
]


@pytest.mark.parametrize(("lines", "line", "message"), WARNINGS)
def test_what_the_server_ignores_is_a_warning_on_its_line(
    spec_of: Reader, lines: str, line: int, message: str
) -> None:
    (warning,) = spec_of(f"{lines}\nfiles: [a]\n").warnings
    assert warning.message.startswith(message)
    assert warning.severity is Severity.WARNING
    assert warning.line == line
    assert warning.hint


@pytest.mark.parametrize("lines", SILENT)
def test_what_the_server_heeds_is_not_reported(spec_of: Reader, lines: str) -> None:
    assert spec_of(f"{lines}\nfiles: [a]\n").warnings == ()


def test_what_is_ignored_is_sent_all_the_same(spec_of: Reader) -> None:
    spec = spec_of("files: [a]\nformat: junit\nattachFile: true\n")
    assert spec.imports[0].parameters == {"attachFile": True}


def test_hierarchy_2_makes_new_cycles_so_that_their_fields_count(spec_of: Reader) -> None:
    spec = spec_of(
        "files: [a]\nformat: junit\nautomationHierarchy: 2\ntestCycleToReuse: PRJ-TR-1\n"
        "fields: {testCycle: {summary: x}}\n"
    )
    assert [each.path for each in spec.warnings] == ["testCycleToReuse"]


@pytest.mark.parametrize("fmt", ["qaf", "QAF", "${F}"])
def test_qaf_without_a_zip_is_an_error(problems_of: Problems, fmt: str) -> None:
    (problem,) = problems_of(f"files: [a]\nformat: {fmt}\nzip: never\n", {"F": "qaf"})
    assert str(problem) == (
        "qtm-import.yml:3:6: zip: `zip: never` cannot be combined with `format: qaf`: "
        "QTM4J accepts QAF results only as a ZIP"
    )


def test_a_rule_broken_by_the_defaults_is_reported_where_they_are_written(problems_of: Problems) -> None:
    (problem,) = problems_of("defaults: {zip: never}\nimports:\n  - {format: qaf, files: [a]}\n")
    assert (problem.line, problem.path) == (1, "defaults.zip")


def test_a_warning_about_the_defaults_is_reported_once(spec_of: Reader) -> None:
    imports = "imports:\n- {format: junit, files: [a]}\n- {format: junit, files: [b]}\n"
    assert len(spec_of(f"defaults: {{attachFile: true}}\n{imports}").warnings) == 1


def test_a_warning_about_an_input_names_the_input(spec_of: Reader) -> None:
    (warning,) = spec_of("files: [a]\nformat: junit\n", inputs={"attachFile": "yes"}).warnings
    assert str(warning).startswith('input "attachFile": `attachFile` has no effect')


def test_rules_and_other_errors_are_reported_together(problems_of: Problems) -> None:
    problems = problems_of("files: [a]\nformat: qaf\nzip: never\nbuild: [x]\n")
    assert [each.path for each in problems] == ["zip", "build"]


@pytest.mark.parametrize(
    "wrong", ["attachments: {a: b}", "zip: maybe", "fields: x", "fields: {testCycle: x}", "format: [a]"]
)
def test_rules_look_past_what_is_wrong_otherwise(problems_of: Problems, wrong: str) -> None:
    lines = {"format": "qaf", "testCycleToReuse": "PRJ-TR-1", "files": "[a]"}
    key, _, value = wrong.partition(": ")
    lines[key] = value
    (problem,) = problems_of("".join(f"{each}: {text}\n" for each, text in lines.items()))
    assert problem.path == key or problem.path.startswith("fields")


def test_every_rule_has_an_import_here_that_breaks_it() -> None:
    known = [message for _, _, message in WARNINGS]
    for rule in RULES:
        if rule.severity is Severity.WARNING:
            head = rule.message.split("{format}")[0]
            assert any(message.startswith(head) or rule.message.startswith(message) for message in known), (
                head
            )


def test_parameters_are_checked_once_the_format_is_recognised(spec_of: Reader) -> None:
    (only,) = spec_of("files: [a]\nattachFile: true\nzip: never\n").imports
    (error,) = check_parameters(Format.QAF, only.parameters, zip=only.zip, locations=only.locations)
    assert (error.severity, error.line) == (Severity.ERROR, 3)
    (warning,) = check_parameters(Format.JUNIT, only.parameters, zip=only.zip, locations=only.locations)
    assert (warning.severity, warning.line) == (Severity.WARNING, 2)
    cucumber = check_parameters(Format.CUCUMBER, only.parameters, zip=only.zip, locations=only.locations)
    assert cucumber == ()


def test_without_locations_a_problem_still_names_its_key() -> None:
    (problem,) = check_parameters(Format.QAF, {}, zip=ZipMode.NEVER, locations={})
    assert str(problem).startswith("zip: `zip: never`")
