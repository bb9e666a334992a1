"""A connection that is made and closed again: whether there is a way to the server, and its certificate."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any

from urllib3.exceptions import HTTPError

from qtm_action.qtm4j.transport.adapter import Adapter
from qtm_action.qtm4j.transport.connection import Exchange, PlainConnection, TlsConnection
from qtm_action.qtm4j.transport.failures import Route, TransportFailure, connect_failure
from qtm_action.qtm4j.transport.tls import TlsContexts
from qtm_action.words import one_line

_NAMES = ("commonName", "organizationName")


@dataclass(frozen=True, slots=True)
class Handshake:
    """What was seen of a connection: its TLS version, and who signed the certificate until when.

    The version is None without TLS, and ``expires`` where nothing was verified.
    """

    tls_version: str | None = None
    issuer: str = ""
    expires: datetime | None = None


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
    connection = TlsConnection(first.host, first.port, timeout=seconds, ssl_context=contexts.with_client_cert)
    if proxy is not None:
        connection.set_tunnel(origin.host, origin.port, Adapter(contexts).proxy_headers(proxy.url))
    return connection


def _facts(connected: Any) -> Handshake:
    if not isinstance(connected, ssl.SSLSocket):
        return Handshake()
    found: Any = connected.getpeercert()  # empty where the context verifies nothing
    if not found:
        return Handshake(connected.version())
    expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(found["notAfter"]), UTC)
    return Handshake(connected.version(), issuer_name(found.get("issuer", ())), expires)


def issuer_name(issuer: Iterable[Iterable[tuple[str, str]]]) -> str:
    """Return who signed a certificate, of its issuer as :meth:`ssl.SSLSocket.getpeercert` has it."""
    texts = {name: text for names in issuer for name, text in names}
    return one_line(", ".join([texts[name] for name in _NAMES if name in texts] or texts.values()))
