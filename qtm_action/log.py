"""The logging interface. ``ci`` implements it, and nothing else prints."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol


class Log(Protocol):
    """Logs lines of any text; the implementation makes them safe to print."""

    def debug(self, message: str) -> None:
        """Log details for troubleshooting, shown at log level debug."""

    def info(self, message: str) -> None:
        """Log what was done, one line per step."""

    def warning(self, message: str) -> None:
        """Log what is unusual and does not stop the run."""

    def progress(self, message: str) -> None:
        """Log the progress of a long step; the implementation limits how often it is shown."""


class GroupedLog(Log, Protocol):
    """A log whose lines can be put under titles."""

    def group(self, title: str) -> AbstractContextManager[None]:
        """Put what is logged inside under ``title``; groups do not nest."""
        ...


class Silence:
    """A log that discards everything."""

    def debug(self, message: str) -> None:
        """Discard it."""

    info = warning = progress = debug
