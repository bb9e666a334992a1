from __future__ import annotations

import socket
import ssl
from http.client import BadStatusLine, RemoteDisconnected

import pytest

from qtm_action.qtm4j.server import JIRA
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.failures import (
    Route,
    broken_failure,
    connect_failure,
    proxy_refusal,
)
from qtm_action.qtm4j.transport.proxies import Proxy
from qtm_action.qtm4j.transport.urls import Origin

ORIGIN = Origin("https", "jira.example.com", 443)
DIRECT = Route(ORIGIN, JIRA)
PROXIED = Route(ORIGIN, JIRA, Proxy("http", "proxy", 3128, "me", "s3cret"))
WITH_CA_BUNDLE = Route(ORIGIN, JIRA, has_ca_bundle=True)


def certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    error.verify_message = "some reason"
    return error


def tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}] oops")
    error.reason = reason
    return error


def tunnel(status: str) -> OSError:
    return OSError(f"Tunnel connection failed: {status}")


@pytest.mark.parametrize(
    ("error", "route", "message", "hint", "is_transient"),
    [
        (
            ConnectionRefusedError(111, "refused"),
            DIRECT,
            "refused the connection",
            "No service is listening",
            True,
        ),
        (TimeoutError("timed out"), DIRECT, "timed out", "firewall", True),
        (OSError(113, "No route to host"), DIRECT, "No route to host", "firewall", True),
        (ConnectionResetError(104, "reset"), DIRECT, "no connection to https://jira", "firewall", True),
        (
            socket.gaierror(socket.EAI_NONAME, "x"),
            DIRECT,
            "jira.example.com cannot be resolved",
            "DNS",
            False,
        ),
        (socket.gaierror(socket.EAI_AGAIN, "x"), DIRECT, "jira.example.com cannot be resolved", "DNS", True),
        (
            socket.gaierror(socket.EAI_NONAME, "x"),
            PROXIED,
            "proxy's host name proxy cannot",
            "NO_PROXY",
            False,
        ),
        (ConnectionRefusedError(), PROXIED, "the proxy http://proxy:3128 refused", "HTTPS_PROXY", True),
        (TimeoutError(), PROXIED, "the proxy http://proxy:3128 timed out", "HTTPS_PROXY", True),
        (RemoteDisconnected("closed"), PROXIED, "no connection through the proxy", "HTTPS_PROXY", True),
        (
            tunnel("407 Proxy Authentication Required"),
            PROXIED,
            "did not accept the user name and password (407)",
            "percent-encoded",
            False,
        ),
        (
            tunnel("403 Forbidden"),
            PROXIED,
            "refused to connect to https://jira.example.com: 403",
            "NO_PROXY",
            False,
        ),
        (tunnel("503 Service Unavailable"), PROXIED, "503 Service Unavailable", "NO_PROXY", True),
        (certificate(9), DIRECT, "is not valid yet", "clock", False),
        (certificate(10), DIRECT, "has expired", "Renew it", False),
        (certificate(18), DIRECT, "is self-signed", "Set ca-bundle to this certificate", False),
        (certificate(18), WITH_CA_BUNDLE, "is self-signed", "ca-bundle does not contain this", False),
        (certificate(19), DIRECT, "does not trust", "Set ca-bundle to your company's CA", False),
        (certificate(20), DIRECT, "does not trust", "Set ca-bundle to your company's CA", False),
        (certificate(20), WITH_CA_BUNDLE, "does not trust", "The CA in ca-bundle did not sign it.", False),
        (certificate(21), DIRECT, "is missing its intermediate certificates", "whole chain", False),
        (certificate(21), WITH_CA_BUNDLE, "intermediate", "The CA in ca-bundle did not sign it.", False),
        (certificate(62), DIRECT, "is for another name", "as the host in jira-url", False),
        (certificate(64), DIRECT, "is for another IP address", "as the host in jira-url", False),
        (certificate(10), WITH_CA_BUNDLE, "has expired", "Renew it", False),
        (certificate(999), DIRECT, "was not accepted: some reason", "ca-bundle", False),
        (tls("WRONG_VERSION_NUMBER"), DIRECT, "does not speak TLS on this port", "http://", False),
        (tls("RECORD_LAYER_FAILURE"), DIRECT, "does not speak TLS on this port", "http://", False),
        (tls("SSLV3_ALERT_HANDSHAKE_FAILURE"), DIRECT, "ended the TLS handshake", "client-cert", False),
        (
            tls("SSLV3_ALERT_CERTIFICATE_UNKNOWN"),
            DIRECT,
            "handshake (certificate unknown)",
            "client-cert",
            False,
        ),
        (
            tls("TLSV1_ALERT_PROTOCOL_VERSION"),
            DIRECT,
            "supports neither TLS 1.2 nor",
            "Enable TLS 1.2 or 1.3",
            False,
        ),
        (tls("NO_SHARED_CIPHER"), DIRECT, "no shared cipher", "TLS version", True),
        (
            ssl.SSLEOFError(8, "EOF"),
            DIRECT,
            "closed the connection during the TLS handshake",
            "firewall",
            True,
        ),
    ],
)
def test_why_there_was_no_connection_is_said_in_one_sentence_with_the_fix(
    error: Exception, route: Route, message: str, hint: str, *, is_transient: bool
) -> None:
    failure = connect_failure(error, route)
    assert message in failure.message
    assert hint in failure.hint
    assert failure.is_transient is is_transient
    assert not failure.was_sent
    assert "s3cret" not in f"{failure} {failure.error()} {route}"


