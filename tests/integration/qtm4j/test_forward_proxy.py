"""Forwarding proxies: which requests go through, how it is authenticated, and what is told of its faults."""

from __future__ import annotations

import base64
import socket
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import UnreachableError
from qtm_action.qtm4j.values import ImportStatus, Proxies, Tls
from tests.faults.certificates import make_certificates
from tests.faults.fault_server import FaultServer
from tests.faults.forward_proxy import ForwardProxy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.qtm4j.conftest import Session

BASIC = "Basic " + base64.b64encode(b"me:p@ss:w\xc3\xb6rd").decode()
WITH_CREDENTIALS = "http://me:p%40ss%3Aw%C3%B6rd@127.0.0.1:{}"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tls, FaultServer]:
    """A Jira that speaks TLS, and how to trust it."""
    certificates = make_certificates(tmp_path_factory.mktemp("certificates"))
    server = FaultServer(tls=certificates.server_context(certificates.server))
    return Tls(ca_bundle=certificates.ca), server


def test_plain_http_goes_through_the_http_proxy(session: Callable[..., Session]) -> None:
    with FaultServer(keep_alive=False) as server, ForwardProxy() as proxy:
        one = session(
            server.url, proxies=Proxies(http=f"http://127.0.0.1:{proxy.port}", https="http://none:1")
        )
        assert one.run().status is ImportStatus.SUCCESS
        assert proxy.requests[0] == f"POST {server.url}/rest/qtm4j/automation/latest/importresult HTTP/1.1"
        assert all(f"Host: 127.0.0.1:{server.port}" in head for head in proxy.heads)


def test_https_goes_through_a_tunnel_that_sees_no_credentials(
    session: Callable[..., Session], tls: tuple[Tls, FaultServer]
) -> None:
    trust, server = tls
    with ForwardProxy(authorization=BASIC) as proxy:
        one = session(
            server.url,
            tls=trust,
            proxies=Proxies(https=WITH_CREDENTIALS.format(proxy.port), http="http://none:1"),
        )
        assert one.run().status is ImportStatus.SUCCESS
        assert {request.split()[0] for request in proxy.requests} == {"CONNECT"}
        assert "the-api-key" not in "".join(proxy.heads)
        assert all("proxy-authorization" not in request.headers for request in server.requests)


def test_the_proxys_credentials_go_to_the_proxy_alone(session: Callable[..., Session]) -> None:
    with FaultServer(keep_alive=False) as server, ForwardProxy(authorization=BASIC) as proxy:
        one = session(server.url, proxies=Proxies(http=WITH_CREDENTIALS.format(proxy.port)))
        assert one.run().status is ImportStatus.SUCCESS
        assert all("proxy-authorization" not in request.headers for request in server.requests)
    assert "p@ss" not in "".join(one.log.lines)


def test_hosts_in_no_proxy_are_reached_straight(session: Callable[..., Session]) -> None:
    with FaultServer() as server, ForwardProxy() as proxy:
        proxies = Proxies(http=f"http://127.0.0.1:{proxy.port}", no_proxy="example.com,127.0.0.0/8")
        assert session(server.url, proxies=proxies).run().status is ImportStatus.SUCCESS
        assert proxy.requests == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_407_is_reported_as_a_matter_of_the_proxy(
    session: Callable[..., Session], tls: tuple[Tls, FaultServer], scheme: str
) -> None:
    trust, server = tls
    with ForwardProxy(authorization=BASIC) as proxy, FaultServer() as plain:
        address = f"http://me:wrong-one@127.0.0.1:{proxy.port}"
        one = session(
            server.url if scheme == "https" else plain.url,
            tls=trust,
            proxies=Proxies(http=address, https=address),
        )
        with pytest.raises(UnreachableError) as caught:
            one.submit()
    assert "did not accept the user name and password (407)" in caught.value.message
    assert "special characters percent-encoded" in caught.value.hint
    assert "wrong-one" not in f"{caught.value} {caught.value.hint} {one.log.lines}"
    assert one.clock.sleeps == []


@pytest.mark.parametrize(
    ("refusal", "message", "retries"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "refused to connect to https://127.0.0.1", False),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", "503 Service Unavailable", True),
        (b"HTTP/1.1 407 Go away\r\n\r\n", "requires a user name and password", False),
        (b"nonsense\r\n\r\n", "no connection through the proxy", True),
    ],
)
def test_a_tunnel_that_is_refused_is_reported_with_the_proxy_to_ask(
    session: Callable[..., Session],
    tls: tuple[Tls, FaultServer],
    refusal: bytes,
    message: str,
    *,
    retries: bool,
) -> None:
    trust, server = tls
    with ForwardProxy(refusal=refusal) as proxy:
        one = session(server.url, tls=trust, proxies=Proxies(https=f"http://127.0.0.1:{proxy.port}"))
        with pytest.raises(UnreachableError, match=message) as caught:
            one.submit()
    assert f"http://127.0.0.1:{proxy.port}" in caught.value.message
    assert bool(one.clock.sleeps) is retries


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_does_not_listen_is_reported_as_that(
    session: Callable[..., Session], scheme: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    one = session(f"{scheme}://jira.example.com", proxies=Proxies(http=address, https=address), retry_for=5)
    with pytest.raises(UnreachableError, match=f"the proxy {address} refused the connection") as caught:
        one.submit()
    assert "HTTPS_PROXY" in caught.value.hint


def test_a_proxy_whose_name_does_not_exist_is_reported_as_that(session: Callable[..., Session]) -> None:
    one = session("http://jira.example.com", proxies=Proxies(http="http://proxy.invalid:3128"))
    with pytest.raises(UnreachableError, match=r"the proxy's host name proxy\.invalid cannot be resolved"):
        one.submit()


def test_a_proxy_may_itself_speak_tls_for_plain_targets(
    session: Callable[..., Session], tmp_path: Path
) -> None:
    certificates = make_certificates(tmp_path)
    context = certificates.server_context(certificates.server)
    with FaultServer(keep_alive=False) as server, ForwardProxy(tls=context) as proxy:
        one = session(
            server.url,
            tls=Tls(ca_bundle=certificates.ca),
            proxies=Proxies(http=f"https://127.0.0.1:{proxy.port}"),
        )
        assert one.run().status is ImportStatus.SUCCESS
        assert len(proxy.requests) >= 3
