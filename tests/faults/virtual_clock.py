"""A clock whose sleeps take no time: what is slept is added to the time that really passes."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from qtm_action.qtm4j.retry import Clock

if TYPE_CHECKING:
    from collections.abc import Callable


class VirtualClock(Clock):
    """Real time plus all that was slept; ``on_sleep`` is told before each sleep."""

    def __init__(self, on_sleep: Callable[[], None] | None = None) -> None:
        self._skipped = 0.0
        self._lock = threading.Lock()
        self.on_sleep = on_sleep
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        with self._lock:
            return time.monotonic() + self._skipped

    def sleep(self, seconds: float) -> None:
        if self.on_sleep is not None:
            self.on_sleep()
        with self._lock:
            self._skipped += seconds
            self.sleeps.append(seconds)
