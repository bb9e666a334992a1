"""Work done ahead of its turn: whoever does it, and however many do."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from qtm_action.results.archive import ahead
from qtm_action.results.archive.ahead import Task, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_WAIT = 20.0


def do_in_order(tasks: Iterable[Task], *, progress: Callable[[int], None] = lambda _: None) -> None:
    with Workers() as workers:
        workers.do_in_order(tasks, progress=progress)


@pytest.fixture(params=[1, 2, 64], autouse=True)
def cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(ahead, "_cores", lambda: request.param)
    return int(request.param)


def test_results_are_delivered_in_order_and_in_the_callers_thread() -> None:
    delivered: list[int] = []
    threads = set()
    told: list[int] = []

    def deliver(result: int) -> None:
        threads.add(threading.current_thread())
        delivered.append(result)

    tasks = [Task(lambda n: n * n, n, deliver, size=n, threaded=n % 3 != 0) for n in range(200)]
    do_in_order(tasks, progress=told.append)
    assert delivered == [n * n for n in range(200)]
    assert threads == {threading.current_thread()}
    assert told == [n * (n + 1) // 2 for n in range(200)]


def test_two_pieces_are_done_at_the_same_time() -> None:
    """The first two wait for each other: one thread alone would never get past them."""
    meeting = threading.Barrier(2)
    done: list[int] = []

    def work(number: int) -> int:
        if number < 2:
            meeting.wait(_WAIT)
        return number

    do_in_order(Task(work, number, done.append, threaded=True) for number in range(20))
    assert done == list(range(20))


def test_what_is_not_for_threads_is_done_when_its_turn_comes() -> None:
    happened: list[str] = []

    def work(number: int) -> int:
        happened.append(f"work {number}")
        return number

    tasks = [Task(work, number, lambda done: happened.append(f"deliver {done}")) for number in range(3)]
    do_in_order(tasks)
    assert happened == ["work 0", "deliver 0", "work 1", "deliver 1", "work 2", "deliver 2"]


def test_tasks_are_not_asked_for_before_there_is_room(cores: int) -> None:
    asked = delivered = 0
    most = 0

    def deliver(_: None) -> None:
        nonlocal delivered
        delivered += 1

    def tasks() -> Iterator[Task]:
        nonlocal asked, most
        for _ in range(100):
            asked += 1
            most = max(most, asked - delivered)
            yield Task(lambda _: None, None, deliver, threaded=True)

    do_in_order(tasks())
    assert most == (12 if cores == 64 else 6)


@pytest.mark.parametrize("threaded", [True, False])
def test_an_error_is_raised_and_ends_it(threaded: bool) -> None:  # noqa: FBT001 - a case
    delivered: list[int] = []

    def work(n: int) -> int:
        if n == 5:
            raise ValueError("five")
        return n

    tasks = (Task(work, n, delivered.append, threaded=threaded) for n in range(1000))
    with pytest.raises(ValueError, match="five"):
        do_in_order(tasks)
    assert delivered == list(range(len(delivered)))
    assert len(delivered) <= 5
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("worker")]


def test_where_no_thread_starts_the_caller_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(ThreadPoolExecutor, "submit", refuse)
    delivered: list[int] = []
    do_in_order(Task(abs, -n, delivered.append, threaded=True) for n in range(9))
    assert delivered == list(range(9))


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 5, 100])
def test_shared_work_is_done_once_and_comes_back_in_order(number: int) -> None:
    seen: list[int] = []

    def square(each: int) -> int:
        seen.append(each)
        return each * each

    with Workers() as workers:
        assert workers.share(square, list(range(number))) == [n * n for n in range(number)]
    assert sorted(seen) == list(range(number))


def test_work_is_really_shared() -> None:
    meeting = threading.Barrier(2)
    with Workers() as workers:
        assert len(workers.share(lambda _: meeting.wait(_WAIT), list(range(2)))) == 2


def test_what_no_thread_has_begun_of_shared_work_is_done_here() -> None:
    """The threads are busy with what was asked of them ahead, and it takes them as long as this test."""
    ended = threading.Event()
    made: list[int] = []
    busy = [Task(lambda _: ended.wait(_WAIT), None, lambda _: None, threaded=True) for _ in range(3)]
    with Workers() as workers:

        def share(_: None) -> None:
            made.extend(workers.share(abs, [-1, -2, -3, -4]))
            ended.set()

        workers.do_in_order([Task(share, None, lambda _: None), *busy], progress=lambda _: None)
    assert made == [1, 2, 3, 4]


def test_shared_work_may_be_part_of_a_task_that_is_done_in_its_turn() -> None:
    made: list[list[int]] = []
    with Workers() as workers:
        tasks = (
            Task(lambda n: workers.share(abs, [-n] * n), n, made.append, threaded=False) for n in range(40)
        )
        workers.do_in_order(tasks, progress=lambda _: None)
    assert made == [[n] * n for n in range(40)]


def test_an_error_in_shared_work_is_raised() -> None:
    with Workers() as workers, pytest.raises(ZeroDivisionError):
        workers.share(lambda n: 1 / n, [1, 2, 0])
