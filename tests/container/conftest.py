"""The image under test, a sandbox for it to talk to, and a workspace with result files."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SandboxOptions
from tests.container.engine import ROOT, Engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/container" in item.path.as_posix():
            item.add_marker(pytest.mark.container)


@pytest.fixture(scope="session")
def engine() -> Engine:
    engine = Engine()
    try:
        answer = engine.run("version")
    except FileNotFoundError:
        answer = None
    if answer is None or answer.code != 0:
        pytest.exit("no container engine answers: run `make container-test`, which starts one", returncode=3)
    return engine


@pytest.fixture(scope="session")
def image(engine: Engine) -> str:
    """Return the image under test: the one named by ``QTM_TEST_IMAGE``, else one built from the checkout."""
    given = os.environ.get("QTM_TEST_IMAGE", "")
    if given:
        return given
    engine.build("qtm-action:under-test")
    return "qtm-action:under-test"


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SandboxOptions()) as sandbox:
        yield sandbox


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Return a job's workspace with the example spec and its result files, readable by every user."""
    folder = tmp_path / "work space"
    shutil.copytree(ROOT / "examples", folder, ignore=shutil.ignore_patterns("ci"))
    folder.chmod(0o777)
    tmp_path.chmod(0o755)
    tmp_path.parent.chmod(0o755)
    return folder
