"""The wheel and the sdist: what PyPI would say of them, what is in them, and that they install and run.

``QTM_TEST_DIST`` names a folder with files that were built already; without it they are built here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 300
EPOCH = os.environ.get("SOURCE_DATE_EPOCH") or "1700000000"


def run(*words: str | Path, cwd: Path, umask: int = 0o022) -> str:
    """Run a command, let it be green, and return what it printed."""
    foreign = ("GITHUB_", "QTM_", "INPUT_", "CI", "PYTHON")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    done = subprocess.run(
        words,
        cwd=cwd,
        env={**inherited, "SOURCE_DATE_EPOCH": EPOCH},
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


def test_pypi_takes_both(wheel: Path, sdist: Path, tmp_path: Path) -> None:
    said = run(sys.executable, "-m", "twine", "--no-color", "check", "--strict", wheel, sdist, cwd=tmp_path)
    assert said.count("PASSED") == 2


def test_the_same_commit_gives_the_same_bytes(dist: Path, tmp_path: Path) -> None:
    again = built(checkout(tmp_path / "elsewhere"), tmp_path / "again", umask=0o077)

    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in dist.iterdir()
    }


def test_every_module_and_every_file_that_the_program_reads_is_in_the_wheel(wheel: Path) -> None:
    present = files_of_the_checkout("qtm_action", "examples/results", "examples/qtm-import.yml")
    expected = {f"qtm_action/{name}" if name.startswith("examples/") else name for name in present}
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert names == expected
    assert "qtm_action/spec/schema.json" in names


def test_the_sdist_has_what_the_wheel_is_built_from_and_nothing_of_the_tests(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        top = {name.split("/")[1] for name in archive.getnames()}
    files = {"CHANGELOG.md", "LICENSE", "README.md", "PKG-INFO", "pyproject.toml", ".gitignore"}

    assert top == {"qtm_action", "examples", *files}


def test_every_link_of_the_page_on_pypi_leads_somewhere(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [each for each in archive.namelist() if each.endswith("/METADATA")]
        page = message_from_bytes(archive.read(name))
    text = str(page.get_payload())
    files = f"https://github.com/OWNER/qtm-action/blob/v{page['Version']}/"
    pictures = f"https://raw.githubusercontent.com/OWNER/qtm-action/v{page['Version']}/"

    assert page["License-Expression"] == "MIT"
    assert f"]({files}docs/spec.md)" in text
    assert f"]({pictures}docs/images/job-summary.png)" in text
    assert "](docs/" not in text


def test_an_installed_command_runs_the_demo_whatever_other_packages_left(
    installed: Path, tmp_path: Path
) -> None:
    [packages] = (installed.parent / "lib").glob("python*/site-packages")
    (packages / "examples").mkdir()
    (packages / "entrypoint.py").write_text("raise SystemExit('not the one')\n", encoding="utf-8")

    version = run(installed / "qtm-action", "--version", cwd=tmp_path)
    assert version == run(installed / "qtm-action", "version", cwd=tmp_path)
    shown = run(installed / "qtm-action", "demo", cwd=tmp_path)
    assert "=== Exit code: 0" in shown
    assert '"$id"' in run(installed / "qtm-action", "schema", cwd=tmp_path)
