"""The wheel and the sdist, built or given, and an environment with the wheel alone.

``QTM_TEST_DIST`` names a folder with files that were built already; without it they are built here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 300
EPOCH = os.environ.get("SOURCE_DATE_EPOCH") or "1700000000"


def run(*words: str | Path, cwd: Path, umask: int = 0o022, environ: Mapping[str, str] | None = None) -> str:
    """Run a command, let it be green, and return what it printed."""
    foreign = ("GITHUB_", "QTM_", "INPUT_", "CI", "PYTHON")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    done = subprocess.run(
        words,
        cwd=cwd,
        env={**inherited, "SOURCE_DATE_EPOCH": EPOCH, **(environ or {})},
        umask=umask,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def files_of_the_checkout(*places: str) -> list[str]:
    """Return the files of this checkout, without what was made in it."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *places, cwd=ROOT)
    return [name for name in listed.split("\0") if (ROOT / name).is_file()]


def checkout(folder: Path) -> Path:
    """Copy this checkout, without the times of its files."""
    for name in files_of_the_checkout():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    return folder


def built(source: Path, folder: Path, *, umask: int = 0o022) -> Path:
    """Build both files with the backend that is locked."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, cwd=source, umask=umask)
    return folder


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the wheel and the sdist."""
    if given := os.environ.get("QTM_TEST_DIST"):
        return Path(given).resolve()
    return built(checkout(tmp_path_factory.mktemp("checkout")), tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    [found] = dist.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def sdist(dist: Path) -> Path:
    [found] = dist.glob("*.tar.gz")
    return found


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment that has nothing else, and return the folder of its commands."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True)
    run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return folder / "bin"
