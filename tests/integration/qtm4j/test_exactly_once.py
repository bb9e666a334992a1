"""What happens to the upload when the network or the server fails it: imported once, or not, or unknown.

The rows of the state machine in docs/RELIABILITY.md, each with its waits, requests and words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import (
    AuthenticationError,
    OutcomeUnknownError,
    RefusedError,
    ResultFilesError,
    UnexpectedAnswerError,
    UnreachableError,
)
from qtm_action.qtm4j.values import ImportStatus, Timeouts, Upload
from tests.faults.fault_server import FINE, START, TRACK, UPLOAD, Fault, FaultServer, http, json_answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.fault_server import Received
    from tests.integration.qtm4j.conftest import Session

QUICK = Timeouts(connect=1.0, read=0.3, whole=0.6)
LOST = Fault(then="reset")
SWALLOWED = Fault(acts=True, then="reset")


@pytest.fixture
def large(tmp_path: Path) -> Upload:
    """A file that no kernel takes off the client's hands at once."""
    path = tmp_path / "large.xml"
    path.write_bytes(b"x" * 8_000_000)
    return Upload(path, path.name, 8_000_000)


def test_an_upload_broken_half_way_is_repeated_without_asking(
    session: Callable[..., Session], large: Upload
) -> None:
    with FaultServer({UPLOAD: [Fault(read=50_000, then="reset")]}) as server:
        one = session(server.url, file=large)
        assert one.run().status is ImportStatus.SUCCESS
        assert (server.imported, server.count(UPLOAD), server.count(START)) == (1, 2, 1)
        steps = [request.step for request in server.requests]
        assert steps[:3] == [START, UPLOAD, UPLOAD]
    assert "while the request was being sent; uploading again in" in one.log.of("warning")[0]


def test_an_answer_lost_after_the_import_began_is_found_out_by_asking(
    session: Callable[..., Session],
) -> None:
    with FaultServer({UPLOAD: [SWALLOWED]}) as server:
        one = session(server.url)
        assert one.run().status is ImportStatus.SUCCESS
        assert (server.imported, server.count(UPLOAD)) == (1, 1)
    assert one.log.of("warning") == [
        f"{server.url} closed the connection before responding; checking whether QTM4J received the file"
    ]
    assert "QTM4J received the file; continuing" in one.log.of("info")


def test_an_upload_that_qtm4j_knows_nothing_of_for_half_a_minute_is_repeated_once(
    session: Callable[..., Session],
) -> None:
    with FaultServer({UPLOAD: [LOST]}) as server:
        one = session(server.url)
        one.submit()
        assert (server.imported, server.count(UPLOAD), server.count(START)) == (1, 2, 1)
    assert 30 <= sum(one.clock.sleeps) < 36
    assert "QTM4J has no record of the file after 3" in one.log.of("warning")[1]


def test_an_import_that_is_registered_late_is_not_doubled(session: Callable[..., Session]) -> None:
    server = FaultServer({UPLOAD: [Fault(acts=True, then="reset", registers_after=25)]})
    with server:
        one = session(server.url)
        server._clock = one.clock.monotonic
        one.submit()
        assert (server.imported, server.count(UPLOAD)) == (1, 1)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(then="stall"),
        Fault(answer=http(504, "Gateway Time-out")),
        Fault(answer=http(500, "oops")),
        Fault(answer=b"\x00nonsense\r\n\r\n"),
        Fault(answer=http(200, "thank you")),
        Fault(answer=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
    ],
    ids=["timeout", "504", "500", "nonsense", "words", "cut off"],
)
def test_an_upload_that_may_still_be_at_work_is_never_repeated(
    session: Callable[..., Session], fault: Fault
) -> None:
    with FaultServer({UPLOAD: [fault]}) as server:
        one = session(server.url, timeouts=QUICK)
        with pytest.raises(OutcomeUnknownError) as caught:
            one.submit()
        assert server.count(UPLOAD) == 1
    assert "it is unknown whether it was imported" in caught.value.message
    assert caught.value.hint == "Import again only if QTM4J does not have it."
    assert caught.value.exit_code == 7
    assert sum(one.clock.sleeps) == pytest.approx(60, abs=1)


def test_whoever_hangs_up_after_a_long_silence_may_have_left_work_behind(
    session: Callable[..., Session],
) -> None:
    with FaultServer({UPLOAD: [LOST]}) as server:
        one = session(server.url)

        def silence(received: Received) -> None:
            if received.step == UPLOAD:
                one.clock.sleep(15)

        server._after_request = silence
        with pytest.raises(OutcomeUnknownError):
            one.submit()
        assert server.count(UPLOAD) == 1


