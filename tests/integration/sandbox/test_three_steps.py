"""The import protocol as the vendor's page documents it, over a real socket."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.sandbox.conftest import JUNIT, START, TRACK, Client, Clock, zipped

if TYPE_CHECKING:
    from collections.abc import Callable


def test_an_import_goes_through_three_steps(client: Client) -> None:
    started = client.start()
    assert started.status_code == 200
    assert started.headers["Content-Type"] == "application/json"
    body = started.json()
    assert body.keys() == {"url", "trackingId"}
    assert body["url"].startswith(f"{client.url}{START}/submitFile?")

    uploaded = client.upload(body["url"])
    assert (uploaded.status_code, uploaded.content) == (204, b"")

    tracked = client.track(body["trackingId"])
    assert tracked.status_code == 200
    record = tracked.json()
    assert record["trackingId"] == body["trackingId"]
    assert (record["processStatus"], record["importStatus"]) == ("SUCCESS", "SUCCESS")
    assert record["fileSize"] == len(JUNIT)
    assert record["summary"]["testCycleIssueKey"] == "SBX-TR-1"


def test_time_passes_through_the_documented_phases(client_of: Callable[..., Client], clock: Clock) -> None:
    client = client_of(duration=30.0)
    started = client.start().json()
    client.upload(started["url"])
    seen = []
    for _ in range(4):
        record = client.track(started["trackingId"]).json()
        seen.append((record["processStatus"], record["importStatus"], record["endTime"]))
        clock.now += 10
    assert seen == [
        ("VALIDATION", "INPROCESS", None),
        ("PARSING", "INPROCESS", None),
        ("CREATING_ASSETS", "INPROCESS", None),
        ("SUCCESS", "SUCCESS", "2025-05-27T08:26:17.000+0000"),
    ]


def test_the_same_results_again_are_reused(client: Client) -> None:
    first, second = client.imported()["summary"], client.imported()["summary"]
    assert (first["testCasesCreated"], first["testStepsCreated"], first["testCaseVersionsReused"]) == (
        1,
        2,
        0,
    )
    assert (second["testCasesCreated"], second["testStepsCreated"], second["testCaseVersionsReused"]) == (
        0,
        0,
        1,
    )
    assert second["testCycleIssueKey"] == "SBX-TR-2"


def test_hierarchy_2_gives_a_list_of_cycles(client: Client) -> None:
    data = b"<testsuites>" + JUNIT + JUNIT.replace(b"Cart", b"User") + b"</testsuites>"
    record = client.imported({"format": "junit", "automationHierarchy": 2}, data=data)
    assert [cycle["testCycleSummary"] for cycle in record["summary"]] == ["Cart", "User"]


def test_a_zip_is_imported_whole(client: Client) -> None:
    data = zipped(**{"a.xml": JUNIT, "b/c.xml": JUNIT.replace(b"Cart", b"User")})
    record = client.imported({"format": "junit", "isZip": True}, "results.zip", data)
    assert record["summary"]["testCasesCreated"] == 2
    assert [one["fileName"] for one in record["files"]] == ["a.xml", "b/c.xml"]


@pytest.mark.parametrize(
    ("body", "name", "data", "fragment"),
    [
        ({"format": "junit"}, "r.xml", b"<testsuite>", "'r.xml': the file is cut off"),
        ({"format": "junit"}, "r.xml", b"<testsuite/>", "No test case found"),
        ({"format": "testng"}, "r.xml", JUNIT, "'r.xml': this is a JUnit report"),
        ({"format": "junit"}, "r.zip", zipped(a=b""), "isZip is false"),
        (
            {"format": "junit", "isZip": True},
            "r.zip",
            zipped(**{"a.txt": b"x"}),
            "'a.txt', which is not a JUnit",
        ),
        ({"format": "cucumber"}, "r.json", b"[{}]", "'r.json': this is not a Cucumber report"),
    ],
)
def test_a_wrong_upload_ends_in_failed_with_a_message(
    client: Client, body: dict[str, Any], name: str, data: bytes, fragment: str
) -> None:
    record = client.imported(body, name, data)
    assert (record["processStatus"], record["importStatus"]) == ("FAILED", "FAILED")
    assert fragment in record["detailedMessage"]
    assert "summary" not in record


def test_a_cycle_that_does_not_exist_ends_in_failed(client_of: Callable[..., Client]) -> None:
    client = client_of(test_cycles=("PRJ-TR-1",))
    record = client.imported({"format": "junit", "testCycleToReuse": "PRJ-TR-2"})
    assert record["importStatus"] == "FAILED"
    assert record["detailedMessage"] == "Test Cycle 'PRJ-TR-2' not found"
    again = client.imported({"format": "junit", "testCycleToReuse": "PRJ-TR-1"})
    assert again["summary"]["testCycleIssueKey"] == "PRJ-TR-1"


def test_an_unknown_tracking_id_is_400_whose_body_says_404(client: Client) -> None:
    answer = client.track("840ba1e3-bf14")
    assert answer.status_code == 400
    body = answer.json()
    assert body["status"] == 404
    assert body["errorMessage"] == "No import details found for given tracking id '840ba1e3-bf14'"
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4} \d\d:\d\d", body["timestamp"])


def test_an_import_is_unknown_before_its_upload_and_for_a_moment_after(
    client_of: Callable[..., Client], clock: Clock
) -> None:
    client = client_of(not_yet=5.0)
    started = client.start().json()
    assert client.track(started["trackingId"]).status_code == 400
    client.upload(started["url"])
    assert client.track(started["trackingId"]).status_code == 400
    clock.now += 5
    assert client.track(started["trackingId"]).status_code == 200


@pytest.mark.parametrize(
    ("more", "status", "fragment"),
    [
        ({"json": {"format": "xyz"}}, 400, "Framework 'xyz' is not supported."),
        ({"json": {"format": "qaf"}}, 400, "Zip file format is required for QAF framework."),
        ({"json": None, "data": {"format": "junit"}}, 415, "form-data is not supported"),
        ({"json": None, "files": {"format": (None, "junit")}}, 415, "form-data is not supported"),
        ({"json": None, "data": b""}, 415, "without a type"),
        (
            {"json": None, "data": b"{", "headers": {"Content-Type": "application/json"}},
            400,
            "not valid JSON",
        ),
        (
            {"json": None, "data": b"\xff", "headers": {"Content-Type": "application/json"}},
            400,
            "not valid JSON",
        ),
        (
            {"json": None, "data": b'{"a": NaN}', "headers": {"Content-Type": "application/json"}},
            400,
            "NaN is not JSON",
        ),
        (
            {"json": None, "data": b"[" * 99_999, "headers": {"Content-Type": "application/json"}},
            400,
            "not valid",
        ),
    ],
)
def test_a_wrong_body_is_refused_with_the_documented_form(
    client: Client, more: dict[str, Any], status: int, fragment: str
) -> None:
    answer = client.start(**more)
    assert answer.status_code == status
    body = answer.json()
    assert body["status"] == status
    assert fragment in body["errorMessage"]
    assert body["timestamp"] == "27/May/2025 08:25"


def test_invalid_fields_are_reported_line_by_line(client_of: Callable[..., Client]) -> None:
    client = client_of(components=("shop",), labels=("ci",))
    fields = {"testCycle": {"components": ["xyz"], "labels": ["night"]}}
    answer = client.start({"format": "junit", "fields": fields})
    assert answer.status_code == 400
    assert answer.json()["errorMessage"] == "The supplied fields are invalid"
    assert answer.json()["errors"] == [
        "Provided Component Name(s) xyz not found",
        "Provided Label Name(s) night not found",
    ]


def test_a_body_beyond_all_reason_is_refused(client: Client) -> None:
    answer = client.start({"format": "junit", "build": "x" * (2 << 20)})
    assert answer.status_code == 413


@pytest.mark.parametrize("context_path", ["", "/jira", "/a/b"])
def test_a_context_path_is_part_of_every_url(client_of: Callable[..., Client], context_path: str) -> None:
    client = client_of(context_path=context_path)
    assert client.url.endswith(context_path)
    assert client.start().json()["url"].startswith(f"{client.url}{START}")
    assert client.imported()["importStatus"] == "SUCCESS"
    assert client.get("/sandbox/health").json()["status"] == "ok"


def test_outside_of_the_context_path_there_is_no_api(client_of: Callable[..., Client]) -> None:
    client = client_of(context_path="/jira")
    bare = client.url.removesuffix("/jira")
    assert client.session.post(bare + START, json={}, timeout=5).status_code == 404
    assert client.session.get(bare + "/sandbox/health", timeout=5).status_code == 200


def test_both_prefixes_serve_all_steps(client: Client) -> None:
    for prefix, other in (("qtm4j", "qmetry"), ("qmetry", "qtm4j")):
        started = client.start(path=START.replace("qtm4j", prefix)).json()
        assert f"/rest/{prefix}/" in started["url"]
        client.upload(started["url"])
        assert client.track(started["trackingId"], TRACK.replace("qmetry", other)).status_code == 200


def test_partial_success_and_failure_can_be_ordered(client_of: Callable[..., Client]) -> None:
    data = b"<testsuites>" + JUNIT + JUNIT.replace(b"Cart", b"User") + b"</testsuites>"
    partial = client_of(partial=True).imported(data=data)
    assert partial["importStatus"] == "PARTIALLY_SUCCESS"
    assert partial["detailedMessage"] == "1 of 2 test cases could not be imported: 'User'"
    assert partial["summary"]["testCasesCreated"] == 1
    assert "summary" not in client_of(partial=True).imported()
    failed = client_of(fail_import="Project archived").imported()
    assert (failed["importStatus"], failed["detailedMessage"]) == ("FAILED", "Project archived")


def test_everything_received_is_listed_without_secrets(client: Client) -> None:
    client.imported({"format": "junit", "build": "4.10"})
    client.start()
    answer = client.get("/sandbox/imports.json")
    first, second = answer.json()
    assert first["body"] == {"format": "junit", "build": "4.10"}
    assert first["headers"]["Apikey"] == "…"
    assert first["headers"]["Authorization"] == "Basic …"
    assert first["upload"]["headers"]["Authorization"] == "Basic …"
    assert first["upload"]["fileName"] == "r.xml"
    assert (first["uploads"], first["uploadAttempts"], first["tracked"]) == (1, 1, 1)
    assert first["cycles"][0]["cases"][0]["summary"] == "Cart"
    assert (second["importStatus"], second["uploads"], second["upload"]) == ("WAITING", 0, None)
    assert "sandbox-api-key" not in answer.text


def test_cases_are_listed_only_once_the_import_is_done(
    client_of: Callable[..., Client], clock: Clock
) -> None:
    client = client_of(duration=30.0)
    client.imported()
    assert client.get("/sandbox/imports.json").json()[0]["cycles"] == []
    clock.now += 30
    assert len(client.get("/sandbox/imports.json").json()[0]["cycles"]) == 1


def test_the_samples_of_real_frameworks_are_understood(client: Client) -> None:
    """A cucumber-js feature with a background, a hook and an undefined step."""
    element = {
        "keyword": "Scenario",
        "name": "add one",
        "type": "scenario",
        "steps": [
            {"keyword": "Given ", "name": "an empty cart", "result": {"status": "passed", "duration": 1}},
            {"keyword": "After", "hidden": True, "result": {"status": "passed"}},
        ],
        "tags": [{"name": "@PRJ-TC-4", "line": 5}],
    }
    features = [{"uri": "f.feature", "keyword": "Feature", "name": "Cart", "elements": [element]}]
    record = client.imported({"format": "cucumber"}, "c.json", json.dumps(features).encode())
    assert record["summary"]["testStepsCreated"] == 1
