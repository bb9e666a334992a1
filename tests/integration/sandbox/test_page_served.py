"""The sandbox's page over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.sandbox.conftest import Client, Clock


def test_the_page_shows_an_import_and_runs_nothing_from_elsewhere(client: Client) -> None:
    client.imported()
    answer = client.get("/")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for text in ("SUCCESS", "SBX-TR-1", "SBX-TC-1", "Cart", "adds", "pays"):
        assert text in answer.text
    assert "sandbox-api-key" not in answer.text


def test_the_page_needs_no_credentials_and_is_found_with_and_without_the_context_path(
    client_of: Callable[..., Client],
) -> None:
    client = client_of(context_path="/jira")
    client.session.auth = None
    client.session.headers.pop("apiKey")
    bare = client.url.removesuffix("/jira")
    for url in (f"{bare}/", f"{client.url}/", client.url):
        assert client.session.get(url, timeout=5).status_code == 200


def test_the_state_shows_when_to_reload_the_page(client_of: Callable[..., Client], clock: Clock) -> None:
    client = client_of(duration=10.0)
    states = [client.get("/sandbox/health").json()["state"]]
    client.imported()
    for _ in range(3):
        states.append(client.get("/sandbox/health").json()["state"])
        clock.now += 5
    assert len(set(states)) == 4
    assert client.get("/sandbox/health").json()["imports"] == 1
