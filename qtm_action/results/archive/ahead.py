"""Pieces of work done by several threads ahead of their turns, and delivered in their order."""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Future
    from typing import Self

# The caller's thread works too; more than four at once would only wait for the one that writes.
_MOST_THREADS = 3
# How many pieces each thread may have under way.
_PIECES = 3


class Task(NamedTuple):
    """A piece of work, and what to do with its result when its turn comes.

    ``size`` is how many bytes are done with it; ``threaded`` says if a thread may do it ahead of its turn.
    """

    work: Callable[[Any], Any]
    given: Any
    deliver: Callable[[Any], None]
    size: int = 0
    threaded: bool = False


class Workers:
    """Threads that work beside the caller's own, as long as the ``with`` statement lasts."""

    def __init__(self) -> None:
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - start-up

        self._threads = min(max(_cores() - 1, 1), _MOST_THREADS)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="worker")

    def __enter__(self) -> Self:
        """Return the workers; their threads are started when they are needed."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for what is being done, and drop what has not been begun."""
        self._pool.shutdown(cancel_futures=True)

    def do_in_order(self, tasks: Iterable[Task], *, progress: Callable[[int], None]) -> None:
        """Do all tasks and deliver their results, in this thread and in the order of ``tasks``.

        ``tasks`` is asked for the next one only when there is room for it: six under way on two cores,
        at most twelve. ``progress`` is told the bytes done after each. What a task raises is raised here.
        """
        most = _PIECES * (self._threads + 1)
        waiting: deque[_Job] = deque()
        done = 0

        def deliver_next() -> None:
            nonlocal done
            job = waiting[0]
            while job.is_running():
                next((other for other in waiting if other.take_back()), job).finish()
            waiting.popleft()
            job.task.deliver(job.finish())
            done += job.task.size
            progress(done)

        for task in tasks:
            waiting.append(_Job(task, self._begin(task.work, task.given) if task.threaded else None))
            if len(waiting) >= most:
                deliver_next()
        while waiting:
            deliver_next()

    def share(self, work: Callable[[Any], Any], given: Sequence[Any]) -> list[Any]:
        """Return what ``work`` makes of each, a part of them in each thread; for the caller's thread only."""

        def do(part: Sequence[Any]) -> list[Any]:
            return [work(each) for each in part]

        size = max(-(-len(given) // (self._threads + 1)), 1)
        parts = [given[start : start + size] for start in range(0, len(given), size)]
        others = [self._begin(do, part) for part in parts[1:]]
        made = do(parts[0]) if parts else []
        for part, future in zip(parts[1:], others, strict=True):
            made += do(part) if future is None or future.cancel() else future.result()
        return made

    def _begin(self, work: Callable[[Any], Any], given: Any) -> Future[Any] | None:
        """Give work to a thread; return None where no thread can be started."""
        try:
            return self._pool.submit(work, given)
        except RuntimeError:
            return None


class _Job:
    """A task under way: with a thread, or left to the caller's."""

    def __init__(self, task: Task, future: Future[Any] | None) -> None:
        self.task = task
        self._future = future
        self._result: Any = None
        self._is_done = False

    def is_running(self) -> bool:
        """Whether a thread has it, or is to have it, and is not done with it."""
        return self._future is not None and not self._future.done()

    def take_back(self) -> bool:
        """Take the task away from the threads if none of them has begun it."""
        if self._future is None or not self._future.cancel():
            return False
        self._future = None
        return True

    def finish(self) -> Any:
        """Return the result: do the task here, wait for the thread that does it, or have it already."""
        if not self._is_done:
            work, given = self.task.work, self.task.given
            self._result = work(given) if self._future is None else self._future.result()
            self._is_done = True
        return self._result


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
