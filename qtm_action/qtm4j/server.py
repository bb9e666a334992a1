"""QTM4J on Jira Server and Data Center: everything that is different there.

Paths below two prefixes, the API key in addition to Jira's own login, a ``POST`` of a multipart body to an
upload URL in Jira, any 2xx as a success, Jira's many ways to refuse a login, and a page in Jira for a test
cycle.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from qtm_action.errors import (
    AuthenticationError,
    InvalidInputError,
    LoginError,
    RefusedError,
    UnexpectedAnswerError,
)
from qtm_action.qtm4j.deployment import (
    API_KEY_PAGE,
    CHECK_PERMISSIONS,
    INTERNAL_ID,
    Address,
    Connection,
    Deployment,
)
from qtm_action.qtm4j.transport.answers import Answer, with_message
from qtm_action.qtm4j.transport.request import HttpRequest, UploadBody, multipart_body
from qtm_action.qtm4j.transport.urls import (
    BaseUrl,
    InsecureUrlError,
    Peer,
    Target,
    UnusableUrlError,
    parse_base_url,
    resolve_upload_url,
)
from qtm_action.qtm4j.values import Credentials, Upload
from qtm_action.words import one_line

JIRA = Peer("Jira", "jira-url")
_CREDENTIALS = "Check token, or username and password."
_SINGLE_SIGN_ON = f"{_CREDENTIALS} Exclude the REST API from single sign-on."
_NEW_API_KEY = (
    f"Generate a new api-key as this user: {API_KEY_PAGE}. "
    "A key from Configuration > Open API cannot be used for imports."
)
_API_KEY = re.compile(r"\bapi[\s_-]*key\b", re.IGNORECASE)
_ISSUE_KEY = re.compile(r"[A-Z][A-Z0-9_]+-[0-9]+")
# Pages of Jira that people copy from the browser's address bar; none is part of a context path.
_PAGES = frozenset({"browse", "secure", "projects", "rest", "plugins", "login.jsp"})


class ServerAddress(Address):
    """A Jira Server or Data Center: its base URL, with its context path."""

    __slots__ = ()
    peer = JIRA

    @staticmethod
    def missing_credentials(credentials: Credentials) -> str:
        """Name the missing inputs of API key, and token or username with password; empty for none."""
        missing = [] if credentials.api_key else ["api-key"]
        if not credentials.token:
            if not credentials.username and not credentials.password:
                missing.append("token (or username and password)")
            elif not credentials.username:
                missing.append("username")
            elif not credentials.password:
                missing.append("password")
        return " and ".join(missing)

    def deployment(self, connection: Connection, user_agent: str) -> JiraServer:
        """Return this Jira."""
        return JiraServer(self, connection, user_agent)


class JiraServer(Deployment):
    """One Jira Server or Data Center with QTM4J."""

    # The documented prefix first, then the one of older or newer app versions (vendor page, 2.1 and 2.3).
    start_prefixes = ("rest/qtm4j", "rest/qmetry")
    track_prefixes = ("rest/qmetry", "rest/qtm4j")
    import_result = "automation/latest/importresult"
    not_found_hint = (
        "Is QTM4J installed and enabled, and does jira-url include the context path (such as /jira)?"
    )
    address_hint = "Check that jira-url is Jira's base URL."

    def __init__(self, address: ServerAddress, connection: Connection, user_agent: str) -> None:
        super().__init__(address, connection, user_agent, _credential_headers(connection.credentials))

    def upload_body(self, upload: Upload, on_sent: Callable[[int], None]) -> UploadBody:
        """Return step 2's body (vendor page, 2.2: "File Attachment must be passed in form-data")."""
        return multipart_body(upload, on_sent)

    def upload_request(self, url: str, body: UploadBody) -> HttpRequest:
        """Return step 2's request.

        Raises :class:`UnexpectedAnswerError` for a URL that nothing may be sent to.
        """
        target = upload_target(url, self.address)
        headers = {**self._common, "Content-Type": body.content_type}
        if target.with_credentials:
            # Jira guards some multipart requests against cross-site requests unless this is sent.
            headers |= {**self._credentials, "X-Atlassian-Token": "no-check"}
        return HttpRequest("POST", target, headers, whole=self.timeouts.whole, body=body)

    def upload_warning(self, target: Target) -> str | None:
        """Warn of an upload URL outside Jira, where no credentials go."""
        if target.with_credentials:
            return None
        return f"the upload URL is on {target.origin}; the file is sent there without credentials"

    def upload_url_refusal(self, answer: Answer, target: Target) -> RefusedError | None:
        """Return the error for an upload URL that is unknown or has expired."""
        is_gone = answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
        is_expired = answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN) and answer.says(
            b"expired"
        )
        # What object stores answer for a signature that is no longer valid.
        is_stale = answer.status == HTTPStatus.FORBIDDEN and not target.with_credentials
        if not is_gone and not is_expired and not is_stale:
            return None
        return _elsewhere_refusal(answer, target) or RefusedError(
            with_message("the upload URL that Jira returned was refused", answer),
            hint="Nothing was imported. Check that Jira's base URL points to this Jira.",
        )

    def upload_refusal(self, answer: Answer, target: Target) -> RefusedError | None:
        """Return the error where a server that received no credentials requires some."""
        wants_credentials = answer.status == HTTPStatus.UNAUTHORIZED or answer.is_redirect
        return _elsewhere_refusal(answer, target) if wants_credentials else None

    def _cycle_url(self, entry: Mapping[str, Any]) -> str:
        """Return the page of a test cycle, an entry of the progress record's ``summary``.

        QTM4J is one page of Jira, ``secure/QTMAction.jspa``, whose fragment names the view:
        ``#/TestCycleDetail/{internal id}`` for a test cycle, ``#/Manage/TestCycle`` for the list of them.
        The vendor does not document these addresses; they are the ones that browsers show. Without the
        internal id (``testCycle``) the list is the nearest page there is. A test cycle of old app versions
        is an issue of Jira with an ordinary key, and has an issue's address.
        """
        key, internal_id = entry.get("testCycleIssueKey"), entry.get("testCycle")
        if isinstance(key, str) and _ISSUE_KEY.fullmatch(key):
            return f"{self.address}/browse/{key}"
        page = f"{self.address}/secure/QTMAction.jspa#"
        if isinstance(internal_id, str) and INTERNAL_ID.fullmatch(internal_id):
            return f"{page}/TestCycleDetail/{internal_id}"
        return f"{page}/Manage/TestCycle"

    def authentication_failure(self, answer: Answer) -> AuthenticationError | None:
        """Return the error if an answer says that the credentials were not accepted.

        Jira answers missing or wrong credentials with 401 or 403, a redirect to its login page, or 200 and
        a page for a browser; QTM4J answers a wrong API key with an error of its own.
        """
        error = answer.app_error()
        if error is not None and _API_KEY.search(str(error["errorMessage"])):
            return AuthenticationError(
                f"QTM4J did not accept the API key: {one_line(str(error['errorMessage']))}",
                hint=_NEW_API_KEY,
            )
        if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return _denied(answer)
        if answer.is_login_redirect:
            return LoginError(
                f"Jira redirected the request to a login page ({answer.status}), "
                "so it did not accept the credentials",
                hint=_SINGLE_SIGN_ON,
            )
        if answer.is_success and answer.is_html:
            return LoginError(
                with_message(
                    "Jira sent an HTML page instead of JSON, so it did not accept the credentials", answer
                ),
                hint=_SINGLE_SIGN_ON,
            )
        return None