@pytest.mark.parametrize("retry_for", [0.0, 5.0, 20.0])
def test_without_the_time_to_make_sure_a_lost_upload_stays_unknown(
    session: Callable[..., Session], retry_for: float
) -> None:
    with FaultServer({UPLOAD: [LOST]}) as server:
        one = session(server.url, retry_for=retry_for)
        with pytest.raises(OutcomeUnknownError):
            one.submit()
        assert server.count(UPLOAD) == 1
        assert server.count(TRACK) >= 4
    assert sum(one.clock.sleeps) == pytest.approx(max(retry_for, 10), abs=0.5)


def test_without_retries_an_upload_that_did_not_start_fails_at_once(
    session: Callable[..., Session], large: Upload
) -> None:
    with FaultServer({UPLOAD: [Fault(read=-1, then="reset")]}) as server:
        one = session(server.url, file=large, retry_for=0)
        with pytest.raises(UnreachableError) as caught:
            one.submit()
        assert (server.imported, server.count(UPLOAD)) == (0, 1)
    assert not isinstance(caught.value, OutcomeUnknownError)
    assert one.clock.sleeps == []


def test_when_qtm4j_cannot_be_asked_the_outcome_is_unknown(session: Callable[..., Session]) -> None:
    with FaultServer({UPLOAD: [LOST], TRACK: [Fault(read=-1, then="reset")]}, repeats_last=True) as server:
        one = session(server.url)
        with pytest.raises(OutcomeUnknownError, match="closed the connection before responding"):
            one.submit()
        assert server.count(UPLOAD) == 1
        assert server.count(TRACK) > 5


def test_when_the_question_is_refused_the_outcome_is_unknown_at_once(session: Callable[..., Session]) -> None:
    with FaultServer({UPLOAD: [LOST], TRACK: [Fault(answer=http(401))]}, repeats_last=True) as server:
        one = session(server.url)
        with pytest.raises(OutcomeUnknownError):
            one.submit()
        assert (server.count(UPLOAD), server.count(TRACK)) == (1, 1)


def test_a_server_that_comes_back_during_the_questions_is_believed(session: Callable[..., Session]) -> None:
    down = Fault(answer=http(503))
    with FaultServer({UPLOAD: [SWALLOWED], TRACK: [down, down, down]}) as server:
        one = session(server.url)
        assert one.run().status is ImportStatus.SUCCESS
        assert (server.imported, server.count(UPLOAD)) == (1, 1)


@pytest.mark.parametrize("status", [404, 410])
def test_a_refused_upload_url_starts_again_at_step_1(session: Callable[..., Session], status: int) -> None:
    with FaultServer({UPLOAD: [Fault(answer=http(status, "gone"))]}) as server:
        one = session(server.url)
        assert one.run().status is ImportStatus.SUCCESS
        assert one.tracking_ids == ["id-1", "id-2"]
        assert (server.imported, server.imports["id-2"].imported) == (1, 1)
    assert f"refused ({status}): gone; starting the import again in" in one.log.of("warning")[0]


def test_an_upload_url_that_is_always_refused_is_given_up_after_three(
    session: Callable[..., Session],
) -> None:
    with FaultServer({UPLOAD: [Fault(answer=http(410, "gone"))]}, repeats_last=True) as server:
        with pytest.raises(RefusedError, match=r"refused \(410\): gone"):
            session(server.url).submit()
        assert server.count(START) == 3


def test_a_url_that_is_refused_after_a_lost_answer_never_starts_again(
    session: Callable[..., Session],
) -> None:
    gone = Fault(answer=http(404, "used already"))
    with FaultServer({UPLOAD: [LOST, gone]}) as server:
        one = session(server.url)
        with pytest.raises(OutcomeUnknownError, match="used already"):
            one.submit()
        assert (server.count(START), server.count(UPLOAD)) == (1, 2)


def test_a_lost_upload_that_turns_up_at_the_second_attempt_is_followed(
    session: Callable[..., Session],
) -> None:
    gone = Fault(acts=True, answer=http(404, "used already"))
    with FaultServer({UPLOAD: [LOST, gone]}) as server:
        one = session(server.url)
        assert one.run().status is ImportStatus.SUCCESS
        assert (server.count(START), server.imported) == (1, 1)
    assert "QTM4J received the file from an earlier attempt; continuing" in one.log.of("info")


