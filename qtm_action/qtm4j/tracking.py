"""Step 3, one request: what QTM4J knows about an import."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from qtm_action.errors import AuthenticationError, QtmActionError, UnexpectedAnswerError
from qtm_action.log import Log
from qtm_action.qtm4j.deployment import Deployment
from qtm_action.qtm4j.progress import progress_record
from qtm_action.qtm4j.refusals import is_missing_route, is_not_known, refusal
from qtm_action.qtm4j.retry import may_poll_again, retry_after
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.failures import TransportFailure
from qtm_action.qtm4j.transport.http import Transport
from qtm_action.qtm4j.values import Progress

DOING = "to return the import status"


class FailureKind(Enum):
    """What a failed request means for the next one."""

    TRANSIENT = "transient"  # a network fault, or a server that is busy: retry
    DOUBTFUL = "doubtful"  # an unexpected answer: retry, but not for long
    PERMANENT = "permanent"  # retrying would give the same answer


class TrackingFailure(NamedTuple):
    """A request without a usable answer; ``retry_after`` in seconds, as the server asked."""

    error: QtmActionError
    kind: FailureKind
    retry_after: float | None = None


class NotKnown(NamedTuple):
    """QTM4J says that it has no import with this tracking id: not at all, or not yet."""


class Tracker:
    """Requests progress records, and remembers the prefix at which QTM4J answers."""

    def __init__(self, deployment: Deployment, transport: Transport) -> None:
        self.deployment = deployment
        self._transport = transport
        self._prefix: str | None = None

    def ask(
        self, tracking_id: str, log: Log, *, whole: float | None = None
    ) -> Progress | NotKnown | TrackingFailure:
        """Ask once, and then the history if there is no record; ``whole`` limits an exchange, in seconds."""
        answer = self._ask(tracking_id, log, whole)
        is_doubtful = isinstance(answer, TrackingFailure) and answer.kind is FailureKind.DOUBTFUL
        if isinstance(answer, NotKnown) or is_doubtful:
            return self._from_history(tracking_id, log, whole) or answer
        return answer

    def _ask(self, tracking_id: str, log: Log, whole: float | None) -> Progress | NotKnown | TrackingFailure:
        failures: list[TrackingFailure] = []
        for prefix in (self._prefix,) if self._prefix else self.deployment.track_prefixes:
            outcome = self._transport.exchange(
                self.deployment.track_request(prefix, tracking_id, whole=whole), log
            )
            if isinstance(outcome, TransportFailure):
                kind = FailureKind.TRANSIENT if outcome.is_transient else FailureKind.DOUBTFUL
                return TrackingFailure(outcome.error(), kind)
            if is_missing_route(outcome):
                failures.append(self._failure(outcome))
                continue
            read = self._read(outcome, tracking_id)
            if not isinstance(read, TrackingFailure):
                self._prefix = prefix
            return read
        is_login = (failure for failure in failures if isinstance(failure.error, AuthenticationError))
        return next(is_login, failures[0])

    def _from_history(self, tracking_id: str, log: Log, whole: float | None) -> Progress | None:
        """Return the import's record from the list of imports, where the deployment has one.

        The order of the list is not documented, so its first page is searched, and its last.
        """
        start_at: int | None = 0
        while start_at is not None:
            request = self.deployment.history_request(start_at, whole=whole)
            outcome = None if request is None else self._transport.exchange(request, log)
            page = outcome.json() if isinstance(outcome, Answer) and outcome.is_success else None
            records = page.get("data") if page is not None else None
            if page is None or not isinstance(records, list):
                return None
            for record in records:
                if isinstance(record, dict) and record.get("trackingId") == tracking_id:
                    return self.deployment.read_progress(record, tracking_id)
            total = page.get("total")
            has_more = not start_at and records and isinstance(total, int) and total > len(records)
            start_at = total - len(records) if has_more and isinstance(total, int) else None
        return None

    def _read(self, answer: Answer, tracking_id: str) -> Progress | NotKnown | TrackingFailure:
        if is_not_known(answer):
            return NotKnown()
        record = progress_record(answer)
        if record is not None:
            return self.deployment.read_progress(record, tracking_id)
        return self._failure(answer)

    def _failure(self, answer: Answer) -> TrackingFailure:
        error = refusal(answer, DOING, self.deployment)
        if may_poll_again(answer.status) or answer.is_cut_off:
            return TrackingFailure(error, FailureKind.TRANSIENT, retry_after(answer.headers))
        if isinstance(error, AuthenticationError):
            # A proxy's page may be temporary; a login page or a 401 is not.
            is_page = answer.is_success and not answer.is_login_page
            return TrackingFailure(error, FailureKind.DOUBTFUL if is_page else FailureKind.PERMANENT)
        is_from_app = answer.app_error() is not None
        is_final = is_from_app and not isinstance(error, UnexpectedAnswerError)
        return TrackingFailure(error, FailureKind.PERMANENT if is_final else FailureKind.DOUBTFUL)
