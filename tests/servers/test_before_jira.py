"""What stands before a Jira says something else than Jira would: nginx, set up as companies do."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.servers.door import IMPORTED, RESULTS, Said, run, said
from tests.servers.sites import DOWN_FILE, MAINTENANCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door
    from tests.servers.certificates import Trust
    from tests.servers.nginx import Nginx

    Doors = Callable[..., Door]
    Visit = Callable[..., Door]

BIG = f"<testsuite><testcase name='t'><system-out>{'x' * 20_000_000}</system-out></testcase></testsuite>"
CREDENTIALS = "Check token, or username and password. Exclude the REST API from single sign-on."
IS_IT_UP = "Check that Jira is running, and see its log."
FAILED = "Jira or the proxy in front of it failed to start the import"


@pytest.fixture
def visit(web: Nginx, trust: Trust, door_to: Doors) -> Visit:
    """Return a function that gives a door to a site, which trusts the company's CA."""

    def door(site: str) -> Door:
        return door_to(web.url(site) + "/jira", QTM_CA_BUNDLE=str(trust.company))

    return door


def test_an_import_behind_nginx_and_a_context_path(web: Nginx, visit: Visit, sandbox: Sandbox) -> None:
    before, seen = len(sandbox.imports), len(web.requests("jira"))
    outcome = run(visit("jira"))
    assert said(outcome) == IMPORTED
    assert "::warning" not in outcome.log
    (imported,) = sandbox.imports[before:]
    assert (imported.uploads, imported.import_status) == (1, "SUCCESS")
    assert [line.split(" ")[0] for line in web.requests("jira")[seen:]] == ["POST", "POST", "GET"]


@pytest.mark.parametrize(
    ("site", "message", "hint"),
    [
        (
            "hangs up",
            "{url} closed the connection before responding",
            "Check the logs of Jira and of the proxy in front of it.",
        ),
        ("no Jira behind", f"{FAILED} (502): Bad Gateway", IS_IT_UP),
        ("silent behind", f"{FAILED} (504): Gateway Time-out", IS_IT_UP),
    ],
)
def test_a_passing_fault_is_tried_again_and_then_reported(
    web: Nginx, visit: Visit, site: str, message: str, hint: str
) -> None:
    outcome = run(visit(site))
    assert said(outcome) == Said(7, message.format(url=web.url(site)), hint)
    assert "retrying in" in outcome.log


@pytest.mark.parametrize(
    ("site", "told"),
    [
        (
            "login",
            Said(
                4,
                "Jira redirected the request to a login page (302), so it did not accept the credentials",
                CREDENTIALS,
            ),
        ),
        (
            "moved",
            Said(
                5,
                "Jira redirected the request to start the import to https://new.example.com (301)",
                "Redirects are not followed. If that server is your Jira, set jira-url to "
                "https://new.example.com/jira.",
            ),
        ),
        (
            "another application",
            Said(
                5,
                "QTM4J was not found in Jira when asked to start the import (404): Not Found",
                "Is QTM4J installed and enabled, and does jira-url include the context path (such as /jira)?",
            ),
        ),
        (
            "log-in page",
            Said(
                4,
                "Jira sent an HTML page instead of JSON, so it did not accept the credentials (200): "
                "Log in - Company",
                CREDENTIALS,
            ),
        ),
        (
            "forbidden",
            Said(
                4,
                "Jira refused permission (403): Forbidden",
                "Check api-key (valid for one user and one project) and that user's permissions.",
            ),
        ),
    ],
)
def test_what_would_stay_so_is_reported_immediately(visit: Visit, site: str, told: Said) -> None:
    outcome = run(visit(site))
    assert said(outcome) == told
    assert "retrying" not in outcome.log
    assert "secret-state" not in outcome.log


def test_http_that_is_redirected_to_https_is_reported_with_the_address(web: Nginx, visit: Visit) -> None:
    outcome = run(visit("to https"))
    assert said(outcome) == Said(
        5,
        f"Jira redirected the request to start the import to {web.url('jira')} (301)",
        f"Set jira-url to {web.url('jira')}/jira.",
    )


