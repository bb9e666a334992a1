from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from qtm_action.errors import (
    AuthenticationError,
    NotFinishedError,
    RefusedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from qtm_action.log import Silence
from qtm_action.qtm4j.deployment import Connection
from qtm_action.qtm4j.polling import Poller, UnknownImportError, next_wait
from qtm_action.qtm4j.progress import read_progress
from qtm_action.qtm4j.retry import RetryPolicy
from qtm_action.qtm4j.server import JiraServer, parse_jira_url
from qtm_action.qtm4j.tracking import FailureKind, NotKnown, TrackingFailure
from qtm_action.qtm4j.values import Credentials, ImportStatus, Progress
from tests.faults.virtual_clock import VirtualClock

ADDRESS = parse_jira_url("https://jira.example")

if TYPE_CHECKING:
    from qtm_action.log import Log
    from qtm_action.qtm4j.tracking import Tracker

Answer = Progress | NotKnown | TrackingFailure


def progress(import_status: str | None, **more: Any) -> Progress:
    return read_progress({"importStatus": import_status, **more}, "id-1")


RUNNING = progress("INPROCESS", processStatus="PARSING")
DONE = progress("SUCCESS")
DOWN = TrackingFailure(UnreachableError("Jira is down"), FailureKind.TRANSIENT)
ODD = TrackingFailure(UnexpectedAnswerError("odd"), FailureKind.DOUBTFUL)
DENIED = TrackingFailure(AuthenticationError("denied"), FailureKind.PERMANENT)


class Lines(Silence):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, message: str) -> None:
        self.lines.append(f"info: {message}")

    def warning(self, message: str) -> None:
        self.lines.append(f"warning: {message}")

    def progress(self, message: str) -> None:
        self.lines.append(f"progress: {message}")


class Script:
    """Answers in turn, the last for ever; stands in for the questions, not for what is made of them."""

    deployment = JiraServer(ADDRESS, Connection(ADDRESS, Credentials("key")), "test")

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.limits: list[float | None] = []

    def ask(self, tracking_id: str, log: Log, *, whole: float | None = None) -> Answer:
        assert tracking_id == "id-1"
        assert log is not None
        self.limits.append(whole)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Wait:
    """One wait over a script, in virtual time."""

    def __init__(self, *answers: Answer, retry_for: float = 60.0) -> None:
        self.script = Script(*answers)
        self.clock = VirtualClock()
        self.log = Lines()
        self.seen: list[str] = []
        self._retry_for = retry_for

    def run(self, *, timeout: float = 900, just_uploaded: bool = True) -> Progress:
        tracker: Tracker = self.script  # type: ignore[assignment]
        policy = RetryPolicy(self._retry_for, self.clock)
        poller = Poller(tracker, policy, "id-1", self.log, just_uploaded=just_uploaded)
        return poller.wait_until_done(
            timeout=timeout, on_progress=lambda one: self.seen.append(one.import_status)
        )

    @property
    def slept(self) -> float:
        return sum(self.clock.sleeps)


def test_asking_begins_quickly_and_slows_in_proportion_to_the_time_waited() -> None:
    waits = [next_wait(elapsed, asked) for elapsed, asked in [(0, 1), (0.1, 2), (0.3, 3), (0.7, 4)]]
    assert waits == [0.1, 0.2, 0.4, 0.5]
    assert next_wait(4, 20) == 0.5
    assert next_wait(25, 20) == 3.0
    assert next_wait(84, 40) == next_wait(100_000, 99) == 10.0
    assert next_wait(50, 2) == 6.0


@pytest.mark.parametrize("final", ["SUCCESS", "FAILED", "partially_success"])
def test_the_final_status_ends_the_wait_whatever_it_is(final: str) -> None:
    wait = Wait(progress(None), RUNNING, progress(final))
    assert wait.run().import_status == final
    assert wait.seen == ["", "INPROCESS", final]
    assert wait.slept < 1


def test_the_time_is_up_after_timeout_with_the_last_progress() -> None:
    wait = Wait(RUNNING)
    with pytest.raises(NotFinishedError) as caught:
        wait.run(timeout=90)
    assert "90 s" in caught.value.message
    assert "last status: import in progress (PARSING)" in caught.value.message
    assert "tracking-id" not in caught.value.hint, "the closing lines print it"
    assert wait.slept == pytest.approx(90, abs=0.5)


def test_no_time_means_one_question() -> None:
    wait = Wait(RUNNING)
    with pytest.raises(NotFinishedError):
        wait.run(timeout=0)
    assert len(wait.script.limits) == 1
    assert Wait(DONE).run(timeout=0) is DONE


def test_a_question_takes_no_longer_than_the_time_that_is_left() -> None:
    wait = Wait(RUNNING)
    with pytest.raises(NotFinishedError):
        wait.run(timeout=30)
    limits = [limit for limit in wait.script.limits if limit is not None]
    assert limits[0] == pytest.approx(30, abs=0.5)
    assert limits[-1] == 1.0


