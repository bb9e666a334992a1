"""Whatever is given as an address is refused with what is wrong, or can be sent to: no typo is a defect."""

from __future__ import annotations

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st
from urllib3.util import parse_url

from qtm_action.errors import InvalidInputError, UnexpectedAnswerError
from qtm_action.qtm4j.server import parse_jira_url, upload_target
from qtm_action.qtm4j.transport.adapter import Adapter
from qtm_action.qtm4j.transport.failures import TransportFailure
from qtm_action.qtm4j.transport.http import Transport
from qtm_action.qtm4j.transport.proxies import parse_proxy
from qtm_action.qtm4j.transport.request import HttpRequest
from qtm_action.qtm4j.transport.tls import TlsContexts
from qtm_action.qtm4j.transport.urls import Origin
from qtm_action.qtm4j.values import Proxies, Timeouts, Tls
from qtm_action.redaction import Redactor, protect
from tests.integration.qtm4j.conftest import Lines

JIRA = parse_jira_url("https://jira.example")
PIECES = st.sampled_from(
    [
        *["https://", "http://", "HTTPS://", "//", "://", ":", "@", "/", "?", "#", "[", "]", "..", ".", "-"],
        *["%", "%2e", "%zz", "\\", " ", "\t", "\n", "\0", "\x7f", "\x85", "\xa0", "\xad", "\u200d", "\u2028"],
        *["\u3002", "\uff0e", "\uff0f", "\u2100", "\ud800", "\udcff", "\xdf", "\xfc", "\u05d0", "\U0001f600"],
        *[
            "xn--",
            "xn--a-",
            "::1",
            "fe80::1%eth0",
            "v1.a:b",
            "127.1",
            "10.0.0.256",
            "0x7f.1",
            "::ffff:1.2.3.4",
        ],
        *[
            "jira.example",
            "localhost",
            "a" * 63,
            "a" * 64,
            "\xfc" * 60,
            "8080",
            "65536",
            "9" * 5000,
            "0",
            "*",
        ],
        *["me:pw@", "%c3%28@", "socks5://", "javascript:", "..%2f", "*", "\u212a", "\u0130"],
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=8).map("".join) | st.text(max_size=30)
ADDRESSES = TEXTS | TEXTS.map("https://{}".format) | TEXTS.map("https://jira.example{}".format)


def can_be_sent_to(origin: Origin, url: str) -> None:
    """Do what the libraries do with a URL before there is a connection."""
    origin.host.encode("idna")
    sent = requests.Request("GET", url).prepare()
    sent.url = url
    assert sent.path_url.startswith("/")
    read = parse_url(url)
    assert (read.host or "").strip("[]") == origin.host
    assert read.port in (origin.port, None)


@given(ADDRESSES)
@example("https://jira..example.com")
@example("https://[v1.a:b]")
def test_any_text_as_jira_url_is_refused_or_can_be_sent_to(text: str) -> None:
    try:
        jira = parse_jira_url(text)
    except InvalidInputError:
        return
    can_be_sent_to(jira.origin, jira.target("/rest").url)


@given(ADDRESSES)
@example("https://s3..example/up")
@example("https://s3.example/\ud800?\ud800")
def test_any_text_as_an_upload_url_is_refused_or_can_be_sent_to(text: str) -> None:
    try:
        target = upload_target(text, JIRA)
    except UnexpectedAnswerError:
        return
    can_be_sent_to(target.origin, target.url)


@given(ADDRESSES)
@example("http://proxy..example:3128")
@example("http://\ud800:pw@proxy:3128")
def test_any_text_as_a_proxy_is_refused_or_can_be_sent_to(text: str) -> None:
    try:
        proxy = parse_proxy(text, name="HTTPS_PROXY")
    except InvalidInputError:
        return
    again = parse_proxy(proxy.url, name="the proxy")
    assert (str(again), again.username, again.password or "") == (
        str(proxy),
        proxy.username,
        proxy.password or "",
    )
    can_be_sent_to(Origin(proxy.scheme, proxy.host, proxy.port), f"{proxy}/")
    Adapter(TlsContexts(Tls())).proxy_headers(proxy.url)


@pytest.mark.parametrize("host", ["a" * 63, "x_y-", "xn--a-", "-", "127.0.0.1", "[::1]"])
def test_the_strangest_host_that_passes_is_at_worst_one_that_does_not_answer(host: str) -> None:
    jira = parse_jira_url(f"http://{host}:9")
    transport = Transport(Tls(), Proxies(), Timeouts(0.5, 0.5, 0.5))
    outcome = transport.exchange(HttpRequest("GET", jira.target("/"), {}, whole=0.5), Lines())
    transport.close()
    assert isinstance(outcome, TransportFailure)


@pytest.mark.parametrize(
    "url", ["https://TopSecretToken.example/up", "https://s3.example/#TopSecretToken", "https://abc/defg"]
)
def test_an_upload_url_in_which_a_secret_is_no_longer_found_is_refused(url: str) -> None:
    protect(Redactor(["TopSecretToken", "abc/defg"]))
    try:
        with pytest.raises(UnexpectedAnswerError, match="contains a secret") as caught:
            upload_target(url, JIRA)
        assert "topsecret" not in f"{caught.value.message} {caught.value.hint}".lower()
        assert upload_target("https://s3.example/TopSecretToken", JIRA).origin.host == "s3.example"
    finally:
        protect(Redactor(()))
