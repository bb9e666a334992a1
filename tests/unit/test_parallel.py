"""Imports in parallel, in order where order matters."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from qtm_action.parallel import run_in_parallel


def test_jobs_of_one_lane_run_one_after_the_other_in_their_order() -> None:
    running: list[str] = []
    order: list[int] = []

    def job(number: int) -> None:
        running.append("x")
        assert len(running) == 1
        order.append(number)
        running.pop()

    run_in_parallel([[partial(job, n) for n in range(20)]], most=4)
    assert order == list(range(20))


def test_jobs_of_different_lanes_run_at_the_same_time() -> None:
    meeting = threading.Barrier(3, timeout=10)

    def meet() -> None:
        meeting.wait()

    run_in_parallel([[meet]] * 3, most=3)
    assert not meeting.broken


def test_no_more_than_the_bound_run_at_once() -> None:
    lock, seen, now = threading.Lock(), [0], [0]

    def job() -> None:
        with lock:
            now[0] += 1
            seen[0] = max(seen[0], now[0])
        threading.Event().wait(0.005)
        with lock:
            now[0] -= 1

    run_in_parallel([[job]] * 8, most=2)
    assert seen[0] <= 2


def test_a_job_of_a_free_lane_overtakes_one_that_waits() -> None:
    done: list[str] = []
    gate = threading.Event()

    def slow() -> None:
        assert gate.wait(10)
        done.append("slow")

    def other() -> None:
        done.append("other")
        gate.set()

    run_in_parallel([[slow, lambda: done.append("after")], [other]], most=2)
    assert done == ["other", "slow", "after"]


def test_what_a_job_raises_is_raised_after_the_others_are_done() -> None:
    done: list[int] = []

    def broken() -> None:
        raise LookupError("a defect")

    with pytest.raises(LookupError, match="a defect"):
        run_in_parallel([[broken], [lambda: done.append(1)]], most=1)
    assert done == [1]


def test_nothing_to_run_is_done_at_once() -> None:
    run_in_parallel([], most=4)
