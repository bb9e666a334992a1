"""The logs of imports that run in parallel, shown in the order of the spec.

The first unfinished import is shown live; what the others log is kept until it is their turn.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qtm_action.ci.platform import Platform


class OrderedLog:
    """The log of one import: a context manager; leaving it closes the import's group.

    ``queue`` holds the logs that are not done: the first has its turn. All share ``lock``.
    """

    def __init__(
        self, platform: Platform, title: str, queue: deque[OrderedLog], lock: threading.RLock
    ) -> None:
        self._platform = platform
        self._title = title
        self._queue = queue
        self._lock = lock
        self._kept: list[Callable[[], None]] = []
        self._has_group = False
        self.group = ExitStack()
        self.closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def debug(self, message: str) -> None:
        """Log what helps to find a fault."""
        self._add(partial(self._platform.debug, message))

    def info(self, message: str) -> None:
        """Log what was done."""
        self._add(partial(self._platform.info, message))

    def warning(self, message: str) -> None:
        """Log what is unusual."""
        self._add(partial(self._platform.warning, message))

    def progress(self, message: str) -> None:
        """Log how far a long step is; dropped while another import has its turn."""
        self._add(partial(self._platform.progress, message), keep=False)

    def close(self) -> None:
        """Drop what is logged here from now on; the turn goes to the first log that is still open."""
        with self._lock:
            self.closed = True
            while self._queue and self._queue[0].closed:
                self._queue.popleft().group.close()
                if self._queue:
                    self._queue[0].show_kept()

    def show_kept(self) -> None:
        """Begin this log's turn."""
        for show in self._kept:
            self._show(show)

    def _add(self, show: Callable[[], None], *, keep: bool = True) -> None:
        with self._lock:
            if self.closed:
                return
            if self._queue[0] is self:
                self._show(show)
            elif keep:
                self._kept.append(show)

    def _show(self, show: Callable[[], None]) -> None:
        if not self._has_group:  # an import that logs nothing gets none
            self._has_group = True
            self.group.enter_context(self._platform.group(self._title))
        show()


def ordered_logs(platform: Platform, titles: Sequence[str]) -> tuple[OrderedLog, ...]:
    """Return a log for each of ``titles``, shown on ``platform`` in this order."""
    queue: deque[OrderedLog] = deque()
    lock = threading.RLock()
    queue.extend(OrderedLog(platform, title, queue, lock) for title in titles)
    return tuple(queue)
