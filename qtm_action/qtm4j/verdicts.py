"""What one attempt at the upload proves: the rows of the table in ``docs/RELIABILITY.md``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from qtm_action.errors import RefusedError
from qtm_action.qtm4j.refusals import refusal
from qtm_action.qtm4j.retry import retry_after
from qtm_action.qtm4j.transport.answers import with_said
from qtm_action.qtm4j.transport.faults import Fault, Reach

if TYPE_CHECKING:
    from qtm_action.errors import QtmActionError
    from qtm_action.qtm4j.transport.answers import Answer
    from qtm_action.qtm4j.transport.origins import Origin

_DOING = "to take the file"
# The server says that it did nothing.
_NOT_DONE = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
# A proxy says that the exchange with the server behind it is over.
_ENDED = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE)


class Fate(Enum):
    """What one attempt at the upload proves."""

    ACCEPTED = "accepted"  # the server took the file
    NOT_STARTED = "not started"  # the import can't have started; the URL may be tried again
    URL_REFUSED = "URL refused"  # it can't have started, and the URL is of no use
    REFUSED = "refused"  # it can't have started, and trying again would bring the same
    LOST = "lost"  # all was sent, and the exchange was ended without a result: it may have started
    OPEN = "open"  # all was sent, and the server may still be at work on it


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate of an attempt; ``error`` is what to say if it was the last. ``retry_after`` in seconds."""

    fate: Fate
    error: QtmActionError | None = None
    is_transient: bool = False
    retry_after: float | None = None


def judge(outcome: Answer | Fault, *, was_sent: bool, elsewhere: Origin | None, now: float) -> Verdict:
    """Decide what an attempt proves.

    ``was_sent``: the request left in full. ``elsewhere``: where it went if not to Jira's origin, so that
    no credentials went along. ``now``: seconds since 1970, for ``Retry-After``.
    """
    if isinstance(outcome, Fault):
        return _judge_fault(outcome)
    if _may_mean_success(outcome):
        return _judge_success(outcome, was_sent=was_sent)
    if outcome.status in _NOT_DONE or (outcome.is_transient and not was_sent):
        asked = retry_after(outcome.headers, now)
        return Verdict(Fate.NOT_STARTED, refusal(outcome, _DOING), is_transient=True, retry_after=asked)
    if outcome.is_server_error and was_sent:
        return Verdict(Fate.LOST if outcome.status in _ENDED else Fate.OPEN, refusal(outcome, _DOING))
    return _judge_refusal(outcome, elsewhere)


def _judge_fault(fault: Fault) -> Verdict:
    if fault.reach is not Reach.SENT:
        return Verdict(Fate.NOT_STARTED, fault.error(), is_transient=fault.is_transient)
    return Verdict(Fate.OPEN if fault.is_open else Fate.LOST, fault.error())


def _may_mean_success(answer: Answer) -> bool:
    """Tell whether an answer may follow an upload that went well; sites answer a form with 302 or 303."""
    if answer.is_redirect:
        return answer.status in (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER) and not answer.is_login_redirect
    return answer.status < HTTPStatus.BAD_REQUEST


def _judge_success(answer: Answer, *, was_sent: bool) -> Verdict:
    has_error = answer.app_error() is not None
    says_nothing = not answer.body.strip() or (answer.json() is not None and not has_error)
    if answer.is_success and was_sent and answer.is_complete and says_nothing:
        return Verdict(Fate.ACCEPTED)
    return Verdict(Fate.REFUSED if answer.is_html or has_error else Fate.OPEN, refusal(answer, _DOING))


def _judge_refusal(answer: Answer, elsewhere: Origin | None) -> Verdict:
    if _is_url_refused(answer, elsewhere):
        return Verdict(Fate.URL_REFUSED, _url_refusal(answer, elsewhere))
    wants_credentials = answer.status == HTTPStatus.UNAUTHORIZED or answer.is_redirect
    if elsewhere is not None and wants_credentials:
        return Verdict(Fate.REFUSED, _url_refusal(answer, elsewhere))
    return Verdict(Fate.REFUSED, refusal(answer, _DOING))


def _is_url_refused(answer: Answer, elsewhere: Origin | None) -> bool:
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return True
    if answer.status == HTTPStatus.FORBIDDEN and elsewhere is not None:
        return True  # what object stores say of a signature that is no longer valid
    is_expired = b"expired" in answer.body[:4096].lower()
    return is_expired and answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN)


def _url_refusal(answer: Answer, elsewhere: Origin | None) -> RefusedError:
    if elsewhere is not None:
        return RefusedError(
            with_said(f"the upload URL that Jira had named, on {elsewhere}, refused the file", answer),
            hint="credentials only go to jira-url's server: if that is Jira, give its base URL as jira-url",
        )
    return RefusedError(
        with_said("the upload URL that Jira had named was refused", answer),
        hint="nothing was imported; check that Jira's base URL leads to this Jira",
    )
