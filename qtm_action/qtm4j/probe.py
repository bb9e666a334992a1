"""Check the connection without importing: the network, the app, and the credentials.

Asking for the progress of an import that does not exist imports nothing. The app says that there is none only
to a user with access, so this one answer proves address, app, credentials and API key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from qtm_action.errors import InvalidInputError
from qtm_action.log import Log
from qtm_action.qtm4j.cloud import CloudAddress
from qtm_action.qtm4j.deployment import Address, Connection, Deployment
from qtm_action.qtm4j.probe_findings import (
    Finding,
    JiraFound,
    Subject,
    conclude_from,
    conclude_from_cloud,
    context_path,
    is_past_login,
)
from qtm_action.qtm4j.refusals import is_missing_route
from qtm_action.qtm4j.server import ServerAddress
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.failures import Route, TransportFailure
from qtm_action.qtm4j.transport.handshake import Handshake, shake_hands
from qtm_action.qtm4j.transport.http import Transport
from qtm_action.qtm4j.transport.proxies import proxy_for
from qtm_action.qtm4j.transport.request import HttpRequest
from qtm_action.qtm4j.transport.tls import TlsContexts
from qtm_action.qtm4j.values import Timeouts
from qtm_action.redaction import redacted
from qtm_action.words import counted, one_line

_Ask = Callable[[HttpRequest], Answer | TransportFailure]

_TIMEOUTS = Timeouts(connect=4.0, read=4.0, whole=4.0)
_UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"  # no import has it
_EXPIRES_SOON = timedelta(days=14)
# Jira's information about itself, which needs no login (REST API of Jira Server, "serverInfo").
_SERVER_INFO = "/rest/api/2/serverInfo"
_USUAL_CONTEXT_PATHS = ("", "/jira")


def probe(connection: Connection, user_agent: str, log: Log, *, has_credentials: bool) -> Iterator[Finding]:
    """Yield the findings one by one; nothing is checked after an error, or that needs missing credentials."""
    connection = replace(connection, timeouts=_TIMEOUTS)
    base = connection.address
    try:
        proxy = proxy_for(base.origin, connection.proxies)
    except InvalidInputError as error:
        yield from (_unasked(base), Finding(Subject.PROXY, error=error))
        return
    try:
        contexts = TlsContexts(connection.tls)
    except InvalidInputError as error:
        yield from (_unasked(base), Finding(Subject.TLS, error=error))
        return
    route = Route(base.origin, base.peer, proxy, has_ca_bundle=connection.tls.ca_bundle is not None)
    outcome = shake_hands(route, contexts, seconds=_TIMEOUTS.connect)
    found = _of_handshake(base, route, outcome, verifies=connection.tls.verify)
    yield from found
    if any(each.error for each in found):
        return
    deployment = base.deployment(connection, user_agent) if has_credentials else None
    with closing(Transport(connection.tls, connection.proxies, _TIMEOUTS)) as transport:
        yield from _ask_all(base, route, deployment, user_agent, partial(transport.exchange, log=log))


def _unasked(base: Address) -> Finding:
    return Finding(Subject.ADDRESS, f"{base}, not contacted", is_known=False)


def _of_handshake(
    base: Address, route: Route, outcome: Handshake | TransportFailure, *, verifies: bool
) -> list[Finding]:
    """Return what connecting shows about address, proxy and TLS."""
    proxy = Finding(Subject.PROXY, f"{route.proxy}" if route.proxy else "not used for this address")
    if isinstance(outcome, TransportFailure):
        error = outcome.error()
        if outcome.is_tls:
            return [Finding(Subject.ADDRESS, f"{base}"), proxy, Finding(Subject.TLS, error=error)]
        if route.proxy is not None:
            unknown = Finding(Subject.ADDRESS, f"{base}, not reachable through the proxy", is_known=False)
            return [unknown, Finding(Subject.PROXY, error=error)]
        return [Finding(Subject.ADDRESS, error=error)]
    return [Finding(Subject.ADDRESS, f"{base}"), proxy, _of_tls(base, outcome, verifies=verifies)]


def _of_tls(base: Address, outcome: Handshake, *, verifies: bool) -> Finding:
    if outcome.tls_version is None:
        hint = "" if base.origin.is_loopback else "Credentials are sent unencrypted. Use https."
        return Finding(Subject.TLS, "not used (http)", hint, is_known=False)
    if outcome.expires is None or not verifies:
        return Finding(
            Subject.TLS,
            "the certificate is not verified, because tls-verify is false",
            "Set ca-bundle to your company's CA certificate and tls-verify to true.",
            is_known=False,
        )
    left = outcome.expires - datetime.now(UTC)
    days = counted(left.days, "day")
    soon = f"Renew it on the server, it expires in {days}." if left < _EXPIRES_SOON else ""
    seen = f"{outcome.tls_version}, signed by {redacted(outcome.issuer)}"
    return Finding(Subject.TLS, f"{seen}, valid until {outcome.expires:%Y-%m-%d}", soon)


def _ask_for_unknown_import(deployment: Deployment, ask: _Ask) -> Sequence[Answer] | TransportFailure:
    """Return the answer to the request for an unknown import; all of them where no path has the app."""
    history = deployment.history_request(0)  # how Cloud answers for an unknown id is undocumented
    tracks = [deployment.track_request(prefix, _UNKNOWN_ID) for prefix in deployment.track_prefixes]
    answers: list[Answer] = []
    for request in tracks if history is None else [history]:
        outcome = ask(request)
        if isinstance(outcome, TransportFailure):
            return outcome
        if not is_missing_route(outcome):
            return [outcome]
        answers.append(outcome)
    return answers


def _find_jira(base: Address, user_agent: str, ask: _Ask) -> JiraFound | None:
    """Look for a Jira at ``base``, without credentials, and then at the usual context paths."""
    headers = {"User-Agent": user_agent, "Accept": "application/json"}
    for path in dict.fromkeys((base.path, *_USUAL_CONTEXT_PATHS)):
        candidate = ServerAddress(base.origin, path)
        outcome = ask(HttpRequest("GET", candidate.target(_SERVER_INFO), headers, whole=_TIMEOUTS.whole))
        info = outcome.json() if isinstance(outcome, Answer) and outcome.is_success else None
        if info is not None and "baseUrl" in info and "version" in info:
            return JiraFound(candidate, one_line(str(info["version"]), 40))
    return None


def _ask_all(
    base: Address, route: Route, deployment: Deployment | None, user_agent: str, ask: _Ask
) -> Iterator[Finding]:
    is_cloud = isinstance(base, CloudAddress)
    if deployment is None:
        if not is_cloud:
            yield context_path(base, _find_jira(base, user_agent, ask))
        yield Finding(Subject.APP, "unknown without credentials", is_known=False)
        return
    outcome = _ask_for_unknown_import(deployment, ask)
    if isinstance(outcome, TransportFailure):
        # In TLS 1.3 a server refuses a client certificate only now; and a proxy that forwards plain http gets
        # its first request.
        subject = Subject.PROXY if route.is_forwarded else Subject.ADDRESS
        yield Finding(Subject.TLS if outcome.is_tls else subject, error=outcome.error())
    elif is_cloud:
        yield from conclude_from_cloud(outcome[0], deployment)
    else:
        is_past_jira = any(is_past_login(answer, deployment) for answer in outcome)
        jira = None if is_past_jira else _find_jira(base, user_agent, ask)
        yield from conclude_from(outcome, base, jira, deployment)
