"""Polling the progress of an import until it is finished or ``timeout`` has passed."""

from __future__ import annotations

from collections.abc import Callable

from qtm_action.errors import NotFinishedError, QtmActionError, RefusedError, UnexpectedAnswerError
from qtm_action.log import Log
from qtm_action.qtm4j.progress import is_final_by_name, is_known
from qtm_action.qtm4j.retry import RetryPolicy
from qtm_action.qtm4j.tracking import FailureKind, NotKnown, Tracker, TrackingFailure
from qtm_action.qtm4j.values import ImportStatus, Progress

# Measured by bench/polling.py: a smaller share costs requests, a larger one delays most imports more.
_SHORTEST_WAIT = 0.5
_LONGEST_WAIT = 10.0
_SHARE_OF_ELAPSED = 0.12
_FIRST_WAITS = (0.1, 0.2, 0.4)
_LONGEST_REQUESTED_WAIT = 60.0
# How long "No import details found" may mean "not yet", in seconds: after an upload that was accepted,
# and for an import that another run started.
_NOT_YET_AFTER_UPLOAD = 120.0
_NOT_YET_ELSEWHERE = 10.0


class NeverSeenError(NotFinishedError):
    """QTM4J did not tell of the import whose tracking id was given within ``timeout``."""

    doubts_tracking_id = True


class UnknownImportError(RefusedError):
    """QTM4J has no import with the tracking id that was given, so there is nothing to wait for."""

    kind = "unknown-import"
    doubts_tracking_id = True


def next_wait(elapsed: float, asked: int) -> float:
    """Return the seconds until the next request, after ``elapsed`` seconds and ``asked`` requests.

    At least 0.5 s, 12 % of the time elapsed, at most 10 s; the first few are sent sooner, for imports that
    finish immediately.
    """
    shortest = _FIRST_WAITS[asked - 1] if 0 < asked <= len(_FIRST_WAITS) else _SHORTEST_WAIT
    return min(_LONGEST_WAIT, max(shortest, _SHARE_OF_ELAPSED * elapsed))


class Poller:
    """Follows one import to its final status."""

    def __init__(
        self, tracker: Tracker, policy: RetryPolicy, tracking_id: str, log: Log, *, just_uploaded: bool
    ) -> None:
        """``just_uploaded``: this program has just uploaded it, so QTM4J may not have registered it yet."""
        self._tracker = tracker
        self._clock = policy.clock
        self._retry_for = policy.retry_for
        self._tracking_id = tracking_id
        self._peer = tracker.deployment.peer
        self._log = log
        self._just_uploaded = just_uploaded
        self._in_contact = just_uploaded
        self._last: Progress | None = None
        self._not_known_since: float | None = None
        self._failure_since: float | None = None
        self._failure: QtmActionError | None = None
        self._reported: set[str] = set()

    def wait_until_done(
        self, *, timeout: float, on_progress: Callable[[Progress], None] | None = None
    ) -> Progress:
        """Poll until the status is final, for ``timeout`` seconds; see :meth:`Qtm4j.wait_until_done`."""
        began = self._clock.monotonic()
        asked = 0
        while True:
            left = began + timeout - self._clock.monotonic()
            answer = self._tracker.ask(self._tracking_id, self._log, whole=max(left, 1.0))
            asked += 1
            done = self._note(answer)
            if isinstance(answer, Progress) and on_progress is not None:
                on_progress(answer)
            if done is not None:
                return done
            elapsed = self._clock.monotonic() - began
            if elapsed >= timeout:
                raise self._still_running(timeout)
            pause = next_wait(elapsed, asked)
            if isinstance(answer, TrackingFailure) and answer.retry_after is not None:
                pause = max(pause, min(answer.retry_after, _LONGEST_REQUESTED_WAIT))
            self._log.progress(f"{self._state()}, {elapsed:.0f} s")
            self._clock.sleep(min(pause, timeout - elapsed))

    def _note(self, answer: Progress | NotKnown | TrackingFailure) -> Progress | None:
        """Record an answer; return the progress if it is final. Raises the error that ends the wait."""
        if isinstance(answer, TrackingFailure):
            self._note_failure(answer)
            return None
        if self._failure is not None:
            self._log.info(f"{self._peer.name} is responding again")
        self._in_contact = True
        self._failure = self._failure_since = None
        if isinstance(answer, NotKnown):
            self._note_not_known()
            return None
        self._not_known_since = None
        return self._note_progress(answer)

    def _state(self) -> str:
        """Return the state of the import in a few words."""
        if self._failure is not None:
            return f"could not read the import status: {self._failure.message}"
        if self._last is None:
            return "QTM4J has not registered the import yet"
        words = (self._last.process_status, self._last.import_status)
        return f"import in progress ({next((word for word in words if word), 'no status yet')})"

    def _still_running(self, timeout: float) -> NotFinishedError:
        """Return the error for an import that did not finish in time."""
        message = f"the import did not finish within {timeout:g} s; last status: {self._state()}"
        if self._last is None and not self._just_uploaded:
            hint = f"Check tracking-id, {self._peer.setting} and the project of api-key, or increase timeout."
            return NeverSeenError(message, hint=hint)
        hint = "The import continues in QTM4J. Increase timeout if it regularly takes longer."
        return NotFinishedError(message, hint=hint)

    def _note_progress(self, progress: Progress) -> Progress | None:
        before, self._last = self._last, progress
        if not is_known(progress.import_status) and progress.import_status not in self._reported:
            self._reported.add(progress.import_status)
            self._log.warning(
                f"QTM4J reports the status {progress.import_status!r}, which is unknown to this version; "
                "waiting for the import to finish"
            )
        if not progress.is_final:
            return None
        if progress.status is ImportStatus.OTHER and not is_final_by_name(progress.import_status):
            # Other fields say that it is finished, and they may be written before the status is.
            is_settled = (
                before is not None and before.import_status == progress.import_status and before.is_final
            )
            return progress if is_settled else None
        return progress

    def _note_not_known(self) -> None:
        now = self._clock.monotonic()
        self._not_known_since = now if self._not_known_since is None else self._not_known_since
        silence = now - self._not_known_since
        if self._just_uploaded and silence >= _NOT_YET_AFTER_UPLOAD:
            raise UnexpectedAnswerError(
                f"{self._peer.name} accepted the file, but after {silence:.0f} s QTM4J has no import "
                f"{self._tracking_id}",
                hint="Check QTM4J's import history before importing it again.",
            )
        if not self._just_uploaded and silence >= _NOT_YET_ELSEWHERE:
            raise UnknownImportError(
                f"QTM4J has no import with the tracking id {self._tracking_id}",
                hint=f"Check tracking-id, {self._peer.setting} and the project of api-key.",
            )

    def _note_failure(self, failure: TrackingFailure) -> None:
        now = self._clock.monotonic()
        if self._failure is None:
            self._log.warning(f"could not read the import status: {failure.error.message}; retrying")
        self._failure = failure.error
        if failure.kind is FailureKind.PERMANENT:
            raise failure.error
        if failure.kind is FailureKind.DOUBTFUL and not self._in_contact:
            raise failure.error
        if failure.kind is FailureKind.TRANSIENT and self._in_contact:
            return
        self._failure_since = now if self._failure_since is None else self._failure_since
        if now - self._failure_since >= self._retry_for:
            raise failure.error
