"""Pieces of work done by several threads ahead of their turns, and delivered in their order."""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future, ThreadPoolExecutor

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


def do_in_order(tasks: Iterable[Task], *, progress: Callable[[int], None]) -> None:
    """Do all tasks and deliver their results, in this thread and in the order of ``tasks``.

    ``tasks`` is asked for the next one only when there is room for it: six under way on two cores, at
    most twelve. ``progress`` is told the bytes done after each. What a task raises is raised here.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - start-up

    threads = min(max(_cores() - 1, 1), _MOST_THREADS)
    most = _PIECES * (threads + 1)
    pool = ThreadPoolExecutor(threads, thread_name_prefix="ahead")
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

    try:
        for task in tasks:
            waiting.append(_Job(task, pool))
            if len(waiting) >= most:
                deliver_next()
        while waiting:
            deliver_next()
    finally:
        pool.shutdown(cancel_futures=True)


class _Job:
    """A task under way: with a thread, or left to the caller's."""

    def __init__(self, task: Task, pool: ThreadPoolExecutor) -> None:
        self.task = task
        self._result: Any = None
        self._is_done = False
        self._future: Future[Any] | None = None
        if task.threaded:
            try:
                self._future = pool.submit(task.work, task.given)
            except RuntimeError:  # no thread can be started here
                self._future = None

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
