"""What is built and installed: the project says what is true, and the locks are what they promise."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted(ROOT.glob("requirements*.txt"))


def locked(lock: str) -> set[str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE))


def test_what_pypi_shows_is_there() -> None:
    metadata = PROJECT["project"]
    python = [each.rpartition(" ")[2] for each in metadata["classifiers"] if "Python :: 3." in each]
    ci = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")

    assert {"Homepage", "Documentation", "Changelog", "Issues", "Source"} <= set(metadata["urls"])
    assert metadata["requires-python"] == f">={python[0]}"
    assert f"python: {json.dumps(python)}" in ci  # none is promised that isn't tried


def test_the_versions_that_build_a_release_are_locked() -> None:
    wanted = {re.split(r"[>=<\[ ]", each)[0] for each in PROJECT["build-system"]["requires"]}

    assert wanted <= set(PROJECT["dependency-groups"]["validators"])


def test_the_local_runners_get_what_they_need() -> None:
    recipe = re.search(
        r"^runner-test:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert recipe is not None
    installed = set(re.findall(r"install-debian\.sh (.*)", recipe[1]))
    assert installed == {"nodejs npm", "groovy", "rsync", "git"}


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
    assert re.findall(r"requirements[\w-]*\.txt", (ROOT / ".dockerignore").read_text(encoding="utf-8")) == [
        "requirements.txt"
    ]


@pytest.mark.parametrize("place", ["Dockerfile", ".github/workflows/ci.yml"])
def test_what_is_installed_is_checked_against_its_hashes(place: str) -> None:
    text = re.sub(r"\\\n\s*", " ", (ROOT / place).read_text(encoding="utf-8"))
    installs = [line for line in text.splitlines() if re.search(r"\bpip\b.* install\b.*requirements", line)]
    assert installs
    assert all("--require-hashes" in line and "--only-binary :all:" in line for line in installs)


def test_every_dependency_is_used_by_the_code() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "qtm_action").rglob("*.py"))
    modules = {"pyyaml": "yaml"}
    for dependency in PROJECT["project"]["dependencies"]:
        name = re.split(r"[>=<\[ ]", dependency)[0]
        assert re.search(rf"^\s*(?:import|from) {modules.get(name, name)}\b", code, re.MULTILINE), name


@pytest.mark.parametrize(("smaller", "larger"), [("requirements.txt", "requirements-dev.txt")])
def test_the_tests_run_with_the_versions_that_are_shipped(smaller: str, larger: str) -> None:
    def versions(lock: str) -> dict[str, str]:
        return dict(
            re.findall(r"^([a-z0-9._-]+)==([^ ]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
        )

    assert versions(smaller).items() <= versions(larger).items()
