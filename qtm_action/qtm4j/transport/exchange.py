"""One request and its answer, over a real connection, within its limits of time and size.

Built on the standard library's connections rather than on a session above them, because what may be
done after a fault depends on whether it befell the connecting, the sending or the waiting; each is one
call here. Redirects are not followed, environment variables not read, and nothing is repeated.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import TYPE_CHECKING, Protocol

from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.connections import Connections, proxy_authorization
from qtm_action.qtm4j.transport.faults import (
    Fault,
    Reach,
    Route,
    broken_fault,
    connect_fault,
    proxy_refusal,
    timeout_fault,
)
from qtm_action.qtm4j.transport.outlet import outlet
from qtm_action.qtm4j.transport.proxies import proxy_for
from qtm_action.qtm4j.transport.watch import Watch

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from http.client import HTTPConnection, HTTPResponse

    from qtm_action.log import Log
    from qtm_action.qtm4j.model import Connection
    from qtm_action.qtm4j.transport.origins import Target
    from qtm_action.qtm4j.transport.outlet import Outlet

SMALL = 1024 * 1024
_READ_AT_ONCE = 64 * 1024
_AFTER_A_BREAK = 2.0  # seconds for reading an answer that came before the connection broke
_BROKEN = (OSError, HTTPException)


class StreamedBody(Protocol):
    """A request's body of known length that sends itself; complete once its last byte was sent."""

    is_complete: bool

    def __len__(self) -> int:
        """Return the length of the whole body in bytes."""
        ...

    def send(self, outlet: Outlet, /) -> None:
        """Send the body, but no more of it once the server has answered."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What to send.

    ``whole`` limits, in seconds, the time to connect and send all but a streamed body, and again the
    time for the answer. ``max_answer`` is in bytes; no more of a body is read.
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

    def exchange(self, request: Request, log: Log) -> Answer | Fault:
        """Send a request and return its answer, or what kept it from being answered.

        Raises what reading a streamed body raises.
        """
        began = time.monotonic()
        outcome = self._exchange(request)
        said = (
            outcome.message if isinstance(outcome, Fault) else f"{outcome.status}, {len(outcome.body)} bytes"
        )
        where = request.target.url.partition("?")[0]  # a query may hold what signs an upload URL
        log.debug(f"{request.method} {where}: {said}, {time.monotonic() - began:.3f} s")
        return outcome

    def _exchange(self, request: Request) -> Answer | Fault:
        target = request.target
        route = Route(target.origin, proxy_for(target.origin, self._proxies))
        watch = Watch()
        watch.start(request.whole)
        try:
            connection = self._connections.take_idle(route)
            if connection is not None and request.fresh:
                connection.close()
                connection = None
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
        connected: socket.socket = connection.sock  # from open or take_idle, which return connected ones
        watch.guard(lambda: connected)
        connected.settimeout(self._timeouts.read)
        keep = False
        try:
            fault = None
            try:
                self._send(connection, connected, route, request, watch)
            except _BROKEN as error:
                fault = _broken(error, route, request, watch)
                connected.settimeout(_AFTER_A_BREAK)
            watch.start(request.whole)
            try:
                response = connection.getresponse()
            except _BROKEN as error:
                return fault or _broken(error, route, request, watch)
            with response:
                body, is_complete = _read(response, request.max_answer)
            is_whole = is_complete and not watch.has_expired
            was_sent = fault is None and _reach(request) is Reach.SENT
            is_kept_open = connection.sock is not None and not _is_passed_on(route)
            keep = is_whole and was_sent and is_kept_open
            headers = {name.lower(): value for name, value in response.getheaders()}
            answer = Answer(response.status, headers, body, is_whole)
            return proxy_refusal(answer, route) or answer
        finally:
            if keep:
                self._connections.keep(route, connection)
            else:
                connection.close()

    def _send(
        self,
        connection: HTTPConnection,
        connected: socket.socket,
        route: Route,
        request: Request,
        watch: Watch,
    ) -> None:
        """Send the request, a streamed body only until the server answers."""
        headers = dict(request.headers)
        url = request.target.path
        if route.proxy is not None and _is_passed_on(route):
            url = request.target.url
            headers |= proxy_authorization(route.proxy)
            headers["Connection"] = "close"
        if request.body is None or isinstance(request.body, bytes):
            connection.request(request.method, url, body=request.body, headers=headers)
            return
        headers["Content-Length"] = str(len(request.body))
        connection.request(request.method, url, headers=headers)
        watch.stop()
        request.body.send(outlet(connected, self._timeouts.read))


def _is_passed_on(route: Route) -> bool:
    """Tell whether a proxy passes each request on, in place of a tunnel to the server.

    Then every request has a connection of its own: a proxy that leaves out the server's
    ``Connection: close`` (tinyproxy) would let a second request on it wait for minutes.
    """
    return route.proxy is not None and route.origin.scheme == "http"


def _broken(error: Exception, route: Route, request: Request, watch: Watch) -> Fault:
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
            return b"".join(blocks), not response.length
        blocks.append(block[:left])
        left -= len(block)
        if left < 0:
            return b"".join(blocks), False
