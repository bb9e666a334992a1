"""The transport adapter that requests sends through: our connections, our TLS, our reading of proxies."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from qtm_action.qtm4j.transport.body import BLOCK_SIZE
from qtm_action.qtm4j.transport.connection import PlainConnection, TlsConnection

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

    from qtm_action.qtm4j.transport.failures import Route
    from qtm_action.qtm4j.transport.proxies import Proxy
    from qtm_action.qtm4j.transport.tls import TlsContexts


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = TlsConnection


_POOLS = {"http": _PlainPool, "https": _TlsPool}
# The second is what connections without a proxy have anyway: no waiting for the rest of a packet.
_POOL_OPTIONS = {"blocksize": BLOCK_SIZE, "socket_options": PlainConnection.default_socket_options}


class Adapter(HTTPAdapter):
    """Sends requests over one route. Nothing is sent twice: ``max_retries`` is 0 by default."""

    def __init__(self, route: Route, contexts: TlsContexts, *, shows_client_cert: bool) -> None:
        self._route = route
        self._contexts = contexts
        self._shows_client_cert = shows_client_cert
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002 - the library's signature
        """Make the pools of connections without a proxy."""
        super().init_poolmanager(connections, maxsize, block, **_POOL_OPTIONS, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Return the pools of connections through a proxy."""
        if proxy.startswith("https:"):
            options["proxy_ssl_context"] = self._contexts.get(shows_client_cert=False)
        manager = super().proxy_manager_for(proxy, **_POOL_OPTIONS, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def proxy_headers(self, proxy: str) -> dict[str, str]:  # noqa: ARG002 - there is but one
        """Return what the route's proxy is sent, in a CONNECT or with a request that it passes on."""
        return {} if self._route.proxy is None else proxy_authorization(self._route.proxy)

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """Use our own TLS context in place of ``verify`` and ``cert``."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        if self._route.origin.scheme != "https":
            return host, {}
        return host, {"ssl_context": self._contexts.get(shows_client_cert=self._shows_client_cert)}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Add no certificates: the library's own would be trusted beside those of our context."""


class RouteSession(Session):
    """A session for one route: no redirects, no cookies sent, nothing read from the environment."""

    def __init__(self, route: Route, contexts: TlsContexts, *, shows_client_cert: bool) -> None:
        super().__init__()
        self.trust_env = False
        if route.proxy is not None:
            self.proxies = {"all": str(route.proxy)}
        self.mount(f"{route.origin.scheme}://", Adapter(route, contexts, shows_client_cert=shows_client_cert))

    def get_redirect_target(self, resp: Response) -> str | None:  # noqa: ARG002 - none is followed
        """Return that there is none; the library would read the whole body of a redirect to prepare it."""
        return None


def proxy_authorization(proxy: Proxy) -> dict[str, str]:
    """Return the header that a proxy with a user name in its URL is sent; in UTF-8, unlike the library's."""
    if proxy.username is None:
        return {}
    pair = f"{proxy.username}:{proxy.password or ''}".encode()
    return {"Proxy-Authorization": f"Basic {b64encode(pair).decode('ascii')}"}
