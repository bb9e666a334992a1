"""The installed command as a new user meets it, in a project with results: init, doctor and import."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import yaml

from tests.package.conftest import ROOT, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REAL = ROOT / "tests" / "data" / "real"
RESULTS = {
    "shop/target/surefire-reports/TEST-shop.CartTest.xml": "surefire/TEST-shop.CartTest.xml",
    "shop/target/cucumber.json": "cucumber-js/report.json",
    "web/junit.xml": "jest/junit.xml",
}
BUILD_FILES = {
    "shop/pom.xml": "<project><groupId>io.cucumber</groupId></project>",
    "web/package.json": '{"devDependencies": {"jest": "30", "jest-junit": "17"}}',
    ".github/workflows/test.yml": "on: push\n",
}


@contextmanager
def sandbox(command: Path, folder: Path) -> Iterator[dict[str, str]]:
    """Run ``qtm-action sandbox``; give the variables that it prints to paste into a shell."""
    process = subprocess.Popen(
        [command, "sandbox", "--port", "0"],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        exports = next(line for line in process.stdout if line.startswith("export "))
        yield dict(word.split("=", 1) for word in shlex.split(exports)[1:])
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def test_init_doctor_and_import_are_green_without_a_look_into_the_docs(
    installed: Path, tmp_path: Path
) -> None:
    command, project = installed / "qtm-action", tmp_path / "project"
    for name, text in BUILD_FILES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    for name, source in RESULTS.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REAL / source, project / name)

    run(command, "init", cwd=project)
    spec = yaml.safe_load((project / "qtm-import.yml").read_text(encoding="utf-8"))
    assert {each["name"]: each["format"] for each in spec["imports"]} == {
        "surefire": "junit",
        "cucumber": "cucumber",
        "jest": "junit",
    }

    with sandbox(command, tmp_path) as pasted:
        checked = run(command, "doctor", cwd=project, environ=pasted)
        assert "✗" not in checked
        assert received(pasted) == []  # nothing was imported

        run(command, "import", "--report-file", "report.json", cwd=project, environ=pasted)
        report = json.loads((project / "report.json").read_text(encoding="utf-8"))
        assert [each["importStatus"] for each in report["imports"]] == ["SUCCESS"] * 3
        assert sorted(each["body"]["format"] for each in received(pasted)) == ["cucumber", "junit", "junit"]


def received(pasted: dict[str, str]) -> list[dict[str, Any]]:
    url = f"{pasted['QTM_JIRA_URL']}/sandbox/imports.json"
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - loopback
        imports: list[dict[str, Any]] = json.load(answer)
    return imports
