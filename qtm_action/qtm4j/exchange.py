"""One request and its answer, over a real connection, within its limits of time and size.

Built on urllib3's connections rather than on a session above them, because what may be done after a
fault depends on whether it befell the connecting, the sending or the waiting; each is one call here.
Redirects are not followed, environment variables not read, and nothing is repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Protocol

from urllib3.exceptions import HTTPError
from urllib3.util.wait import wait_for_read

from qtm_action.qtm4j.answers import Answer
from qtm_action.qtm4j.connections import Connections, proxy_authorization
from qtm_action.qtm4j.faults import Fault, Reach, Route, broken_fault, connect_fault, timeout_fault
from qtm_action.qtm4j.proxies import proxy_for
from qtm_action.qtm4j.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from urllib3.connection import HTTPConnection
    from urllib3.response import HTTPResponse

    from qtm_action.qtm4j.model import Connection
    from qtm_action.qtm4j.origins import Target

SMALL = 1024 * 1024
_READ_AT_ONCE = 64 * 1024
_AFTER_A_BREAK = 2.0  # seconds for reading an answer that came before the connection broke
_BROKEN = (OSError, HTTPException, HTTPError)


class StreamedBody(Protocol):
    """A request's body of known length, read in blocks; complete once the last was handed out."""

    is_complete: bool

    def __len__(self) -> int:
        """Return the length of the whole body in bytes."""
        ...

    def read(self, size: int = -1, /) -> bytes | memoryview:
        """Return the next block, which is only valid until the next call; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What to send.

    ``whole`` limits in seconds the connecting, and the time from the last byte sent to the last byte
    of the answer; for a small body both together. ``max_answer`` is in bytes; no more of a body is read.
    ``fresh``: on a connection of its own, so that a connection the server is about to close can't
    leave its fate unknown.
    """

    method: str
    target: Target
    headers: Mapping[str, str] = field(repr=False)
    whole: float
    body: bytes | StreamedBody | None = None
    max_answer: int = SMALL
    fresh: bool = False


class Transport:
    """Exchanges requests for answers; safe to use from several threads."""

    def __init__(self, connection: Connection) -> None:
        self._proxies = connection.proxies
        self._timeouts = connection.timeouts
        self._connections = Connections(connection.tls, connection.timeouts.connect)

    def close(self) -> None:
        """Close the idle connections."""
        self._connections.close()

    def exchange(self, request: Request) -> Answer | Fault:
        """Send a request and return its answer, or what kept it from being answered.

        Raises what reading a streamed body raises.
        """
        target = request.target
        route = Route(target.origin, proxy_for(target.origin, self._proxies))
        watch = Watch()
        watch.start(request.whole)
        try:
            connection = None if request.fresh else self._connections.take_idle(route)
            if connection is None:
                try:
                    connection = self._connections.open(route, watch, is_jira=target.with_credentials)
                except _BROKEN as error:
                    if watch.has_expired:
                        return timeout_fault(route, Reach.UNSENT)
                    return connect_fault(error, route)
            return self._converse(connection, route, request, watch)
        finally:
            watch.stop()

    def _converse(
        self, connection: HTTPConnection, route: Route, request: Request, watch: Watch
    ) -> Answer | Fault:
        connected = connection.sock
        watch.guard(lambda: connected)
        connection.timeout = self._timeouts.read
        keep = False
        try:
            fault = _send(connection, route, request, watch)
            if fault is not None:
                connection.timeout = _AFTER_A_BREAK
            try:
                response = connection.getresponse()
            except _BROKEN as error:
                return fault or _waiting_fault(error, route, request, watch)
            body, is_complete = _read(response, request.max_answer)
            response.close()
            is_whole = is_complete and not watch.has_expired
            keep = is_whole and fault is None and not request.fresh and connection.sock is not None
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, headers, body, is_whole)
        finally:
            if keep:
                self._connections.keep(route, connection)
            else:
                connection.close()


def _send(connection: HTTPConnection, route: Route, request: Request, watch: Watch) -> Fault | None:
    """Send the request; return what broke it off, unless that was an early answer."""
    body: Any  # urllib3 takes whatever has a method read, and says IO[Any]
    headers = dict(request.headers)
    if request.body is None or isinstance(request.body, bytes):
        body = request.body
    else:
        headers["Content-Length"] = str(len(request.body))
        body = _Stoppable(request.body, watch.stop, _early_answer_check(connection))
    url = request.target.path
    if route.proxy is not None and request.target.origin.scheme == "http":
        url = request.target.url
        headers |= proxy_authorization(route.proxy)
    try:
        connection.request(request.method, url, body=body, headers=headers, preload_content=False)
    except _AnswerArrivedError:
        return None
    except _BROKEN as error:
        reach = _reach(request)
        return timeout_fault(route, reach) if watch.has_expired else broken_fault(error, route, reach)
    if isinstance(body, _Stoppable):
        watch.start(request.whole)
    return None


def _waiting_fault(error: Exception, route: Route, request: Request, watch: Watch) -> Fault:
    reach = _reach(request)
    return timeout_fault(route, reach) if watch.has_expired else broken_fault(error, route, reach)


def _reach(request: Request) -> Reach:
    body = request.body
    if body is None or isinstance(body, bytes) or body.is_complete:
        return Reach.SENT
    return Reach.PARTLY_SENT


def _read(response: HTTPResponse, limit: int) -> tuple[bytes, bool]:
    """Read a body up to ``limit`` bytes; tell whether that was all of it."""
    blocks: list[bytes] = []
    left = limit
    while True:
        try:
            block = response.read1(_READ_AT_ONCE)
        except _BROKEN:
            return b"".join(blocks), False
        if not block:
            return b"".join(blocks), True
        blocks.append(block[:left])
        left -= len(block)
        if left < 0:
            return b"".join(blocks), False


class _AnswerArrivedError(Exception):
    """The server answered before it had the whole request: there is no point in sending the rest."""


class _Stoppable:
    """Reads a body for a connection until the server answers early."""

    def __init__(
        self, body: StreamedBody, on_read: Callable[[], None], has_answer: Callable[[], bool]
    ) -> None:
        self._body = body
        self._on_read = on_read
        self._has_answer = has_answer

    def read(self, size: int = -1) -> bytes | memoryview:
        """Return the next block. Raises :class:`_AnswerArrivedError` if an answer is there already."""
        self._on_read()
        if not self._body.is_complete and self._has_answer():
            raise _AnswerArrivedError
        return self._body.read(size)


def _early_answer_check(connection: HTTPConnection) -> Callable[[], bool]:
    """Return what tells whether the server has answered.

    Only plain connections can tell: in TLS, what there is to read may be a session ticket. There an
    early answer is read once the server no longer takes the request.
    """
    connected = connection.sock
    if connected is None or connection.is_verified or hasattr(connected, "cipher"):
        return lambda: False
    return lambda: wait_for_read(connected, timeout=0.0)
