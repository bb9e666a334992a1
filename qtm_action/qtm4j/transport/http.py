"""One request and its answer, within its limits of time and size."""

from __future__ import annotations

import time
from contextlib import closing, nullcontext
from http.client import HTTPException
from typing import Any

import requests
import urllib3
from urllib3.exceptions import HTTPError

from qtm_action.log import Log
from qtm_action.qtm4j.transport.adapter import Adapter
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.connection import Exchange
from qtm_action.qtm4j.transport.decoding import decode_header
from qtm_action.qtm4j.transport.failures import (
    Route,
    TransportFailure,
    broken_failure,
    connect_failure,
    proxy_refusal,
)
from qtm_action.qtm4j.transport.proxies import proxy_for
from qtm_action.qtm4j.transport.request import HttpRequest, UploadBody
from qtm_action.qtm4j.transport.tls import TlsContexts
from qtm_action.qtm4j.values import Proxies, Timeouts, Tls
from qtm_action.redaction import redacted

_READ_AT_ONCE = 64 * 1024


class Transport:
    """Exchanges requests for answers; safe to use from several threads."""

    def __init__(self, tls: Tls, proxies: Proxies, timeouts: Timeouts) -> None:
        """Raise :class:`InvalidInputError` for a certificate file that can't be used."""
        self._proxies = proxies
        self._timeouts = timeouts
        self._contexts = TlsContexts(tls)
        self._client_cert = tls.client_cert
        self._has_ca_bundle = tls.ca_bundle is not None
        self._adapter = Adapter(self._contexts)
        urllib3.disable_warnings()  # of certificates that tls-verify leaves unverified: we warn of it once

    def close(self) -> None:
        """Close the idle connections."""
        self._adapter.close()

    def exchange(self, request: HttpRequest, log: Log) -> Answer | TransportFailure:
        """Send a request and return its answer, or why there is none.

        Raises what reading an upload's body raises.
        """
        began = time.monotonic()
        outcome = self._exchange(request)
        result = (
            outcome.message
            if isinstance(outcome, TransportFailure)
            else f"{outcome.status}, {len(outcome.body)} bytes"
        )
        # A query may hold what signs an upload URL.
        where = redacted(request.target.url).partition("?")[0]
        log.debug(f"{request.method} {where}: {result}, {time.monotonic() - began:.3f} s")
        return outcome

    def _exchange(self, request: HttpRequest) -> Answer | TransportFailure:
        target = request.target
        proxy = proxy_for(target.origin, self._proxies)
        route = Route(target.origin, target.peer, proxy, has_ca_bundle=self._has_ca_bundle)
        is_upload = isinstance(request.body, UploadBody)
        exchange = Exchange(read=self._timeouts.read, whole=request.whole, is_upload=is_upload)
        # An upload has a connection of its own, so that one which the server is about to close can't leave
        # its outcome unknown; and so has what a proxy passes on, since a proxy that leaves out the
        # server's "Connection: close" (tinyproxy) would let a second request on it wait for minutes.
        has_own_connection = is_upload or route.is_forwarded
        adapter = closing(Adapter(self._contexts)) if has_own_connection else nullcontext(self._adapter)
        try:
            with adapter as sender, exchange, self._send(sender, request, route) as response:
                headers = {name.lower(): decode_header(value) for name, value in response.headers.items()}
                body, is_complete = _read(response.raw, request.max_answer)
        except (requests.RequestException, HTTPError) as error:
            return _failure(exchange, exchange.error or error, route, request)
        answer = Answer(response.status_code, headers, body, is_complete)
        return proxy_refusal(answer, route) or answer

    def _send(self, adapter: Adapter, request: HttpRequest, route: Route) -> requests.Response:
        headers = dict(request.headers)
        if route.is_forwarded:
            headers["Connection"] = "close"
        prepared = requests.Request(
            request.method, request.target.url, headers=headers, data=request.body
        ).prepare()
        prepared.url = request.target.url  # as it was given: a signature may hang on how it is quoted
        return adapter.send(
            prepared,
            stream=True,
            timeout=(self._timeouts.connect, self._timeouts.read),
            proxies={"all": route.proxy.url} if route.proxy else {},
            cert=str(self._client_cert) if self._client_cert and request.target.with_credentials else None,
        )


def _failure(exchange: Exchange, error: Exception, route: Route, request: HttpRequest) -> TransportFailure:
    if not exchange.is_connected:
        return connect_failure(error, route)
    was_sent = not isinstance(request.body, UploadBody) or request.body.is_complete
    return broken_failure(error, route, was_sent=was_sent)


def _read(raw: Any, limit: int) -> tuple[bytes, bool]:
    """Read a body up to ``limit`` bytes, as it was sent; return whether that was all of it as well."""
    blocks: list[bytes] = []
    left = limit
    while True:
        try:
            block = raw.read1(_READ_AT_ONCE, decode_content=False)
        except (HTTPError, HTTPException, OSError):
            return b"".join(blocks), False
        if not block:
            return b"".join(blocks), True
        blocks.append(block[:left])
        left -= len(block)
        if left < 0:
            return b"".join(blocks), False
