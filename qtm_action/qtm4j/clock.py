"""Time, so that waiting can be tested without waiting."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """What the client asks of time; all values are in seconds."""

    def monotonic(self) -> float:
        """Return a time that only grows, for measuring and deadlines."""
        ...

    def now(self) -> float:
        """Return the time since 1970-01-01 UTC, for dates that a server names."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        ...


class SystemClock:
    """The machine's own time."""

    def monotonic(self) -> float:
        """Return the system's monotonic time."""
        return time.monotonic()

    def now(self) -> float:
        """Return the system's wall-clock time."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)
