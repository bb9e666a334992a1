"""Failed exchanges: whether the whole request was sent, and the message about the cause.

Whether it was sent decides what may be done next (``docs/RELIABILITY.md``).
"""

from __future__ import annotations

import socket
import ssl
from http import HTTPStatus
from typing import NamedTuple

from qtm_action.errors import UnreachableError
from qtm_action.qtm4j.retry import RETRIABLE
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.decoding import decode_header
from qtm_action.qtm4j.transport.proxies import Proxy
from qtm_action.qtm4j.transport.urls import Origin, Peer
from qtm_action.words import one_line


class TransportFailure(NamedTuple):
    """An exchange without an answer.

    ``was_sent``: the server may have the whole request. ``is_transient``: retrying may help.
    ``is_open``: the exchange was not closed cleanly, so the server may still be working on the request.
    ``is_tls``: the server was reached, but not through TLS.
    """

    message: str
    hint: str = ""
    was_sent: bool = False
    is_transient: bool = True
    is_open: bool = False
    is_tls: bool = False

    def error(self) -> UnreachableError:
        """Return the failure as an error."""
        return UnreachableError(self.message, hint=self.hint)


class Route(NamedTuple):
    """The server to connect to, what messages call it, the proxy in front of it, and what verifies it."""

    origin: Origin
    peer: Peer
    proxy: Proxy | None = None
    has_ca_bundle: bool = False

    @property
    def is_forwarded(self) -> bool:
        """Whether a proxy forwards each request, instead of a tunnel to the server."""
        return self.proxy is not None and self.origin.scheme == "http"

    def __str__(self) -> str:
        return f"{self.origin}" if self.proxy is None else f"{self.origin} through the proxy {self.proxy}"


SPEAKS_HTTPS = "This port requires https. Use https:// in {setting}."
_PROXY_URL = "in its URL: http://user:password@host:port, special characters percent-encoded."
PROXY_CREDENTIALS = f"Put them {_PROXY_URL}"
# Proxies that name themselves in the header Server of their own answers, and pass that of others.
_PROXY_PROGRAMS = ("squid", "tinyproxy")
_PROXY_SETTINGS = "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY."


def connect_failure(error: Exception, route: Route) -> TransportFailure:
    """Explain why there was no connection; nothing was sent."""
    causes = _causes(error)
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _tls_failure(cause, route)._replace(is_tls=True)
        if isinstance(cause, socket.gaierror):
            return _name_failure(cause, route)
    if route.proxy is not None:
        return _proxy_failure(causes, route)
    hint = _firewall_hint(route)
    for cause in causes:
        if isinstance(cause, ConnectionRefusedError):
            return TransportFailure(
                f"{route.origin} refused the connection", f"No service is listening there. {hint}"
            )
        if isinstance(cause, TimeoutError):
            return TransportFailure(f"connection to {route.origin} timed out", hint)
    return TransportFailure(f"no connection to {route.origin}: {_reason(causes)}", hint)


def broken_failure(error: Exception, route: Route, *, was_sent: bool) -> TransportFailure:
    """Explain why an exchange broke after there was a connection."""
    causes = _causes(error)
    for cause in causes:
        if isinstance(cause, ssl.SSLError) and not isinstance(
            cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError)
        ):
            return _tls_failure(cause, route)._replace(was_sent=was_sent, is_open=True, is_tls=True)
        if isinstance(cause, TimeoutError):
            return TransportFailure(
                f"{route} timed out" if was_sent else f"{route} timed out while the request was being sent",
                "The server is overloaded, or a firewall drops the packets.",
                was_sent,
                is_open=True,
            )
    if any(type(cause).__name__ in ("BadStatusLine", "LineTooLong", "HTTPException") for cause in causes):
        # A TLS alert in place of a status line.
        speaks_tls = route.origin.scheme == "http" and "\\x15\\x03" in repr(error)
        setting = route.peer.setting
        return TransportFailure(
            f"{route} answered with something that is not HTTP",
            SPEAKS_HTTPS.format(setting=setting) if speaks_tls else f"Check {setting} and its port.",
            was_sent,
            is_transient=not speaks_tls,
            is_open=True,
        )
    when = "before responding" if was_sent else "while the request was being sent"
    return TransportFailure(
        f"{route} closed the connection {when}",
        f"Check the logs of {route.peer.name} and of the proxy in front of it.",
        was_sent,
    )


