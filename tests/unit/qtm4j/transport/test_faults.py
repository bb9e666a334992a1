from __future__ import annotations

import socket
import ssl
from http.client import BadStatusLine, RemoteDisconnected

import pytest

from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.faults import (
    Reach,
    Route,
    broken_fault,
    connect_fault,
    proxy_refusal,
    timeout_fault,
)
from qtm_action.qtm4j.transport.origins import Origin
from qtm_action.qtm4j.transport.proxies import Proxy

JIRA = Origin("https", "jira.example.com", 443)
DIRECT = Route(JIRA)
PROXIED = Route(JIRA, Proxy("http", "proxy", 3128, "me", "s3cret"))


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
        (ConnectionRefusedError(111, "refused"), DIRECT, "refused the connection", "nothing listens", True),
        (TimeoutError("timed out"), DIRECT, "did not answer the connection in time", "firewall", True),
        (OSError(113, "No route to host"), DIRECT, "No route to host", "firewall", True),
        (ConnectionResetError(104, "reset"), DIRECT, "no connection to https://jira", "firewall", True),
        (socket.gaierror(socket.EAI_NONAME, "x"), DIRECT, "jira.example.com can't be resolved", "DNS", False),
        (socket.gaierror(socket.EAI_AGAIN, "x"), DIRECT, "jira.example.com can't be resolved", "DNS", True),
        (socket.gaierror(socket.EAI_NONAME, "x"), PROXIED, "proxy's name proxy can't", "NO_PROXY", False),
        (ConnectionRefusedError(), PROXIED, "the proxy http://proxy:3128 refused", "HTTPS_PROXY", True),
        (TimeoutError(), PROXIED, "the proxy http://proxy:3128 did not answer", "HTTPS_PROXY", True),
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
            "refused the way to https://jira.example.com: 403",
            "NO_PROXY",
            False,
        ),
        (tunnel("503 Service Unavailable"), PROXIED, "503 Service Unavailable", "NO_PROXY", True),
        (certificate(9), DIRECT, "is not valid yet", "clock", False),
        (certificate(10), DIRECT, "has expired", "renew it", False),
        (certificate(18), DIRECT, "is self-signed", "as ca-bundle", False),
        (certificate(19), DIRECT, "does not know", "as ca-bundle", False),
        (certificate(20), DIRECT, "does not know", "company's CA certificate as ca-bundle", False),
        (certificate(21), DIRECT, "without the certificates that lead to its CA", "whole chain", False),
        (certificate(62), DIRECT, "is for another name", "jira-url's host", False),
        (certificate(64), DIRECT, "is for another IP address", "jira-url's host", False),
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
        (tls("TLSV1_ALERT_PROTOCOL_VERSION"), DIRECT, "speaks neither TLS 1.2 nor", "enable one", False),
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
    fault = connect_fault(error, route)
    assert message in fault.message
    assert hint in fault.hint
    assert fault.is_transient is is_transient
    assert fault.reach is Reach.UNSENT
    assert "s3cret" not in f"{fault} {fault.error()} {route}"


@pytest.mark.parametrize(
    ("error", "reach", "message", "is_open", "is_transient"),
    [
        (
            ConnectionResetError(104, "reset"),
            Reach.SENT,
            "closed the connection before it answered",
            False,
            True,
        ),
        (RemoteDisconnected("closed"), Reach.SENT, "closed the connection before it answered", False, True),
        (BrokenPipeError(), Reach.PARTLY_SENT, "while the request was being sent", False, True),
        (ssl.SSLEOFError(8, "EOF"), Reach.SENT, "closed the connection", False, True),
        (TimeoutError(), Reach.SENT, "did not answer in time", True, True),
        (TimeoutError(), Reach.PARTLY_SENT, "did not take the request in time", True, True),
        (BadStatusLine("nonsense"), Reach.SENT, "something that is not HTTP", True, True),
        (tls("TLSV13_ALERT_CERTIFICATE_REQUIRED"), Reach.SENT, "ended the TLS handshake", True, False),
    ],
)
def test_how_an_exchange_broke_is_told_with_how_far_it_had_come(
    error: Exception, reach: Reach, message: str, *, is_open: bool, is_transient: bool
) -> None:
    fault = broken_fault(error, DIRECT, reach)
    assert message in fault.message
    assert (fault.reach, fault.is_open, fault.is_transient) == (reach, is_open, is_transient)


def test_a_port_that_answers_http_with_tls_is_told_as_that() -> None:
    plain = Route(Origin("http", "jira.example.com", 443))
    fault = broken_fault(BadStatusLine("\x15\x03\x01\x00"), plain, Reach.SENT)
    assert "https:// in jira-url" in fault.hint
    assert not fault.is_transient


def test_a_cause_that_refers_to_itself_is_no_loop() -> None:
    error = OSError("outer")
    error.__cause__ = inner = OSError(5, "inner")
    inner.__cause__ = error
    assert "inner" in connect_fault(error, DIRECT).message


def test_a_timeout_names_the_proxy_on_the_way() -> None:
    assert "through the proxy http://proxy:3128" in timeout_fault(PROXIED, Reach.UNSENT).message


PLAIN = Origin("http", "jira.example.com", 80)
PROXIED_PLAIN = Route(PLAIN, Proxy("http", "proxy", 3128))


@pytest.mark.parametrize(
    ("status", "headers", "route", "message"),
    [
        (407, {}, PROXIED_PLAIN, "the proxy http://proxy:3128 demands a user name and password (407)"),
        (401, {"server": "tinyproxy/1.11.1"}, PROXIED_PLAIN, "demands a user name and password (401)"),
        (403, {"server": "squid/5.7"}, PROXIED_PLAIN, "refused the way to http://jira.example.com: 403"),
        (403, {"proxy-status": "p; error=http_request_denied"}, PROXIED_PLAIN, "refused the way"),
        (403, {"proxy-status": "p; next-hop=jira"}, PROXIED_PLAIN, ""),
        (403, {"server": "Apache"}, PROXIED_PLAIN, ""),
        (401, {}, PROXIED_PLAIN, ""),
        (503, {"server": "squid/5.7"}, PROXIED_PLAIN, ""),
        (200, {"server": "squid/5.7"}, PROXIED_PLAIN, ""),
        (407, {}, PROXIED, ""),
        (407, {}, Route(PLAIN), ""),
    ],
)
def test_what_a_proxy_says_for_itself_is_not_taken_for_jiras(
    status: int, headers: dict[str, str], route: Route, message: str
) -> None:
    fault = proxy_refusal(Answer(status, headers), route)
    assert message in (fault.message if fault else "")
    assert (fault is not None) is bool(message)
