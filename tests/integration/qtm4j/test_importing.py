"""The three steps as the vendor's page has them, over real sockets."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import InvalidInputError
from qtm_action.qtm4j.values import Credentials, CycleSummary, ImportStatus, Proxies, Upload
from tests.faults.fault_server import START, TRACK, UPLOAD, FaultServer, success_record
from tests.integration.qtm4j.conftest import CONTENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.qtm4j.conftest import Session


def test_a_file_is_started_uploaded_and_followed_to_its_end(session: Callable[..., Session]) -> None:
    with FaultServer(context_path="/jira") as server:
        one = session(f"{server.url}/")
        progress = one.run()
        assert progress.status is ImportStatus.SUCCESS
        page = f"{server.url}/secure/QTMAction.jspa#/Manage/TestCycle"
        assert progress.summary == (CycleSummary(test_cycle_key="PRJ-TR-1", test_cases_created=3, url=page),)
        assert progress.record == success_record("id-1")
        assert one.tracking_ids == ["id-1"]
        assert server.imports["id-1"].parts == [CONTENT]
        start, upload, track = (
            server.received(START)[0],
            server.received(UPLOAD)[0],
            server.received(TRACK)[0],
        )
        assert (start.method, start.path) == ("POST", "/jira/rest/qtm4j/automation/latest/importresult")
        assert json.loads(start.body) == {"format": "junit", "isZip": False}
        assert start.headers["content-type"] == "application/json"
        assert upload.headers["content-length"] == str(len(upload.body))
        assert upload.headers["x-atlassian-token"] == "no-check"
        assert "transfer-encoding" not in upload.headers
        assert track.path == "/jira/rest/qmetry/automation/latest/importresult/track?trackingId=id-1"
        for request in server.requests:
            assert request.headers["apikey"] == "the-api-key"
            assert request.headers["authorization"] == "Bearer the-token"
            assert request.headers["accept"] == "application/json"
            assert request.headers["user-agent"] == "qtm-action/1.2.3"
    assert "started; tracking id id-1" in one.log.of("info")
    assert "uploaded TEST-a.xml, 1.0 KiB" in one.log.of("info")
    assert one.log.of("warning") == []


@pytest.mark.parametrize(
    ("credentials", "authorization"),
    [
        (
            Credentials("k" * 8, username="fréd", password="p:ä"),
            f"Basic {base64.b64encode('fréd:p:ä'.encode()).decode()}",
        ),
        (Credentials("k" * 8, username="fred"), "Basic ZnJlZDo="),
        (Credentials("k" * 8, password="x"), "Basic Ong="),
        (Credentials("k" * 8), None),
    ],
)
def test_each_way_to_authenticate_sends_its_header(
    session: Callable[..., Session], credentials: Credentials, authorization: str | None
) -> None:
    with FaultServer() as server:
        session(server.url, credentials=credentials).run()
        assert {request.headers.get("authorization") for request in server.requests} == {authorization}


def test_an_unusable_proxy_is_an_input_error_before_any_request(session: Callable[..., Session]) -> None:
    with pytest.raises(InvalidInputError, match="HTTP_PROXY"):
        session("http://localhost:1", proxies=Proxies(http="socks5://x:1"))


def test_plain_http_to_another_machine_is_warned_of(session: Callable[..., Session]) -> None:
    (warning,) = session("http://jira.example.com").log.of("warning")
    assert "plain http" in warning
    assert session("http://127.0.0.1:1").log.of("warning") == []
    assert session("https://jira.example.com").log.of("warning") == []


def test_connections_are_used_again_but_not_for_the_upload(session: Callable[..., Session]) -> None:
    with FaultServer() as server:
        one = session(server.url)
        one.run()
        assert server.connections == 2  # one for the start; one for the upload and the questions after it
        one.wait("id-1")
        assert server.connections == 2


def test_a_connection_that_the_server_closed_while_idle_is_not_used_again(
    session: Callable[..., Session],
) -> None:
    with FaultServer(keep_alive=False) as server:
        one = session(server.url)
        one.run()
        one.wait("id-1")
        assert one.log.of("warning") == []
        assert server.connections == len(server.requests)


def test_a_connection_that_is_closed_under_the_client_is_replaced(session: Callable[..., Session]) -> None:
    with FaultServer() as server:
        one = session(server.url)
        tracking_id = one.submit()
        server.hang_up()
        assert one.wait(tracking_id).status is ImportStatus.SUCCESS
        assert one.log.of("warning") == []


def test_several_imports_at_once_are_all_imported_once(
    session: Callable[..., Session], tmp_path: Path
) -> None:
    with FaultServer() as server, ThreadPoolExecutor(8) as pool:
        one = session(server.url)

        def run(number: int) -> bytes:
            content = b"x" * number * 1000
            path = tmp_path / f"{number}.xml"
            path.write_bytes(content)
            tracking_id = one.client.submit(
                {"format": "junit"},
                Upload(path, path.name, len(content)),
                log=one.log,
                on_tracking_id=one.tracking_ids.append,
            )
            assert one.wait(tracking_id).status is ImportStatus.SUCCESS
            assert server.imports[tracking_id].parts == [content]
            return content

        assert len(set(pool.map(run, range(1, 25)))) == 24
        assert server.imported == len(set(one.tracking_ids)) == 24


@pytest.mark.parametrize("status", ["FAILED", "PARTIALLY_SUCCESS"])
def test_a_final_status_that_is_not_success_is_returned_as_it_is(
    session: Callable[..., Session], status: str
) -> None:
    record = {"importStatus": status, "processStatus": "SUCCESS", "detailedMessage": "No", "new": {"key": 1}}
    with FaultServer(records=[record]) as server:
        progress = session(server.url).run()
    assert progress.status is not ImportStatus.SUCCESS
    assert (progress.import_status, progress.message, progress.record) == (status, "No", record)


def test_an_import_of_another_run_is_followed_by_its_tracking_id(session: Callable[..., Session]) -> None:
    with FaultServer() as server:
        tracking_id = session(server.url).submit()
        later = session(server.url)
        assert later.wait(tracking_id, just_uploaded=False).status is ImportStatus.SUCCESS
        assert server.count(START) == server.count(UPLOAD) == 1


def test_a_tracking_id_cannot_change_the_question(session: Callable[..., Session]) -> None:
    with FaultServer() as server:
        one = session(server.url)
        with pytest.raises(Exception, match="has no import"):
            one.wait("x&y=../../#z ü", just_uploaded=False)
        assert server.received(TRACK)[0].path.endswith("?trackingId=x%26y%3D..%2F..%2F%23z%20%C3%BC")
