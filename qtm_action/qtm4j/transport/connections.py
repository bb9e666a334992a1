"""Connections to a server: straight or through a proxy, with TLS or without, kept while idle."""

from __future__ import annotations

import threading
from base64 import b64encode
from dataclasses import replace
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING

from qtm_action.qtm4j.transport.multipart import BLOCK_SIZE
from qtm_action.qtm4j.transport.outlet import is_readable

if TYPE_CHECKING:
    import ssl

    from qtm_action.qtm4j.model import Tls
    from qtm_action.qtm4j.transport.faults import Route
    from qtm_action.qtm4j.transport.proxies import Proxy
    from qtm_action.qtm4j.transport.watch import Watch


class Connections:
    """Makes connections, and keeps those that can be used again; safe to use from several threads."""

    def __init__(self, tls: Tls, connect_timeout: float) -> None:
        """Raise :class:`InvalidInputError` for a certificate file that can't be used."""
        self._tls = tls
        self._connect_timeout = connect_timeout
        self._contexts: dict[bool, ssl.SSLContext] = {}
        self._idle: dict[Route, list[HTTPConnection]] = {}
        self._lock = threading.Lock()
        if tls.ca_bundle is not None or tls.client_cert is not None:
            self._context(shows_client_cert=True)

    def take_idle(self, route: Route) -> HTTPConnection | None:
        """Return a connection of an earlier exchange that the server hasn't closed; None: there is none."""
        with self._lock:
            idle = self._idle.pop(route, [])
        while idle:
            connection = idle.pop()
            if connection.sock is not None and not is_readable(connection.sock):
                with self._lock:
                    self._idle.setdefault(route, []).extend(idle)
                return connection
            connection.close()
        return None

    def keep(self, route: Route, connection: HTTPConnection) -> None:
        """Take back a connection whose last answer was read to its end."""
        with self._lock:
            self._idle.setdefault(route, []).append(connection)

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            connections = [connection for idle in self._idle.values() for connection in idle]
            self._idle.clear()
        for connection in connections:
            connection.close()

    def open(self, route: Route, watch: Watch, *, is_jira: bool) -> HTTPConnection:
        """Make a connection; only Jira is shown the client certificate.

        Raises whatever OSError or HTTPException kept it from being made.
        """
        connection = self._make(route, is_jira=is_jira)
        watch.guard(lambda: connection.sock)
        try:
            connection.connect()
        except BaseException:
            connection.close()
            raise
        connected = connection.sock
        watch.guard(lambda: connected)
        return connection

    def _make(self, route: Route, *, is_jira: bool) -> HTTPConnection:
        origin, proxy = route.origin, route.proxy
        if proxy is None:
            return self._make_one(origin.scheme, origin.host, origin.port, is_jira=is_jira)
        if origin.scheme == "http":
            return self._make_one(proxy.scheme, proxy.host, proxy.port, is_jira=False)
        connection = self._make_one("https", proxy.host, proxy.port, is_jira=is_jira)
        connection.set_tunnel(origin.host, origin.port, headers=proxy_authorization(proxy))
        return connection

    def _make_one(self, scheme: str, host: str, port: int, *, is_jira: bool) -> HTTPConnection:
        if scheme == "http":
            return HTTPConnection(host, port, timeout=self._connect_timeout, blocksize=BLOCK_SIZE)
        context = self._context(shows_client_cert=is_jira)
        return HTTPSConnection(
            host, port, timeout=self._connect_timeout, blocksize=BLOCK_SIZE, context=context
        )

    def _context(self, *, shows_client_cert: bool) -> ssl.SSLContext:
        with self._lock:
            if shows_client_cert not in self._contexts:
                from qtm_action.qtm4j.transport.tls import tls_context  # noqa: PLC0415 - loads the store: only for TLS

                tls = self._tls if shows_client_cert else replace(self._tls, client_cert=None)
                self._contexts[shows_client_cert] = tls_context(tls)
            return self._contexts[shows_client_cert]


def proxy_authorization(proxy: Proxy) -> dict[str, str]:
    """Return the header that a proxy with a user name in its URL is sent."""
    if proxy.username is None:
        return {}
    pair = f"{proxy.username}:{proxy.password or ''}".encode()
    return {"Proxy-Authorization": f"Basic {b64encode(pair).decode('ascii')}"}