@pytest.mark.parametrize(
    ("error", "was_sent", "message", "is_open", "is_transient"),
    [
        (
            ConnectionResetError(104, "reset"),
            True,
            "closed the connection before responding",
            False,
            True,
        ),
        (RemoteDisconnected("closed"), True, "closed the connection before responding", False, True),
        (BrokenPipeError(), False, "while the request was being sent", False, True),
        (ssl.SSLEOFError(8, "EOF"), True, "closed the connection", False, True),
        (TimeoutError(), True, "timed out", True, True),
        (TimeoutError(), False, "timed out while the request was being sent", True, True),
        (BadStatusLine("nonsense"), True, "something that is not HTTP", True, True),
        (tls("TLSV13_ALERT_CERTIFICATE_REQUIRED"), True, "ended the TLS handshake", True, False),
    ],
)
def test_how_an_exchange_broke_is_reported_with_how_far_it_had_come(
    error: Exception, message: str, *, was_sent: bool, is_open: bool, is_transient: bool
) -> None:
    failure = broken_failure(error, DIRECT, was_sent=was_sent)
    assert message in failure.message
    assert (failure.was_sent, failure.is_open, failure.is_transient) == (was_sent, is_open, is_transient)


def test_a_port_that_answers_http_with_tls_is_reported_as_that() -> None:
    plain = Route(Origin("http", "jira.example.com", 443), JIRA)
    failure = broken_failure(BadStatusLine("\x15\x03\x01\x00"), plain, was_sent=True)
    assert "https:// in jira-url" in failure.hint
    assert not failure.is_transient


def test_a_cause_that_refers_to_itself_is_no_loop() -> None:
    error = OSError("outer")
    error.__cause__ = inner = OSError(5, "inner")
    inner.__cause__ = error
    assert "inner" in connect_failure(error, DIRECT).message


def test_a_timeout_names_the_proxy_on_the_way() -> None:
    assert (
        "through the proxy http://proxy:3128"
        in broken_failure(TimeoutError(), PROXIED, was_sent=True).message
    )


PLAIN = Origin("http", "jira.example.com", 80)
PROXIED_PLAIN = Route(PLAIN, JIRA, Proxy("http", "proxy", 3128))


@pytest.mark.parametrize(
    ("status", "headers", "route", "message"),
    [
        (407, {}, PROXIED_PLAIN, "the proxy http://proxy:3128 requires a user name and password (407)"),
        (401, {"server": "tinyproxy/1.11.1"}, PROXIED_PLAIN, "requires a user name and password (401)"),
        (403, {"server": "squid/5.7"}, PROXIED_PLAIN, "refused to connect to http://jira.example.com: 403"),
        (403, {"proxy-status": "p; error=http_request_denied"}, PROXIED_PLAIN, "refused to connect"),
        (403, {"proxy-status": "p; next-hop=jira"}, PROXIED_PLAIN, ""),
        (403, {"server": "Apache"}, PROXIED_PLAIN, ""),
        (401, {}, PROXIED_PLAIN, ""),
        (503, {"server": "squid/5.7"}, PROXIED_PLAIN, ""),
        (200, {"server": "squid/5.7"}, PROXIED_PLAIN, ""),
        (407, {}, PROXIED, ""),
        (407, {}, Route(PLAIN, JIRA), ""),
    ],
)
def test_what_a_proxy_says_for_itself_is_not_taken_for_jiras(
    status: int, headers: dict[str, str], route: Route, message: str
) -> None:
    failure = proxy_refusal(Answer(status, headers), route)
    assert message in (failure.message if failure else "")
    assert (failure is not None) is bool(message)
