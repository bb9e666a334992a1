"""What the library would do by itself, and here must not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import RefusedError
from qtm_action.log import Silence
from qtm_action.qtm4j.server import JIRA
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.failures import TransportFailure
from qtm_action.qtm4j.transport.http import Transport
from qtm_action.qtm4j.transport.request import HttpRequest
from qtm_action.qtm4j.transport.urls import Origin, Target
from qtm_action.qtm4j.values import Proxies, Timeouts, Tls, Upload
from tests.faults.fault_server import FINE, START, UPLOAD, Fault, FaultServer, http

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.integration.qtm4j.conftest import Session

TIMEOUTS = Timeouts(connect=2.0, read=2.0, whole=4.0)


@pytest.fixture
def transport() -> Iterator[Transport]:
    made = Transport(Tls(), Proxies(), TIMEOUTS)
    yield made
    made.close()


def get(server: FaultServer, path: str) -> HttpRequest:
    return HttpRequest("GET", Target(Origin("http", "127.0.0.1", server.port), path, JIRA), {}, whole=4.0)


def test_nothing_of_the_library_or_the_environment_goes_along(
    transport: Transport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with FaultServer(
        {UPLOAD: [Fault(answer=http(200, Set_Cookie="a=b")), Fault(answer=http(200))]}
    ) as server:
        for _ in range(2):
            assert isinstance(transport.exchange(get(server, "/upload"), Silence()), Answer)
        assert {name for request in server.requests for name in request.headers} == {
            "host",
            "accept-encoding",
            "user-agent",
        }
        assert {request.headers["accept-encoding"] for request in server.requests} == {"identity"}


def test_a_query_travels_as_it_was_written(transport: Transport) -> None:
    path = "/upload?X-Amz-Credential=AK%2F2026%2Fs3&X-Amz-Signature=a%7Eb~c+d%20e"
    with FaultServer({UPLOAD: [Fault(answer=http(200))]}) as server:
        transport.exchange(get(server, path), Silence())
        assert server.requests[0].path == path


def test_a_redirect_is_an_answer_and_no_more_of_it_is_read_than_of_any(transport: Transport) -> None:
    endless = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n" + b"x" * 10_000_000
    with FaultServer({UPLOAD: [Fault(answer=endless)]}) as server:
        answer = transport.exchange(get(server, "/upload"), Silence())
        assert isinstance(answer, Answer)
        assert (answer.status, len(answer.body), answer.is_complete) == (302, 1024 * 1024, False)
        assert len(server.requests) == 1


def test_a_request_is_sent_once_whatever_becomes_of_it(transport: Transport) -> None:
    with FaultServer({UPLOAD: [Fault(then="reset")]}, repeats_last=True) as server:
        failure = transport.exchange(get(server, "/upload"), Silence())
        assert isinstance(failure, TransportFailure)
        assert failure.was_sent
        assert server.count(UPLOAD) == 1


def test_an_idle_connection_that_was_closed_is_replaced(transport: Transport) -> None:
    with FaultServer({START: [FINE]}) as server:
        for _ in range(2):
            assert isinstance(transport.exchange(get(server, "/track"), Silence()), Answer)
        server.hang_up()
        time.sleep(0.1)
        assert isinstance(transport.exchange(get(server, "/track"), Silence()), Answer)


def test_an_upload_that_is_answered_early_is_stopped(session: Callable[..., Session], tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    path.write_bytes(b"x" * 20_000_000)
    refusal = Fault(read=1000, answer=http(413, "too large"), then="stall")
    with FaultServer({UPLOAD: [refusal]}) as server:
        file = Upload(path, path.name, 20_000_000)
        one = session(server.url, timeouts=Timeouts(connect=2, read=30, whole=30), file=file)
        began = time.monotonic()
        with pytest.raises(RefusedError, match=r"too large for Jira or the proxy in front of it \(413\)"):
            one.submit()
        assert time.monotonic() - began < 5
