"""Running the imports of a spec side by side, in order where order matters."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Seconds. A signal that comes just before the main thread begins to wait does not wake it.
_LISTENS_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Job:
    """Something to run; jobs of the same ``lane`` run one after the other, in their order."""

    lane: str
    run: Callable[[], None]


def run_side_by_side(jobs: Sequence[Job], *, most: int) -> None:
    """Run all jobs, at most ``most`` at once, starting them in order; return when all are done.

    The jobs run in daemon threads: a signal's exception leaves this function at once, in the main
    thread, and the jobs still running are given up with the process. A job must not raise; what one
    raises all the same is raised here after the others are done.
    """
    queue = _Queue(jobs)
    threads = [
        threading.Thread(target=queue.work, name=f"import-{number}", daemon=True)
        for number in range(1, min(most, len(jobs)) + 1)
    ]
    for thread in threads:
        thread.start()
    queue.wait()


class _Queue:
    def __init__(self, jobs: Sequence[Job]) -> None:
        self._waiting = list(jobs)
        self._left = len(jobs)
        self._busy: set[str] = set()
        self._changed = threading.Condition()
        self._raised: BaseException | None = None

    def work(self) -> None:
        """Run jobs until none is waiting."""
        while (job := self._next()) is not None:
            raised: BaseException | None = None
            try:
                job.run()
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
                raised = error
            with self._changed:
                self._busy.discard(job.lane)
                self._left -= 1
                self._raised = self._raised or raised
                self._changed.notify_all()

    def wait(self) -> None:
        """Wait until all jobs are done; raise what a job raised."""
        with self._changed:
            while not self._changed.wait_for(lambda: self._left == 0, timeout=_LISTENS_EVERY):
                continue
        if self._raised is not None:
            raise self._raised

    def _next(self) -> Job | None:
        with self._changed:
            while self._waiting:
                for place, job in enumerate(self._waiting):
                    if job.lane not in self._busy:
                        self._busy.add(job.lane)
                        return self._waiting.pop(place)
                self._changed.wait()
        return None
