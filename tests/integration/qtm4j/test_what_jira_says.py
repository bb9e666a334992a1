"""Answers of Jira, QTM4J and what stands between: the right error at each step, and which prefix is asked."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import (
    AuthenticationError,
    RefusedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from qtm_action.qtm4j.values import ImportStatus
from tests.faults.fault_server import START, TRACK, UPLOAD, Fault, FaultServer, http, json_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.integration.qtm4j.conftest import Session

QTM4J, QMETRY = "rest/qtm4j", "rest/qmetry"
PAGE = "<html><title>Dead link</title>"
NO_ROUTES = {
    "404, a page": http(404, PAGE, Content_Type="text/html"),
    "404, JSON of Jira": json_answer(404, {"message": "null for uri", "status-code": 404}),
    "405": http(405),
    "200, a page": http(200, PAGE, Content_Type="text/html"),
    "a redirect to the login": http(302, Location="/login.jsp?os_destination=x"),
}


@pytest.mark.parametrize("no_route", NO_ROUTES.values(), ids=NO_ROUTES)
@pytest.mark.parametrize(
    ("start", "track"),
    [([QTM4J], [QMETRY]), ([QMETRY], [QMETRY]), ([QTM4J], [QTM4J]), ([QTM4J, QMETRY], [QTM4J, QMETRY])],
    ids=["as documented", "older apps", "as the vendor's plugin has it", "both"],
)
def test_the_prefix_that_exists_is_found_and_kept(
    session: Callable[..., Session], start: Sequence[str], track: Sequence[str], no_route: bytes
) -> None:
    with FaultServer(prefixes={START: start, TRACK: track}, missing_route=no_route) as server:
        one = session(server.url)
        assert one.run().status is ImportStatus.SUCCESS
        assert server.count(START) == (1 if QTM4J in start else 2)
        assert server.count(TRACK) == (2 if QMETRY in track else 3)
        one.run()
        assert server.count(START) == (2 if QTM4J in start else 3)
        assert server.count(TRACK) == (4 if QMETRY in track else 5)
    assert one.log.of("warning") == []


@pytest.mark.parametrize(
    ("no_route", "kind", "message"),
    [
        (
            "404, a page",
            RefusedError,
            r"QTM4J was not found in Jira when asked to start the import \(404\): Dead",
        ),
        ("404, JSON of Jira", RefusedError, "null for uri"),
        ("405", RefusedError, "405"),
        ("200, a page", AuthenticationError, "an HTML page instead of JSON"),
        ("a redirect to the login", AuthenticationError, "redirected the request to a login page"),
    ],
)
def test_a_jira_without_qtm4j_at_either_prefix_is_reported(
    session: Callable[..., Session], no_route: str, kind: type, message: str
) -> None:
    with FaultServer(prefixes={START: []}, missing_route=NO_ROUTES[no_route]) as server:
        with pytest.raises(kind, match=message):
            session(server.url).submit()
        assert [request.path.split("/")[2] for request in server.received(START)] == ["qtm4j", "qmetry"]


def test_a_login_page_at_one_prefix_says_more_than_a_404_at_the_other(
    session: Callable[..., Session],
) -> None:
    login = Fault(answer=NO_ROUTES["a redirect to the login"])
    with (
        FaultServer({START: [Fault(answer=http(404)), login]}) as server,
        pytest.raises(AuthenticationError),
    ):
        session(server.url).submit()


def test_an_error_of_the_app_is_an_answer_and_the_other_prefix_is_not_asked(
    session: Callable[..., Session],
) -> None:
    answer = json_answer(
        400, {"status": 400, "errorMessage": "The supplied fields are invalid", "errors": ["x"]}
    )
    with FaultServer({START: [Fault(answer=answer)]}) as server:
        with pytest.raises(RefusedError, match="The supplied fields are invalid") as caught:
            session(server.url).submit()
        assert server.count(START) == 1
    assert [problem.message for problem in caught.value.problems] == ["x"]


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_are_not_tried_at_the_other_prefix(
    session: Callable[..., Session], status: int
) -> None:
    with FaultServer({START: [Fault(answer=http(status))]}) as server:
        with pytest.raises(AuthenticationError):
            session(server.url).submit()
        assert server.count(START) == 1


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ({"trackingId": "x"}, "url"),
        ({"url": "", "trackingId": "x"}, "url"),
        ({"url": "/upload"}, "trackingId"),
        ({"url": "/upload", "trackingId": None}, "trackingId"),
        ({"url": "/upload", "trackingId": "a\nb"}, "trackingId"),
        ({"url": "/upload", "trackingId": "x" * 300}, "trackingId"),
        ({"url": {"a": 1}, "trackingId": "x"}, "url"),
    ],
)
def test_a_start_without_url_or_tracking_id_is_unexpected(
    session: Callable[..., Session], body: object, missing: str
) -> None:
    with FaultServer({START: [Fault(answer=json_answer(200, body))]}) as server:
        with pytest.raises(UnexpectedAnswerError, match=f"does not contain a valid {missing}"):
            session(server.url).submit()
        assert server.count(UPLOAD) == 0


def test_a_tracking_id_may_be_a_number(session: Callable[..., Session]) -> None:
    answer = json_answer(200, {"url": "/upload?trackingId=7", "trackingId": 7})
    with FaultServer({START: [Fault(answer=answer)]}) as server:
        one = session(server.url)
        assert one.submit() == "id-1"  # the server knows no upload 7
        assert one.tracking_ids == ["7", "id-1"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(429, RefusedError), (408, UnreachableError), *((s, UnreachableError) for s in (502, 503, 504))],
)
def test_transient_statuses_of_a_start_are_retried_until_retry_for_is_over(
    session: Callable[..., Session], status: int, kind: type
) -> None:
    fault = Fault(answer=json_answer(status, {"errorMessage": "busy"}))
    with FaultServer({START: [fault, fault]}) as server:
        one = session(server.url)
        one.submit()
        assert server.count(START) == 3
    assert len(one.log.of("warning")) == 2
    assert "retrying in" in one.log.of("warning")[0]
    with FaultServer({START: [fault]}, repeats_last=True) as server:
        one = session(server.url)
        with pytest.raises(kind, match="busy"):
            one.submit()
        assert sum(one.clock.sleeps) == pytest.approx(60, abs=1)


@pytest.mark.parametrize("status", [400, 500, 501])
def test_other_statuses_of_a_start_are_not_retried(session: Callable[..., Session], status: int) -> None:
    with FaultServer({START: [Fault(answer=http(status, "no"))]}) as server:
        with pytest.raises((RefusedError, UnreachableError), match=rf"\({status}\): no"):
            session(server.url).submit()
        assert server.count(START) == 1


def test_a_redirect_is_reported_and_not_followed(session: Callable[..., Session]) -> None:
    moved = http(301, Location="https://jira.example.com/rest/qtm4j?secret=1")
    with FaultServer({START: [Fault(answer=moved)]}) as server:
        with pytest.raises(UnexpectedAnswerError) as caught:
            session(server.url).submit()
        assert len(server.requests) == 1
    assert "to https://jira.example.com (301)" in caught.value.message
    assert "secret" not in caught.value.message


def test_a_host_that_does_not_exist_is_reported_immediately(session: Callable[..., Session]) -> None:
    one = session("http://jira.invalid")
    with pytest.raises(UnreachableError, match=r"jira\.invalid cannot be resolved") as caught:
        one.submit()
    assert "DNS" in caught.value.hint
    assert "the host name jira.invalid cannot be resolved" in caught.value.message


def test_a_port_where_nothing_listens_is_tried_until_retry_for_is_over(
    session: Callable[..., Session],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    one = session(f"http://127.0.0.1:{port}", retry_for=30)
    with pytest.raises(UnreachableError, match=f"http://127.0.0.1:{port} refused the connection"):
        one.submit()
    assert sum(one.clock.sleeps) == pytest.approx(30, abs=0.5)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (http(401, "no"), AuthenticationError),
        (http(302, Location="/login.jsp"), AuthenticationError),
        (json_answer(400, {"status": 400, "errorMessage": "Something else"}), RefusedError),
    ],
)
def test_what_is_meant_while_polling_ends_the_wait(
    session: Callable[..., Session], answer: bytes, kind: type
) -> None:
    with FaultServer({TRACK: [Fault(answer=answer)]}, repeats_last=True) as server:
        one = session(server.url)
        tracking_id = one.submit()
        with pytest.raises(kind):
            one.wait(tracking_id)
    assert one.clock.sleeps == []


@pytest.mark.parametrize(
    "answer",
    [
        http(200, "<html>Jira is being upgraded", Content_Type="text/html"),
        http(404, PAGE),
        http(200, "[]"),
        json_answer(200, {"message": "other shape"}),
        http(500, "oops"),
        http(503, Retry_After="2"),
        http(429),
    ],
)
def test_a_passing_oddity_while_polling_does_not_end_the_wait(
    session: Callable[..., Session], answer: bytes
) -> None:
    with FaultServer({TRACK: [Fault(answer=answer)] * 4}) as server:
        assert session(server.url).run().status is ImportStatus.SUCCESS
