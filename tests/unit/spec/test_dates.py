"""Dates and times: the vendor's forms are right, what doesn't exist is wrong, other forms are understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.spec.conftest import Problems, Reader

DATE_AND_TIME = "expected a date and time such as 20/May/2026 00:00 (dd/MMM/yyyy HH:mm), got "
DATE = "expected a date such as 20/May/2026 (dd/MMM/yyyy), got "
DURATION = "expected hours and minutes such as 01:30 (HH:mm), got "
MONTHS = "Abbreviate the English name of the month: Jan, Feb, Mar, …"
NO_DAY = "This date does not exist."


def cycle(**fields: str) -> str:
    lines = "".join(f"    {key}: {value}\n" for key, value in fields.items())
    return f"files: [a]\nfields:\n  testCycle:\n{lines}"


@pytest.mark.parametrize(
    "written", ["20/May/2026 00:00", "29/Feb/2028 23:59", "01/Jan/0001 00:00", "31/Dec/9999 12:30"]
)
def test_the_vendors_form_of_a_date_and_time_is_right(spec_of: Reader, written: str) -> None:
    spec = spec_of(cycle(plannedStartDate=written))
    assert spec.imports[0].parameters["fields"] == {"testCycle": {"plannedStartDate": written}}


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("2026-05-20", "Write 20/May/2026 00:00."),
        ("2026-05-20T14:05:00Z", "Write 20/May/2026 14:05."),
        ("2026-05-20T14:05:00+02:00", "Write 20/May/2026 14:05."),
        ("2026-05-20 9:05", "Write 20/May/2026 09:05."),
        ("2026/05/20", "Write 20/May/2026 00:00."),
        ("20/May/2026", "Write 20/May/2026 00:00."),
        ("20/MAY/2026 00:00", "Write 20/May/2026 00:00."),
        ("20/may/2026 10:30", "Write 20/May/2026 10:30."),
        ("1/May/2026 9:00", "Write 01/May/2026 09:00."),
        ("20 May 2026 10:30", "Write 20/May/2026 10:30."),
        ("20th September 2026", "Write 20/Sep/2026 00:00."),
        ("May 20, 2026", "Write 20/May/2026 00:00."),
        ("20-May-2026 10:30:00", "Write 20/May/2026 10:30."),
        ("20.05.2026", "Write 20/May/2026 00:00."),
        ("20/05/2026 10:30", "Write 20/May/2026 10:30."),
        ("05/20/2026", "Write 20/May/2026 00:00."),
        ("05/05/2026", "Write 05/May/2026 00:00."),
        ("05/06/2026", MONTHS),  # May or June: nobody knows
        ("31/Feb/2026 00:00", NO_DAY),
        ("29/Feb/2026 00:00", NO_DAY),
        ("31/Apr/2026 00:00", NO_DAY),
        ("00/May/2026 00:00", NO_DAY),
        ("20/Mai/2026 00:00", MONTHS),
        ("20/Foo/2026 00:00", MONTHS),
        ("20/May/2026 24:00", MONTHS),
        ("20/May/2026 10:60", MONTHS),
        ("20/May/26 00:00", MONTHS),
        ("tomorrow", MONTHS),
        ("''", MONTHS),
    ],
)
def test_another_form_is_an_error_with_the_right_one(problems_of: Problems, written: str, hint: str) -> None:
    (problem,) = problems_of(cycle(plannedStartDate=written))
    shown = written.strip("'")
    assert str(problem) == (
        f"qtm-import.yml:4:23: fields.testCycle.plannedStartDate: {DATE_AND_TIME}`{shown}`"
    )
    if hint != MONTHS:
        assert problem.hint == hint
    else:
        assert "Write" not in problem.hint


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("2024-02-16", "Write 16/Feb/2024."),
        ("16/Feb/2024 10:00", "Write 16/Feb/2024."),
        ("30/Feb/2024", NO_DAY),
        ("16.2.2024", "Write 16/Feb/2024."),
        ("soon", MONTHS),
    ],
)
def test_a_planned_day_is_a_date_without_time(problems_of: Problems, written: str, hint: str) -> None:
    text = f"files: [a]\nfields: {{testCaseExecution: {{executionPlannedDate: {written}}}}}\n"
    (problem,) = problems_of(text)
    assert problem.message == f"{DATE}`{written}`"
    assert problem.hint == hint


@pytest.mark.parametrize("written", ["10:10", "00:00", "23:59", "24:00", "36:00", "100:05", "1000:00"])
@pytest.mark.parametrize(
    ("section", "key"), [("testCase", "estimatedTime"), ("testCaseExecution", "actualTime")]
)
def test_a_time_is_a_duration_of_any_length(spec_of: Reader, section: str, key: str, written: str) -> None:
    spec = spec_of(f"files: [a]\nfields: {{{section}: {{{key}: {written}}}}}\n")
    assert spec.imports[0].parameters["fields"] == {section: {key: written}}


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("9:05", "Write 09:05."),
        ("01:30:00", "Write 01:30."),
        ("90m", "Write 01:30."),
        ("1h", "Write 01:00."),
        ("1h 30m", "Write 01:30."),
        ("45 minutes", "Write 00:45."),
        ("10:60", "It is a duration: 00:45 is 45 minutes, 36:00 is a day and a half."),
        ("610", "It is a duration: 00:45 is 45 minutes, 36:00 is a day and a half."),
        ("''", "It is a duration: 00:45 is 45 minutes, 36:00 is a day and a half."),
    ],
)
def test_another_form_of_a_duration_is_an_error(problems_of: Problems, written: str, hint: str) -> None:
    (problem,) = problems_of(f"files: [a]\nfields: {{testCase: {{estimatedTime: {written}}}}}\n")
    shown = written.strip("'")
    assert problem.message == f"{DURATION}`{shown}`"
    assert problem.hint == hint


def test_an_end_before_the_start_is_an_error(problems_of: Problems) -> None:
    (problem,) = problems_of(cycle(plannedStartDate="20/May/2026 10:00", plannedEndDate="20/May/2026 09:59"))
    assert str(problem) == (
        "qtm-import.yml:5:21: fields.testCycle.plannedEndDate: "
        "`plannedEndDate` 20/May/2026 09:59 is before `plannedStartDate` 20/May/2026 10:00"
    )


def test_an_end_at_the_start_is_fine(spec_of: Reader) -> None:
    spec_of(cycle(plannedStartDate="20/May/2026 10:00", plannedEndDate="20/May/2026 10:00"))


def test_start_and_end_are_compared_across_defaults_and_inputs(problems_of: Problems) -> None:
    text = """defaults:
  fields: {testCycle: {plannedStartDate: 20/May/2026 00:00}}
imports:
  - files: [a]
"""
    inputs = {"fields": "testCycle: {plannedEndDate: 19/May/2026 00:00}"}
    (problem,) = problems_of(text, inputs=inputs)
    assert problem.location == 'input "fields":1:29'


def test_dates_of_custom_fields_are_texts(spec_of: Reader) -> None:
    spec_of("files: [a]\nfields: {testCase: {customFields: [{name: d, value: 2026-05-20}]}}\n")
