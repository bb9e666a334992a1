"""Running the imports of a spec in parallel, in order where order matters."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence

# Seconds. A signal that comes just before the main thread begins to wait does not wake it.
_WAKES_EVERY = 0.2


def run_in_parallel(lanes: Collection[Sequence[Callable[[], None]]], *, most: int) -> None:
    """Run the jobs of each lane in order, at most ``most`` lanes at once; return when all are done.

    The jobs run in daemon threads: a signal's exception leaves this function at once, in the main
    thread, and the jobs still running are given up with the process. What a job raises is raised here
    after the others are done.
    """
    waiting = deque(lanes)
    raised: list[BaseException] = []
    threads = [
        threading.Thread(target=_work, args=(waiting, raised), name=f"import-{number}", daemon=True)
        for number in range(1, min(most, len(lanes)) + 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(_WAKES_EVERY)
    if raised:
        raise raised[0]


def _work(waiting: deque[Sequence[Callable[[], None]]], raised: list[BaseException]) -> None:
    """Run lanes until none is waiting."""
    while True:
        try:
            lane = waiting.popleft()
        except IndexError:  # none is left
            return
        for run in lane:
            try:
                run()
            except BaseException as error:  # noqa: BLE001 - raised in the thread that waits
                raised.append(error)
