"""The logs of imports that run side by side, shown in the order of the spec.

The first unfinished import is shown live; what the others log is kept until it is their turn.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self, TypeAlias

from qtm_action.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from qtm_action.ci.console import Console

    _Message: TypeAlias = tuple[Callable[[str], None], str] | Problem

_KEPT = 2_000  # messages of one import that waits for its turn


class OrderedLog:
    """The log of one import: a context manager; leaving it closes the import's group."""

    def __init__(self, turns: Turns, console: Console, title: str) -> None:
        self._turns = turns
        self._console = console
        self._title = title
        self._kept: deque[_Message] = deque()
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
        """Log what helps to find a fault."""
        self._add((self._console.debug, message))

    def info(self, message: str) -> None:
        """Log what was done."""
        self._add((self._console.info, message))

    def warning(self, message: str) -> None:
        """Log what is unusual."""
        self._add(Problem(message, severity=Severity.WARNING))

    def problem(self, problem: Problem) -> None:
        """Log a problem with its place."""
        self._add(problem)

    def progress(self, message: str) -> None:
        """Log how far a long step is; dropped while another import has its turn."""
        with self._turns.lock:
            if self.live and not self.closed:
                self._show((self._console.progress, message))

    def take_turn(self) -> None:
        """Show everything at once from now on, what was kept first."""
        self.live = True
        if self._left_out:
            self._kept.append((self._console.info, f"({self._left_out} more messages were left out)"))
        while self._kept:
            self._show(self._kept.popleft())

    def end_turn(self) -> None:
        """Close the group."""
        self.live = False
        self._group.close()

    def _add(self, message: _Message) -> None:
        with self._turns.lock:
            if self.closed:
                return
            if self.live:
                self._show(message)
            elif len(self._kept) < _KEPT or isinstance(message, Problem):
                self._kept.append(message)
            else:
                self._left_out += 1

    def _show(self, message: _Message) -> None:
        if not self._open:
            self._open = True
            self._group.enter_context(self._console.group(self._title))
        if isinstance(message, Problem):
            self._console.problem(message)
        else:
            log, text = message
            log(text)


class Turns:
    """Whose turn it is among the logs of imports that run side by side."""

    def __init__(self, console: Console, titles: Sequence[str]) -> None:
        self.lock = threading.RLock()
        self.logs = tuple(OrderedLog(self, console, title) for title in titles)
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
        """Show everything that was kept and close all logs; what is logged there later is dropped."""
        for log in self.logs:
            self.close(log)
