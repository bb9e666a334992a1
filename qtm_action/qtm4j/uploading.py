"""Step 2: upload the file exactly once, whatever fails.

The state machine, row by row with its reasons, is in ``docs/RELIABILITY.md``:
:func:`~qtm_action.qtm4j.upload_attempts.classify_attempt` decides what an attempt proves, and
:class:`Uploader` acts on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from qtm_action.errors import OutcomeUnknownError, QtmActionError, ResultFilesError
from qtm_action.log import Log
from qtm_action.qtm4j.retry import Clock, RetryPolicy
from qtm_action.qtm4j.start_request import Started, Starter
from qtm_action.qtm4j.tracking import FailureKind, NotKnown, Tracker, TrackingFailure
from qtm_action.qtm4j.transport.http import Transport
from qtm_action.qtm4j.upload_attempts import Attempt, AttemptStatus, classify_attempt
from qtm_action.qtm4j.values import Progress, Upload
from qtm_action.words import format_size, pace

_RESTARTS = 2
# How long QTM4J must have no record of an upload whose answer was lost before it is repeated (seconds).
_SETTLING = 30.0
# How long QTM4J is asked about it at least, however short retry-for is (seconds).
_SHORTEST_INQUIRY = 10.0
# What a server gets at least to answer an upload (seconds); after that QTM4J is asked, so nothing is lost.
_SHORTEST_ANSWER = 10.0
_LONGEST_INQUIRY_WAIT = 5.0
# A connection closed after this many seconds of silence was waiting for work that may still be in progress.
_LONG_SILENCE = 10.0
# Seconds until the first progress line of an upload.
_FIRST_LINE_AFTER = 1.0


class Uploader:
    """Starts one import and uploads its file."""

    def __init__(
        self,
        starter: Starter,
        tracker: Tracker,
        transport: Transport,
        policy: RetryPolicy,
        upload: Upload,
        *,
        log: Log,
    ) -> None:
        self._starter = starter
        self._tracker = tracker
        self._deployment = tracker.deployment
        self._transport = transport
        self._clock = policy.clock
        self._budget = policy.budget()
        self._file = upload
        self._log = log

    def submit(self, body: Mapping[str, Any], on_tracking_id: Callable[[str], None]) -> str:
        """Start and upload; see :meth:`Qtm4j.submit`."""
        refusals = 0
        while True:
            started = self._starter.start(body, self._log)
            self._log.info(f"started; tracking id {started.tracking_id}")
            on_tracking_id(started.tracking_id)
            failed = self._upload(started)
            if failed is None:
                return started.tracking_id
            attempt, error = failed
            refusals += attempt.status is AttemptStatus.URL_REFUSED
            wait = self._budget.next_wait(attempt.retry_after) if refusals <= _RESTARTS else None
            if wait is None:
                raise error
            self._log.warning(f"{error.message}; starting the import again in {wait:.1f} s")
            self._clock.sleep(wait)

    def _upload(self, started: Started) -> tuple[Attempt, QtmActionError] | None:
        """Upload to one URL. Return None once QTM4J has the file, or what failed if it needs another URL."""
        may_have_it = False
        while True:
            attempt = self._attempt(started)
            error = attempt.error
            if error is None:
                return None
            if attempt.status in (AttemptStatus.LOST, AttemptStatus.OPEN):
                if self._is_taken(started, attempt.status, error):
                    return None
                may_have_it = True
                continue
            if attempt.status is AttemptStatus.URL_REFUSED and not may_have_it:
                return attempt, error
            if attempt.is_transient and attempt.was_sent and self._deployment.upload_url_is_for_one_use:
                return attempt, error
            wait = self._budget.next_wait(attempt.retry_after) if attempt.is_transient else None
            if wait is not None:
                self._log.warning(f"{error.message}; uploading again in {wait:.1f} s")
                self._clock.sleep(wait)
            if may_have_it and self._is_known(started):
                return None
            if wait is None:
                raise _unknown(error) if may_have_it else error

    def _attempt(self, started: Started) -> Attempt:
        meter = UploadMeter(self._file, self._clock, self._log)
        try:
            with self._deployment.upload_body(self._file, meter.on_sent) as body:
                request = self._deployment.upload_request(started.upload_url, body)
                warning = self._deployment.upload_warning(request.target)
                if warning is not None:
                    self._log.warning(warning)
                limit = max(self._budget.longest_try, _SHORTEST_ANSWER)
                request = replace(request, whole=min(request.whole, limit))
                outcome = self._transport.exchange(request, self._log)
        except ResultFilesError as error:
            return Attempt(AttemptStatus.REFUSED, error)
        attempt = classify_attempt(outcome, self._deployment, request.target, was_sent=body.is_complete)
        if attempt.status is AttemptStatus.ACCEPTED:
            self._log.info(f"uploaded {self._file.file_name}, {format_size(self._file.size)}")
        if attempt.status is AttemptStatus.LOST and self._clock.monotonic() - meter.last >= _LONG_SILENCE:
            return Attempt(AttemptStatus.OPEN, attempt.error)
        return attempt

    def _is_taken(self, started: Started, status: AttemptStatus, error: QtmActionError) -> bool:
        """Find out what became of an upload whose answer was lost.

        True: QTM4J has it. False: QTM4J had no record of it for so long that it may be repeated.
        Raises :class:`OutcomeUnknownError` otherwise.
        """
        self._budget.begin()
        self._log.warning(f"{error.message}; checking whether QTM4J received the file")
        began = self._clock.monotonic()
        inquiry = max(self._budget.left, _SHORTEST_INQUIRY)
        wait = 0.5
        while True:
            left = began + inquiry - self._clock.monotonic()
            answer = self._tracker.ask(started.tracking_id, self._log, whole=max(left, 1.0))
            if isinstance(answer, Progress):
                self._log.info("QTM4J received the file; continuing")
                return True
            elapsed = self._clock.monotonic() - began
            is_unknown_to_it = isinstance(answer, NotKnown) and elapsed >= _SETTLING
            may_repeat = status is AttemptStatus.LOST and not self._deployment.upload_url_is_for_one_use
            if is_unknown_to_it and may_repeat and self._budget.left > 0:
                self._log.warning(f"QTM4J has no record of the file after {elapsed:.0f} s; uploading again")
                return False
            is_final = isinstance(answer, TrackingFailure) and answer.kind is FailureKind.PERMANENT
            if elapsed >= inquiry or is_final:
                raise _unknown(error)
            self._clock.sleep(min(wait, max(0.0, inquiry - elapsed)))
            wait = min(wait * 2, _LONGEST_INQUIRY_WAIT)

    def _is_known(self, started: Started) -> bool:
        """Ask once more about an earlier attempt, before repeating it or giving up."""
        answer = self._tracker.ask(started.tracking_id, self._log, whole=self._budget.longest_try)
        if isinstance(answer, Progress):
            self._log.info("QTM4J received the file from an earlier attempt; continuing")
            return True
        return False


def _unknown(cause: QtmActionError) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        f"the file was sent, but it is unknown whether it was imported: {cause.message}",
        hint="Import again only if QTM4J does not have it.",
    )


class UploadMeter:
    """Logs the progress of one upload attempt, unless it takes less than a second."""

    def __init__(self, upload: Upload, clock: Clock, log: Log) -> None:
        self._upload = upload
        self._clock = clock
        self._log = log
        self._began = self.last = clock.monotonic()

    def on_sent(self, sent: int) -> None:
        """Record that ``sent`` bytes of the file have been sent; ``last`` is when that was."""
        self.last = self._clock.monotonic()
        if self.last - self._began >= _FIRST_LINE_AFTER:
            self._log.progress(upload_line(self._upload, sent, self.last - self._began))


def upload_line(upload: Upload, sent: int, seconds: float) -> str:
    """Return the progress line after ``sent`` bytes in ``seconds``."""
    percent = 100 * sent // max(upload.size, 1)
    line = f"uploading {upload.file_name}: {percent} % of {format_size(upload.size)}"
    return f"{line}, {pace(sent, upload.size, seconds)}" if sent else line
