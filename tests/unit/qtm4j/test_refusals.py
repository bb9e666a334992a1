from __future__ import annotations

import json
from typing import Any

import pytest

from qtm_action.errors import (
    AuthenticationError,
    LoginError,
    QtmActionError,
    RefusedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from qtm_action.qtm4j.deployment import Connection
from qtm_action.qtm4j.refusals import is_missing_route, is_not_known, refusal
from qtm_action.qtm4j.server import JiraServer, parse_jira_url
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.values import Credentials

ADDRESS = parse_jira_url("https://jira.example")
SERVER = JiraServer(ADDRESS, Connection(ADDRESS, Credentials("key")), "test")


def said(status: int, value: Any, **headers: str) -> Answer:
    return Answer(status, headers, json.dumps(value).encode())


def page(status: int, title: str, **headers: str) -> Answer:
    return Answer(status, {"content-type": "text/html", **headers}, f"<html><title>{title}</title>".encode())


JIRA_401 = {"message": "Client must be authenticated to access this resource.", "status-code": 401}


@pytest.mark.parametrize(
    ("answer", "kind", "message", "hint"),
    [
        (
            said(401, JIRA_401),
            LoginError,
            "did not accept the credentials (401): Client must",
            "token",
        ),
        (
            Answer(401, {}),
            LoginError,
            "did not accept the credentials (401)",
            "Check token, or username and password.",
        ),
        (
            Answer(401, {"x-seraph-loginreason": "AUTHENTICATION_DENIED"}),
            LoginError,
            "requires a CAPTCHA",
            "in a browser",
        ),
        (
            Answer(
                403, {"x-authentication-denied-reason": "CAPTCHA_CHALLENGE; login-url=https://j/login.jsp"}
            ),
            LoginError,
            "requires a CAPTCHA from this user after failed logins (403)",
            "in a browser",
        ),
        (
            page(403, "XSRF check failed"),
            AuthenticationError,
            "as cross-site (XSRF) (403)",
            "X-Atlassian-Token",
        ),
        (Answer(403, {"x-ausername": "anonymous"}), LoginError, "not recognize the user", "token"),
        (
            Answer(403, {"x-ausername": "fred"}),
            AuthenticationError,
            "refused permission (403)",
            "permissions",
        ),
        (
            Answer(302, {"location": "https://j/login.jsp?os_destination=%2Frest"}),
            LoginError,
            "redirected the request to a login page (302)",
            "single sign-on",
        ),
        (page(200, "Log in - Jira"), LoginError, "an HTML page instead of JSON", "single sign-on"),
        (said(400, {"errorMessage": "Invalid API Key"}), AuthenticationError, "Invalid API Key", "api-key"),
        # What QTM4J itself says of the key counts, whatever the status.
        (
            said(401, {"errorMessage": "Invalid API key"}),
            AuthenticationError,
            "QTM4J did not accept the API key: Invalid API key",
            "Automation API > Rest API > Generate",
        ),
        (
            said(400, {"errorMessage": "Framework 'xyz' is not supported."}),
            RefusedError,
            "QTM4J refused to start the import: Framework 'xyz' is not supported.",
            "junit, testng, cucumber, qaf",
        ),
        (
            said(400, {"errorMessage": "Zip file format is required for QAF framework."}),
            RefusedError,
            "Zip file format is required",
            "Leave zip at auto",
        ),
        (said(400, {"errorMessage": "x\n::set-output"}), RefusedError, "x ::set-output", ""),
        (
            Answer(301, {"location": "https://j.example/rest?token=1"}),
            UnexpectedAnswerError,
            "Jira redirected the request to start the import to https://j.example (301)",
            "If that server is your Jira, set jira-url to https://j.example.",
        ),
        (Answer(304, {}), UnexpectedAnswerError, "to no address (304)", "Redirects are not followed."),
        (said(200, {"a": 1}), UnexpectedAnswerError, "an unexpected response", "base URL"),
        (
            Answer(200, {}, b"{", is_complete=False),
            UnexpectedAnswerError,
            "too long or truncated",
            "base URL",
        ),
        (page(404, "Dead link"), RefusedError, "QTM4J was not found in Jira", "Is QTM4J installed"),
        (
            Answer(405, {}),
            RefusedError,
            "was not found in Jira when asked to start the import (405)",
            "installed",
        ),
        (
            page(407, "Denied"),
            UnreachableError,
            "the proxy requires a user name and password (407)",
            "http://user",
        ),
        (Answer(408, {}), UnreachableError, "timed out waiting", "too slow"),
        (
            page(413, "413 Request Entity Too Large"),
            RefusedError,
            "too large for Jira or the proxy in front of it (413): Request Entity",
            "client_max_body_size",
        ),
        (Answer(429, {}), RefusedError, "rate-limiting requests (429)", "retry-for"),
        (
            page(503, "Maintenance"),
            UnreachableError,
            "failed to start the import (503): Maintenance",
            "Jira is running",
        ),
        (said(500, {"errorMessage": "NPE"}), UnreachableError, "(500): NPE", "Jira is running"),
        (
            page(400, "400 No required SSL certificate was sent"),
            RefusedError,
            "SSL certificate",
            "client-cert",
        ),
        (Answer(418, {}), RefusedError, "Jira refused to start the import (418)", "jira-url"),
    ],
)
def test_each_refusal_is_a_sentence_with_a_hint_and_its_own_exit_code(
    answer: Answer, kind: type[QtmActionError], message: str, hint: str
) -> None:
    error = refusal(answer, "to start the import", SERVER)
    assert type(error) is kind
    assert message in error.message
    assert hint in error.hint
    assert "\n" not in error.message + error.hint


WRONG_LOGIN = [
    Answer(401, {}),
    Answer(403, {"x-ausername": "anonymous"}),
    Answer(302, {"location": "https://j/login.jsp"}),
    page(200, "Log in - Jira"),
]


@pytest.mark.parametrize("answer", WRONG_LOGIN)
def test_a_wrong_login_does_not_send_anyone_to_generate_an_api_key(answer: Answer) -> None:
    hint = refusal(answer, "to start the import", SERVER).hint
    assert hint.startswith("Check token, or username and password.")
    assert "api-key" not in hint


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize(
    ("location", "base"),
    [
        ("https://jira.example/jira/rest/qtm4j/automation/latest/importresult", "https://jira.example/jira"),
        ("https://jira.example/rest/qtm4j/automation/latest/importresult", "https://jira.example"),
        ("https://JIRA.example:443/", "https://jira.example/jira"),
        ("https://jira.example:8443/jira/rest/qmetry/automation", "https://jira.example:8443/jira"),
    ],
)
def test_http_that_is_redirected_to_https_says_what_to_write(status: int, location: str, base: str) -> None:
    plain = parse_jira_url("http://jira.example/jira")
    server = JiraServer(plain, Connection(plain, Credentials("key")), "test")
    error = refusal(Answer(status, {"location": location}), "to start the import", server)
    origin = base.removesuffix("/jira")
    assert error.message == f"Jira redirected the request to start the import to {origin} ({status})"
    assert error.hint == f"Set jira-url to {base}."


@pytest.mark.parametrize("location", ["http://jira.example/jira/rest/qtm4j", "/", "https://jira.example/a b"])
def test_a_redirect_that_must_not_be_followed_is_no_address_to_set(location: str) -> None:
    error = refusal(Answer(301, {"location": location}), "to start the import", SERVER)
    assert error.hint == "Redirects are not followed. Set jira-url to the base URL that this one leads to."


def test_invalid_fields_are_reported_line_by_line() -> None:
    error = refusal(
        said(
            400,
            {
                "status": 400,
                "errorMessage": "The supplied fields are invalid",
                "errors": [
                    "Provided Component Name(s) xyz not found ",
                    "Provided Label Name(s) xyz not found",
                    7,
                ],
            },
        ),
        "to start the import",
        SERVER,
    )
    assert [problem.message for problem in error.problems] == [
        "Provided Component Name(s) xyz not found",
        "Provided Label Name(s) xyz not found",
        "7",
    ]
    assert "under fields" in error.hint


def test_of_very_many_lines_the_first_are_reported_and_how_many_there_are_more() -> None:
    value = {"errorMessage": "No", "errors": ["x"] * 1234}
    problems = refusal(said(400, value), "to start", SERVER).problems
    assert [problem.message for problem in problems] == ["x"] * 200 + ["and 1,034 more"]


def test_errors_that_are_no_list_are_left_out() -> None:
    assert refusal(said(400, {"errorMessage": "No", "errors": "text"}), "to start", SERVER).problems == ()


@pytest.mark.parametrize(
    ("answer", "is_missing"),
    [
        (page(404, "Dead link"), True),
        (said(404, {"message": "null for uri: /rest/qtm4j", "status-code": 404}), True),
        (Answer(405, {}), True),
        (page(200, "Log in"), True),
        (Answer(302, {"location": "/login.jsp"}), True),
        (said(404, {"status": 404, "errorMessage": "No import details found"}), False),
        (Answer(302, {"location": "https://elsewhere.example/"}), False),
        (Answer(401, {}), False),
        (page(500, "Oops"), False),
        (said(200, {"url": "x"}), False),
    ],
)
def test_a_missing_route_is_distinguished_from_an_answer_of_the_app(
    answer: Answer, *, is_missing: bool
) -> None:
    assert is_missing_route(answer) is is_missing


@pytest.mark.parametrize(
    ("answer", "is_unknown"),
    [
        (
            said(400, {"status": 404, "errorMessage": "No import details found for given tracking id 'x'"}),
            True,
        ),
        (said(400, {"status": 400, "errorMessage": "no IMPORT details found"}), True),
        (said(400, {"status": 404, "errorMessage": "Keine Angaben"}), True),
        (said(404, {"errorMessage": "gone"}), True),
        (said(400, {"status": 400, "errorMessage": "Something else"}), False),
        (said(404, {"message": "no route"}), False),
        (page(404, "Dead link"), False),
    ],
)
def test_an_unknown_tracking_id_is_distinguished_from_other_errors(
    answer: Answer, *, is_unknown: bool
) -> None:
    assert is_not_known(answer) is is_unknown
