"""The wheel and the sdist: what PyPI would say of them, what is in them, and that they install and run."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from email import message_from_bytes
from typing import TYPE_CHECKING

from tests.package.conftest import built, checkout, files_of_the_checkout, run

if TYPE_CHECKING:
    from pathlib import Path


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
