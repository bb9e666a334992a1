"""A user's project whose pipelines are the shipped examples, and the runners that run them here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.container.conftest import engine, image, sandbox  # noqa: F401 - fixtures
from tests.container.engine import ROOT
from tests.runners.project import Project

if TYPE_CHECKING:
    from tests.container.engine import Engine

RUNNERS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/runners" in item.path.as_posix():
            item.add_marker(pytest.mark.runner)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a git repository with a script that leaves JUnit files, as a user has it."""
    return Project(tmp_path / "project")


@pytest.fixture(scope="session")
def released_image(engine: Engine, image: str) -> str:  # noqa: F811 - the fixtures imported above
    """Return the name that the examples pull, given to the image under test."""
    engine.ok("tag", image, "ghcr.io/owner/qtm-action:1")
    return "ghcr.io/owner/qtm-action:1"


@pytest.fixture(scope="session")
def act() -> str:
    found = ROOT / ".venv" / "bin" / "act"
    assert found.exists(), "act is not installed: run `make runner-test`"
    return str(found)


@pytest.fixture(scope="session")
def gitlab_ci_local(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Install GitLab's local runner, as locked, into a folder of its own."""
    folder = tmp_path_factory.mktemp("gitlab-ci-local")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(RUNNERS / name, folder)
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"],
        cwd=folder,
        check=True,
        timeout=300,
        env={**os.environ, "npm_config_update_notifier": "false"},
    )
    return str(folder / "node_modules" / ".bin" / "gitlab-ci-local")


@pytest.fixture(scope="session")
def groovy() -> str:
    found = shutil.which("groovy")
    assert found, "groovy is not installed: Debian's package is enough"
    return found
