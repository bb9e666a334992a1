"""Forwarding proxies: squid with a password, tinyproxy, and what their refusals are told as."""

from __future__ import annotations

import time
from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.servers.door import IMPORTED, Said, run, said
from tests.servers.proxies import AGENT, FORBIDDEN_HOST, PASSWORD, USER

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door, Outcome
    from tests.servers.certificates import Trust
    from tests.servers.nginx import Nginx
    from tests.servers.proxies import Squid

    Doors = Callable[..., Door]
    Through = Callable[..., tuple[str, Outcome]]

NOWHERE = "http://127.0.0.1:1"
DEMANDED = "Put them in its URL: http://user:password@host:port, special characters percent-encoded."
NOT_ACCEPTED = "Correct them in its URL: http://user:password@host:port, special characters percent-encoded."
SCHEMES = pytest.mark.parametrize("scheme", ["https", "http"])


@pytest.fixture
def through(web: Nginx, sandbox: Sandbox, trust: Trust, door_to: Doors) -> Through:
    """Return a function that imports through a proxy; it gives Jira's origin and the outcome."""

    def import_through(
        proxy: str, scheme: str, *, url: str = "", inputs: dict[str, str] | None = None, **environ: str
    ) -> tuple[str, Outcome]:
        url = url or (web.url("jira") + "/jira" if scheme == "https" else sandbox.url)
        door = door_to(url, **{f"{scheme.upper()}_PROXY": proxy, **environ})
        return url.removesuffix("/jira"), run(door, ca_bundle=str(trust.company), **(inputs or {}))

    return import_through


def assert_hidden(outcome: Outcome, user: str, password: str) -> None:
    """Assert that no form of the password is in anything a run wrote, but for the runner's masks."""
    lines = [line for line in outcome.log.splitlines() if not line.startswith("::add-mask::")]
    written = "\n".join([*lines, *outcome.outputs.values(), outcome.summary])
    for form in (password, quote(password, safe=""), b64encode(f"{user}:{password}".encode()).decode()):
        assert form not in written


def test_https_goes_through_the_tunnel_of_a_proxy_with_a_password(
    web: Nginx, squid_proxy: Squid, through: Through
) -> None:
    before, at_jira = len(squid_proxy.requests()), len(web.requests("jira"))
    origin, outcome = through(squid_proxy.url(), "https", inputs={"log_level": "debug"})
    assert said(outcome) == IMPORTED
    tunnels = squid_proxy.requests()[before:]
    assert set(tunnels) == {f"{squid_proxy.port} CONNECT {origin.removeprefix('https://')} 200 {USER}"}
    reached = web.requests("jira")[at_jira:]
    assert len(reached) == 3
    assert all(line.endswith(" proxy=-") for line in reached)  # the proxy's password ends at the proxy
    assert_hidden(outcome, USER, PASSWORD)


def test_plain_http_goes_through_a_proxy_with_a_password(squid_proxy: Squid, through: Through) -> None:
    before = len(squid_proxy.requests())
    origin, outcome = through(squid_proxy.url(), "http", inputs={"log_level": "debug"})
    assert said(outcome) == IMPORTED
    seen = [line.split(" ")[1:3] for line in squid_proxy.requests()[before:]]
    assert [method for method, _ in seen] == ["POST", "POST", "GET"]
    assert all(url.startswith(f"{origin}/jira/rest/") for _, url in seen)
    assert_hidden(outcome, USER, PASSWORD)


@SCHEMES
def test_a_proxy_that_wants_a_password_is_reported_as_that(
    squid_proxy: Squid, through: Through, scheme: str
) -> None:
    _, outcome = through(squid_proxy.url(None), scheme)
    message = f"the proxy http://127.0.0.1:{squid_proxy.port} requires a user name and password (407)"
    assert said(outcome) == Said(7, message, DEMANDED)
    assert "retrying" not in outcome.log


@SCHEMES
def test_a_proxy_that_does_not_accept_the_password_is_reported_as_that(
    squid_proxy: Squid, through: Through, scheme: str
) -> None:
    wrong = "wr@ng:one"
    _, outcome = through(squid_proxy.url(password=wrong), scheme, inputs={"log_level": "debug"})
    message = f"the proxy http://127.0.0.1:{squid_proxy.port} did not accept the user name and password (407)"
    assert said(outcome) == Said(7, message, NOT_ACCEPTED)
    assert_hidden(outcome, USER, wrong)


@SCHEMES
def test_a_wrong_password_that_tinyproxy_answers_with_401_is_not_taken_for_jiras(
    tinyproxy_port: int, through: Through, scheme: str
) -> None:
    _, outcome = through(f"http://agent:wrong-one@127.0.0.1:{tinyproxy_port}", scheme)
    message = f"the proxy http://127.0.0.1:{tinyproxy_port} did not accept the user name and password (401)"
    assert said(outcome) == Said(7, message, NOT_ACCEPTED)
    assert_hidden(outcome, "agent", "wrong-one")


