"""A map over threads: in order, bounded, and done even where no thread can be started."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from qtm_action.results.archive import ordered_map
from qtm_action.results.archive.ordered_map import OrderedPool

if TYPE_CHECKING:
    from collections.abc import Iterator

_WAIT = 20.0


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordered_map, "_cores", lambda: 2)


def test_results_come_in_order_though_two_are_made_at_a_time() -> None:
    """The first two wait for each other: one thread alone would never get past them."""
    meeting = threading.Barrier(2)

    def square(number: int) -> int:
        if number < 2:
            meeting.wait(_WAIT)
        return number * number

    with OrderedPool() as pool:
        assert list(pool.map(square, range(50))) == [number * number for number in range(50)]


def test_items_are_not_asked_for_before_there_is_room() -> None:
    asked = used = most = 0

    def items() -> Iterator[int]:
        nonlocal asked, most
        for number in range(100):
            asked += 1
            most = max(most, asked - used)
            yield number

    with OrderedPool() as pool:
        for _ in pool.map(abs, items()):
            used += 1
    assert most <= 6


def test_an_error_is_raised_in_its_turn_and_ends_it() -> None:
    def divide(number: int) -> float:
        return 1 / (5 - number)

    made: list[float] = []
    with pytest.raises(ZeroDivisionError), OrderedPool() as pool:
        made.extend(pool.map(divide, range(1000)))
    assert len(made) == 5
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("compress")]


def test_where_no_thread_starts_the_caller_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(ThreadPoolExecutor, "submit", refuse)
    with OrderedPool() as pool:
        assert list(pool.map(abs, [-1, -2, -3])) == [1, 2, 3]
