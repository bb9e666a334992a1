from __future__ import annotations

import pytest

from qtm_action.errors import InvalidInputError
from qtm_action.qtm4j.server import parse_jira_url
from qtm_action.qtm4j.transport.proxies import goes_without_proxy, parse_proxy, proxy_for
from qtm_action.qtm4j.transport.urls import Origin
from qtm_action.qtm4j.values import Proxies


@pytest.mark.parametrize(
    ("url", "no_proxy", "goes_without"),
    [
        # As curl reads NO_PROXY (CURLOPT_NOPROXY), with ports as well.
        ("https://jira.example.com", "", False),
        ("https://jira.example.com", "*", True),
        ("https://jira.example.com", "other.com, *", True),
        ("https://jira.example.com", "jira.example.com", True),
        ("https://jira.example.com", "JIRA.Example.COM", True),
        ("https://jira.example.com", "example.com", True),
        ("https://jira.example.com", ".example.com", True),
        ("https://example.com", ".example.com", True),
        ("https://jira.example.com", "example.com.", True),
        ("https://notexample.com", "example.com", False),
        ("https://example.com.evil.net", "example.com", False),
        ("https://jira.example.com", "a.com,b.com example.com", True),
        ("https://jira.example.com", ".", False),
        ("https://jira.example.com:8443", "example.com:8443", True),
        ("https://jira.example.com:8443", "example.com:443", False),
        ("https://jira.example.com", "example.com:443", True),
        ("https://10.1.2.3", "10.1.2.3", True),
        ("https://10.1.2.3", "2.3", False),
        ("https://10.1.2.3", "10.0.0.0/8", True),
        ("https://10.1.2.3", "10.1.2.3/32", True),
        ("https://10.1.2.3", "192.168.0.0/16", False),
        ("https://10.1.2.3", "10.0.0.0/99", False),
        ("https://jira.example.com", "10.0.0.0/8", False),
        ("https://10.1.2.3:8443", "10.1.2.3:8443", True),
        ("https://10.1.2.3:8443", "10.1.2.3:443", False),
        ("https://[fd00::7]", "fd00::/8", True),
        ("https://[fd00::7]", "[fd00::]/8", True),
        ("https://[fd00::7]", "fd00:0::7", True),
        ("https://[fd00::7]:8443", "[fd00::7]:8443", True),
        ("https://[fd00::7]:8443", "[fd00::7]:443", False),
        ("https://[fd00::7]", "10.0.0.0/8", False),
        ("https://jira.example.com", "jira.example.com:port", False),
    ],
)
def test_no_proxy_is_read_as_curl_reads_it(url: str, no_proxy: str, *, goes_without: bool) -> None:
    assert goes_without_proxy(parse_jira_url(url).origin, no_proxy) is goes_without


def test_the_proxy_is_chosen_by_the_scheme_of_the_target() -> None:
    proxies = Proxies(http="http://plain:3128", https="http://secure:3128")
    assert str(proxy_for(Origin("http", "a.example", 80), proxies)) == "http://plain:3128"
    assert str(proxy_for(Origin("https", "a.example", 443), proxies)) == "http://secure:3128"
    assert proxy_for(Origin("https", "a.example", 443), Proxies(http="http://plain:3128")) is None
    assert proxy_for(Origin("https", "a.example", 443), Proxies(https="x:1", no_proxy="a.example")) is None


def test_tls_within_tls_is_refused_with_what_to_write() -> None:
    with pytest.raises(InvalidInputError, match="HTTPS_PROXY is an HTTPS proxy") as caught:
        proxy_for(Origin("https", "a.example", 443), Proxies(https="https://me:s3cret@proxy"))
    assert "http://host:port" in caught.value.hint
    assert (
        str(proxy_for(Origin("http", "a.example", 80), Proxies(http="https://proxy"))) == "https://proxy:443"
    )


@pytest.mark.parametrize(
    ("written", "shown", "username", "password"),
    [
        ("http://proxy:3128", "http://proxy:3128", None, None),
        ("proxy:3128", "http://proxy:3128", None, None),
        (" proxy ", "http://proxy:80", None, None),
        ("https://proxy", "https://proxy:443", None, None),
        ("http://[::1]:3128/", "http://[::1]:3128", None, None),
        ("http://me:p%40ss%3A@proxy:3128", "http://proxy:3128", "me", "p@ss:"),
        ("me@proxy:3128", "http://proxy:3128", "me", None),
    ],
)
def test_a_proxy_url_is_read_and_shown_without_its_credentials(
    written: str, shown: str, username: str | None, password: str | None
) -> None:
    proxy = parse_proxy(written, name="HTTPS_PROXY")
    assert str(proxy) == shown
    assert (proxy.username, proxy.password) == (username, password)
    assert "p@ss" not in repr(proxy)


@pytest.mark.parametrize(
    "written",
    [
        "socks5://me:s3cret@proxy:1080",
        "http://me:s3cret@proxy:port",
        "http://me:s3cret@",
        "http://me:s3cret@a b",
    ],
)
def test_a_proxy_that_cannot_be_used_is_refused_without_repeating_its_password(written: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_proxy(written, name="HTTPS_PROXY")
    assert "HTTPS_PROXY" in caught.value.message
    assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"
