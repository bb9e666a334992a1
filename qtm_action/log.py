"""The log of the rooms. ``ci`` implements it; nothing else prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


class Log(Protocol):
    """A place for lines; texts may hold anything, the implementation makes them safe to print."""

    def debug(self, message: str) -> None:
        """Log what helps to find a fault; shown at log level debug."""

    def info(self, message: str) -> None:
        """Log what was done, one line a step."""

    def warning(self, message: str) -> None:
        """Log what is unusual and does not stop the run."""

    def progress(self, message: str) -> None:
        """Log how far a long step is; the implementation limits how often that is shown."""


class GroupedLog(Log, Protocol):
    """A log whose lines can be put under titles."""

    def group(self, title: str) -> AbstractContextManager[None]:
        """Put what is logged inside under ``title``; groups do not nest."""
        ...


class Silence:
    """A log that keeps nothing."""

    def debug(self, message: str) -> None:
        """Drop it."""

    info = warning = progress = debug
