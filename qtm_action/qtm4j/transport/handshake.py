"""A connection that is made and closed again: whether there is a way to the server, and its certificate."""

from __future__ import annotations

import ssl
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import HTTPError

from qtm_action.qtm4j.transport.adapter import Adapter
from qtm_action.qtm4j.transport.connection import Exchange, PlainConnection, TlsConnection
from qtm_action.qtm4j.transport.failures import connect_failure
from qtm_action.words import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qtm_action.qtm4j.transport.failures import Route, TransportFailure
    from qtm_action.qtm4j.transport.tls import TlsContexts

_NAMES = ("commonName", "organizationName")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a verified certificate says: who signed it, and until when it is valid."""

    issuer: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Handshake:
    """What was seen of a connection.

    ``certificate`` is None without TLS, and where nothing was verified.
    """

    tls_version: str | None = None
    certificate: Certificate | None = None


def shake_hands(route: Route, contexts: TlsContexts, *, seconds: float) -> Handshake | TransportFailure:
    """Connect to the server, or to the proxy that passes requests on, and send it nothing.

    ``seconds`` limits each of connecting, a proxy's answer, and TLS.
    """
    connection = _connection(route, contexts, seconds)
    try:
        with Exchange(read=seconds, whole=seconds, is_upload=False), closing(connection):
            connection.connect()
            return _facts(connection.sock)
    except (OSError, HTTPError, HTTPException) as error:
        return connect_failure(error, route)


def _connection(route: Route, contexts: TlsContexts, seconds: float) -> PlainConnection:
    origin, proxy = route.origin, route.proxy
    first = origin if proxy is None else proxy
    if origin.scheme == "http":
        return PlainConnection(first.host, first.port, timeout=seconds)
    connection = TlsConnection(
        first.host, first.port, timeout=seconds, ssl_context=contexts.get(shows_client_cert=True)
    )
    if proxy is not None:
        connection.set_tunnel(origin.host, origin.port, Adapter(contexts).proxy_headers(proxy.url))
    return connection


def _facts(connected: Any) -> Handshake:
    if not isinstance(connected, ssl.SSLSocket):
        return Handshake()
    found = connected.getpeercert()  # empty where the context verifies nothing
    return Handshake(connected.version(), read_certificate(found) if found else None)


def read_certificate(found: Mapping[str, Any]) -> Certificate:
    """Read a certificate as :meth:`ssl.SSLSocket.getpeercert` returns it."""
    issuer = {name: text for names in found.get("issuer", ()) for name, text in names}
    named = [issuer[name] for name in _NAMES if name in issuer] or list(issuer.values())
    expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(found["notAfter"]), UTC)
    return Certificate(one_line(", ".join(named)), expires)
