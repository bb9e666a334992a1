"""Every fault, as a client meets it."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from qtm_action.sandbox import responses
from qtm_action.sandbox.faults import parse_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.sandbox.conftest import Client


@pytest.fixture
def faulty(client_of: Callable[..., Client]) -> Callable[..., Client]:
    return lambda *faults, **more: client_of(faults=tuple(parse_fault(text) for text in faults), **more)


def listed(client: Client) -> Any:
    return client.get("/sandbox/imports.json").json()


def test_a_status_is_answered_with_a_page_and_nothing_is_done(faulty: Callable[..., Client]) -> None:
    statuses = [401, 404, 413, 503, 599]
    client = faulty(*(f"start:{status}:1" for status in statuses))
    answers = [client.start() for _ in statuses]
    assert [answer.status_code for answer in answers] == statuses
    assert all(answer.headers["Content-Type"].startswith("text/html") for answer in answers)
    assert listed(client) == []
    assert client.start().status_code == 200


def test_a_400_is_the_apps(faulty: Callable[..., Client]) -> None:
    answer = faulty("track:400").track("x")
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_an_upload_that_meets_503_can_be_repeated(faulty: Callable[..., Client]) -> None:
    client = faulty("upload:503:2", retry_after="7")
    started = client.start().json()
    answers_seen = [client.upload(started["url"]) for _ in range(3)]
    assert [answer.status_code for answer in answers_seen] == [503, 503, 204]
    assert answers_seen[0].headers["Retry-After"] == "7"
    assert [one["uploads"] for one in listed(client)] == [1]


def test_retry_after_is_for_429_and_503_only(faulty: Callable[..., Client]) -> None:
    client = faulty("start:429:1", "start:500:1", retry_after="Wed, 21 Oct 2026 07:28:00 GMT")
    assert client.start().headers["Retry-After"].startswith("Wed")
    assert "Retry-After" not in client.start().headers


def test_html_and_login_redirect_come_instead_of_an_answer(faulty: Callable[..., Client]) -> None:
    client = faulty("start:html:1", "track:login-redirect")
    page = client.start()
    assert (page.status_code, page.headers["Content-Type"][:9]) == (200, "text/html")
    redirect = requests.get(
        client.url + "/rest/qtm4j/automation/latest/importresult/track", timeout=5, allow_redirects=False
    )
    assert (redirect.status_code, redirect.headers["Location"][:10]) == (302, "/login.jsp")


def test_a_reset_ends_the_connection_before_anything_is_done(faulty: Callable[..., Client]) -> None:
    client = faulty("start:reset:1", "upload:reset:1", "track:reset:1")
    with pytest.raises(requests.ConnectionError, match=r"reset|Connection aborted"):
        client.start()
    assert listed(client) == []
    started = client.start().json()
    with pytest.raises(requests.ConnectionError, match=r"reset|Connection aborted"):
        client.upload(started["url"])
    assert [one["uploads"] for one in listed(client)] == [0]
    with pytest.raises(requests.ConnectionError, match=r"reset|Connection aborted"):
        client.track(started["trackingId"])
    assert client.upload(started["url"]).status_code == 204


@pytest.mark.parametrize("kind", ["swallow", "swallow-504"])
def test_a_swallowed_answer_leaves_the_work_done(faulty: Callable[..., Client], kind: str) -> None:
    client = faulty(f"upload:{kind}:1")
    started = client.start().json()
    if kind == "swallow":
        with pytest.raises(requests.ConnectionError):
            client.upload(started["url"])
    else:
        assert client.upload(started["url"]).status_code == 504
    assert client.track(started["trackingId"]).json()["importStatus"] == "SUCCESS"
    assert client.upload(started["url"]).status_code == 400
    assert [one["uploads"] for one in listed(client)] == [1]


def test_a_swallowed_start_leaves_an_import_that_waits(faulty: Callable[..., Client]) -> None:
    client = faulty("start:swallow:1")
    with pytest.raises(requests.ConnectionError):
        client.start()
    assert [one["importStatus"] for one in listed(client)] == ["WAITING"]


@pytest.mark.parametrize("step", ["start", "upload"])
def test_invalid_json_is_cut_off(faulty: Callable[..., Client], step: str) -> None:
    client = faulty(f"{step}:invalid-json:1")
    answer = client.start()
    if step == "upload":
        answer = client.upload(answer.json()["url"])
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_an_import_can_never_finish(faulty: Callable[..., Client]) -> None:
    client = faulty("track:never-finishes:2")
    started = client.start().json()
    assert client.track(started["trackingId"]).status_code == 400
    client.upload(started["url"])
    record = client.track(started["trackingId"]).json()
    assert (record["processStatus"], record["importStatus"], record["endTime"]) == (
        "CREATING_ASSETS",
        "INPROCESS",
        None,
    )
    assert "summary" not in record
    assert client.track(started["trackingId"]).json()["importStatus"] == "SUCCESS"


def test_a_status_can_be_one_no_one_knows(faulty: Callable[..., Client]) -> None:
    assert faulty("track:unknown-status").imported()["importStatus"] == "ON_HOLD"


def test_a_stall_answers_nothing_until_the_sandbox_ends(faulty: Callable[..., Client]) -> None:
    client = faulty("start:stall")
    client.timeout = 0.2
    with pytest.raises(requests.ReadTimeout):
        client.start()


def test_a_stalled_connection_does_not_hold_up_the_end(sandbox_of: Callable[..., Sandbox]) -> None:
    sandbox = sandbox_of(faults=(parse_fault("start:stall"),))
    place = urlsplit(sandbox.url)
    with socket.create_connection((str(place.hostname), place.port or 0), timeout=5) as connection:
        request = "POST /rest/qtm4j/automation/latest/importresult HTTP/1.1\r\nHost: x\r\n\r\n"
        connection.sendall(request.encode())
        time.sleep(0.1)
        began = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - began < 2
        assert connection.recv(1) == b""


def test_a_slow_answer_dribbles(faulty: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "SLOWNESS", 0.001)
    client = faulty("start:slow:1")
    began = time.monotonic()
    answer = client.start()
    assert time.monotonic() - began >= 0.001 * len(answer.content)
    assert answer.json().keys() == {"url", "trackingId"}


def test_a_slow_answer_ends_with_the_sandbox(sandbox_of: Callable[..., Sandbox]) -> None:
    sandbox = sandbox_of(faults=(parse_fault("track:slow"),))
    headers = {"apiKey": "sandbox-api-key", "Authorization": "Bearer sandbox-access-token"}
    url = f"{sandbox.url}/rest/qtm4j/automation/latest/importresult/track"
    with requests.get(url, headers=headers, timeout=5, stream=True) as answer:
        assert answer.status_code == 400
        sandbox.stop()
        with pytest.raises(requests.RequestException):
            assert answer.content is None


def test_latency_delays_the_api_only(client_of: Callable[..., Client]) -> None:
    client = client_of(latency=0.2)
    began = time.monotonic()
    client.get("/sandbox/health")
    between = time.monotonic()
    client.track("x")
    assert time.monotonic() - between >= 0.2
    assert between - began < 0.2