@SCHEMES
def test_a_proxy_that_forbids_a_host_is_reported_with_the_way_around(
    squid_proxy: Squid, through: Through, scheme: str
) -> None:
    origin, outcome = through(squid_proxy.url(), scheme, url=f"{scheme}://{FORBIDDEN_HOST}/jira")
    assert said(outcome) == Said(
        7,
        f"the proxy http://127.0.0.1:{squid_proxy.port} refused to connect to {origin}: 403 Forbidden",
        f"Ask the proxy's administrator to allow it, or add {FORBIDDEN_HOST} to NO_PROXY.",
    )
    assert "retrying" not in outcome.log


def test_a_proxy_that_forbids_a_port_is_reported_with_the_way_around(
    tinyproxy_port: int, through: Through
) -> None:
    origin, outcome = through(f"http://{AGENT}@127.0.0.1:{tinyproxy_port}", "https")
    assert said(outcome) == Said(
        7,
        f"the proxy http://127.0.0.1:{tinyproxy_port} refused to connect to {origin}: 403 Access violation",
        "Ask the proxy's administrator to allow it, or add localhost to NO_PROXY.",
    )


def test_a_proxy_that_leaves_connections_open_which_it_no_longer_serves_holds_nothing_up(
    tinyproxy_port: int, through: Through
) -> None:
    began = time.monotonic()
    _, outcome = through(f"http://{AGENT}@127.0.0.1:{tinyproxy_port}", "http")
    assert said(outcome) == IMPORTED
    assert time.monotonic() - began < 10
    assert "::warning" not in outcome.log


def test_a_jira_that_the_proxy_cannot_reach_is_reported_with_the_proxy(
    squid_proxy: Squid, through: Through
) -> None:
    _, outcome = through(squid_proxy.url(), "https", url="https://127.0.0.1:1/jira")
    assert said(outcome) == Said(
        7,
        f"the proxy http://127.0.0.1:{squid_proxy.port} refused to connect to https://127.0.0.1:1: "
        "503 Service Unavailable",
        "Ask the proxy's administrator to allow it, or add 127.0.0.1 to NO_PROXY.",
    )
    assert "retrying" in outcome.log


@SCHEMES
def test_a_proxy_where_nothing_listens_is_reported_as_that(through: Through, scheme: str) -> None:
    _, outcome = through("http://agent:secret-word@127.0.0.1:1", scheme)
    message = "the proxy http://127.0.0.1:1 refused the connection"
    assert said(outcome) == Said(7, message, "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.")
    assert "retrying" in outcome.log
    assert_hidden(outcome, "agent", "secret-word")


def test_a_certificate_fault_behind_a_proxy_is_reported_as_the_servers(
    web: Nginx, squid_proxy: Squid, through: Through
) -> None:
    _, outcome = through(squid_proxy.url(), "https", url=web.url("expired") + "/jira")
    message = f"the certificate of {web.url('expired')} has expired"
    assert said(outcome) == Said(7, message, "Renew it on the server.")


def test_a_proxy_that_speaks_tls_itself(squid_proxy: Squid, through: Through) -> None:
    address = squid_proxy.url().replace("http://", "https://").replace("127.0.0.1", "localhost")
    secure = address.replace(f":{squid_proxy.port}", f":{squid_proxy.tls_port}")
    _, plain = through(secure, "http")
    assert said(plain) == IMPORTED
    for proxy in (secure, address):  # the second is what people write who mean http
        _, refused = through(proxy, "https")
        assert said(refused) == Said(
            2,
            "HTTPS_PROXY is an HTTPS proxy, which is not supported for a Jira that uses https",
            "Set HTTPS_PROXY to http://host:port. The connection to Jira through it is still encrypted.",
        )
        assert_hidden(refused, USER, PASSWORD)


@pytest.mark.parametrize(
    ("no_proxy", "goes_straight"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("example.com, localhost", True),
        ("localhost:{port}", True),
        ("localhost:1", False),
        ("*", True),
        ("127.0.0.0/8", False),  # a name is not looked up for this, as curl doesn't either
        ("ocalhost", False),
    ],
)
def test_no_proxy_is_read_as_curl_reads_it(
    web: Nginx, squid_proxy: Squid, through: Through, no_proxy: str, *, goes_straight: bool
) -> None:
    before = len(squid_proxy.requests())
    written = no_proxy.format(port=web.ports["jira"])
    _, outcome = through(squid_proxy.url(), "https", NO_PROXY=written)
    assert said(outcome) == IMPORTED
    assert (len(squid_proxy.requests()) == before) is goes_straight


@pytest.mark.parametrize("no_proxy", ["127.0.0.0/8", "127.0.0.1", "10.0.0.0/8,127.0.0.1/32"])
def test_networks_in_no_proxy_are_reached_straight(web: Nginx, through: Through, no_proxy: str) -> None:
    url = web.url("jira", host="127.0.0.1") + "/jira"
    _, outcome = through(NOWHERE, "https", url=url, NO_PROXY=no_proxy)
    assert said(outcome) == IMPORTED


@pytest.mark.parametrize("name", ["https_proxy", "ALL_PROXY", "all_proxy"])
def test_the_other_names_of_the_proxys_variable_are_honoured(
    web: Nginx, trust: Trust, squid_proxy: Squid, door_to: Doors, name: str
) -> None:
    before = len(squid_proxy.requests())
    door = door_to(web.url("jira") + "/jira", **{name: squid_proxy.url()})
    assert said(run(door, ca_bundle=str(trust.company))) == IMPORTED
    assert len(squid_proxy.requests()) > before
