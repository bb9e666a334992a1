"""What the pages on security promise of a whole run, where no other test looks at it."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN
from tests.faults.cloud_fault_server import CloudFaultServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door


@pytest.mark.parametrize(
    ("platform", "command"),
    [({"GITHUB_ACTIONS": "true"}, "::add-mask::"), ({"TF_BUILD": "True"}, "##vso[task.setsecret]")],
    ids=["GitHub", "Azure"],
)
@pytest.mark.parametrize("words", [(), ("validate",), ("--dry-run",), ("doctor",)])
def test_secrets_are_masked_before_anything_else_is_printed(
    door: Door, platform: dict[str, str], command: str, words: tuple[str, ...]
) -> None:
    door.write("a.xml")
    inputs = {"QTM_FORMAT": "junit", "QTM_FILES": "a.xml", "QTM_LOG_LEVEL": "debug"}
    outcome = door.plain(*words, environ=door.base | platform | inputs)

    lines = outcome.log.splitlines()
    masks = [line for line in lines if line.startswith(command)]
    assert outcome.code == 0, outcome.log
    assert lines[: len(masks)] == masks
    assert {f"{command}{SANDBOX_API_KEY}", f"{command}{SANDBOX_TOKEN}"} <= set(masks)


def test_the_input_jira_url_overrides_the_specs_which_gets_no_request(
    door: Door, sandbox: Sandbox, sandbox_of: Callable[..., Sandbox]
) -> None:
    attacker = sandbox_of()
    door.write("a.xml")
    door.write("qtm-import.yml", f"version: 1\njiraUrl: {attacker.url}\nformat: junit\nfiles: [a.xml]\n")

    assert door.run().code == 0
    assert (len(sandbox.imports), len(attacker.imports)) == (1, 0)


def test_the_input_region_overrides_the_specs_which_gets_no_request(door: Door) -> None:
    door.write("a.xml")
    with CloudFaultServer() as attacker, CloudFaultServer() as server:
        door.write("qtm-import.yml", f"region: {attacker.url}\nformat: junit\nfiles: [a.xml]\n")
        environ = door.environment(region=server.url) | {"QTM_JIRA_URL": ""}
        assert door.outcome(door.start(environ=environ), environ).code == 0
        assert attacker.requests == []
        assert server.requests


def test_a_dtd_elsewhere_is_neither_fetched_nor_opened(door: Door) -> None:
    """The one would connect, the other would wait for whoever writes to the pipe."""
    os.mkfifo(pipe := door.workspace.parent / "pipe.dtd")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x.dtd"
        for name, system in (("a.xml", url), ("b.xml", pipe.as_uri())):
            door.write(
                name, f'<!DOCTYPE testsuite SYSTEM "{system}"><testsuite><testcase name="a"/></testsuite>'
            )
        outcome = door.run(format="junit", files="*.xml")
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert outcome.code == 0, outcome.log
    assert outcome.report["imports"][0]["tests"]["passed"] == 2
