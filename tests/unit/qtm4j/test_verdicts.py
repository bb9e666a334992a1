"""Each row of the table in docs/RELIABILITY.md, "What an attempt at the upload proves"."""

from __future__ import annotations

import json

import pytest

from qtm_action.errors import AuthenticationError, RefusedError, UnreachableError
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.faults import Fault, Reach
from qtm_action.qtm4j.transport.origins import Origin
from qtm_action.qtm4j.verdicts import Fate, judge

STORE = Origin("https", "s3.example", 443)
APP_ERROR = json.dumps({"status": 400, "errorMessage": "Not a zip"}).encode()
HTML = {"content-type": "text/html"}


@pytest.mark.parametrize(
    ("outcome", "was_sent", "fate", "is_transient"),
    [
        (Fault("refused", reach=Reach.UNSENT), False, Fate.NOT_STARTED, True),
        (Fault("certificate", reach=Reach.UNSENT, is_transient=False), False, Fate.NOT_STARTED, False),
        (Fault("reset", reach=Reach.PARTLY_SENT), False, Fate.NOT_STARTED, True),
        (Fault("stalled", reach=Reach.PARTLY_SENT, is_open=True), False, Fate.NOT_STARTED, True),
        (Fault("reset", reach=Reach.SENT), True, Fate.LOST, False),
        (Fault("timed out", reach=Reach.SENT, is_open=True), True, Fate.OPEN, False),
        (Answer(204, {}), True, Fate.ACCEPTED, False),
        (Answer(200, {}), True, Fate.ACCEPTED, False),
        (Answer(202, {}, b' {"ok": true} '), True, Fate.ACCEPTED, False),
        (Answer(204, {}), False, Fate.OPEN, False),
        (Answer(200, {}, b"", is_complete=False), True, Fate.OPEN, False),
        (Answer(200, {}, b"fine, thanks"), True, Fate.OPEN, False),
        (Answer(103, {}), True, Fate.OPEN, False),
        (Answer(200, HTML, b"<html>Log in"), True, Fate.REFUSED, False),
        (Answer(200, {}, APP_ERROR), True, Fate.REFUSED, False),
        (Answer(302, {"location": "/login.jsp"}), True, Fate.REFUSED, False),
        (Answer(302, {"location": "/x"}), True, Fate.OPEN, False),
        (Answer(303, {"location": "/thanks"}), True, Fate.OPEN, False),
        (Answer(301, {"location": "/x"}), True, Fate.REFUSED, False),
        (Answer(308, {"location": "/x"}), True, Fate.REFUSED, False),
        (Answer(400, {}, APP_ERROR), True, Fate.REFUSED, False),
        (Answer(400, {}, b"the URL has expired"), True, Fate.URL_REFUSED, False),
        (Answer(401, {}), True, Fate.REFUSED, False),
        (Answer(403, {}), True, Fate.REFUSED, False),
        (Answer(403, {}, b"Request has expired"), True, Fate.URL_REFUSED, False),
        (Answer(404, {}), True, Fate.URL_REFUSED, False),
        (Answer(410, {}), True, Fate.URL_REFUSED, False),
        (Answer(407, {}), True, Fate.REFUSED, False),
        (Answer(408, {}), True, Fate.NOT_STARTED, True),
        (Answer(413, {}), False, Fate.REFUSED, False),
        (Answer(429, {}), True, Fate.NOT_STARTED, True),
        (Answer(500, {}), False, Fate.REFUSED, False),
        (Answer(500, {}), True, Fate.OPEN, False),
        (Answer(502, {}), False, Fate.NOT_STARTED, True),
        (Answer(502, {}), True, Fate.LOST, False),
        (Answer(503, {}), False, Fate.NOT_STARTED, True),
        (Answer(503, {}), True, Fate.LOST, False),
        (Answer(504, {}), False, Fate.NOT_STARTED, True),
        (Answer(504, {}), True, Fate.OPEN, False),
    ],
)
def test_what_an_attempt_proves(
    outcome: Answer | Fault, fate: Fate, *, was_sent: bool, is_transient: bool
) -> None:
    verdict = judge(outcome, was_sent=was_sent, elsewhere=None, now=0)
    assert (verdict.fate, verdict.is_transient) == (fate, is_transient)
    assert (verdict.error is None) == (fate is Fate.ACCEPTED)


@pytest.mark.parametrize(
    ("answer", "fate", "hint"),
    [
        (
            Answer(403, {}, b"<Error><Code>AccessDenied</Code></Error>"),
            Fate.URL_REFUSED,
            "base URL as jira-url",
        ),
        (Answer(401, {}), Fate.REFUSED, "base URL as jira-url"),
        (Answer(302, {"location": "/login.jsp"}), Fate.REFUSED, "base URL as jira-url"),
        (Answer(413, {}), Fate.REFUSED, "client_max_body_size"),
        (Answer(200, {}), Fate.ACCEPTED, ""),
    ],
)
def test_a_store_elsewhere_that_wants_credentials_is_told_as_that(
    answer: Answer, fate: Fate, hint: str
) -> None:
    verdict = judge(answer, was_sent=True, elsewhere=STORE, now=0)
    assert verdict.fate is fate
    assert hint in (verdict.error.hint if verdict.error else "")


def test_the_error_of_a_verdict_has_the_exit_code_that_fits() -> None:
    def kind(outcome: Answer | Fault) -> type:
        return type(judge(outcome, was_sent=True, elsewhere=None, now=0).error)

    assert kind(Fault("reset", reach=Reach.SENT)) is UnreachableError
    assert kind(Answer(401, {})) is AuthenticationError
    assert kind(Answer(404, {})) is RefusedError


def test_what_a_busy_server_asks_for_is_passed_on() -> None:
    assert judge(Answer(429, {"retry-after": "7"}), was_sent=True, elsewhere=None, now=0).retry_after == 7
