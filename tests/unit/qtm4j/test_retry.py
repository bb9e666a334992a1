from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qtm_action.qtm4j import retry
from qtm_action.qtm4j.retry import RetryBudget, backoff, retry_after
from tests.faults.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = 1_760_000_000.0  # Thu, 09 Oct 2025 08:53:20 GMT


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 120 ", 120.0),
        ("3600", 3600.0),
        ("86400", 3600.0),
        ("9" * 5000, 3600.0),
        ("Thu, 09 Oct 2025 08:53:50 GMT", 30.0),
        ("Thu, 09 Oct 2025 08:00:00 GMT", 0.0),
        ("Thu, 09 Oct 2125 08:00:00 GMT", 3600.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("Thu, 99 Oct 2025 08:53:50 GMT", None),
        ("Thu, 09 Oct 99999999999 08:53:50 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_capped(
    text: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: NOW)
    assert retry_after({"retry-after": text}) == seconds


def test_retry_after_may_be_absent() -> None:
    assert retry_after({}) is None


@pytest.fixture
def dice(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Choose what is drawn."""
    return lambda drawn: monkeypatch.setattr(retry, "random", lambda: drawn)


def test_back_off_doubles_with_full_jitter_up_to_ten_seconds(dice: Callable[[float], None]) -> None:
    dice(1.0)
    assert [backoff(n) for n in range(7)] == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    dice(0.5)
    assert backoff(100_000) == 5.0
    dice(0.0)
    assert backoff(3) == 0.0


def test_patience_ends_after_retry_for_counted_from_the_first_fault(dice: Callable[[float], None]) -> None:
    dice(1.0)
    clock = VirtualClock()
    bound = RetryBudget(20, clock)
    clock.sleep(1000)  # a long upload before the fault
    waits = []
    while (wait := bound.next_wait()) is not None:
        waits.append(wait)
        clock.sleep(wait)
    assert waits == pytest.approx([0.5, 1.0, 2.0, 4.0, 8.0, 4.5], abs=0.1)
    assert sum(waits) == pytest.approx(20, abs=0.01)


def test_no_time_to_retry_means_no_retry() -> None:
    assert RetryBudget(0, VirtualClock()).next_wait(5) is None


@pytest.mark.parametrize(("asked", "waited"), [(None, 0.25), (0.0, 0.25), (3.0, 3.0), (3600.0, 60.0)])
def test_what_the_server_asks_for_is_waited_but_not_beyond_the_bound(
    asked: float | None, waited: float, dice: Callable[[float], None]
) -> None:
    dice(0.5)
    assert RetryBudget(60, VirtualClock()).next_wait(asked) == pytest.approx(waited, abs=0.01)


def test_only_the_first_try_has_ten_seconds_however_short_retry_for_is() -> None:
    clock = VirtualClock()
    bound = RetryBudget(5, clock)
    assert bound.longest_try == 10
    clock.sleep(10)
    bound.begin()
    assert bound.longest_try == pytest.approx(5, abs=0.01)


@pytest.mark.parametrize(
    ("retry_for", "timeout", "longest"),
    [(60, 900, 60), (60, 20, 20), (60, 1, 10), (30, 20, 20), (0, 900, 10)],
)
def test_the_first_try_ends_with_timeout_and_retry_for(
    retry_for: float, timeout: float, longest: float
) -> None:
    assert RetryBudget(retry_for, VirtualClock(), timeout=timeout).longest_try == longest


def test_all_of_the_time_is_left_before_the_first_fault() -> None:
    clock = VirtualClock()
    bound = RetryBudget(60, clock)
    clock.sleep(100)
    assert bound.left == 60
    bound.begin()
    clock.sleep(59)
    bound.begin()
    assert bound.left == pytest.approx(1, abs=0.01)
    clock.sleep(59)
    assert bound.left == 0
