"""A user's project whose pipelines are the shipped examples, and the runners that run them here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.container import conftest as container
from tests.container.engine import BASE, ROOT
from tests.runners.platforms import Act, GitLab, Jenkins
from tests.runners.project import Project

if TYPE_CHECKING:
    from tests.container.engine import Engine

RUNNERS = Path(__file__).parent
# What the runner copies files with.
UTILITY = "firecow/gitlab-ci-local-util:latest"

engine, image, sandbox = container.engine, container.image, container.sandbox  # fixtures


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/runners" in item.path.as_posix():
            item.add_marker(pytest.mark.runner)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a git repository with a script that leaves JUnit files, as a user has it."""
    return Project(tmp_path / "project")


@pytest.fixture(scope="session")
def released_image(engine: Engine, image: str) -> str:
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


@pytest.fixture(scope="session")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what a runner fetches of the action: the checkout's files, not what was made in it."""
    folder = tmp_path_factory.mktemp("action")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture
def github(act: str, tmp_path: Path, engine: Engine, action: Path) -> Act:
    engine.inspect(BASE)  # which the job runs in
    return Act(act, tmp_path / "config", action)


@pytest.fixture
def gitlab_in_a_shell(gitlab_ci_local: str, tmp_path: Path) -> GitLab:
    return GitLab(gitlab_ci_local, tmp_path, "--force-shell-executor")


@pytest.fixture(params=["in containers", "in a shell"])
def gitlab(request: pytest.FixtureRequest, gitlab_ci_local: str, tmp_path: Path) -> GitLab:
    if request.param == "in a shell":
        return GitLab(gitlab_ci_local, tmp_path, "--force-shell-executor")
    engine: Engine = request.getfixturevalue("engine")
    request.getfixturevalue("released_image")
    request.getfixturevalue("utility_image")
    return GitLab(
        gitlab_ci_local,
        tmp_path,
        *("--pull-policy", "if-not-present", "--network", "host", "--default-image", BASE),
        *("--container-executable", engine.client),
    )


@pytest.fixture(scope="session")
def utility_image(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the image that the runner copies with; made here where it can't be pulled."""
    if engine.run("image", "inspect", UTILITY).code == 0 or engine.run("pull", UTILITY).code == 0:
        return UTILITY
    folder = tmp_path_factory.mktemp("utility")
    (folder / "Dockerfile").write_text(
        f"FROM {BASE}\n"
        "RUN apt-get update && DEBIAN_FRONTEND=noninteractive "
        "apt-get install -y --no-install-recommends rsync zip unzip\n"
    )
    engine.ok("build", "--network", "host", "--tag", UTILITY, str(folder))
    return UTILITY


@pytest.fixture
def jenkins(groovy: str, tmp_path: Path, engine: Engine, released_image: str) -> Jenkins:
    assert released_image
    return Jenkins(groovy, tmp_path / "jenkins", engine)
