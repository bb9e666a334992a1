"""Step 1: announce an import, and receive the URL for its file.

Starting imports nothing: a start that is requested twice leaves a tracking id that is never used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from qtm_action.errors import AuthenticationError, QtmActionError, UnexpectedAnswerError
from qtm_action.log import Log
from qtm_action.qtm4j.deployment import Deployment
from qtm_action.qtm4j.refusals import is_missing_route, refusal
from qtm_action.qtm4j.retry import RetryPolicy, retry_after
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.failures import TransportFailure
from qtm_action.qtm4j.transport.http import Transport
from qtm_action.qtm4j.transport.request import HttpRequest
from qtm_action.redaction import keep_secret

_DOING = "to start the import"
_LONGEST_ID = 256
_LONGEST_URL = 16 * 1024


@dataclass(frozen=True, slots=True)
class Started:
    """The answer of step 1: where to upload the file, and the id to track its progress with."""

    upload_url: str = field(repr=False)
    tracking_id: str


class Starter:
    """Starts imports, and remembers the prefix at which QTM4J answers."""

    def __init__(self, deployment: Deployment, transport: Transport, policy: RetryPolicy) -> None:
        self._deployment = deployment
        self._transport = transport
        self._policy = policy
        self._prefix: str | None = None

    def start(self, body: Mapping[str, Any], log: Log) -> Started:
        """Start an import with step 1's JSON ``body``.

        Transient faults are retried for ``retry_for`` seconds. Raises the error that says why there
        is no import to upload to.
        """
        refused: list[QtmActionError] = []
        for prefix in (self._prefix,) if self._prefix else self._deployment.start_prefixes:
            answer = self._ask(self._deployment.start_request(prefix, body), log)
            if is_missing_route(answer):
                log.debug(f"step 1: QTM4J at {prefix} is not available ({answer.status})")
                refused.append(refusal(answer, _DOING, self._deployment))
                continue
            started = _read_start(answer, self._deployment)
            self._prefix = prefix
            return started
        raise next((error for error in refused if isinstance(error, AuthenticationError)), refused[0])

    def _ask(self, request: HttpRequest, log: Log) -> Answer:
        budget = self._policy.budget()
        while True:
            whole = min(request.whole, budget.longest_try)
            outcome = self._transport.exchange(replace(request, whole=whole), log)
            if isinstance(outcome, TransportFailure):
                error: QtmActionError = outcome.error()
                is_transient, requested = outcome.is_transient, None
            else:
                if not outcome.is_transient and not outcome.is_cut_off:
                    return outcome
                error = refusal(outcome, _DOING, self._deployment)
                is_transient, requested = True, retry_after(outcome.headers)
            wait = budget.next_wait(requested) if is_transient else None
            if wait is None:
                raise error
            log.warning(f"{error.message}; retrying in {wait:.1f} s")
            self._policy.clock.sleep(wait)


def _read_start(answer: Answer, deployment: Deployment) -> Started:
    value = answer.json()
    url, tracking_id = (_text((value or {}).get(key)) for key in ("url", "trackingId"))
    keep_secret(deployment.upload_secrets(url[:_LONGEST_URL], tracking_id))
    if not answer.is_success or value is None or answer.app_error() is not None:
        raise refusal(answer, _DOING, deployment)
    is_url = 0 < len(url) <= _LONGEST_URL
    if not is_url or not tracking_id.isprintable() or not 0 < len(tracking_id) <= _LONGEST_ID:
        missing = "trackingId" if is_url else "url"
        raise UnexpectedAnswerError(
            f"{deployment.peer.name}'s answer to the start request does not contain a valid {missing}: "
            f"{answer.message()}",
            hint=f"{deployment.address_hint} Also check the version of QTM4J.",
        )
    return Started(url, tracking_id)


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int)) else ""