def _firewall_hint(route: Route) -> str:
    return f"Check {route.peer.setting}, and that this runner can reach it (firewall, VPN, proxy)."


def _name_failure(error: socket.gaierror, route: Route) -> TransportFailure:
    is_transient = error.errno == socket.EAI_AGAIN
    if route.proxy is not None:
        message = f"the proxy's host name {route.proxy.host} cannot be resolved"
        return TransportFailure(message, _PROXY_SETTINGS, is_transient=is_transient)
    return TransportFailure(
        f"the host name {route.origin.host} cannot be resolved",
        f"Check the host in {route.peer.setting}, and that this runner's DNS can resolve it.",
        is_transient=is_transient,
    )


def _proxy_failure(causes: list[BaseException], route: Route) -> TransportFailure:
    text = _reason(causes)
    hint = _PROXY_SETTINGS
    if "Tunnel connection failed" in text:
        return _refused_by_proxy(text.partition("failed: ")[2], route)
    for cause in causes:
        if isinstance(cause, ConnectionRefusedError):
            return TransportFailure(f"the proxy {route.proxy} refused the connection", hint)
        if isinstance(cause, TimeoutError):
            return TransportFailure(f"the proxy {route.proxy} timed out", hint)
    return TransportFailure(f"no connection through the proxy {route.proxy}: {text}", hint)


def proxy_refusal(answer: Answer, route: Route) -> TransportFailure | None:
    """Return the failure if the proxy refused a plain http request itself instead of forwarding it.

    A 407 always comes from the proxy; a 401 and a 403 where the proxy marks its own answers.
    """
    if not route.is_forwarded:
        return None
    headers = answer.headers
    is_its_own = headers.get("server", "").lower().startswith(_PROXY_PROGRAMS)
    is_its_own = is_its_own or "error=" in headers.get("proxy-status", "")  # RFC 9209, 2.1.1
    if answer.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED or (
        is_its_own and answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    ):
        return _refused_by_proxy(f"{answer.status} {HTTPStatus(answer.status).phrase}", route)
    return None


def _refused_by_proxy(status: str, route: Route) -> TransportFailure:
    """Explain a proxy's own status, such as ``403 Forbidden``."""
    code = status[:3]
    if code in ("401", "407"):  # tinyproxy answers 401 to a wrong password
        if route.proxy is None or route.proxy.username is None:
            reaction, hint = "requires a user name and password", PROXY_CREDENTIALS
        else:
            reaction, hint = "did not accept the user name and password", f"Correct them {_PROXY_URL}"
        return TransportFailure(f"the proxy {route.proxy} {reaction} ({code})", hint, is_transient=False)
    return TransportFailure(
        f"the proxy {route.proxy} refused to connect to {route.origin}: {status}",
        f"Ask the proxy's administrator to allow it, or add {route.origin.host} to NO_PROXY.",
        is_transient=code.isdecimal() and int(code) in RETRIABLE,
    )


