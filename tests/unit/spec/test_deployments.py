"""One spec, two deployments: what belongs to the other one is refused or warned about, with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import Severity
from qtm_action.formats import DeploymentKind

if TYPE_CHECKING:
    from tests.unit.spec.conftest import Problems, Reader

BASE = "format: cucumber\nfiles: [a.json]\n"
CLOUD = f"region: us\n{BASE}"


def test_a_region_makes_it_cloud(spec_of: Reader) -> None:
    fields = "{testCycle: {folderId: 997728}, testCase: {estimatedTime: 00:10:00}}"
    spec = spec_of(f"{CLOUD}fields: {fields}")
    assert spec.region == "us"
    assert spec.imports[0].parameters["fields"] == {
        "testCycle": {"folderId": 997728},
        "testCase": {"estimatedTime": "00:10:00"},
    }
    assert spec_of(f'{CLOUD}fields: {{testCase: {{folderId: "12"}}}}').warnings == ()


@pytest.mark.parametrize(
    ("base", "fields", "message", "hint"),
    [
        (
            CLOUD,
            "testCycle: {folderPath: A/B}",
            "`folderPath` is not available on QTM4J Cloud",
            "Copy Folder Id",
        ),
        (
            BASE,
            "testCase: {folderId: 5}",
            "`folderId` is not available on QTM4J Server or Data Center",
            "`folderPath`",
        ),
        (CLOUD, "testCase: {estimatedTime: 01:30}", "(HH:mm:ss) on QTM4J Cloud", "Write 01:30:00."),
        (CLOUD, "testCaseExecution: {actualTime: 90m}", "(HH:mm:ss)", "Write 01:30:00."),
        (BASE, "testCase: {estimatedTime: 01:30:00}", "such as 01:30 (HH:mm), got", "Write 01:30."),
        (CLOUD, "testCycle: {folderId: A/B}", "expected a number such as 997728", ""),
    ],
)
def test_what_belongs_to_the_other_deployment_is_an_error_at_its_line(
    problems_of: Problems, base: str, fields: str, message: str, hint: str
) -> None:
    (problem,) = problems_of(f"{base}fields:\n  {fields}\n")
    assert message in problem.message
    assert hint in problem.hint
    assert problem.line == base.count("\n") + 2


@pytest.mark.parametrize(
    ("base", "user", "is_odd"),
    [
        (CLOUD, "JIRAUSER11801", True),
        (CLOUD, "me@example.com", True),
        (CLOUD, "712020:01234567-89ab-cdef-0123-456789abcdef", False),
        (BASE, "JIRAUSER11801", False),
        (BASE, "5b10a2844c20165700ede21f", True),
    ],
)
def test_a_user_of_the_other_deployment_is_a_warning(
    spec_of: Reader, base: str, user: str, *, is_odd: bool
) -> None:
    spec = spec_of(f"{base}fields:\n  testCycle:\n    assignee: '{user}'\n")
    assert [(each.severity, each.line) for each in spec.warnings] == (
        [(Severity.WARNING, base.count("\n") + 3)] if is_odd else []
    )


def test_what_cloud_does_not_know_is_not_sent(spec_of: Reader) -> None:
    spec = spec_of(f"{CLOUD}useFeatureName: true\nuseFeatureDescription: false\n")
    assert spec.imports[0].parameters == {}
    (warning,) = spec.warnings
    assert "`useFeatureName` is not sent" in warning.message
    assert spec_of(f"{BASE}useFeatureName: true\n").imports[0].parameters == {"useFeatureName": True}


@pytest.mark.parametrize("region", ["eu", "''", "ftp://x", "https://me:pw@x"])
def test_an_invalid_region_is_reported_with_what_is_valid(problems_of: Problems, region: str) -> None:
    (problem,) = problems_of(f"region: {region}\n{BASE}")
    assert problem.message.startswith("expected a region, us or au")


def test_the_deployment_of_the_inputs_holds_for_the_spec(problems_of: Problems) -> None:
    (problem,) = problems_of(
        f"{BASE}fields: {{testCycle: {{folderPath: A}}}}", deployment=DeploymentKind.CLOUD
    )
    assert "not available on QTM4J Cloud" in problem.message
