"""How Jira answers those it does not let in, and paths it does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN
from tests.integration.sandbox.conftest import START, TRACK, Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.sandbox.embedded_server import Sandbox

WRONG_LOGIN: list[dict[str, str]] = [
    {},
    {"apiKey": SANDBOX_API_KEY},
    {"apiKey": "wrong", "Authorization": "Bearer wrong"},
    {"apiKey": SANDBOX_API_KEY, "Authorization": "Bearer wrong"},
]
WRONG_KEY: list[dict[str, str]] = [
    {"Authorization": f"Bearer {SANDBOX_TOKEN}"},
    {"apiKey": "wrong", "Authorization": f"Bearer {SANDBOX_TOKEN}"},
]


def ask(method: str, url: str, **more: Any) -> requests.Response:
    return requests.request(method, url, timeout=10, allow_redirects=False, **more)


def ask_for_all_steps(url: str, headers: dict[str, str]) -> list[requests.Response]:
    upload = f"{url}{START}/submitFile?uploadId=0"
    return [
        ask("POST", url + START, json={"format": "junit"}, headers=headers),
        ask("POST", upload, files={"file": ("a.xml", b"x" * 200_000)}, headers=headers),
        ask("GET", url + TRACK, params={"trackingId": "0"}, headers=headers),
    ]


@pytest.mark.parametrize("headers", WRONG_KEY, ids="+".join)
def test_a_wrong_key_is_refused_by_the_app_at_every_step(
    sandbox_of: Callable[..., Sandbox], headers: dict[str, str]
) -> None:
    for answer in ask_for_all_steps(sandbox_of(refusal="redirect").url, headers):
        assert answer.status_code == 401
        assert "API key" in answer.json()["errorMessage"]
        assert answer.headers["X-Seraph-LoginReason"] == "OK"


@pytest.mark.parametrize("headers", WRONG_LOGIN, ids=lambda headers: "+".join(headers) or "none")
def test_a_wrong_login_is_refused_by_jira_at_every_step(
    sandbox_of: Callable[..., Sandbox], headers: dict[str, str]
) -> None:
    for answer in ask_for_all_steps(sandbox_of().url, headers):
        assert answer.status_code == 401
        assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
        assert not answer.headers["Content-Type"].startswith("application/json")


def test_a_personal_access_token_is_accepted(sandbox_of: Callable[..., Sandbox]) -> None:
    headers = {"apiKey": SANDBOX_API_KEY, "Authorization": f"Bearer {SANDBOX_TOKEN}"}
    assert ask("POST", sandbox_of().url + START, json={"format": "junit"}, headers=headers).ok


@pytest.mark.parametrize(
    ("refusal", "status", "header", "value"),
    [
        ("401", 401, "WWW-Authenticate", "OAuth"),
        ("403", 403, "X-AUSERNAME", "anonymous"),
        ("redirect", 302, "Location", "/jira/login.jsp"),
        ("html", 200, "Content-Type", "text/html"),
        ("captcha", 403, "X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE"),
    ],
)
def test_jira_refuses_in_several_forms(
    sandbox_of: Callable[..., Sandbox], refusal: str, status: int, header: str, value: str
) -> None:
    sandbox = sandbox_of(refusal=refusal, context_path="/jira")
    answer = ask("POST", sandbox.url + START, json={"format": "junit"})
    assert answer.status_code == status
    assert answer.headers[header].startswith(value)
    assert sandbox.imports == ()


def test_the_login_page_is_where_the_redirect_leads(sandbox_of: Callable[..., Sandbox]) -> None:
    url = sandbox_of(refusal="redirect", context_path="/jira").url
    answer = requests.get(url + TRACK, timeout=10)
    assert answer.url.startswith(f"{url}/login.jsp")
    assert "Log in" in answer.text


def test_a_step_can_be_missing_under_a_prefix(client_of: Callable[..., Client]) -> None:
    client = client_of(start_prefix="qmetry", track_prefix="qtm4j")
    missing = client.start()
    assert missing.status_code == 404
    assert missing.headers["Content-Type"].startswith("application/xml")
    started = client.start(path=START.replace("qtm4j", "qmetry")).json()
    assert client.upload(started["url"]).status_code == 204
    assert client.upload(started["url"].replace("/qmetry/", "/qtm4j/")).status_code == 404
    assert client.track(started["trackingId"]).status_code == 404
    assert client.track(started["trackingId"], TRACK.replace("qmetry", "qtm4j")).status_code == 200


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("404", 404),
        ("405", 405),
        ("html", 200),
        ("redirect", 302),
    ],
)
def test_a_missing_path_is_answered_in_the_form_chosen(
    sandbox_of: Callable[..., Sandbox], form: str, status: int
) -> None:
    sandbox = sandbox_of(track_prefix="qtm4j", missing_route=form)
    for path in (TRACK, "/rest/qtm4j/automation/1/importresult"):
        answer = ask("GET", sandbox.url + path)
        assert answer.status_code == status
        assert "json" not in answer.headers["Content-Type"]


def test_other_paths_and_methods_are_pages(client: Client) -> None:
    assert client.get("/nothing").status_code == 404
    assert client.get(START).status_code == 405
    assert ask("PUT", client.url + START + "/submitFile").status_code == 405


def test_no_credential_is_ever_logged(client: Client, log: Any) -> None:
    client.imported()
    text = "\n".join(log.lines)
    assert f"POST {START} 200" in text
    assert "import " in text
    for secret in ("sandbox-api-key", "sandbox-password", "Basic", "uploadId"):
        assert secret not in text
