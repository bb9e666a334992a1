"""A limit on the whole of an exchange, which the timeouts of single reads and writes do not give."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Watch:
    """Shuts a connection's socket when its time is up, so that whoever reads or writes there wakes up.

    A server that sends one byte a second never runs into a timeout between two bytes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._socket: Callable[[], socket.socket | None] = lambda: None
        self.has_expired = False

    def start(self, seconds: float) -> None:
        """Begin to count anew; time that ran out already stays run out."""
        self.stop()
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Stop to count."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def guard(self, find_socket: Callable[[], socket.socket | None]) -> None:
        """Say how to find the socket to shut; it is shut at once if the time ran out already."""
        with self._lock:
            self._socket = find_socket
            if self.has_expired:
                self._shut()

    def _expire(self) -> None:
        with self._lock:
            self.has_expired = True
            self._shut()

    def _shut(self) -> None:
        found = self._socket()
        if found is not None:
            with contextlib.suppress(OSError):
                # The plain method also for TLS: the other would throw away the state a reader is using.
                socket.socket.shutdown(found, socket.SHUT_RDWR)
