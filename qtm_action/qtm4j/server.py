"""What is peculiar to QTM4J on Jira Server and Data Center: paths, prefixes, credentials, the upload.

QTM4J Cloud would be a second module of this shape: the API key alone, other paths, and a ``PUT`` of the
bare bytes to a pre-signed URL.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from qtm_action.errors import InvalidInputError
from qtm_action.qtm4j.transport.exchange import Request
from qtm_action.qtm4j.transport.origins import parse_jira_url, upload_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qtm_action.qtm4j.model import Connection, Credentials
    from qtm_action.qtm4j.transport.multipart import MultipartBody
    from qtm_action.qtm4j.transport.origins import JiraUrl

# The documented prefix first, then the one of older or newer app versions (vendor page, 2.1 and 2.3).
START_PREFIXES = ("rest/qtm4j", "rest/qmetry")
TRACK_PREFIXES = ("rest/qmetry", "rest/qtm4j")
_IMPORT_RESULT = "automation/latest/importresult"
# A zip of some 50,000 files has a record of about 15 MB.
_LARGEST_RECORD = 16 * 1024 * 1024


class JiraServer:
    """The requests of the three steps, for one Jira."""

    def __init__(self, connection: Connection, user_agent: str) -> None:
        """Raise :class:`InvalidInputError` for a URL or credentials that can't be used."""
        self.jira: JiraUrl = parse_jira_url(connection.jira_url)
        self._timeouts = connection.timeouts
        self._common = {"User-Agent": user_agent, "Accept": "application/json"}
        self._credentials = credential_headers(connection.credentials)

    def start(self, prefix: str, body: Mapping[str, Any]) -> Request:
        """Return step 1's request below one of :data:`START_PREFIXES`."""
        return Request(
            "POST",
            self.jira.target(f"/{prefix}/{_IMPORT_RESULT}"),
            {**self._common, **self._credentials, "Content-Type": "application/json"},
            whole=self._timeouts.whole,
            body=json.dumps(body).encode(),
        )

    def upload(self, url: str, body: MultipartBody) -> Request:
        """Return step 2's request to the URL of step 1's answer.

        Raises :class:`UnexpectedAnswerError` for a URL that nothing may be sent to.
        """
        target = upload_target(url, self.jira)
        headers = {**self._common, "Content-Type": body.content_type}
        if target.with_credentials:
            # Jira guards some multipart requests against cross-site requests unless this is sent.
            headers |= {**self._credentials, "X-Atlassian-Token": "no-check"}
        return Request("POST", target, headers, whole=self._timeouts.whole, body=body, fresh=True)

    def track(self, prefix: str, tracking_id: str, *, whole: float | None = None) -> Request:
        """Return step 3's request below one of :data:`TRACK_PREFIXES`; ``whole`` in seconds."""
        limit = self._timeouts.whole if whole is None else min(whole, self._timeouts.whole)
        return Request(
            "GET",
            self.jira.target(f"/{prefix}/{_IMPORT_RESULT}/track?trackingId={quote(tracking_id, safe='')}"),
            {**self._common, **self._credentials},
            whole=limit,
            max_answer=_LARGEST_RECORD,
        )


def credential_headers(credentials: Credentials) -> dict[str, str]:
    """Return the headers that authenticate (vendor page, "Request header").

    Raises :class:`InvalidInputError` for a key or token that no header can carry.
    """
    headers = {"apiKey": _header_value("api-key", credentials.api_key)}
    if credentials.token:
        headers["Authorization"] = f"Bearer {_header_value('token', credentials.token)}"
    elif credentials.username is not None or credentials.password is not None:
        pair = f"{credentials.username or ''}:{credentials.password or ''}".encode()
        headers["Authorization"] = f"Basic {b64encode(pair).decode('ascii')}"
    return headers


def _header_value(name: str, value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise InvalidInputError(
            f"{name} has a character in it that can't be sent", hint="copy it again, without line breaks"
        )
    return value
