"""The transport adapter that requests sends through: our connections, our TLS, our reading of proxies."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from qtm_action.qtm4j.transport.connection import PlainConnection, TlsConnection
from qtm_action.qtm4j.transport.proxies import parse_proxy
from qtm_action.qtm4j.transport.request import BLOCK_SIZE
from qtm_action.qtm4j.transport.tls import TlsContexts


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = TlsConnection


_POOLS = {"http": _PlainPool, "https": _TlsPool}
# The second is what connections without a proxy have anyway: no waiting for the rest of a packet.
_POOL_OPTIONS = {"blocksize": BLOCK_SIZE, "socket_options": PlainConnection.default_socket_options}


class Adapter(HTTPAdapter):
    """Sends each request once (the library's ``max_retries`` is 0 by default), and as it is.

    It is used without a session, which would keep cookies, read the environment and prepare redirects.
    """

    def __init__(self, contexts: TlsContexts) -> None:
        self._contexts = contexts
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002 - the library's signature
        """Make the pools of connections without a proxy."""
        super().init_poolmanager(connections, maxsize, block, **_POOL_OPTIONS, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Return the pools of connections through a proxy."""
        if proxy.startswith("https:"):
            options["proxy_ssl_context"] = self._contexts.without_client_cert
        manager = super().proxy_manager_for(proxy, **_POOL_OPTIONS, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """Return what a proxy is sent, in a CONNECT or with a request that it passes on.

        A user name and password go in UTF-8, unlike the library's.
        """
        parsed = parse_proxy(proxy, name="the proxy")
        if parsed.username is None:
            return {}
        pair = f"{parsed.username}:{parsed.password or ''}".encode()
        return {"Proxy-Authorization": f"Basic {b64encode(pair).decode('ascii')}"}

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """Use our own TLS contexts: that with the client certificate where ``cert`` is given."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] != "https":
            return host, {}
        contexts = self._contexts
        return host, {"ssl_context": contexts.with_client_cert if cert else contexts.without_client_cert}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Add no certificates: the library's own would be trusted in addition to those of our context."""
