"""What is retried and when: the statuses, exponential back-off with full jitter, ``Retry-After``, limits."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from enum import Enum
from http import HTTPStatus
from random import random
from typing import NamedTuple

_FIRST_WAIT = 0.5
_LONGEST_WAIT = 10.0
_LONGEST_ASKED = 3600.0
# What a server gets to answer in any case, however short retry-for is (seconds): at first, and in a retry.
_SHORTEST_TRY = 10.0
_SHORTEST_RETRY = 5.0


class WorkDone(Enum):
    """What a status that may be retried says about a request that was sent completely."""

    NONE = "none"  # the server says that it did nothing
    ENDED = "ended"  # a gateway ended the exchange; the server may have done its work
    OPEN = "open"  # the server may still be at work


# Every status that may be temporary, and after which a request is sent again.
RETRIABLE: Mapping[int, WorkDone] = {
    HTTPStatus.REQUEST_TIMEOUT: WorkDone.NONE,
    HTTPStatus.TOO_MANY_REQUESTS: WorkDone.NONE,
    HTTPStatus.BAD_GATEWAY: WorkDone.ENDED,
    HTTPStatus.SERVICE_UNAVAILABLE: WorkDone.ENDED,
    HTTPStatus.GATEWAY_TIMEOUT: WorkDone.OPEN,
}


def may_poll_again(status: int) -> bool:
    """Return whether polling goes on after a status: it changes nothing, so after any 5xx, too."""
    return status in RETRIABLE or status >= HTTPStatus.INTERNAL_SERVER_ERROR


class Clock:
    """The system's time, in seconds; a test may give another one."""

    def monotonic(self) -> float:
        """Return a time that only grows, for measuring and deadlines."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        time.sleep(seconds)


class RetryBudget:
    """How long one request is retried, in seconds from the first fault.

    An upload that breaks after five minutes gets another try, and a server that takes a minute to
    fail as well.
    """

    def __init__(self, retry_for: float, clock: Clock, *, timeout: float = math.inf) -> None:
        """``timeout`` limits the first try, which no ``retry_for`` does yet."""
        self._retry_for = retry_for
        self._timeout = timeout
        self._clock = clock
        self._began: float | None = None
        self._waits = 0

    @property
    def left(self) -> float:
        """The time left, in seconds; all of it before the first fault."""
        if self._began is None:
            return self._retry_for
        return max(0.0, self._began + self._retry_for - self._clock.monotonic())

    @property
    def longest_try(self) -> float:
        """The longest that the next exchange may take, in seconds: a server may trickle, but not forever."""
        if self._began is None:
            return max(min(self._retry_for, self._timeout), _SHORTEST_TRY)
        return max(self.left, _SHORTEST_RETRY)

    def begin(self) -> None:
        """Count from now, unless that has begun."""
        if self._began is None:
            self._began = self._clock.monotonic()

    def next_wait(self, asked: float | None = None) -> float | None:
        """Return the seconds to wait before the next try; None once the time is used up.

        ``asked`` is what the server's ``Retry-After`` asks for. No wait goes beyond the time left: a
        server that asks for more is asked a last time at its end.
        """
        self.begin()
        left = self.left
        if left <= 0:
            return None
        wait = backoff(self._waits)
        self._waits += 1
        return min(max(wait, asked or 0.0), left)


def backoff(waits: int) -> float:
    """Return the next wait in seconds after ``waits`` earlier ones: full jitter, at most 10 s."""
    return min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(waits, 16)) * random()  # noqa: S311 - no secret


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read ``Retry-After`` as seconds from now; at most an hour.

    None if it is absent or invalid. Source: RFC 9110, 10.2.3.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+", text, re.ASCII):
        return min(float(text[:9]), _LONGEST_ASKED)
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(0.0, moment - time.time()), _LONGEST_ASKED)


class RetryPolicy(NamedTuple):
    """For how long a request is retried, and what limits its first try (``timeout``), both in seconds."""

    retry_for: float
    clock: Clock
    timeout: float = math.inf

    def budget(self) -> RetryBudget:
        """Return a new bound for one request."""
        return RetryBudget(self.retry_for, self.clock, timeout=self.timeout)
