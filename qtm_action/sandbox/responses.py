"""The responses of Jira and of what is in front of it, successful and failing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.client import responses as phrases
from typing import Any

from werkzeug.wrappers import Response

from qtm_action.sandbox.faults import FaultKind, PlannedFault
from qtm_action.sandbox.options import SandboxOptions

#: Seconds between two bytes of a slow answer.
SLOWNESS = 0.5

_LOGIN_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Log in - Jira</title></head>
<body><h1>Welcome to Jira</h1><form method="post"><label>Username <input name="os_username"></label>
<label>Password <input name="os_password" type="password"></label><button>Log In</button></form></body></html>
"""
_ERROR_PAGE = """<!DOCTYPE html>
<html><head><title>{code} {phrase}</title></head><body><h1>{code} {phrase}</h1></body></html>
"""
_NO_ROUTE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><status><status-code>404</status-code>'
    "<message>null for uri</message></status>"
)


def as_json(body: Any, status: int = 200) -> Response:
    """Answer as the app does."""
    return Response(json.dumps(body), status, mimetype="application/json")


def html_page(status: int) -> Response:
    """Answer as a proxy or Tomcat does: a page, not JSON."""
    phrase = phrases.get(status, "Error")
    return Response(_ERROR_PAGE.format(code=status, phrase=phrase), status, mimetype="text/html")


def login_page() -> Response:
    """Answer with Jira's login page."""
    return Response(_LOGIN_PAGE, mimetype="text/html")


def login_redirect(options: SandboxOptions) -> Response:
    """Send the browser to Jira's login page."""
    target = f"{options.context_path}/login.jsp?permissionViolation=true"
    return Response("", 302, {"Location": target, "X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})


def refused_login(options: SandboxOptions) -> Response:
    """Refuse a missing or wrong token or password as Jira does, in the form chosen."""
    match options.refusal:
        case "401":
            answer = html_page(401)
            answer.headers["WWW-Authenticate"] = 'OAuth realm="sandbox"'
        case "403":
            answer = html_page(403)
        case "captcha":
            answer = html_page(403)
            answer.headers["X-Authentication-Denied-Reason"] = (
                f"CAPTCHA_CHALLENGE; login-url={options.context_path}/login.jsp"
            )
        case "redirect":
            return login_redirect(options)
        case "html":
            answer = login_page()
    answer.headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED"
    answer.headers["X-AUSERNAME"] = "anonymous"
    return answer


def missing_route(options: SandboxOptions) -> Response:
    """Answer for a REST path that this version of the app does not have, in the form chosen."""
    match options.missing_route:
        case "404":
            return Response(_NO_ROUTE, 404, mimetype="application/xml")
        case "405":
            return html_page(405)
        case "html":
            return login_page()
        case "redirect":
            return login_redirect(options)


def spoiled(fault: PlannedFault, answer: Response, stopping: threading.Event) -> Response:
    """Return the response after the request was processed, changed by the fault."""
    match fault.kind:
        case FaultKind.INVALID_JSON:
            cut = answer.get_data()[: len(answer.get_data()) // 2] or b'{"status":'
            return Response(cut, HTTPStatus.OK, mimetype="application/json")
        case FaultKind.SWALLOW_504:
            return html_page(504)
        case FaultKind.SLOW:
            data = answer.get_data()
            slow = Response(_dribble(data, stopping), answer.status_code, mimetype=answer.mimetype)
            slow.headers["Content-Length"] = str(len(data))
            return slow
        case FaultKind.NEVER_FINISHES | FaultKind.UNKNOWN_STATUS if answer.status_code == HTTPStatus.OK:
            return as_json(_never_done(json.loads(answer.get_data()), fault.kind))
        case _:
            return answer


def _never_done(record: dict[str, Any], kind: FaultKind) -> dict[str, Any]:
    if kind is FaultKind.UNKNOWN_STATUS:
        return record | {"processStatus": "ARCHIVED", "importStatus": "ON_HOLD"}
    unfinished = {key: value for key, value in record.items() if key not in {"summary", "detailedMessage"}}
    return unfinished | {"processStatus": "CREATING_ASSETS", "importStatus": "INPROCESS", "endTime": None}


def _dribble(data: bytes, stopping: threading.Event) -> Iterator[bytes]:
    for at in range(len(data)):
        if stopping.wait(SLOWNESS):
            return
        yield data[at : at + 1]
