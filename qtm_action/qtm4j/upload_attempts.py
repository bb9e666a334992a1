"""What one attempt at the upload proves: the rows of the table in ``docs/RELIABILITY.md``."""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus
from typing import NamedTuple

from qtm_action.errors import QtmActionError
from qtm_action.qtm4j.deployment import Deployment
from qtm_action.qtm4j.refusals import refusal
from qtm_action.qtm4j.retry import RETRIABLE, WorkDone, retry_after
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.failures import TransportFailure
from qtm_action.qtm4j.transport.urls import Target

_DOING = "to accept the file"


class AttemptStatus(Enum):
    """What one attempt at the upload proves."""

    ACCEPTED = "accepted"  # the server took the file
    NOT_STARTED = "not started"  # the import can't have started; the URL may be tried again
    URL_REFUSED = "URL refused"  # it can't have started, and the URL is of no use
    REFUSED = "refused"  # it can't have started, and retrying would give the same answer
    LOST = "lost"  # everything was sent, and the exchange ended without a result: it may have started
    OPEN = "open"  # everything was sent, and the server may still be working on it


class Attempt(NamedTuple):
    """The status of an attempt; ``error`` is the error if it was the last. ``retry_after`` in seconds.

    ``was_sent``: the whole request was sent, although the server says that it did nothing.
    """

    status: AttemptStatus
    error: QtmActionError | None = None
    is_transient: bool = False
    retry_after: float | None = None
    was_sent: bool = False


def classify_attempt(
    outcome: Answer | TransportFailure, deployment: Deployment, target: Target, *, was_sent: bool
) -> Attempt:
    """Decide what an attempt proves.

    ``was_sent``: the whole request was sent. ``target``: where it was sent.
    """
    if isinstance(outcome, TransportFailure):
        return _of_failure(outcome)
    if _may_mean_success(outcome):
        return _of_success(outcome, deployment, was_sent=was_sent)
    work = RETRIABLE.get(outcome.status)
    if work is not None and (work is WorkDone.NONE or not was_sent):
        return Attempt(
            AttemptStatus.NOT_STARTED,
            refusal(outcome, _DOING, deployment),
            is_transient=True,
            retry_after=retry_after(outcome.headers),
            was_sent=was_sent,
        )
    if outcome.is_server_error and was_sent:
        status = AttemptStatus.LOST if work is WorkDone.ENDED else AttemptStatus.OPEN
        return Attempt(status, refusal(outcome, _DOING, deployment))
    url_refusal = deployment.upload_url_refusal(outcome, target)
    if url_refusal is not None:
        return Attempt(AttemptStatus.URL_REFUSED, url_refusal)
    error = deployment.upload_refusal(outcome, target) or refusal(outcome, _DOING, deployment)
    return Attempt(AttemptStatus.REFUSED, error)


def _of_failure(failure: TransportFailure) -> Attempt:
    if not failure.was_sent:
        return Attempt(AttemptStatus.NOT_STARTED, failure.error(), is_transient=failure.is_transient)
    return Attempt(AttemptStatus.OPEN if failure.is_open else AttemptStatus.LOST, failure.error())


def _may_mean_success(answer: Answer) -> bool:
    """Return whether an answer may follow a successful upload; sites answer a form with 302 or 303."""
    if answer.is_redirect:
        return answer.status in (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER) and not answer.is_login_redirect
    return answer.status < HTTPStatus.BAD_REQUEST


def _of_success(answer: Answer, deployment: Deployment, *, was_sent: bool) -> Attempt:
    if was_sent and answer.is_complete and deployment.is_upload_accepted(answer):
        return Attempt(AttemptStatus.ACCEPTED)
    is_refused = answer.is_html or answer.app_error() is not None
    status = AttemptStatus.REFUSED if is_refused else AttemptStatus.OPEN
    return Attempt(status, refusal(answer, _DOING, deployment))
