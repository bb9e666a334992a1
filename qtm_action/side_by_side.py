"""Running the imports of a spec side by side, in order where order matters."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Seconds. A signal that comes just before the main thread begins to wait does not wake it.
_WAKES_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Job:
    """Something to run; jobs of the same ``lane`` run one after the other, in their order."""

    lane: str
    run: Callable[[], None]


def run_side_by_side(jobs: Sequence[Job], *, most: int) -> None:
    """Run all jobs, at most ``most`` at once, lane by lane in order; return when all are done.

    The jobs run in daemon threads: a signal's exception leaves this function at once, in the main
    thread, and the jobs still running are given up with the process. What a job raises is raised here
    after the others are done.
    """
    lanes: dict[str, list[Callable[[], None]]] = {}
    for job in jobs:
        lanes.setdefault(job.lane, []).append(job.run)
    waiting = deque(lanes.values())
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


def _work(waiting: deque[list[Callable[[], None]]], raised: list[BaseException]) -> None:
    """Run lanes until none is waiting."""
    while waiting:
        try:
            lane = waiting.popleft()
        except IndexError:  # another thread took the last one
            return
        for run in lane:
            try:
                run()
            except BaseException as error:  # noqa: BLE001 - raised in the thread that waits
                raised.append(error)
