"""Step 1: tell QTM4J what will be imported, and be told where to upload it.

Starting imports nothing: a start that is asked for twice leaves a tracking id that is never used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qtm_action.errors import AuthenticationError, QtmActionError, UnexpectedAnswerError
from qtm_action.qtm4j.refusals import is_missing_route, refusal
from qtm_action.qtm4j.retry import retry_after
from qtm_action.qtm4j.server import START_PREFIXES
from qtm_action.qtm4j.transport.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qtm_action.log import Log
    from qtm_action.qtm4j.retry import Pace
    from qtm_action.qtm4j.server import JiraServer
    from qtm_action.qtm4j.transport.answers import Answer
    from qtm_action.qtm4j.transport.exchange import Request, Transport

_DOING = "to start the import"
_LONGEST_ID = 256


@dataclass(frozen=True, slots=True)
class Started:
    """The answer of step 1: where to upload the file, and the id to ask for its progress with."""

    upload_url: str
    tracking_id: str


class Starter:
    """Asks for starts, and remembers the prefix that QTM4J answers below."""

    def __init__(
        self,
        server: JiraServer,
        transport: Transport,
        pace: Pace,
    ) -> None:
        self._server = server
        self._transport = transport
        self._pace = pace
        self._prefix: str | None = None

    def start(self, body: Mapping[str, Any], log: Log) -> Started:
        """Start an import with step 1's JSON ``body``.

        Transient faults are retried for ``retry_for`` seconds. Raises the error that tells why there
        is no import to upload to.
        """
        refused: list[QtmActionError] = []
        for prefix in (self._prefix,) if self._prefix else START_PREFIXES:
            answer = self._ask(self._server.start(prefix, body), log)
            if is_missing_route(answer):
                log.debug(f"step 1: {prefix} is not where QTM4J listens ({answer.status})")
                refused.append(refusal(answer, _DOING))
                continue
            started = _read_start(answer)
            self._prefix = prefix
            return started
        raise next((error for error in refused if isinstance(error, AuthenticationError)), refused[0])

    def _ask(self, request: Request, log: Log) -> Answer:
        patience = self._pace.patience()
        while True:
            outcome = self._transport.exchange(request, log)
            if isinstance(outcome, Fault):
                error: QtmActionError = outcome.error()
                is_transient, asked = outcome.is_transient, None
            else:
                is_cut = outcome.is_success and not outcome.is_complete
                if not is_cut and not outcome.is_transient:
                    return outcome
                error = refusal(outcome, _DOING)
                is_transient, asked = True, retry_after(outcome.headers, self._pace.clock.now())
            wait = patience.next_wait(asked) if is_transient else None
            if wait is None:
                raise error
            log.warning(f"{error.message}; asking again in {wait:.1f} s")
            self._pace.clock.sleep(wait)


def _read_start(answer: Answer) -> Started:
    value = answer.json()
    if not answer.is_success or value is None or answer.app_error() is not None:
        raise refusal(answer, _DOING)
    url, tracking_id = _text(value.get("url")), _text(value.get("trackingId"))
    if not url or not tracking_id.isprintable() or not 0 < len(tracking_id) <= _LONGEST_ID:
        missing = "trackingId" if url else "url"
        raise UnexpectedAnswerError(
            f"Jira's answer to the start of the import has no usable {missing}: {answer.shown()}",
            hint="check that jira-url is Jira's base URL, and the version of QTM4J",
        )
    return Started(url, tracking_id)


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int)) else ""
