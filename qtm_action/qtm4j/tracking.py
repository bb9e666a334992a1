"""Step 3, asked once: what QTM4J knows of an import."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from qtm_action.errors import AuthenticationError, QtmActionError, UnexpectedAnswerError
from qtm_action.qtm4j.progress import is_progress_record, read_progress
from qtm_action.qtm4j.refusals import is_missing_route, is_not_known, refusal
from qtm_action.qtm4j.retry import retry_after
from qtm_action.qtm4j.server import TRACK_PREFIXES
from qtm_action.qtm4j.transport.faults import Fault

if TYPE_CHECKING:
    from qtm_action.log import Log
    from qtm_action.qtm4j.clock import Clock
    from qtm_action.qtm4j.model import Progress
    from qtm_action.qtm4j.server import JiraServer
    from qtm_action.qtm4j.transport.answers import Answer
    from qtm_action.qtm4j.transport.exchange import Transport

_DOING = "to tell the progress"


class Severity(Enum):
    """What trouble with a question means for the next one."""

    PASSING = "passing"  # a fault on the way, or a server that is busy: ask again
    DOUBTFUL = "doubtful"  # an answer that makes no sense: ask again, but not for long
    FINAL = "final"  # asking again would bring the same


@dataclass(frozen=True, slots=True)
class Trouble:
    """A question without a useful answer; ``retry_after`` in seconds, as the server asked."""

    error: QtmActionError
    severity: Severity
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class NotKnown:
    """QTM4J says that it knows no import of this tracking id: not at all, or not yet."""


class Tracker:
    """Asks for progress records, and remembers the prefix that QTM4J answers below."""

    def __init__(self, server: JiraServer, transport: Transport, clock: Clock) -> None:
        self._server = server
        self._transport = transport
        self._clock = clock
        self._prefix: str | None = None

    def ask(self, tracking_id: str, log: Log, *, whole: float | None = None) -> Progress | NotKnown | Trouble:
        """Ask once; ``whole`` limits the exchange, in seconds."""
        troubles: list[Trouble] = []
        for prefix in (self._prefix,) if self._prefix else TRACK_PREFIXES:
            outcome = self._transport.exchange(self._server.track(prefix, tracking_id, whole=whole), log)
            if isinstance(outcome, Fault):
                severity = Severity.PASSING if outcome.is_transient else Severity.DOUBTFUL
                return Trouble(outcome.error(), severity)
            if is_missing_route(outcome):
                troubles.append(self._trouble(outcome))
                continue
            read = self._read(outcome, tracking_id)
            if not isinstance(read, Trouble):
                self._prefix = prefix
            return read
        is_login = (trouble for trouble in troubles if isinstance(trouble.error, AuthenticationError))
        return next(is_login, troubles[0])

    def _read(self, answer: Answer, tracking_id: str) -> Progress | NotKnown | Trouble:
        if is_not_known(answer):
            return NotKnown()
        record = answer.json()
        if answer.is_success and record is not None and is_progress_record(record):
            return read_progress(record, tracking_id)
        return self._trouble(answer)

    def _trouble(self, answer: Answer) -> Trouble:
        error = refusal(answer, _DOING)
        if answer.is_transient or answer.is_server_error or _is_cut(answer):
            return Trouble(error, Severity.PASSING, retry_after(answer.headers, self._clock.now()))
        if isinstance(error, AuthenticationError):
            # A proxy's page may be the work of a moment; a log-in page or a 401 is meant.
            is_page = answer.is_success and not answer.is_login_page
            return Trouble(error, Severity.DOUBTFUL if is_page else Severity.FINAL)
        is_said_by_app = answer.app_error() is not None
        is_final = is_said_by_app and not isinstance(error, UnexpectedAnswerError)
        return Trouble(error, Severity.FINAL if is_final else Severity.DOUBTFUL)


def _is_cut(answer: Answer) -> bool:
    return answer.is_success and not answer.is_complete
