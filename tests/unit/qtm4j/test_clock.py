from __future__ import annotations

import time

from qtm_action.qtm4j.clock import SystemClock


def test_the_systems_clock_tells_the_systems_time_and_sleeps() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    clock.sleep(0.01)
    assert 0.01 <= clock.monotonic() - before < 5
    assert abs(clock.now() - time.time()) < 5
