"""The ways in which Jira and QTM4J say that they don't accept who is asking.

Jira answers missing or wrong credentials with 401 or 403, a redirect to its login page, or 200 and a
page for a browser; QTM4J answers a wrong API key with an error of its own.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from qtm_action.errors import AuthenticationError
from qtm_action.qtm4j.transport.answers import with_said
from qtm_action.words import one_line

if TYPE_CHECKING:
    from qtm_action.qtm4j.transport.answers import Answer

_API_KEY = re.compile(r"\bapi[\s_-]*key\b", re.IGNORECASE)
_CREDENTIALS = "check token, or username and password (usually an API token), and api-key"


def authentication_failure(answer: Answer) -> AuthenticationError | None:
    """Return the error if an answer says that the credentials were not accepted."""
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return _denied(answer)
    if answer.is_login_redirect:
        return AuthenticationError(
            f"Jira sent the request to a login page ({answer.status}), so it did not accept the credentials",
            hint=f"{_CREDENTIALS}; single sign-on must let the REST API through",
        )
    if answer.is_success and answer.is_html:
        return AuthenticationError(
            with_said(
                "Jira answered with a page for a browser, so it did not accept the credentials", answer
            ),
            hint=f"{_CREDENTIALS}; single sign-on must let the REST API through",
        )
    error = answer.app_error()
    if error is not None and _API_KEY.search(str(error["errorMessage"])):
        return AuthenticationError(
            f"QTM4J did not accept the API key: {one_line(str(error['errorMessage']))}",
            hint="generate api-key in QTM4J for this user and project",
        )
    return None


def _denied(answer: Answer) -> AuthenticationError:
    headers = answer.headers
    reason = f"{headers.get('x-authentication-denied-reason', '')} {headers.get('x-seraph-loginreason', '')}"
    # Seraph, Jira's log-in: AUTHENTICATION_DENIED is what it says while it wants a CAPTCHA.
    if "CAPTCHA" in reason.upper() or "AUTHENTICATION_DENIED" in reason.upper():
        return AuthenticationError(
            f"Jira demands a CAPTCHA of this user after failed log-ins ({answer.status})",
            hint="log in as this user with a browser once, then correct username and password",
        )
    if b"xsrf" in answer.body[:4096].lower():
        return AuthenticationError(
            with_said("Jira took the request for a cross-site request", answer),
            hint="check that the proxy before Jira passes on the header X-Atlassian-Token",
        )
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return AuthenticationError(
            with_said("Jira did not accept the credentials", answer), hint=_CREDENTIALS
        )
    if headers.get("x-ausername", "").lower() == "anonymous":
        return AuthenticationError(
            with_said("Jira refused permission, as it did not recognise the user", answer), hint=_CREDENTIALS
        )
    return AuthenticationError(
        with_said("Jira refused permission", answer),
        hint="check api-key (it belongs to one user and one project) and that user's permissions",
    )
