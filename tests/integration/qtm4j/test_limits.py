"""Limits of time and size: no server can keep the client waiting for ever or fill its memory."""

from __future__ import annotations

import gzip
import json
import socket
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import (
    AuthenticationError,
    NotFinishedError,
    RefusedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from qtm_action.qtm4j import deployment, retry, uploading
from qtm_action.qtm4j.transport.request import SMALL_ANSWER
from qtm_action.qtm4j.values import ImportStatus, Timeouts, Upload
from tests.faults.fault_server import FINE, START, TRACK, UPLOAD, Fault, FaultServer, http, success_record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.qtm4j.conftest import Session

QUICK = Timeouts(connect=0.3, read=0.3, whole=0.5)
LONG = Timeouts(connect=10, read=60, whole=120)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
TRICKLES = {
    "status line": b"HTTP/1.1 " + b"2" * 1000,
    "head": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1000,
    "interim answers": b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
    "body": b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 1000,
}
GIVEN_UP = (UnreachableError, UnexpectedAnswerError)


def side_by_side(check: Callable[[bytes], None]) -> None:
    """Check what becomes of each answer that trickles; each takes its time."""
    with ThreadPoolExecutor(len(TRICKLES)) as pool:
        list(pool.map(check, TRICKLES.values()))


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault(then="stall"), "timed out"),
        (Fault(read=-1, then="stall"), "timed out"),
        (Fault(answer=b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", then="stall"), "truncated"),
        (Fault(answer=TRICKLES["head"], drip=0.05), "timed out"),
        (Fault(answer=TRICKLES["body"], drip=0.005), "truncated"),
    ],
    ids=["no answer", "nothing read", "no body", "a byte of the head now and then", "a byte of the body"],
)
def test_a_request_takes_no_longer_than_its_limit(
    session: Callable[..., Session], fault: Fault, message: str
) -> None:
    with FaultServer({START: [fault]}) as server:
        began = time.monotonic()
        with pytest.raises(GIVEN_UP, match=message):
            session(server.url, timeouts=QUICK, retry_for=0).submit()
        assert time.monotonic() - began < 2


def test_a_start_that_trickles_takes_no_longer_than_retry_for(
    session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "_SHORTEST_TRY", 0.3)
    monkeypatch.setattr(retry, "_SHORTEST_RETRY", 0.3)

    def check(answer: bytes) -> None:
        with FaultServer({START: [Fault(answer=answer, drip=0.02)]}, repeats_last=True) as server:
            one = session(server.url, timeouts=LONG, retry_for=0.4)
            began = time.monotonic()
            with pytest.raises(GIVEN_UP, match=r"timed out|truncated"):
                one.submit()
            assert time.monotonic() - began < 3

    side_by_side(check)


def test_a_start_that_trickles_takes_no_longer_than_timeout_at_first(
    session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "_SHORTEST_TRY", 0.3)
    fault = Fault(answer=TRICKLES["head"], drip=0.02)
    with FaultServer({START: [fault, FINE]}) as server:
        began = time.monotonic()
        assert session(server.url, timeouts=LONG, timeout=0.4, retry_for=60).submit() == "id-1"
        assert time.monotonic() - began < 3


