"""Refusals of the server, of QTM4J, or of a proxy in between, as errors.

Each answer becomes one sentence, a hint, and by its class an exit code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from qtm_action.errors import (
    InvalidInputError,
    Problem,
    QtmActionError,
    RefusedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from qtm_action.formats import Format
from qtm_action.qtm4j.deployment import Deployment
from qtm_action.qtm4j.transport.answers import Answer, with_message
from qtm_action.qtm4j.transport.decoding import beginning
from qtm_action.qtm4j.transport.failures import PROXY_CREDENTIALS, SPEAKS_HTTPS
from qtm_action.qtm4j.transport.urls import BaseUrl, parse_base_url
from qtm_action.words import one_line

_MOST_LINES = 200
_NO_ROUTE = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
_NOT_KNOWN = re.compile(r"no import details found", re.IGNORECASE)
# What may also come from a proxy or a gateway; {server} is the deployment's name.
_BY_STATUS: dict[int, tuple[type[QtmActionError], str, str]] = {
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: (
        UnreachableError,
        "the proxy requires a user name and password",
        PROXY_CREDENTIALS,
    ),
    HTTPStatus.REQUEST_TIMEOUT: (
        UnreachableError,
        "{server} or the proxy in front of it timed out waiting for the request",
        "The connection to it is too slow, or its timeout is too short.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        RefusedError,
        "the file is too large for {server} or the proxy in front of it",
        "Raise the limit (nginx: client_max_body_size), or import fewer files at once.",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        RefusedError,
        "{server} is rate-limiting requests",
        "Increase retry-for, or {server}'s rate limit for this user.",
    ),
}
_FORMATS = ", ".join(each.value for each in Format)
_HINTS = {
    "zip file format is required": "Leave zip at auto, so that the files are zipped.",
    "is not supported": f"Set format to one of {_FORMATS}.",
    "fields are invalid": "Correct the values under fields, or create them in Jira.",
}
# What nginx, Tomcat, Apache and Go answer to plain http on an https port, or without a client certificate.
_PAGE_HINTS = {
    b"to https port": SPEAKS_HTTPS,
    b"requires tls": SPEAKS_HTTPS,
    b"to an ssl-enabled server port": SPEAKS_HTTPS,
    b"to an https server": SPEAKS_HTTPS,
    b"certificate": "Set client-cert to a client certificate that it accepts.",
}


def is_missing_route(answer: Answer) -> bool:
    """Return whether QTM4J is not available at this path, so that the other prefix is worth a try."""
    if answer.status in _NO_ROUTE:
        return answer.app_error() is None
    return answer.is_login_redirect or (answer.is_success and answer.is_html)


def is_not_known(answer: Answer) -> bool:
    """Return whether QTM4J says that it has no import with the tracking id."""
    error = answer.app_error()
    if error is None:
        return False
    return HTTPStatus.NOT_FOUND in (answer.status, error.get("status")) or names_no_import(answer)


def names_no_import(answer: Answer) -> bool:
    """Return whether QTM4J looked for the import: a 404 alone may be another application's."""
    error = answer.app_error()
    return error is not None and _NOT_KNOWN.search(error["errorMessage"]) is not None


def refusal(answer: Answer, doing: str, deployment: Deployment) -> QtmActionError:
    """Return the error for an answer that is not the expected one.

    ``doing`` completes "Jira refused …" and "the request …", such as "to start the import".
    """
    authentication = deployment.authentication_failure(answer)
    if authentication is not None:
        return authentication
    error = answer.app_error()
    if error is not None and not answer.is_transient and not answer.is_server_error:
        return _app_refusal(error, doing, deployment, is_not_found=answer.status == HTTPStatus.NOT_FOUND)
    if answer.is_redirect:
        return _redirect(answer, doing, deployment)
    server = deployment.peer.name
    if answer.is_success:
        kind = "" if answer.is_complete else ", too long or truncated"
        return UnexpectedAnswerError(
            with_message(f"{server} sent an unexpected response to the request {doing}{kind}", answer),
            hint=f"{deployment.address_hint} Also check the proxy in front of it.",
        )
    return _by_status(answer, doing, deployment)


def _redirect(answer: Answer, doing: str, deployment: Deployment) -> UnexpectedAnswerError:
    server, setting = deployment.peer.name, deployment.peer.setting
    base = _redirected_base(answer.location, deployment.address)
    hint = f"Redirects are not followed. Set {setting} to the base URL that this one leads to."
    if base is not None and str(base) != str(deployment.address):
        is_same_host = base.origin.host == deployment.origin.host
        hint = f"Set {setting} to {base}."
        if not is_same_host:
            hint = f"Redirects are not followed. If that server is your {server}, set {setting} to {base}."
    where = answer.location or "no address" if base is None else base.origin
    return UnexpectedAnswerError(
        f"{server} redirected the request {doing} to {where} ({answer.status})", hint=hint
    )


def _redirected_base(location: str, address: BaseUrl) -> BaseUrl | None:
    """Return the base URL that a redirect leads to, without the request's own path; None if it has none.

    A redirect from https to plain http has none: it would send credentials unencrypted.
    """
    base, rest, _ = location.partition("/rest/")
    try:
        found = parse_base_url(base, setting="", example="")
    except InvalidInputError:
        return None
    if address.origin.scheme == "https" and found.origin.scheme == "http":
        return None
    return found if rest else BaseUrl(found.origin, address.path)


def _by_status(answer: Answer, doing: str, deployment: Deployment) -> QtmActionError:
    server, setting = deployment.peer.name, deployment.peer.setting
    if answer.status in _NO_ROUTE:
        return RefusedError(
            with_message(f"QTM4J was not found in {server} when asked {doing}", answer),
            hint=deployment.not_found_hint,
        )
    if answer.status in _BY_STATUS:
        kind, sentence, hint = _BY_STATUS[answer.status]
        return kind(with_message(sentence.format(server=server), answer), hint=hint.format(server=server))
    if answer.is_server_error:
        return UnreachableError(
            with_message(f"{server} or the proxy in front of it failed {doing}", answer),
            hint=f"Check that {server} is running, and see its log.",
        )
    hint = next((hint for words, hint in _PAGE_HINTS.items() if answer.says(words)), "")
    return RefusedError(
        with_message(f"{server} refused {doing}", answer),
        hint=hint.format(setting=setting) or f"Check {setting} and the proxy in front of {server}.",
    )


def _app_refusal(
    error: Mapping[str, Any], doing: str, deployment: Deployment, *, is_not_found: bool
) -> RefusedError:
    message = one_line(error["errorMessage"], 400)
    lines = error.get("errors")
    lines = lines if isinstance(lines, list) else []
    problems = [Problem(one_line(beginning(str(line)), 400)) for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        problems.append(Problem(f"and {len(lines) - _MOST_LINES:,} more"))
    usual = deployment.not_found_hint if is_not_found else ""
    hint = next((hint for words, hint in _HINTS.items() if words in message.lower()), usual)
    return RefusedError(f"QTM4J refused {doing}: {message}", hint=hint, problems=problems)
