"""What each answer to the question for an unknown import proves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qtm_action.exit_codes import ExitCode
from qtm_action.qtm4j.cloud import QtmCloud, parse_region
from qtm_action.qtm4j.deployment import Connection
from qtm_action.qtm4j.probe_findings import (
    Finding,
    JiraFound,
    Subject,
    conclude_from,
    conclude_from_cloud,
    context_path,
)
from qtm_action.qtm4j.server import JiraServer, parse_jira_url
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.values import Credentials

BASE = parse_jira_url("https://jira.example/jira")
SERVER = JiraServer(BASE, Connection(BASE, Credentials("key")), "test")
REGION = parse_region("us")
CLOUD = QtmCloud(REGION, Connection(REGION, Credentials("key")), "test")
HERE = JiraFound(BASE, "9.12.4")
ELSEWHERE = JiraFound(parse_jira_url("https://jira.example"), "9.12.4")
ALL = "context path app credentials api-key"


def said(status: int, value: Any, **headers: str) -> Answer:
    return Answer(
        status, {name.replace("_", "-"): text for name, text in headers.items()}, json.dumps(value).encode()
    )


def app(status: int, message: str) -> Answer:
    return said(status, {"status": status, "errorMessage": message})


def page(status: int, title: str = "Some page", **headers: str) -> Answer:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, {"content-type": "text/html", **named}, f"<html><title>{title}</title>".encode())


NOT_KNOWN = said(400, {"status": 404, "errorMessage": "No import details found for given tracking id 'x'"})
LOGIN_PAGE = Answer(200, {"content-type": "text/html"}, b'<html><form id="login-form"></form>')
LOGIN_REDIRECT = Answer(302, {"location": "https://jira.example/jira/login.jsp?os_destination=x"})
OF_JIRA = {"x_seraph_loginreason": "OK", "x_ausername": "ci"}


def proven(answers: Answer | list[Answer], jira: JiraFound | None) -> tuple[str, str, int, str]:
    """Return the subjects that are fine, the one that is wrong, the exit code, and what is said of it."""
    several = answers if isinstance(answers, list) else [answers]
    found: list[Finding] = conclude_from(several, BASE, jira, SERVER)
    fine = " ".join(each.subject.value for each in found if each.error is None and each.is_known)
    errors = [each for each in found if each.error is not None]
    assert len(errors) <= 1
    if not errors or errors[0].error is None:
        return fine, "", 0, " ".join(each.seen for each in found if not each.is_known)
    error = errors[0].error
    return fine, errors[0].subject.value, int(error.exit_code), f"{error.message} {error.hint}"


@pytest.mark.parametrize(
    ("answers", "jira", "expected", "text"),
    [
        (NOT_KNOWN, None, (ALL, "", 0), ""),
        (said(200, {"importStatus": "SUCCESS"}), None, (ALL, "", 0), ""),
        # The app refuses the key, whatever the status.
        (app(401, "Invalid API key"), None, ("context path app credentials", "api-key", 4), "Generate"),
        (
            app(403, "No permission"),
            None,
            ("context path app credentials", "api-key", 4),
            "Jira refused permission (403): No permission Check api-key",
        ),
        (app(400, "The apiKey is wrong"), None, ("context path app credentials", "api-key", 4), "apiKey is"),
        # Something says else: that is no sign of a QTM4J that got past Jira's login.
        (app(404, "The requested resource was not found"), None, ("", "app", 5), "was not found"),
        (app(404, "The requested resource was not found"), HERE, ("context path", "app", 5), "was not found"),
        (app(400, "Bad day"), None, ("", "app", 5), "QTM4J refused to return the import status: Bad day"),
        # Jira refuses the log-in.
        (said(401, {"message": "no"}), HERE, ("context path", "credentials", 4), "Check token"),
        (app(401, "Unauthorized"), None, ("", "credentials", 4), "did not accept the credentials"),
        (page(401, "Unauthorized"), None, ("", "credentials", 4), "did not accept the credentials"),
        (page(401, x_seraph_loginreason="X"), None, ("context path", "credentials", 4), "Check token"),
        ([LOGIN_REDIRECT] * 2, None, ("context path", "credentials", 4), "login page"),
        ([LOGIN_PAGE] * 2, None, ("context path", "credentials", 4), "an HTML page instead of JSON"),
        ([page(404), LOGIN_REDIRECT], None, ("context path", "credentials", 4), "login page"),
        # Jira knows the user, and something behind its log-in refuses.
        (page(403, **OF_JIRA), None, ("context path credentials", "api-key", 4), "Check api-key"),
        (page(403, x_ausername="anonymous"), None, ("context path", "credentials", 4), "recognize the user"),
        # No path of the app.
        ([page(404)] * 2, HERE, ("context path", "app", 5), "Install or enable QTM4J"),
        ([page(404, **OF_JIRA)] * 2, None, ("context path", "app", 5), "QTM4J is not"),
        ([page(405)] * 2, None, ("", "context path", 5), "Check the context path"),
        ([page(404)] * 2, ELSEWHERE, ("", "context path", 5), "where Jira was found."),
        ([page(200, "A portal")] * 2, None, ("", "context path", 4), "A portal Check the context path"),
        ([page(200)] * 2, HERE, ("context path", "credentials", 4), "an HTML page instead of JSON"),
        # Something else is in the way.
        (Answer(301, {"location": "https://b.example"}), None, ("", "address", 5), "https://b.example"),
        (page(503, "Maintenance"), None, ("", "app", 7), "Maintenance"),
        (app(500, "NullPointerException"), None, ("", "app", 7), "NullPointerException"),
        (said(200, {"hello": 1}), None, ("", "app", 5), "an unexpected response"),
    ],
)
def test_what_an_answer_proves(
    answers: Answer | list[Answer], jira: JiraFound | None, expected: tuple[str, str, int], text: str
) -> None:
    found = proven(answers, jira)
    assert found[:3] == expected
    assert text in found[3]


def test_what_is_wrong_ends_as_an_import_would() -> None:
    codes = {proven(answer, HERE)[2] for answer in (page(401), page(404), page(503))}
    assert codes == {ExitCode.AUTHENTICATION, ExitCode.REFUSED, ExitCode.UNREACHABLE}


def test_where_jira_is_found_is_shown_also_without_credentials() -> None:

    assert context_path(BASE, HERE) == Finding(Subject.CONTEXT_PATH, "/jira, Jira 9.12.4")
    unknown = context_path(BASE, ELSEWHERE)
    assert not unknown.is_known
    assert unknown.hint == "Set jira-url to https://jira.example, where Jira was found."


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (said(200, {"startAt": 0, "total": 0, "data": []}), ("app api-key", "")),
        (said(401, {"errorMessage": "no"}), ("app", "api-key")),
        (page(401), ("app", "api-key")),
        (page(403), ("app", "api-key")),
        (page(404), ("", "address")),
        (app(404, "The requested resource was not found"), ("", "address")),
        (page(200, "A portal"), ("", "address")),
        (Answer(302, {"location": "https://elsewhere.example"}), ("", "address")),
        (page(502), ("", "app")),
        (said(200, {"hello": 1}), ("", "app")),
    ],
)
def test_what_an_answer_of_cloud_proves(answer: Answer, expected: tuple[str, str]) -> None:
    found = conclude_from_cloud(answer, CLOUD)
    fine = " ".join(each.subject.value for each in found if each.error is None)
    assert (fine, " ".join(each.subject.value for each in found if each.error)) == expected