def test_a_jira_that_stays_down_for_maintenance_is_reported_with_its_page(web: Nginx, visit: Visit) -> None:
    (web.folder / DOWN_FILE).touch()
    try:
        outcome = run(visit("maintenance"))
    finally:
        (web.folder / DOWN_FILE).unlink()
    assert said(outcome) == Said(7, f"{FAILED} (503): {MAINTENANCE}", IS_IT_UP)


def test_a_jira_that_comes_back_from_maintenance_gets_the_import_once(
    web: Nginx, visit: Visit, sandbox: Sandbox
) -> None:
    before, seen = len(sandbox.imports), len(web.requests("maintenance"))
    door = visit("maintenance")
    environ = door.environment(**RESULTS) | {"QTM_RETRY_FOR": "30s"}
    (web.folder / DOWN_FILE).touch()
    try:
        process = door.start(environ=environ)
        deadline = time.monotonic() + 20
        while len(web.requests("maintenance")) == seen:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        (web.folder / DOWN_FILE).unlink()
    outcome = door.outcome(process, environ)
    assert said(outcome) == IMPORTED
    assert f"{MAINTENANCE}; retrying in " in outcome.log
    assert [each.uploads for each in sandbox.imports[before:]] == [1]


@pytest.mark.parametrize("site", ["limited", "limited, abrupt", "limited, plain"])
def test_a_file_above_nginx_limit_is_reported_as_413_and_not_as_a_broken_connection(
    visit: Visit, sandbox: Sandbox, site: str
) -> None:
    before = len(sandbox.imports)
    door = visit(site)
    door.write("TEST-a.xml", BIG)
    outcome = run(door)
    assert said(outcome) == Said(
        5,
        "the file is too large for Jira or the proxy in front of it (413): Request Entity Too Large",
        "Raise the limit (nginx: client_max_body_size), or import fewer files at once.",
    )
    assert "again" not in outcome.log
    assert [(each.upload_attempts, each.uploads) for each in sandbox.imports[before:]] == [(0, 0)]


def test_a_file_below_nginx_limit_is_imported(visit: Visit) -> None:
    assert said(run(visit("limited"))) == IMPORTED


def test_a_connection_ended_while_a_file_is_sent_means_that_nothing_was_imported(
    web: Nginx, visit: Visit, sandbox: Sandbox
) -> None:
    before = len(sandbox.imports)
    door = visit("hangs up at the upload")
    door.write("TEST-a.xml", BIG)
    outcome = run(door)
    assert said(outcome) == Said(
        7,
        f"{web.url('hangs up at the upload')} closed the connection while the request was being sent",
        "Check the logs of Jira and of the proxy in front of it.",
    )
    assert "uploading again in" in outcome.log
    assert [each.uploads for each in sandbox.imports[before:]] == [0]


def test_a_connection_ended_after_the_whole_file_leaves_it_unknown_with_the_tracking_id(
    web: Nginx, visit: Visit, sandbox: Sandbox
) -> None:
    before = len(sandbox.imports)
    outcome = run(visit("hangs up after the upload"))
    (started,) = sandbox.imports[before:]
    assert said(outcome) == Said(
        7,
        "the file was sent, but it is unknown whether it was imported: "
        f"{web.url('hangs up after the upload')} closed the connection before responding",
        "Import again only if QTM4J does not have it.",
    )
    assert outcome.log.count(f"tracking-id: {started.tracking_id}") == 1
    assert outcome.outputs["tracking-id"] == started.tracking_id
    assert (started.upload_attempts, started.uploads) == (0, 0)


def test_a_jira_with_a_plain_base_url_behind_https_gets_nothing(
    web: Nginx, visit: Visit, sandbox: Sandbox
) -> None:
    before = len(sandbox.imports)
    outcome = run(visit("wrong base"))
    url = web.url("wrong base")
    assert said(outcome) == Said(
        5,
        "Jira returned an upload URL that cannot be used: it leads from https to plain "
        f"{url.replace('https', 'http')}",
        f"Nothing was sent there. Set Jira's base URL (System > General configuration) to {url}/jira.",
    )
    assert [each.upload_attempts for each in sandbox.imports[before:]] == [0]
