"""What the tests of the client share: a file to upload, a log that keeps lines, clients that are closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qtm_action.qtm4j.addresses import parse_address
from qtm_action.qtm4j.client import Qtm4j
from qtm_action.qtm4j.deployment import Connection
from qtm_action.qtm4j.values import Credentials, Proxies, Timeouts, Tls, Upload
from tests.faults.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from qtm_action.qtm4j.values import Progress

CONTENT = b'<testsuite name="s"><testcase name="t"/></testsuite>\n' * 20


class Lines:
    """A log that keeps its lines, each with its level."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def debug(self, message: str) -> None:
        self.lines.append(f"debug: {message}")

    def info(self, message: str) -> None:
        self.lines.append(f"info: {message}")

    def warning(self, message: str) -> None:
        self.lines.append(f"warning: {message}")

    def progress(self, message: str) -> None:
        self.lines.append(f"progress: {message}")

    def of(self, level: str) -> list[str]:
        """The lines of a level."""
        return [line.removeprefix(f"{level}: ") for line in self.lines if line.startswith(f"{level}: ")]


class Session:
    """A client with what it said, slept and told."""

    def __init__(self, connection: Connection, upload: Upload) -> None:
        self.log = Lines()
        self.clock = VirtualClock()
        self.tracking_ids: list[str] = []
        self._upload = upload
        self.client = Qtm4j(connection, user_agent="qtm-action/1.2.3", log=self.log, clock=self.clock)

    def submit(self) -> str:
        return self.client.submit(
            {"format": "junit", "isZip": False},
            self._upload,
            log=self.log,
            on_tracking_id=self.tracking_ids.append,
        )

    def wait(self, tracking_id: str, *, timeout: float = 60, just_uploaded: bool = True) -> Progress:
        return self.client.wait_until_done(
            tracking_id, timeout=timeout, log=self.log, just_uploaded=just_uploaded
        )

    def run(self) -> Progress:
        return self.wait(self.submit())


@pytest.fixture
def upload(tmp_path: Path) -> Upload:
    path = tmp_path / "TEST-a.xml"
    path.write_bytes(CONTENT)
    return Upload(path, path.name, len(CONTENT))


@pytest.fixture
def session(upload: Upload) -> Iterator[Callable[..., Session]]:
    """Make sessions: ``session(url, retry_for=…, tls=…, proxies=…, credentials=…, upload=…)``."""
    made: list[Session] = []

    def make(
        url: str | None = None,
        *,
        retry_for: float = 60.0,
        timeout: float = 900.0,
        tls: Tls | None = None,
        proxies: Proxies | None = None,
        credentials: Credentials | None = None,
        timeouts: Timeouts | None = None,
        file: Upload | None = None,
        region: str | None = None,
    ) -> Session:
        address = parse_address(url, region)
        assert address is not None
        connection = Connection(
            address,
            credentials or Credentials(api_key="the-api-key", token="the-token"),
            tls=tls or Tls(),
            proxies=proxies or Proxies(),
            timeouts=timeouts or Timeouts(connect=5.0, read=5.0, whole=10.0),
            retry_for=retry_for,
            timeout=timeout,
        )
        one = Session(connection, file or upload)
        made.append(one)
        return one

    yield make
    for one in made:
        one.client.close()
