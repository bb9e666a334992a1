"""A working directory with files, and a log that keeps its lines."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from pathlib import Path

JUNIT = """<testsuite name="s">
  <testcase name="one"/><testcase name="two"><failure message="no"/></testcase>
</testsuite>"""


class LogLines:
    """A log that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def debug(self, message: str) -> None:
        self.lines.append(("debug", message))

    def info(self, message: str) -> None:
        self.lines.append(("info", message))

    def warning(self, message: str) -> None:
        self.lines.append(("warning", message))

    def progress(self, message: str) -> None:
        self.lines.append(("progress", message))

    def all(self, level: str) -> list[str]:
        return [message for known, message in self.lines if known == level]


class Write(Protocol):
    """Writes files of the working directory; each holds a small JUnit report by default."""

    def __call__(self, *names: str, text: str | bytes = JUNIT, modified: float | None = None) -> None: ...


@pytest.fixture
def log() -> LogLines:
    return LogLines()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


@pytest.fixture
def write(root: Path) -> Write:
    def write_files(*names: str, text: str | bytes = JUNIT, modified: float | None = None) -> None:
        for name in names:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
            if modified is not None:
                os.utime(path, (modified, modified))

    return write_files
