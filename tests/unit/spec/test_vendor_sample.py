"""The vendor's sample request and every documented parameter arrive in the body as they are documented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qtm_action.errors import Severity

if TYPE_CHECKING:
    from tests.unit.spec.conftest import Problems, Reader

DATA = Path(__file__).parents[2] / "data" / "specs"


def mended_sample() -> dict[str, Any]:
    """Return the vendor's sample request with the comma that it lacks."""
    text = (DATA / "vendor-sample-as-published.json").read_text(encoding="utf-8")
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    lacking = '"assignee": "{Valid User Account Key}"\n'
    assert text.count(lacking) == 1
    sample: dict[str, Any] = json.loads(text.replace(lacking, lacking.rstrip() + ",\n"))
    return sample


def body() -> dict[str, Any]:
    """Return the body that must leave, but for ``format`` and ``isZip``, which follow from the files."""
    return {key: value for key, value in mended_sample().items() if key not in ("format", "isZip")}


def same_types(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@pytest.mark.parametrize("indent", [None, 2])
def test_the_sample_as_json(spec_of: Reader, indent: int | None) -> None:
    sample = mended_sample()
    del sample["isZip"]
    (only,) = spec_of(json.dumps({**sample, "files": ["results.json"]}, indent=indent)).imports
    assert only.format is not None
    assert only.format.value == "cucumber"
    assert same_types(dict(only.parameters), body())


def test_the_sample_as_yaml(spec_of: Reader) -> None:
    (only,) = spec_of((DATA / "vendor-sample.yml").read_text(encoding="utf-8")).imports
    assert only.format is not None
    assert only.format.value == "cucumber"
    assert same_types(dict(only.parameters), body())


def test_the_sample_in_the_input_fields(from_inputs: Any) -> None:
    (only,) = from_inputs({"files": "a", "fields": json.dumps(mended_sample()["fields"])}).imports
    assert same_types(only.parameters["fields"], mended_sample()["fields"])


def test_of_the_sample_it_is_reported_that_a_reused_cycle_keeps_its_fields(spec_of: Reader) -> None:
    (warning,) = spec_of((DATA / "vendor-sample.yml").read_text(encoding="utf-8")).warnings
    assert warning.severity is Severity.WARNING
    assert warning.path.startswith("fields.testCycle")


def test_the_sample_as_published_is_reported_where_its_comma_is_missing(problems_of: Problems) -> None:
    text = (DATA / "vendor-sample-as-published.json").read_text(encoding="utf-8")
    (problem,) = problems_of(text)
    assert problem.message == "a comma or the closing } is missing before this"
    assert problem.line is not None
    assert '"customFields"' in text.splitlines()[problem.line - 1]


def test_is_zip_of_the_sample_is_answered_with_what_the_spec_has_instead(problems_of: Problems) -> None:
    (problem,) = problems_of(json.dumps({**mended_sample(), "files": ["a"]}))
    assert problem.message == "unknown key `isZip`"
    assert "`zip: always`" in problem.hint


# Every parameter and field of the vendor's tables: as it is written, and as it must arrive.
PARAMETERS: dict[str, tuple[str, Any]] = {
    "testCycleToReuse": ("PRJ-TR-1", "PRJ-TR-1"),
    "environment": ("No", "No"),
    "build": ("4.10", "4.10"),
    "attachFile": ("true", True),
    "matchTestSteps": ("no", False),
    "appendTestName": ("true", True),
    "automationHierarchy": ("3", 3),
    "useFeatureName": ("true", True),
    "useFeatureDescription": ("false", False),
}
SHARED: dict[str, tuple[str, Any]] = {
    "labels": ("[a, 1.0]", ["a", "1.0"]),
    "components": ("[x y]", ["x y"]),
    "status": ("To Do", "To Do"),
    "priority": ("High", "High"),
    "folderPath": ("F1/F2/F3", "F1/F2/F3"),
    "fixVersionId": ("10000", 10000),
    "sprintId": ('"1000"', "1000"),
    "description": ("1e3", "1e3"),
    "assignee": ("JIRAUSER11801", "JIRAUSER11801"),
    "reporter": ("JIRAUSER11800", "JIRAUSER11800"),
}
CUSTOM: dict[str, tuple[str, Any]] = {
    "customFields": (
        "[{name: N, value: 10.12}, {name: C, value: a, cascadeValue: b}]",
        [{"name": "N", "value": 10.12}, {"name": "C", "value": "a", "cascadeValue": "b"}],
    )
}
FIELDS: dict[str, dict[str, tuple[str, Any]]] = {
    "testCycle": {
        **SHARED,
        "summary": ("007", "007"),
        "plannedStartDate": ("20/May/2026 00:00", "20/May/2026 00:00"),
        "plannedEndDate": ("30/May/2026 00:00", "30/May/2026 00:00"),
        **CUSTOM,
    },
    "testCase": {
        **SHARED,
        "precondition": ("2026-05-20", "2026-05-20"),
        "estimatedTime": ("10:10", "10:10"),
        **CUSTOM,
    },
    "testCaseExecution": {
        "comment": ("on", "on"),
        "assignee": ("JIRAUSER1", "JIRAUSER1"),
        "actualTime": ("26:00", "26:00"),
        "executionPlannedDate": ("16/Feb/2024", "16/Feb/2024"),
        **CUSTOM,
    },
}


@pytest.mark.parametrize("key", PARAMETERS)
def test_each_parameter_arrives(spec_of: Reader, key: str) -> None:
    written, meant = PARAMETERS[key]
    assert same_types(dict(spec_of(f"files: [a]\n{key}: {written}\n").imports[0].parameters), {key: meant})


@pytest.mark.parametrize(
    ("section", "key"), [(section, key) for section, keys in FIELDS.items() for key in keys]
)
def test_each_field_arrives(spec_of: Reader, section: str, key: str) -> None:
    written, meant = FIELDS[section][key]
    spec = spec_of(f"files: [a]\nfields:\n  {section}:\n    {key}: {written}\n")
    assert same_types(spec.imports[0].parameters["fields"], {section: {key: meant}})


def test_all_of_them_arrive_together_in_the_order_of_the_vendors_table(spec_of: Reader) -> None:
    lines = ["files: [a]", *(f"{key}: {written}" for key, (written, _) in PARAMETERS.items()), "fields:"]
    for section, keys in FIELDS.items():
        lines += [f"  {section}:", *(f"    {key}: {written}" for key, (written, _) in keys.items())]
    parameters = spec_of("\n".join(lines)).imports[0].parameters
    assert list(parameters) == [
        "testCycleToReuse",
        "environment",
        "build",
        "attachFile",
        "fields",
        "matchTestSteps",
        "appendTestName",
        "automationHierarchy",
        "useFeatureName",
        "useFeatureDescription",
    ]
    meant = {section: {key: value for key, (_, value) in keys.items()} for section, keys in FIELDS.items()}
    assert same_types(parameters["fields"], meant)
