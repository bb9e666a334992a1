"""urllib3's connections, with what an upload needs that must not be sent twice.

- An answer that arrives before the whole body is sent is read, instead of the broken connection that follows.
- One deadline limits a whole exchange, which the timeouts of single reads do not: a server that sends a
  byte a second never reaches those.
- They record how far an exchange got and what broke it, before urllib3 and requests wrap or drop the error.
"""

from __future__ import annotations

import io
import selectors
import socket
import ssl
import time
from collections.abc import Mapping
from contextvars import ContextVar, Token
from http.client import HTTPException, HTTPResponse
from types import TracebackType
from typing import Any, Self

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse as Urllib3Response

_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
_AFTER_A_BREAK = 2.0  # seconds for reading an answer that came before the connection broke
_current: ContextVar[Exchange] = ContextVar("exchange")


class Deadline:
    """A moment by which something must be done."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left. Raises TimeoutError when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left


class Exchange:
    """One request and its answer: its limits, and how far it came.

    urllib3 passes none of this on to its connections, so the exchange of a thread is entered around the call.
    """

    def __init__(self, *, read: float, whole: float, is_upload: bool) -> None:
        """Set the limits in seconds: between two blocks, and for the whole exchange.

        An upload takes as long as it takes: ``whole`` is for what comes before it, and again for the answer.
        """
        self.read = read
        self.deadline = Deadline(whole)
        self.is_connected = False
        self.error: Exception | None = None
        self._whole = whole
        self._is_upload = is_upload

    def start_answer(self) -> None:
        """Count the time for the answer to an upload."""
        if self._is_upload:
            self.deadline = Deadline(self._whole)

    def __enter__(self) -> Self:
        self._token: Token[Exchange] = _current.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _current.reset(self._token)


class _DeadlineReader(io.RawIOBase):
    """What comes in at a socket, each read limited by its timeout and by the deadline."""

    def __init__(self, raw: io.RawIOBase, connected: socket.socket, deadline: Deadline) -> None:
        self._raw = raw
        self._socket = connected
        self._timeout = connected.gettimeout() or float("inf")
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        self._socket.settimeout(min(self._timeout, self._deadline.left()))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _DeadlineResponse(HTTPResponse):
    """An answer that has to arrive before the deadline of its exchange; a proxy's to CONNECT too."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_DeadlineReader(self.fp.detach(), sock, _current.get().deadline))


class _AnsweredEarlyError(Exception):
    """The server answered, or closed the connection, before it had the whole request."""


class PlainConnection(HTTPConnection):
    """A connection without TLS."""

    response_class = _DeadlineResponse
    _selector: selectors.BaseSelector | None = None

    def connect(self) -> None:
        """Connect; what kept that from succeeding is noted."""
        try:
            super().connect()
        except Exception as error:
            _current.get().error = error
            raise

    def request(  # type: ignore[override]  # as in urllib3, whose signature is not the standard library's
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        """Send a request, an upload's body only until the server answers.

        What breaks the sending is noted and not raised: the server may have answered before.
        """
        exchange = _current.get()
        if self.is_closed:
            self.connect()
        exchange.is_connected = True
        self.timeout = exchange.read
        # With TLS, what there is to read may be a session ticket as well as an answer: that one is read
        # once the server no longer takes the request.
        listens = hasattr(body, "read") and not isinstance(self.sock, ssl.SSLSocket)
        self.sock.settimeout(exchange.read)
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, _READ | _WRITE)
            self._selector = selector if listens else None
            try:
                super().request(method, url, body, headers, **options)
            except _AnsweredEarlyError:
                body.is_complete = False  # if the closing block was on its way, not all of it was sent
            except (OSError, HTTPException) as error:
                exchange.error = error
            finally:
                self._selector = None

    def send(self, data: Any) -> None:
        """Send a block. Raises an error of this module once there is something to read."""
        if self._selector is None:
            super().send(data)
            return
        block, deadline = memoryview(data), Deadline(_current.get().read)
        while block:
            ready = _ready(self._selector, deadline.left())
            if ready & _READ:
                raise _AnsweredEarlyError
            if ready:
                block = block[self.sock.send(block) :]

    def getresponse(self) -> Urllib3Response:  # type: ignore[override]  # as in urllib3
        """Return the answer; what kept it from coming is noted."""
        exchange = _current.get()
        exchange.start_answer()
        if exchange.error is not None:
            self.timeout = _AFTER_A_BREAK
        try:
            return super().getresponse()
        except (OSError, HTTPException) as error:
            exchange.error = exchange.error or error
            raise


class TlsConnection(PlainConnection, HTTPSConnection):
    """A connection in TLS."""


def _ready(selector: selectors.BaseSelector, seconds: float) -> int:
    return next((events for _, events in selector.select(seconds)), 0)