def test_an_answer_to_an_upload_that_trickles_is_cut_short_and_asked_about(
    session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gets what is left of ``retry-for``, also where silence could last longer."""
    monkeypatch.setattr(retry, "_SHORTEST_TRY", 0.3)
    monkeypatch.setattr(uploading, "_SHORTEST_ANSWER", 0.3)

    def check(answer: bytes) -> None:
        with FaultServer({UPLOAD: [Fault(answer=answer, acts=True, drip=0.02)]}) as server:
            one = session(server.url, timeouts=LONG, retry_for=0.3)
            began = time.monotonic()
            assert one.run().status is ImportStatus.SUCCESS
            assert time.monotonic() - began < 3
            assert server.imported == 1
        assert "checking whether QTM4J received the file" in "".join(one.log.of("warning"))

    side_by_side(check)


def test_a_question_that_trickles_takes_no_longer_than_timeout(session: Callable[..., Session]) -> None:
    def check(answer: bytes) -> None:
        with FaultServer({TRACK: [Fault(answer=answer, drip=0.02)]}, repeats_last=True) as server:
            one = session(server.url, timeouts=LONG)
            tracking_id = one.submit()
            began = time.monotonic()
            with pytest.raises(NotFinishedError):
                one.wait(tracking_id, timeout=1)
            assert time.monotonic() - began < 3

    side_by_side(check)


def test_a_connection_that_is_not_accepted_is_given_up_in_time(session: Callable[..., Session]) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as listener:
        port = listener.getsockname()[1]
        waiting = []
        for _ in range(3):  # fill the queue of connections that the kernel accepts by itself
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(("127.0.0.1", port))
        one = session(f"http://127.0.0.1:{port}", timeouts=QUICK, retry_for=0)
        began = time.monotonic()
        with pytest.raises(UnreachableError, match="timed out"):
            one.submit()
        assert time.monotonic() - began < 3
        for each in waiting:
            each.close()


@pytest.mark.parametrize(
    ("fault", "kind", "message"),
    [
        (
            Fault(
                answer=http(200, b"<html><title>Big</title>" + b"<p>x" * 750_000, Content_Type="text/html")
            ),
            AuthenticationError,
            r"an HTML page instead of JSON, so it did not accept the credentials \(200\): Big",
        ),
        (
            Fault(answer=http(404, b"<html><title>Big</title>" + b"<p>x" * 750_000)),
            RefusedError,
            r"not found in Jira when asked to start the import \(404\): Big",
        ),
        (
            Fault(answer=CHUNKED + b"FFFFFFFF\r\n" + b"x" * 2_000_000, then="stall"),
            UnexpectedAnswerError,
            "too long or truncated",
        ),
        (Fault(answer=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"), UnreachableError, "not HTTP"),
        (Fault(answer=b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000), UnreachableError, "not HTTP"),
        (Fault(answer=b"SSH-2.0-OpenSSH_9.2\r\n"), UnreachableError, "not HTTP"),
    ],
    ids=["large page", "large 404", "endless chunk", "many headers", "long header", "another protocol"],
)
def test_an_endless_or_huge_answer_is_cut_and_kept_short(
    session: Callable[..., Session], fault: Fault, kind: type, message: str
) -> None:
    with FaultServer({START: [fault]}, repeats_last=True) as server:
        one = session(server.url, retry_for=0)
        with pytest.raises(kind, match=message) as caught:
            one.submit()
    assert len(str(caught.value)) < 400


def test_no_more_of_an_endless_answer_is_kept_than_is_read(session: Callable[..., Session]) -> None:
    endless = Fault(answer=CHUNKED + b"FFFFFFFF\r\n" + b"x" * 8_000_000, then="stall")
    with FaultServer({START: [endless]}) as server:
        one = session(server.url, retry_for=0)
        tracemalloc.start()
        with pytest.raises(UnexpectedAnswerError):
            one.submit()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 4_000_000


def test_the_record_of_a_large_zip_is_read_whole(session: Callable[..., Session]) -> None:
    record = {**success_record("id-1"), "files": [{"fileName": f"{i}.xml" * 20} for i in range(10_000)]}
    assert len(json.dumps(record)) > SMALL_ANSWER
    with FaultServer(records=[record]) as server:
        assert session(server.url).run().record == record


def test_a_record_beyond_every_measure_is_no_answer(
    session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployment, "_LARGEST_RECORD", 1_000_000)
    endless = Fault(answer=b'HTTP/1.1 200 OK\r\n\r\n{"importStatus": "' + b"x" * 1_200_000)
    with FaultServer({TRACK: [endless, FINE]}) as server:
        one = session(server.url)
        assert one.run().status is ImportStatus.SUCCESS
    assert "too long or truncated" in one.log.of("warning")[0]


@pytest.mark.parametrize("pieces", [1, 7])
def test_a_chunked_answer_is_read(session: Callable[..., Session], pieces: int) -> None:
    body = json.dumps(success_record("id-1")).encode()
    size = -(-len(body) // pieces)
    chunks = b"".join(
        b"%x\r\n%b\r\n" % (len(body[i : i + size]), body[i : i + size]) for i in range(0, len(body), size)
    )
    answer = Fault(acts=True, answer=CHUNKED + chunks + b"0\r\n\r\n", then="keep")
    with FaultServer({TRACK: [answer]}) as server:
        one = session(server.url)
        assert one.run().status is ImportStatus.SUCCESS
        one.wait("id-1")
        assert server.connections == 2


def test_an_answer_in_a_coding_that_was_not_asked_for_is_reported(session: Callable[..., Session]) -> None:
    packed = Fault(answer=http(200, gzip.compress(b'{"url": "/upload"}'), Content_Encoding="gzip"))
    with (
        FaultServer({START: [packed]}) as server,
        pytest.raises(UnexpectedAnswerError, match="an unexpected response"),
    ):
        session(server.url).submit()


def test_a_long_upload_logs_its_progress(session: Callable[..., Session], tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    path.write_bytes(b"x" * 6_000_000)
    with FaultServer() as server:
        one = session(server.url, file=Upload(path, path.name, 6_000_000))
        told = one.clock.monotonic

        def slowed() -> float:
            one.clock._skipped += 0.2
            return told()

        one.clock.monotonic = slowed  # type: ignore[method-assign]
        one.submit()
    lines = one.log.of("progress")
    assert len(lines) > 3
    assert lines[0].startswith("uploading large.zip: ")
    assert lines[0].endswith(" s left")


def test_memory_stays_flat_whatever_the_size(session: Callable[..., Session], tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with path.open("wb") as sparse:
        sparse.truncate(60_000_000)
    drain = Fault(read=0, answer=http(204), then="linger")
    with FaultServer({"upload": [drain]}) as server:
        one = session(server.url, file=Upload(path, path.name, 60_000_000), retry_for=0)
        tracemalloc.start()
        with pytest.raises(UnreachableError):
            one.submit()  # a 204 before the end proves nothing
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 2_000_000
