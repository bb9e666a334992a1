"""The program as a platform starts it: a process with that platform's environment."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Job:
    """A job's workspace, and what starts the program in it."""

    workspace: Path

    @property
    def command(self) -> list[str]:
        return [sys.executable, str(ROOT / "entrypoint.py")]

    def environ(self, more: Mapping[str, str]) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
        return {**kept, "HOME": str(self.workspace), **more}

    def write(self, name: str, text: str) -> Path:
        path = self.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def job(tmp_path: Path) -> Job:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return Job(folder)