def parse_jira_url(text: str) -> ServerAddress:
    """Read Jira's base URL as a user gave it.

    Raises :class:`InvalidInputError` for an invalid one; the message never repeats a password.
    """
    example = "Set it to Jira's base URL, such as https://jira.example.com or https://example.com/jira."
    base = parse_base_url(text, setting="jira-url", example=example)
    segments = base.path.split("/")
    page = next((i for i, segment in enumerate(segments) if segment in _PAGES), None)
    if page is not None:
        raise InvalidInputError(
            f"jira-url {text.strip()} is a page of Jira, not its base URL",
            hint=f"Set it to {BaseUrl(base.origin, '/'.join(segments[:page]))}.",
        )
    return ServerAddress(base.origin, base.path)


def upload_target(url: str, jira: BaseUrl) -> Target:
    """Decide where the file goes, and whether the credentials go along.

    A relative ``url`` is resolved against Jira's base URL. Another origin gets the bytes without
    credentials, and only over https; Jira's own host in plain http, when Jira is https, gets nothing.
    Raises :class:`UnexpectedAnswerError` for a URL that nothing may be sent to.
    """
    try:
        origin, path = resolve_upload_url(url, jira)
    except UnusableUrlError as reason:
        hint = "The response to the start request is invalid. Check Jira's base URL and its proxy."
        if isinstance(reason, InsecureUrlError):
            hint = f"Nothing was sent there. Set Jira's base URL (System > General configuration) to {jira}."
        raise UnexpectedAnswerError(
            f"Jira returned an upload URL that cannot be used: it {reason}", hint=hint
        ) from None
    return Target(origin, path, JIRA, with_credentials=origin == jira.origin)


def _credential_headers(credentials: Credentials) -> dict[str, str]:
    """Return the headers that authenticate (vendor page, "Request header")."""
    headers = {"apiKey": credentials.api_key}
    if credentials.token:
        headers["Authorization"] = f"Bearer {credentials.token}"
    elif credentials.username is not None or credentials.password is not None:
        pair = f"{credentials.username or ''}:{credentials.password or ''}".encode()
        headers["Authorization"] = f"Basic {b64encode(pair).decode('ascii')}"
    return headers


def _elsewhere_refusal(answer: Answer, target: Target) -> RefusedError | None:
    if target.with_credentials:
        return None
    return RefusedError(
        with_message(f"the upload URL that Jira returned, on {target.origin}, refused the file", answer),
        hint="Credentials are sent only to jira-url's server. If that host is your Jira, set jira-url to it.",
    )


def _denied(answer: Answer) -> AuthenticationError:
    headers = answer.headers
    reason = f"{headers.get('x-authentication-denied-reason', '')} {headers.get('x-seraph-loginreason', '')}"
    # Seraph, Jira's login: it answers AUTHENTICATION_DENIED while it requires a CAPTCHA.
    if "CAPTCHA" in reason.upper() or "AUTHENTICATION_DENIED" in reason.upper():
        return LoginError(
            f"Jira requires a CAPTCHA from this user after failed logins ({answer.status})",
            hint="Log in as this user in a browser once, then correct username and password.",
        )
    if answer.says(b"xsrf"):
        return AuthenticationError(
            with_message("Jira rejected the request as cross-site (XSRF)", answer),
            hint="Check that the proxy in front of Jira passes the header X-Atlassian-Token.",
        )
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return LoginError(with_message("Jira did not accept the credentials", answer), hint=_CREDENTIALS)
    if headers.get("x-ausername", "").lower() == "anonymous":
        return LoginError(
            with_message("Jira refused permission because it did not recognize the user", answer),
            hint=_CREDENTIALS,
        )
    return AuthenticationError(
        with_message("Jira refused permission", answer),
        hint=CHECK_PERMISSIONS,
    )
