"""An HTTP answer as a value, and what can be read from it without trusting it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from html import unescape
from http import HTTPStatus
from typing import Any, NamedTuple

from qtm_action.qtm4j.retry import RETRIABLE
from qtm_action.qtm4j.transport.decoding import LONGEST_TEXT, LOOKED_THROUGH, beginning, decode_text
from qtm_action.redaction import redacted
from qtm_action.words import one_line

_DEEPEST = 60  # levels of JSON; a progress record has four
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_NOT_SHOWN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>?|\Z)|<[^>]*>?", re.IGNORECASE | re.DOTALL)
# The query of a URL, which may be what signs it; also as JSON, HTML and an answer that was cut off have it.
_QUERY = re.compile(r"""(https?:[\\/]{2,4}[^\s"'<>?]{1,2000})\?[^\s"'<>]*""", re.IGNORECASE)
# What object stores answer with: <Error><Code>AccessDenied</Code><Message>Request has expired</Message>…
_XML_ERROR = re.compile(r"<Error>.{0,2000}?<Code>([^<]*)</Code>\s*<Message>([^<]*)</Message>", re.DOTALL)
# What Jira's REST API answers in XML: <status><status-code>404</status-code><message>null for uri</message>…
_XML_MESSAGE = re.compile(r"\s*<.{0,2000}?<message>([^<]+)</message>", re.DOTALL)
_LOGIN_PAGES = ("login.jsp", "/login", "permissionviolation", "os_destination", "/saml", "/sso")


class Answer(NamedTuple):
    """Status, headers (names in lower case) and body.

    ``is_complete`` is false where the body was cut, by the connection or by the limit on its size.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    is_complete: bool = True

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_redirect(self) -> bool:
        """Whether the status is 3xx."""
        return HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.BAD_REQUEST

    @property
    def is_server_error(self) -> bool:
        """Whether the status is 5xx."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def is_transient(self) -> bool:
        """Whether the status says that retrying may help."""
        return self.status in RETRIABLE

    @property
    def is_cut_off(self) -> bool:
        """Whether the status is 2xx, and the body is incomplete."""
        return self.is_success and not self.is_complete

    @property
    def location(self) -> str:
        """Where a redirect leads, without its query, which may contain secrets."""
        return one_line(re.split(r"[?#]", redacted(self.headers.get("location", "")), maxsplit=1)[0])

    @property
    def is_login_redirect(self) -> bool:
        """Whether this redirects to a login page, as Jira does with unauthenticated requests."""
        location = self.headers.get("location", "").lower()
        return self.is_redirect and any(page in location for page in _LOGIN_PAGES)

    @property
    def is_html(self) -> bool:
        """Whether the body is a page for a browser."""
        kind = self.headers.get("content-type", "").lower()
        start = self.body[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html")) or ("html" in kind and start.startswith(b"<"))

    @property
    def is_login_page(self) -> bool:
        """Whether this is a login page, or redirects to one."""
        start = self.body[:LONGEST_TEXT].lower()
        return self.is_login_redirect or (
            self.is_html and (b"os_username" in start or b"login-form" in start or b"loginform" in start)
        )

    def says(self, words: bytes) -> bool:
        """Return whether the beginning of the body contains ``words``, which are in lower case."""
        return words in self.body[:4096].lower()

    def json(self) -> dict[str, Any] | None:
        """Return the body's JSON object; None when it isn't one.

        What strict JSON parsers refuse is returned as text: NaN, infinite numbers, and too deep nesting.
        """
        if not self.is_complete:
            return None
        try:
            value = json.loads(self.body.decode("utf-8-sig"), parse_constant=str, parse_float=_number)
        except (ValueError, RecursionError):
            return None
        return _cut_off(value, _DEEPEST) if isinstance(value, dict) else None

    def app_error(self) -> dict[str, Any] | None:
        """Return the body if it is an error of QTM4J itself: a JSON object with ``errorMessage``.

        That is a text without secrets then.
        """
        value = self.json()
        if value is None or not value.get("errorMessage"):
            return None
        return value | {"errorMessage": beginning(str(value["errorMessage"]))}

    def message(self) -> str:
        """Return the body's message on one short line; of a page its title."""
        value = self.json()
        if value is not None:
            message = value.get("errorMessage") or value.get("message") or value.get("errorMessages")
            if isinstance(message, str):
                return one_line(beginning(message))
        text = self._beginning()
        if value is None and self.is_html:
            title = _TITLE.search(text)
            text = unescape(title[1] if title and title[1].strip() else _NOT_SHOWN.sub(" ", text))
        elif error := _XML_ERROR.search(text):
            text = unescape(f"{error[1]}: {error[2]}")
        elif status := _XML_MESSAGE.match(text):
            text = unescape(status[1])
        return one_line(_QUERY.sub(r"\1?…", text))

    def _beginning(self) -> str:
        """Return the body's beginning as text, without secrets."""
        is_cut = not self.is_complete or len(self.body) > LOOKED_THROUGH
        kind = self.headers.get("content-type", "")
        return beginning(decode_text(self.body[:LOOKED_THROUGH], kind, is_cut=is_cut), is_cut=is_cut)


def _number(text: str) -> float | str:
    value = float(text)
    return value if math.isfinite(value) else text


def _cut_off(value: Any, levels: int) -> Any:
    if not isinstance(value, (dict, list)):
        return value
    if not levels:
        return "… (nested too deep)"
    if isinstance(value, dict):
        return {key: _cut_off(inner, levels - 1) for key, inner in value.items()}
    return [_cut_off(inner, levels - 1) for inner in value]


def with_message(sentence: str, answer: Answer) -> str:
    """Return ``sentence`` with the status, and with the body's message if it has one."""
    message = answer.message().removeprefix(f"{answer.status} ")
    return f"{sentence} ({answer.status})" + (f": {message}" if message else "")
