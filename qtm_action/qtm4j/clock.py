"""Time, so that waiting can be tested without waiting."""

from __future__ import annotations

import time


class Clock:
    """The system's time, in seconds; a test may give another one."""

    def monotonic(self) -> float:
        """Return a time that only grows, for measuring and deadlines."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        time.sleep(seconds)
