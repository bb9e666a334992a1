"""An upload URL on another server, such as a pre-signed one of an object store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN
from tests.servers.door import IMPORTED, Said, run, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door
    from tests.servers.certificates import Trust
    from tests.servers.nginx import Nginx

    Doors = Callable[..., Door]

WITHOUT_ANY = "verify=NONE key=- authorization=- proxy=-"


def test_another_server_gets_the_bytes_over_https_and_no_credentials(
    web: Nginx, trust: Trust, sandbox_with_store: Sandbox, door_to: Doors
) -> None:
    at_jira, at_store = len(web.requests("jira with store")), len(web.requests("store"))
    outcome = run(
        door_to(web.url("jira with store") + "/jira"),
        ca_bundle=str(trust.company),
        client_cert=str(trust.build_server.both),
    )
    assert said(outcome) == IMPORTED
    store = web.url("store", host="127.0.0.1")
    warning = f"the upload URL is on {store}; the file is sent there without credentials"
    assert warning in outcome.log
    (upload,) = web.requests("store")[at_store:]
    assert upload.startswith("POST ")
    assert upload.endswith(WITHOUT_ANY)
    steps = web.requests("jira with store")[at_jira:]
    assert len(steps) == 2
    for step in steps:
        assert f"key={SANDBOX_API_KEY} authorization=Bearer {SANDBOX_TOKEN}" in step
    received = sandbox_with_store.imports[-1]
    assert received.upload is not None
    assert not received.upload.had_credentials
    assert "X-Atlassian-Token" not in received.upload.headers


def test_another_server_in_plain_http_gets_nothing(
    web: Nginx, trust: Trust, sandbox_with_store: Sandbox, door_to: Doors
) -> None:
    outcome = run(door_to(web.url("jira with plain store") + "/jira"), ca_bundle=str(trust.company))
    store, jira = web.url("plain store", host="127.0.0.1"), web.url("jira with plain store")
    assert said(outcome) == Said(
        5,
        f"Jira returned an upload URL that cannot be used: it is on another server, {store}, and not https",
        f"Nothing was sent there. Set Jira's base URL (System > General configuration) to {jira}/jira.",
    )
    assert web.requests("plain store") == []
    assert sandbox_with_store.imports[-1].upload_attempts == 0


def test_a_certificate_that_only_the_other_server_has_wrong_is_reported_with_its_name(
    web: Nginx, trust: Trust, door_to: Doors
) -> None:
    outcome = run(door_to(web.url("jira with untrusted store") + "/jira"), ca_bundle=str(trust.company))
    store = web.url("untrusted store", host="127.0.0.1")
    assert said(outcome) == Said(
        7,
        f"the certificate of {store} is signed by a CA that this machine does not trust",
        "The CA in ca-bundle did not sign it. Add the CA that did to ca-bundle, or the intermediate "
        "certificate that the server does not send.",
    )
    assert web.requests("untrusted store") == []
