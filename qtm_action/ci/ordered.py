"""The logs of imports that run side by side, shown in the order of the spec.

The first unfinished import is heard live; what the others say is kept until it is their turn.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from qtm_action.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from qtm_action.ci.platform import Platform

_KEPT = 2_000  # messages of one import that waits for its turn


class OrderedLog:
    """The log of one import: a context manager; leaving it closes the import's group."""

    def __init__(self, turns: Turns, platform: Platform, title: str) -> None:
        self._turns = turns
        self._platform = platform
        self._title = title
        self._kept: deque[tuple[Callable[[str], None], str] | Problem] = deque()
        self._left_out = 0
        self._group = ExitStack()
        self._open = False
        self.live = False
        self.closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._turns.close(self)

    def debug(self, message: str) -> None:
        """Say what helps to find a fault."""
        self._say((self._platform.debug, message))

    def info(self, message: str) -> None:
        """Say what was done."""
        self._say((self._platform.info, message))

    def warning(self, message: str) -> None:
        """Say what is unusual."""
        self._say(Problem(message, severity=Severity.WARNING))

    def error(self, message: str) -> None:
        """Say what went wrong."""
        self._say(Problem(message))

    def problem(self, problem: Problem) -> None:
        """Tell a problem where it is."""
        self._say(problem)

    def progress(self, message: str) -> None:
        """Say how far a long step is; dropped while another import is heard."""
        with self._turns.lock:
            if self.live and not self.closed:
                self._show((self._platform.progress, message))

    def take_turn(self) -> None:
        """Be heard live from now on; what was kept is shown first."""
        self.live = True
        if self._left_out:
            self._kept.append((self._platform.info, f"({self._left_out} more messages were left out)"))
        while self._kept:
            self._show(self._kept.popleft())

    def end_turn(self) -> None:
        """Close the group."""
        self.live = False
        self._group.close()

    def _say(self, said: tuple[Callable[[str], None], str] | Problem) -> None:
        with self._turns.lock:
            if self.closed:
                return
            if self.live:
                self._show(said)
            elif len(self._kept) < _KEPT or isinstance(said, Problem):
                self._kept.append(said)
            else:
                self._left_out += 1

    def _show(self, said: tuple[Callable[[str], None], str] | Problem) -> None:
        if not self._open:
            self._open = True
            self._group.enter_context(self._platform.group(self._title))
        if isinstance(said, Problem):
            self._platform.problem(said)
        else:
            said[0](said[1])


class Turns:
    """Whose turn it is among the logs of imports that run side by side."""

    def __init__(self, platform: Platform, titles: Sequence[str]) -> None:
        self.lock = threading.RLock()
        self.logs = tuple(OrderedLog(self, platform, title) for title in titles)
        self._turn = 0
        if self.logs:
            self.logs[0].take_turn()

    def close(self, log: OrderedLog) -> None:
        """Close one import's log; the turn goes to the first that is still open."""
        with self.lock:
            log.closed = True
            while self._turn < len(self.logs) and self.logs[self._turn].closed:
                self.logs[self._turn].end_turn()
                self._turn += 1
                if self._turn < len(self.logs):
                    self.logs[self._turn].take_turn()

    def settle(self) -> None:
        """Show everything that was kept and close all logs; what is said to them later is dropped."""
        for log in self.logs:
            self.close(log)