def test_before_a_doubtful_upload_is_repeated_qtm4j_is_asked_again(session: Callable[..., Session]) -> None:
    busy = Fault(acts=True, answer=http(429, Retry_After="3"))
    with FaultServer({UPLOAD: [LOST, busy]}) as server:
        one = session(server.url)
        assert one.run().status is ImportStatus.SUCCESS
        assert (server.count(UPLOAD), server.imported) == (2, 1)


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (http(413, "<html><title>413 Request Entity Too Large</title>"), RefusedError, "too large"),
        (http(401, "no"), AuthenticationError, "credentials"),
        (http(403, "XSRF check failed"), AuthenticationError, "cross-site"),
        (http(302, Location="/login.jsp"), AuthenticationError, "login page"),
        (
            http(200, "<html>Log in", Content_Type="text/html"),
            AuthenticationError,
            "an HTML page instead of JSON",
        ),
        (http(307, Location="https://other.example/"), UnexpectedAnswerError, "https://other.example"),
        (json_answer(400, {"errorMessage": "Not a zip file"}), RefusedError, "Not a zip file"),
        (json_answer(200, {"errorMessage": "Not a zip file"}), RefusedError, "Not a zip file"),
    ],
)
def test_a_refusal_of_the_file_is_final_and_nothing_was_imported(
    session: Callable[..., Session], answer: bytes, kind: type, message: str
) -> None:
    with FaultServer({UPLOAD: [Fault(answer=answer)]}) as server:
        with pytest.raises(kind, match=message):
            session(server.url).submit()
        assert (server.imported, server.count(UPLOAD), server.count(TRACK)) == (0, 1, 0)


@pytest.mark.parametrize("then", ["reset", "linger", "close", "stall"])
@pytest.mark.parametrize(("status", "kind"), [(413, RefusedError), (401, AuthenticationError)])
def test_an_answer_before_the_end_of_the_upload_is_read_and_reported(
    session: Callable[..., Session], large: Upload, then: str, status: int, kind: type
) -> None:
    early = Fault(read=100_000, answer=http(status, "early words"), then=then)
    with FaultServer({UPLOAD: [early]}) as server:
        with pytest.raises(kind, match=rf"\({status}\): early words"):
            session(server.url, file=large).submit()
        assert not server.received(UPLOAD)[0].is_complete


def test_a_busy_server_is_asked_again_when_it_says(session: Callable[..., Session]) -> None:
    busy = Fault(answer=http(429, "slow down", Retry_After="7"))
    with FaultServer({UPLOAD: [busy, busy]}) as server:
        one = session(server.url)
        one.submit()
        assert server.imported == 1
    assert one.clock.sleeps == [7, 7]


def test_an_absurd_retry_after_is_not_waited_for_beyond_retry_for(session: Callable[..., Session]) -> None:
    with FaultServer({UPLOAD: [Fault(answer=http(429, Retry_After="9" * 30))]}, repeats_last=True) as server:
        one = session(server.url)
        with pytest.raises(RefusedError, match="rate-limiting requests"):
            one.submit()
    assert sum(one.clock.sleeps) == pytest.approx(60, abs=0.5)
    assert server.count(UPLOAD) == 2


def test_a_file_that_changed_is_not_uploaded(session: Callable[..., Session], upload: Upload) -> None:
    with FaultServer() as server:
        one = session(server.url)
        upload.path.write_bytes(b"another size")
        with pytest.raises(ResultFilesError, match="changed while it was being uploaded"):
            one.submit()
        assert (server.imported, server.count(UPLOAD)) == (0, 0)


def test_a_file_that_vanished_after_a_lost_answer_leaves_the_outcome_unknown(
    session: Callable[..., Session], upload: Upload
) -> None:
    with FaultServer({UPLOAD: [LOST]}) as server:
        one = session(server.url)

        def delete(received: Received) -> None:
            if received.step == UPLOAD:
                upload.path.unlink(missing_ok=True)

        server._after_request = delete
        with pytest.raises(OutcomeUnknownError, match="cannot be uploaded"):
            one.submit()


def test_an_upload_url_that_nothing_may_be_sent_to_ends_before_the_upload(
    session: Callable[..., Session],
) -> None:
    with FaultServer(upload_url=lambda base, _: base.replace("127.0.0.1", "127.0.0.2")) as server:
        with pytest.raises(UnexpectedAnswerError, match="on another server, http://127"):
            session(server.url).submit()
        assert server.count(UPLOAD) == 0


def test_a_relative_upload_url_is_resolved_against_jira(session: Callable[..., Session]) -> None:
    relative = "/jira/upload?trackingId="
    with FaultServer(context_path="/jira", upload_url=lambda _, found: relative + found) as server:
        assert session(server.url).run().status is ImportStatus.SUCCESS
        assert server.received(UPLOAD)[0].headers["apikey"] == "the-api-key"


def test_a_start_that_is_repeated_leaves_an_unused_tracking_id_and_imports_once(
    session: Callable[..., Session],
) -> None:
    with FaultServer({START: [Fault(acts=True, then="reset"), FINE]}) as server:
        one = session(server.url)
        assert one.run().status is ImportStatus.SUCCESS
        assert (len(server.imports), server.imported, one.tracking_ids) == (2, 1, ["id-2"])
