"""Where an upload goes out, with an ear to the server, which may answer before it has all of it."""

from __future__ import annotations

import selectors
import time
from ssl import SSLSocket
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import socket

_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Outlet(Protocol):
    """Sends blocks until the server has answered."""

    def send(self, block: memoryview) -> bool:
        """Send a block; False: the server has answered, and the rest was not sent. Raises OSError."""
        ...

    def is_answered(self) -> bool:
        """Tell whether the server has answered, or closed the connection."""
        ...


class PlainOutlet:
    """Sends and listens at once."""

    def __init__(self, connected: socket.socket, timeout: float) -> None:
        """``timeout`` limits each block, in seconds."""
        self._connected = connected
        self._timeout = timeout
        self._selector = _selector()
        self._selector.register(connected, _READ | _WRITE)

    def send(self, block: memoryview) -> bool:
        """Send a block; see :class:`Outlet`."""
        deadline = time.monotonic() + self._timeout
        while block:
            ready = self._ready(deadline - time.monotonic())
            if ready & _READ:
                return False
            if not ready:
                raise TimeoutError
            block = block[self._connected.send(block) :]
        return True

    def is_answered(self) -> bool:
        """Tell whether there is something to read."""
        return bool(self._ready(0) & _READ)

    def _ready(self, seconds: float) -> int:
        return next((events for _, events in self._selector.select(max(seconds, 0))), 0)


class TlsOutlet:
    """Only sends: what there is to read may be a session ticket as well as an answer.

    An early answer is read once the server no longer takes the request.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._connected = connected

    def send(self, block: memoryview) -> bool:
        """Send a block."""
        self._connected.sendall(block)
        return True

    def is_answered(self) -> bool:
        """Tell nothing."""
        return False


def outlet(connected: socket.socket, timeout: float) -> Outlet:
    """Return the outlet that fits a connection; ``timeout`` limits each block, in seconds."""
    return TlsOutlet(connected) if isinstance(connected, SSLSocket) else PlainOutlet(connected, timeout)


def is_readable(connected: socket.socket) -> bool:
    """Tell whether there is something to read at an idle connection, or the other side has closed it."""
    selector = _selector()
    selector.register(connected, _READ)
    return bool(selector.select(timeout=0))


def _selector() -> selectors.BaseSelector:
    """Return a selector that needs no descriptor of its own; none has to be closed."""
    return selectors.PollSelector() if hasattr(selectors, "PollSelector") else selectors.SelectSelector()
