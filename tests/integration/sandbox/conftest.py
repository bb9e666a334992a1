"""A sandbox on a real socket, and a client that knows nothing but the vendor's page."""

from __future__ import annotations

import contextlib
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_PASSWORD, SANDBOX_USERNAME, SandboxOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START = "/rest/qtm4j/automation/latest/importresult"
TRACK = "/rest/qmetry/automation/latest/importresult/track"
JUNIT = b'<testsuite name="Cart"><testcase name="adds"/><testcase name="pays"/></testsuite>'


@dataclass
class Clock:
    """A clock that moves when it is set."""

    now: float = 1748334347.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Lines:
    """A log that keeps its lines."""

    lines: list[str] = field(default_factory=list)

    def info(self, message: str) -> None:
        self.lines.append(message)

    debug = warning = progress = info


@dataclass
class Client:
    """The three requests, as a script with curl would send them."""

    url: str
    session: requests.Session
    timeout: float = 10.0

    def start(self, body: Any = None, path: str = START, **more: Any) -> requests.Response:
        arguments: dict[str, Any] = {"json": body or {"format": "junit"}} | more
        return self.session.post(self.url + path, timeout=self.timeout, **arguments)

    def upload(self, url: str, name: str = "r.xml", content: bytes = JUNIT, **more: Any) -> requests.Response:
        arguments: dict[str, Any] = {"files": {"file": (name, content)}} | more
        return self.session.post(url, timeout=self.timeout, **arguments)

    def track(self, tracking_id: str, path: str = TRACK) -> requests.Response:
        return self.session.get(self.url + path, params={"trackingId": tracking_id}, timeout=self.timeout)

    def imported(self, body: Any = None, name: str = "r.xml", data: bytes = JUNIT) -> dict[str, Any]:
        """All three steps; the record."""
        started = self.start(body).json()
        assert self.upload(started["url"], name, data).status_code == 204
        record: dict[str, Any] = self.track(started["trackingId"]).json()
        return record

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.url + path, timeout=self.timeout)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log() -> Lines:
    return Lines()


@pytest.fixture
def sandbox_of(clock: Clock, log: Lines) -> Iterator[Callable[..., Sandbox]]:
    """Start a sandbox with these options; it ends with the test."""
    with contextlib.ExitStack() as stack:

        def start(**options: Any) -> Sandbox:
            return stack.enter_context(Sandbox(SandboxOptions(**options), clock=clock, log=log))

        yield start


@pytest.fixture
def client_of(sandbox_of: Callable[..., Sandbox]) -> Iterator[Callable[..., Client]]:
    """Start a sandbox with these options and talk to it with the right credentials."""
    with requests.Session() as session:
        session.headers["apiKey"] = SANDBOX_API_KEY
        session.auth = (SANDBOX_USERNAME, SANDBOX_PASSWORD)
        session.trust_env = False
        yield lambda **options: Client(sandbox_of(**options).url, session)


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of()


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file that is opened for writing by its path be on a full disk."""
    real = Path.open

    def full(path: Path, mode: str = "r", **more: Any) -> Any:
        return open("/dev/full", mode, buffering=0) if "w" in mode else real(path, mode, **more)  # noqa: PTH123

    monkeypatch.setattr(Path, "open", full)


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()
