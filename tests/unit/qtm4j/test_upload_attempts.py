"""Each row of the table in docs/RELIABILITY.md, "What an attempt at the upload proves"."""

from __future__ import annotations

import json

import pytest

from qtm_action.errors import LoginError, RefusedError, UnreachableError
from qtm_action.qtm4j.deployment import Connection
from qtm_action.qtm4j.server import JIRA, JiraServer, parse_jira_url
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.failures import TransportFailure
from qtm_action.qtm4j.transport.urls import Origin, Target
from qtm_action.qtm4j.upload_attempts import Attempt, classify_attempt
from qtm_action.qtm4j.upload_attempts import AttemptStatus as S
from qtm_action.qtm4j.values import Credentials

ADDRESS = parse_jira_url("https://jira.example")
SERVER = JiraServer(ADDRESS, Connection(ADDRESS, Credentials("key")), "test")
JIRA_UPLOAD = ADDRESS.target("/upload")
STORE = Target(Origin("https", "s3.example", 443), "/", JIRA, with_credentials=False)
APP_ERROR = json.dumps({"status": 400, "errorMessage": "Not a zip"}).encode()
HTML = {"content-type": "text/html"}


def classify(outcome: Answer | TransportFailure, target: Target = JIRA_UPLOAD, *, was_sent: bool) -> Attempt:
    return classify_attempt(outcome, SERVER, target, was_sent=was_sent)


@pytest.mark.parametrize(
    ("outcome", "was_sent", "status", "is_transient"),
    [
        (TransportFailure("refused"), False, S.NOT_STARTED, True),
        (
            TransportFailure("certificate", is_transient=False),
            False,
            S.NOT_STARTED,
            False,
        ),
        (TransportFailure("reset"), False, S.NOT_STARTED, True),
        (TransportFailure("stalled", is_open=True), False, S.NOT_STARTED, True),
        (TransportFailure("reset", was_sent=True), True, S.LOST, False),
        (TransportFailure("timed out", was_sent=True, is_open=True), True, S.OPEN, False),
        (Answer(204, {}), True, S.ACCEPTED, False),
        (Answer(200, {}), True, S.ACCEPTED, False),
        (Answer(202, {}, b' {"ok": true} '), True, S.ACCEPTED, False),
        (Answer(204, {}), False, S.OPEN, False),
        (Answer(200, {}, b"", is_complete=False), True, S.OPEN, False),
        (Answer(200, {}, b"fine, thanks"), True, S.OPEN, False),
        (Answer(103, {}), True, S.OPEN, False),
        (Answer(200, HTML, b"<html>Log in"), True, S.REFUSED, False),
        (Answer(200, {}, APP_ERROR), True, S.REFUSED, False),
        (Answer(302, {"location": "/login.jsp"}), True, S.REFUSED, False),
        (Answer(302, {"location": "/x"}), True, S.OPEN, False),
        (Answer(303, {"location": "/thanks"}), True, S.OPEN, False),
        (Answer(301, {"location": "/x"}), True, S.REFUSED, False),
        (Answer(308, {"location": "/x"}), True, S.REFUSED, False),
        (Answer(400, {}, APP_ERROR), True, S.REFUSED, False),
        (Answer(400, {}, b"the URL has expired"), True, S.URL_REFUSED, False),
        (Answer(401, {}), True, S.REFUSED, False),
        (Answer(403, {}), True, S.REFUSED, False),
        (Answer(403, {}, b"Request has expired"), True, S.URL_REFUSED, False),
        (Answer(404, {}), True, S.URL_REFUSED, False),
        (Answer(410, {}), True, S.URL_REFUSED, False),
        (Answer(407, {}), True, S.REFUSED, False),
        (Answer(408, {}), True, S.NOT_STARTED, True),
        (Answer(413, {}), False, S.REFUSED, False),
        (Answer(429, {}), True, S.NOT_STARTED, True),
        (Answer(500, {}), False, S.REFUSED, False),
        (Answer(500, {}), True, S.OPEN, False),
        (Answer(502, {}), False, S.NOT_STARTED, True),
        (Answer(502, {}), True, S.LOST, False),
        (Answer(503, {}), False, S.NOT_STARTED, True),
        (Answer(503, {}), True, S.LOST, False),
        (Answer(504, {}), False, S.NOT_STARTED, True),
        (Answer(504, {}), True, S.OPEN, False),
    ],
)
def test_what_an_attempt_proves(
    outcome: Answer | TransportFailure, status: S, *, was_sent: bool, is_transient: bool
) -> None:
    attempt = classify(outcome, was_sent=was_sent)
    assert (attempt.status, attempt.is_transient) == (status, is_transient)
    assert (attempt.error is None) == (status is S.ACCEPTED)


@pytest.mark.parametrize(
    ("answer", "status", "hint"),
    [
        (
            Answer(403, {}, b"<Error><Code>AccessDenied</Code></Error>"),
            S.URL_REFUSED,
            "If that host is your Jira, set jira-url to it.",
        ),
        (Answer(401, {}), S.REFUSED, "If that host is your Jira, set jira-url to it."),
        (
            Answer(302, {"location": "/login.jsp"}),
            S.REFUSED,
            "If that host is your Jira, set jira-url to it.",
        ),
        (Answer(413, {}), S.REFUSED, "client_max_body_size"),
        (Answer(200, {}), S.ACCEPTED, ""),
    ],
)
def test_a_store_elsewhere_that_wants_credentials_is_reported_as_that(
    answer: Answer, status: S, hint: str
) -> None:
    attempt = classify(answer, STORE, was_sent=True)
    assert attempt.status is status
    assert hint in (attempt.error.hint if attempt.error else "")


def test_the_error_of_a_attempt_has_the_exit_code_that_fits() -> None:
    def kind(outcome: Answer | TransportFailure) -> type:
        return type(classify(outcome, was_sent=True).error)

    assert kind(TransportFailure("reset", was_sent=True)) is UnreachableError
    assert kind(Answer(401, {})) is LoginError
    assert kind(Answer(404, {})) is RefusedError


def test_what_a_busy_server_asks_for_is_passed_on() -> None:
    assert classify(Answer(429, {"retry-after": "7"}), was_sent=True).retry_after == 7
