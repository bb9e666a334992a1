"""QTM4J Cloud over real sockets: three steps, no credential to the store, and each file imported once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import AuthenticationError, OutcomeUnknownError, RefusedError
from qtm_action.qtm4j.values import ImportStatus, Upload
from qtm_action.redaction import Redactor, protect, redacted
from tests.faults.cloud_fault_server import HISTORY, SIGNATURE, CloudFaultServer, store_error
from tests.faults.fault_server import START, TRACK, UPLOAD, Fault, http
from tests.integration.qtm4j.conftest import CONTENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.qtm4j.conftest import Session

LOST = Fault(then="reset")
SWALLOWED = Fault(acts=True, then="reset")
EXPIRED = Fault(answer=store_error(403, "AccessDenied", "Request has expired"))


@pytest.fixture
def large(tmp_path: Path) -> Upload:
    """A file that no kernel takes off the client's hands at once."""
    path = tmp_path / "large.xml"
    path.write_bytes(b"x" * 8_000_000)
    return Upload(path, path.name, 8_000_000)


def test_the_three_steps(session: Callable[..., Session]) -> None:
    with CloudFaultServer() as server:
        one = session(region=server.url)
        progress = one.run()
        server.assert_no_url_was_used_twice()
        assert server.imports["id-1"].parts == [CONTENT]
    assert progress.status is ImportStatus.SUCCESS
    assert [cycle.test_cycle_key for cycle in progress.summary] == ["JFT1-TR-15"]
    start, upload, track = (server.received(step)[0] for step in (START, UPLOAD, TRACK))
    assert (start.headers["apikey"], track.headers["apikey"]) == ("the-api-key", "the-api-key")
    assert "authorization" not in start.headers | track.headers
    assert upload.headers["content-length"] == str(len(CONTENT))
    assert SIGNATURE not in "\n".join(one.log.lines)


def test_the_signature_of_the_upload_url_is_hidden_wherever_it_turns_up(
    session: Callable[..., Session],
) -> None:
    protect(Redactor(["the-api-key"]))
    with CloudFaultServer() as server:
        session(region=server.url).submit()
    assert SIGNATURE not in redacted(f"somebody says {SIGNATURE}id-1 of id-1")
    assert redacted("followed with the tracking id id-1").endswith("id-1")
    protect(Redactor(()))


@pytest.mark.parametrize("fault", [EXPIRED, Fault(answer=http(429, Retry_After="1"))], ids=["expired", "429"])
def test_a_url_that_is_refused_or_was_sent_a_file_in_vain_is_followed_by_another(
    session: Callable[..., Session], fault: Fault
) -> None:
    with CloudFaultServer({UPLOAD: [fault]}) as server:
        one = session(region=server.url)
        assert one.run().status is ImportStatus.SUCCESS
        server.assert_no_url_was_used_twice()
        assert (server.imported, one.tracking_ids) == (1, ["id-1", "id-2"])
    assert "starting the import again in" in one.log.of("warning")[-1]


def test_a_url_that_is_always_refused_is_given_up_after_three(session: Callable[..., Session]) -> None:
    with CloudFaultServer({UPLOAD: [EXPIRED]}, repeats_last=True) as server:
        with pytest.raises(RefusedError, match="AccessDenied: Request has expired"):
            session(region=server.url).submit()
        assert (server.imported, server.count(START)) == (0, 3)


def test_an_upload_broken_half_way_is_repeated(session: Callable[..., Session], large: Upload) -> None:
    with CloudFaultServer({UPLOAD: [Fault(read=50_000, then="reset")]}) as server:
        assert session(region=server.url, file=large).run().status is ImportStatus.SUCCESS
        server.assert_no_url_was_used_twice()
        assert (server.imported, server.count(UPLOAD), server.count(START)) == (1, 2, 1)


def test_a_lost_answer_is_cleared_up_by_the_progress_record(session: Callable[..., Session]) -> None:
    with CloudFaultServer({UPLOAD: [SWALLOWED]}) as server:
        one = session(region=server.url)
        assert one.run().status is ImportStatus.SUCCESS
        assert (server.imported, server.count(UPLOAD)) == (1, 1)
    assert "QTM4J received the file; continuing" in one.log.of("info")


@pytest.mark.parametrize("others", [0, 250])
def test_a_lost_answer_is_cleared_up_by_the_history_where_the_record_is_not_to_be_had(
    session: Callable[..., Session], others: int
) -> None:
    nothing = Fault(answer=http(404, "<html><title>Not here</title></html>"))
    faults = {UPLOAD: [SWALLOWED], TRACK: [nothing]}
    with CloudFaultServer(faults, repeats_last=False, others=others) as server:
        one = session(region=server.url)
        assert one.run().status is ImportStatus.SUCCESS
        assert (server.imported, server.count(UPLOAD)) == (1, 1)
        assert server.count(HISTORY) == (2 if others else 1)


def test_a_file_that_neither_knows_is_never_sent_again(session: Callable[..., Session]) -> None:
    with CloudFaultServer({UPLOAD: [LOST]}) as server:
        one = session(region=server.url)
        with pytest.raises(OutcomeUnknownError) as caught:
            one.submit()
        assert (server.imported, server.count(UPLOAD), server.count(START)) == (0, 1, 1)
        assert server.count(HISTORY) >= 10
    assert caught.value.hint == "Import again only if QTM4J does not have it."
    assert sum(one.clock.sleeps) == pytest.approx(60, abs=1)


def test_a_401_of_the_start_says_what_it_can_be(session: Callable[..., Session]) -> None:
    with CloudFaultServer({START: [Fault(answer=http(401, "no"))]}) as server:
        with pytest.raises(AuthenticationError) as caught:
            session(region=server.url).submit()
        assert server.count(UPLOAD) == 0
    assert "another region than http://127.0.0.1" in caught.value.hint
