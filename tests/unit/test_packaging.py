"""What is built and installed: every package is in the wheel, and the locks are what they promise."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted(ROOT.glob("requirements*.txt"))
EXAMPLES = "qtm_action.examples"


def locked(lock: str) -> set[str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE))


def test_every_package_is_in_the_wheel() -> None:
    present = {
        ".".join(path.parent.relative_to(ROOT).parts) for path in ROOT.glob("qtm_action/**/__init__.py")
    }

    assert set(PROJECT["tool"]["setuptools"]["packages"]) == present | {EXAMPLES}


def test_every_file_that_the_program_reads_is_in_the_wheel() -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    for path in (ROOT / "qtm_action").rglob("*"):
        if path.is_file() and path.suffix not in {".py", ".pyc"}:
            assert any(path.match(pattern) for pattern in patterns), path


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_has_a_hash_for_everything_and_names_no_place_to_download_from(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]

    assert entries
    assert all("--hash=sha256:" in entry and "==" in entry for entry in entries)
    assert re.search(r"https?://|file:|--index-url|--find-links|/home/|/tmp/|/work", text) is None


def test_the_lock_has_every_dependency_and_the_image_installs_that_lock_alone() -> None:
    asked = {re.split(r"[>=<\[ ]", dependency)[0] for dependency in PROJECT["project"]["dependencies"]}

    assert asked <= locked("requirements.txt")
    assert re.findall(r"requirements[\w-]*\.txt", (ROOT / ".dockerignore").read_text()) == [
        "requirements.txt"
    ]


def test_every_dependency_is_used_by_the_code() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "qtm_action").rglob("*.py"))
    modules = {"pyyaml": "yaml"}
    for dependency in PROJECT["project"]["dependencies"]:
        name = re.split(r"[>=<\[ ]", dependency)[0]
        assert re.search(rf"^\s*(?:import|from) {modules.get(name, name)}\b", code, re.MULTILINE), name


@pytest.mark.parametrize(("smaller", "larger"), [("requirements.txt", "requirements-dev.txt")])
def test_the_tests_run_with_the_versions_that_are_shipped(smaller: str, larger: str) -> None:
    def versions(lock: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9._-]+)==([^ ]+)", (ROOT / lock).read_text(), re.MULTILINE))

    assert versions(smaller).items() <= versions(larger).items()
