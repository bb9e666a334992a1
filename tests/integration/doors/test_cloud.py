"""The whole run against QTM4J Cloud: ``region`` in place of Jira's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.cloud_fault_server import SIGNATURE, CloudFaultServer
from tests.faults.fault_server import START, UPLOAD, Fault

if TYPE_CHECKING:
    from tests.integration.doors.conftest import Door, Outcome

KEY = "0123456789abcdef0123"


def run(door: Door, *, without: tuple[str, ...] = (), **inputs: str) -> Outcome:
    """Run the step with an API key alone, and no address of Jira's."""
    environ = door.environment(**inputs)
    environ |= dict.fromkeys(("QTM_JIRA_URL", "QTM_TOKEN", "QTM_USERNAME", "QTM_PASSWORD"), "")
    environ |= {"QTM_API_KEY": KEY} | dict.fromkeys(without, "")
    return door.outcome(door.start(environ=environ), environ)


def test_an_import_needs_a_region_and_a_key(door: Door) -> None:
    door.write("a.xml")
    with CloudFaultServer() as server:
        outcome = run(door, region=server.url, format="junit", files="a.xml")
        server.assert_no_url_was_used_twice()
        assert server.imported == 1
    assert outcome.code == 0, outcome.log
    assert outcome.outputs["import-status"] == "SUCCESS"
    assert outcome.outputs["tracking-id"] == "id-1"
    assert outcome.outputs["test-cycle-key"] == "JFT1-TR-15"
    assert SIGNATURE not in outcome.log + outcome.summary + outcome.outputs["report"]


def test_the_region_may_be_in_the_spec_and_other_credentials_are_not_used(door: Door) -> None:
    door.write("a.xml")
    with CloudFaultServer() as server:
        door.write("qtm-import.yml", f"region: {server.url}\nformat: junit\nfiles: [a.xml]\n")
        outcome = run(door, token="a-token-of-jira")
        assert "authorization" not in server.received(START)[0].headers
    assert outcome.code == 0, outcome.log
    assert "token not used: QTM4J Cloud uses only api-key" in outcome.log


def test_2_a_folder_path_is_refused_with_its_line_before_the_first_request(door: Door) -> None:
    door.write("a.xml")
    fields = "fields:\n  testCycle:\n    folderPath: Automation/Nightly\n"
    door.write("qtm-import.yml", f"format: junit\nfiles: [a.xml]\n{fields}")
    with CloudFaultServer() as server:
        outcome = run(door, region=server.url)
        assert server.requests == []
    assert outcome.code == 2
    assert "file=qtm-import.yml,line=5" in outcome.log
    assert "folderId" in outcome.log


def test_2_a_region_in_the_spec_does_not_lead_the_key_away_from_the_pipelines_server(door: Door) -> None:
    door.write("a.xml")
    with CloudFaultServer() as server:
        door.write("qtm-import.yml", f"region: {server.url}\nformat: junit\nfiles: [a.xml]\n")
        outcome = run(door, jira_url="https://jira.example.com")
        assert server.requests == []
    assert outcome.code == 2
    assert "set the input region too" in outcome.log


def test_2_a_cloud_site_without_region(door: Door) -> None:
    door.write("a.xml")
    outcome = run(door, jira_url="https://acme.atlassian.net", format="junit", files="a.xml")
    assert outcome.code == 2
    assert "QMetry > About > Hosted Region" in outcome.log


@pytest.mark.parametrize(("missing", "code"), [("error", 2), ("skip", 0)])
def test_a_missing_key_alone_is_missing(door: Door, missing: str, code: int) -> None:
    door.write("a.xml")
    outcome = run(
        door,
        without=("QTM_API_KEY",),
        region="us",
        format="junit",
        files="a.xml",
        if_no_credentials=missing,
    )
    assert outcome.code == code
    assert "api-key" in outcome.log
    assert "api-key and token" not in outcome.log


def test_a_large_upload_is_warned_about(door: Door) -> None:
    output = "a line of the test's log\n" * 450_000
    door.write("a.xml", f"<testsuite><testcase name='a'/><system-out>{output}</system-out></testsuite>")
    with CloudFaultServer() as server:
        outcome = run(door, region=server.url, format="junit", files="a.xml", zip="never")
    assert outcome.code == 0, outcome.log
    assert "::warning" in outcome.log
    assert "if it is refused, zip it" in outcome.log
    assert any("zip it" in each for each in outcome.report["imports"][0]["warnings"])


def test_7_an_upload_that_no_one_knows_of_is_unknown_and_made_once(door: Door) -> None:
    door.write("a.xml")
    with CloudFaultServer({UPLOAD: [Fault(then="reset")]}) as server:
        outcome = run(door, region=server.url, format="junit", files="a.xml")
        assert server.count(UPLOAD) == 1
    assert outcome.code == 7
    assert "it is unknown whether it was imported" in outcome.log