_SET_CA_BUNDLE = "Set ca-bundle to your company's CA certificate, in PEM form."
_CERTIFICATE_FAILURES = {
    9: ("is not valid yet", "Check the clocks of this machine and of the server."),
    10: ("has expired", "Renew it on the server."),
    18: ("is self-signed", "Set ca-bundle to this certificate, in PEM form."),
    19: ("is signed by a CA that this machine does not trust", _SET_CA_BUNDLE),
    20: ("is signed by a CA that this machine does not trust", _SET_CA_BUNDLE),
    21: (
        "is missing its intermediate certificates",
        "Configure the server to send the whole chain, or set ca-bundle to the CA certificate.",
    ),
    62: ("is for another name", "Use the name in the certificate as the host in {setting}."),
    64: ("is for another IP address", "Use a name in the certificate as the host in {setting}."),
}
_OTHER_CA = (
    "The CA in ca-bundle did not sign it. Add the CA that did to ca-bundle, or the intermediate certificate "
    "that the server does not send."
)
_HINTS_WITH_CA_BUNDLE = {
    18: "ca-bundle does not contain this certificate. Add it, in PEM form.",
    19: _OTHER_CA,
    20: _OTHER_CA,
    21: _OTHER_CA,
}
# What OpenSSL calls it, what that means, and what to do.
_TLS_REASONS = (
    (
        ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"),
        "{who} does not speak TLS on this port",
        "If it uses plain http, use http:// in {setting}; otherwise correct the port.",
    ),
    (
        ("TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL"),
        "{who} supports neither TLS 1.2 nor TLS 1.3",
        "Enable TLS 1.2 or 1.3 on the server, or on the proxy in front of it.",
    ),
    (
        # To a client without a certificate that the server accepts (RFC 8446, 6.2); Java sends "unknown".
        (
            *("HANDSHAKE_FAILURE", "CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "UNSUPPORTED_CERTIFICATE"),
            *("CERTIFICATE_REVOKED", "ALERT_CERTIFICATE_EXPIRED", "CERTIFICATE_UNKNOWN", "UNKNOWN_CA"),
            "ACCESS_DENIED",
        ),
        "{who} ended the TLS handshake ({alert})",
        "It may require a client certificate. Set client-cert to one that it accepts.",
    ),
)


def _tls_failure(error: ssl.SSLError, route: Route) -> TransportFailure:
    who = str(route.origin) if route.proxy is None or route.proxy.scheme == "http" else str(route)
    if isinstance(error, ssl.SSLCertVerificationError):
        reason, hint = _CERTIFICATE_FAILURES.get(
            error.verify_code, (f"was not accepted: {_shown(error.verify_message)}", "Check ca-bundle.")
        )
        if route.has_ca_bundle:
            hint = _HINTS_WITH_CA_BUNDLE.get(error.verify_code, hint)
        hint = hint.format(setting=route.peer.setting)
        return TransportFailure(f"the certificate of {who} {reason}", hint, is_transient=False)
    reason = getattr(error, "reason", None) or ""  # missing in some that Python itself raises
    alert = reason.rpartition("ALERT_")[2].lower().replace("_", " ")
    for names, message, hint in _TLS_REASONS:
        if any(name in reason for name in names):
            return TransportFailure(
                message.format(who=who, alert=alert),
                hint.format(setting=route.peer.setting),
                is_transient=False,
            )
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return TransportFailure(
            f"{who} closed the connection during the TLS handshake", _firewall_hint(route)
        )
    shown = reason.lower().replace("_", " ") or _shown(str(error))
    return TransportFailure(
        f"no TLS connection to {who}: {shown}",
        "Check that the server and this runner support a common TLS version.",
    )


def _causes(error: BaseException) -> list[BaseException]:
    """Return the error, what it was raised from, and what it carries, outermost first."""
    found = [error]
    for cause in found:
        inner = (*cause.args, cause.__cause__)
        found += [each for each in inner if isinstance(each, BaseException) and each not in found]
    return found


def _reason(causes: list[BaseException]) -> str:
    innermost = next((cause for cause in reversed(causes) if isinstance(cause, OSError)), causes[-1])
    text = getattr(innermost, "strerror", None) or str(innermost) or type(innermost).__name__
    return _shown(text)


def _shown(text: str) -> str:
    """Return the text of a server, a proxy or a library, ready to be shown."""
    return one_line(decode_header(text))
