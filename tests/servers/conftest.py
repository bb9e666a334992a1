"""Real servers of other people's, started once for all tests, and a door to them."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN, SandboxOptions
from tests.integration.doors.conftest import Door
from tests.servers.certificates import make_trust
from tests.servers.nginx import nginx
from tests.servers.process import HOST, folder_for
from tests.servers.proxies import squid, tinyproxy
from tests.servers.sites import SIGNED_ELSEWHERE, sites
from tests.servers.tomcat_server import tomcat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers.certificates import Trust
    from tests.servers.nginx import Nginx
    from tests.servers.proxies import Squid
    from tests.servers.tomcat_server import Tomcat


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "servers: talks to real servers of other people's (Tomcat, nginx, …)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/servers" in item.path.as_posix():
            item.add_marker(pytest.mark.servers)


@pytest.fixture(scope="session")
def trust() -> Iterator[Trust]:
    """Make the certificates of a company, and of others."""
    with folder_for("certificates") as folder:
        yield make_trust(folder)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """Run the QTM4J server that the others stand before; plain http, context path ``/jira``."""
    with Sandbox(SandboxOptions(context_path="/jira")) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def sandbox_with_store() -> Iterator[Sandbox]:
    """Run a QTM4J server whose upload URLs are on another origin and need no credentials."""
    with Sandbox(SandboxOptions(context_path="/jira", upload_origin=SIGNED_ELSEWHERE)) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def web(sandbox: Sandbox, sandbox_with_store: Sandbox, trust: Trust) -> Iterator[Nginx]:
    """Run nginx with every site of :func:`~tests.servers.sites.sites`."""
    with contextlib.ExitStack() as stack:
        silent = stack.enter_context(socket.create_server((HOST, 0)))
        made = sites(
            trust,
            jira=_port(sandbox),
            jira_with_store=_port(sandbox_with_store),
            silent=silent.getsockname()[1],
        )
        yield stack.enter_context(nginx(made))


@pytest.fixture(scope="session")
def squid_proxy(trust: Trust) -> Iterator[Squid]:
    with squid(trust.jira.both) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def tinyproxy_port() -> Iterator[int]:
    with tinyproxy() as port:
        yield port


@pytest.fixture(scope="session")
def servlets(trust: Trust) -> Iterator[Tomcat]:
    with tomcat(trust) as running:
        yield running


@pytest.fixture
def door_to(tmp_path: Path) -> Callable[..., Door]:
    """Return a function that gives a door to a Jira's URL, with a result file in its workspace.

    Its keywords are variables of the environment, such as ``HTTPS_PROXY``.
    """

    def door(url: str, **environ: str) -> Door:
        workspace = tmp_path / "workspace"
        workspace.mkdir(exist_ok=True)
        base = {"QTM_JIRA_URL": url, "QTM_API_KEY": SANDBOX_API_KEY, "QTM_TOKEN": SANDBOX_TOKEN}
        base |= environ
        door = Door(workspace, base)
        door.write("TEST-a.xml")
        return door

    return door


def _port(sandbox: Sandbox) -> int:
    port = urlsplit(sandbox.url).port
    assert port is not None
    return port
