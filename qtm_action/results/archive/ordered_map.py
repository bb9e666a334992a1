"""A map over a pool of threads whose results come in order, and which runs only a little ahead of them."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
Result = TypeVar("Result")

_MOST_THREADS = 4  # more would only wait for the one that writes
_ITEMS_PER_THREAD = 2


class OrderedPool:
    """A pool of threads, as many as there are cores up to four, as long as the ``with`` statement lasts."""

    def __init__(self) -> None:
        self._threads = min(_cores(), _MOST_THREADS)
        self._executor = ThreadPoolExecutor(self._threads, thread_name_prefix="compress")

    def __enter__(self) -> Self:
        """Return the pool; its threads are started when they are needed."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for what is being done, and drop what has not been begun."""
        self._executor.shutdown(cancel_futures=True)

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield what ``function`` returns for each item, in order; what it raises is raised here.

        ``items`` is asked for the next one only when there is room for it, so memory is bounded.
        """
        waiting: deque[Future[Result]] = deque()
        for item in items:
            waiting.append(self._submit(function, item))
            if len(waiting) > _ITEMS_PER_THREAD * self._threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _submit(self, function: Callable[[Item], Result], item: Item) -> Future[Result]:
        try:
            return self._executor.submit(function, item)
        except RuntimeError:  # no thread can be started: a container may limit how many there are
            future: Future[Result] = Future()
            future.set_result(function(item))
            return future


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