def test_transient_faults_after_the_upload_do_not_end_the_wait() -> None:
    wait = Wait(*[DOWN] * 60, RUNNING, DOWN, DONE)
    assert wait.run() is DONE
    told = [line for line in wait.log.lines if not line.startswith("progress")]
    assert told == [
        "warning: could not read the import status: Jira is down; retrying",
        "info: Jira is responding again",
        "warning: could not read the import status: Jira is down; retrying",
        "info: Jira is responding again",
    ]
    assert "progress: could not read the import status: Jira is down, 0 s" in wait.log.lines


def test_a_server_that_stays_away_is_reported_after_timeout() -> None:
    with pytest.raises(NotFinishedError, match="Jira is down"):
        Wait(RUNNING, DOWN).run(timeout=100)


def test_a_server_never_reached_for_an_import_of_another_run_is_given_up_after_retry_for() -> None:
    wait = Wait(DOWN)
    with pytest.raises(UnreachableError, match="Jira is down"):
        wait.run(just_uploaded=False)
    assert 60 <= wait.slept <= 72
    assert Wait(*[DOWN] * 3, RUNNING, *[DOWN] * 60, DONE).run(just_uploaded=False) is DONE


def test_an_answer_that_is_unexpected_is_retried_for_retry_for() -> None:
    wait = Wait(ODD)
    with pytest.raises(UnexpectedAnswerError, match="odd"):
        wait.run()
    assert 60 <= wait.slept <= 72
    assert Wait(*[ODD] * 5, RUNNING, *[ODD] * 5, DONE).run() is DONE
    first = Wait(ODD)
    with pytest.raises(UnexpectedAnswerError):
        first.run(just_uploaded=False)
    assert first.slept == 0
    with pytest.raises(UnexpectedAnswerError):
        Wait(ODD, retry_for=0).run()


def test_refused_credentials_are_reported_immediately() -> None:
    wait = Wait(RUNNING, DENIED)
    with pytest.raises(AuthenticationError, match="denied"):
        wait.run()
    assert wait.slept < 1


def test_what_the_server_asks_to_wait_is_waited_up_to_a_minute() -> None:
    busy = TrackingFailure(RefusedError("busy"), FailureKind.TRANSIENT, retry_after=30)
    very_busy = TrackingFailure(RefusedError("busy"), FailureKind.TRANSIENT, retry_after=3600)
    wait = Wait(busy, very_busy, DONE)
    wait.run()
    assert wait.clock.sleeps == [30, 60]


def test_not_known_right_after_the_upload_is_not_yet_a_failure() -> None:
    assert Wait(*[NotKnown()] * 20, DONE).run() is DONE
    wait = Wait(NotKnown())
    with pytest.raises(UnexpectedAnswerError) as caught:
        wait.run()
    assert "has no import id-1" in caught.value.message
    assert "Check QTM4J's import history" in caught.value.hint
    assert 120 <= wait.slept <= 131
    assert "progress: QTM4J has not registered the import yet, 0 s" in wait.log.lines


def test_the_patience_with_not_known_starts_again_after_a_record() -> None:
    assert Wait(*[NotKnown()] * 25, RUNNING, *[NotKnown()] * 10, DONE).run() is DONE


def test_an_import_of_another_run_that_is_not_known_is_reported_soon() -> None:
    wait = Wait(NotKnown())
    with pytest.raises(UnknownImportError, match="has no import with the tracking id id-1") as caught:
        wait.run(just_uploaded=False)
    assert "Check tracking-id" in caught.value.hint
    assert (caught.value.kind, caught.value.exit_code) == ("unknown-import", 5)
    assert 10 <= wait.slept <= 12


def test_an_unknown_status_is_reported_once_and_waited_out() -> None:
    strange = progress("ARCHIVED", processStatus="PARSING")
    wait = Wait(*[strange] * 10, DONE)
    assert wait.run() is DONE
    assert [line for line in wait.log.lines if "ARCHIVED" in line and line.startswith("warning")] == [
        (
            "warning: QTM4J reports the status 'ARCHIVED', which is unknown to this version; "
            "waiting for the import to finish"
        )
    ]
    with pytest.raises(NotFinishedError):
        Wait(strange).run(timeout=20)


def test_an_unknown_status_at_the_end_is_confirmed_once_and_returned_as_it_is() -> None:
    ended = progress("ARCHIVED", endTime="2025")
    wait = Wait(RUNNING, ended)
    assert wait.run().status is ImportStatus.OTHER
    assert wait.seen == ["INPROCESS", "ARCHIVED", "ARCHIVED"]
    assert Wait(ended, DONE).run() is DONE, "the status was written after the end was"
    assert Wait(progress(None, endTime="2025")).run().status is ImportStatus.OTHER
