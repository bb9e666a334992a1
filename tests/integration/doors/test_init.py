"""``init`` as a new user meets it: from result files to a spec that validates and imports."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.integration.doors.conftest import ROOT

if TYPE_CHECKING:
    from tests.integration.doors.conftest import Door

REAL = ROOT / "tests" / "data" / "real"
FILES = {
    "shop/target/surefire-reports/TEST-shop.CartTest.xml": "surefire/TEST-shop.CartTest.xml",
    "web/junit.xml": "jest/junit.xml",
    "shop/target/cucumber.json": "cucumber-js/report.json",
}


@pytest.fixture
def shop(door: Door) -> Door:
    """A project with the results of Maven, Jest and Cucumber."""
    for target, source in FILES.items():
        (door.workspace / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REAL / source, door.workspace / target)
    door.write("shop/pom.xml", "<project><groupId>io.cucumber</groupId></project>")
    door.write("web/package.json", '{"devDependencies": {"jest": "30", "jest-junit": "17"}}')
    door.write(".github/workflows/test.yml", "on: push\n")
    return door


def test_init_validate_and_import_are_green_one_after_the_other(shop: Door) -> None:
    made = shop.run("init")
    assert made.code == 0
    assert "Created qtm-import.yml" in made.log
    assert made.summary == ""  # nothing was imported, and nothing is published
    spec = yaml.safe_load((shop.workspace / "qtm-import.yml").read_text(encoding="utf-8"))
    assert [(each["name"], each["format"], each["files"]) for each in spec["imports"]] == [
        ("surefire", "junit", ["**/surefire-reports/TEST-*.xml"]),
        ("cucumber", "cucumber", ["**/target/cucumber.json"]),
        ("jest", "junit", ["web/junit.xml"]),
    ]
    assert shop.run("validate").code == 0
    imported = shop.run("import")
    assert imported.code == 0
    assert [each["importStatus"] for each in imported.report["imports"]] == ["SUCCESS"] * 3


def test_the_step_can_be_pasted(shop: Door) -> None:
    log = shop.run("init").log
    step = log.partition("in .github/workflows:")[2].partition("Store")[0]
    [parsed] = yaml.safe_load(f"    steps:\n      - run: mvn verify\n{step}")["steps"][1:]
    assert parsed["uses"] == "OWNER/qtm-action@v1"
    assert set(parsed["with"]) == {"api-key", "token"}  # Jira's address is known, and in the spec


def test_a_spec_that_is_there_is_overwritten_by_force_only(shop: Door) -> None:
    spec = shop.write("qtm-import.yml", "mine\n")
    refused = shop.run("init")
    assert refused.code == 2
    assert "qtm-import.yml already exists" in refused.log
    assert "--force" in refused.log
    assert spec.read_text(encoding="utf-8") == "mine\n"
    assert shop.run("init", "--force").code == 0
    assert "surefire" in spec.read_text(encoding="utf-8")


def test_print_writes_nothing_and_prints_the_spec_alone(shop: Door) -> None:
    shop.write("qtm-import.yml", "mine\n")
    before = sorted(shop.workspace.rglob("*"))
    printed = shop.plain("init", "--print", environ={})
    assert printed.code == 0
    assert [each["name"] for each in yaml.safe_load(printed.log)["imports"]] == [
        "surefire",
        "cucumber",
        "jest",
    ]
    assert sorted(shop.workspace.rglob("*")) == before
    assert (shop.workspace / "qtm-import.yml").read_text(encoding="utf-8") == "mine\n"


def test_no_results_yet_the_build_files_say_where_they_will_be(door: Door) -> None:
    door.write("app/pom.xml", "<project/>")
    door.write("requirements.txt", "pytest==9\n")
    made = door.run("init")
    assert made.code == 0
    assert "No result files found" in made.log
    text = (door.workspace / "qtm-import.yml").read_text(encoding="utf-8")
    assert [each["name"] for each in yaml.safe_load(text)["imports"]] == ["surefire", "pytest"]
    assert "pytest --junitxml=report.xml" in text


def test_an_empty_folder_gets_an_example_and_a_warning(door: Door) -> None:
    made = door.run("init")
    assert made.code == 0
    assert "set format and files in qtm-import.yml" in made.log
    assert door.run("validate").code == 3


def test_the_working_directory_and_jiras_address_can_be_given(shop: Door) -> None:
    made = shop.plain(
        "init", "--working-directory", "web", "--jira-url", "https://jira.example.com", environ={}
    )
    assert made.code == 0
    spec = yaml.safe_load((shop.workspace / "web/qtm-import.yml").read_text(encoding="utf-8"))
    assert (spec["jiraUrl"], spec["imports"][0]["files"]) == ("https://jira.example.com", ["junit.xml"])
    assert "working-directory: web" in made.log


@pytest.mark.parametrize(
    ("words", "shown"), [(["--only", "x"], "--only is not an option"), (["x"], "See qtm-action init --help.")]
)
def test_what_init_does_not_know_is_refused(door: Door, words: list[str], shown: str) -> None:
    refused = door.run("init", *words)
    assert refused.code == 2
    assert shown in refused.log
    assert list(door.workspace.iterdir()) == []


def test_what_cannot_be_written_is_reported(door: Door) -> None:
    (door.workspace / "qtm-import.yml").mkdir()
    refused = door.run("init", "--force")
    assert refused.code == 2
    assert "cannot write qtm-import.yml" in refused.log


@pytest.mark.parametrize(("ci", "asked"), [("", True), ("true", False)])
def test_only_a_person_at_a_terminal_is_asked(door: Door, ci: str, asked: bool) -> None:  # noqa: FBT001
    pty = pytest.importorskip("pty", reason="a terminal of POSIX")
    ours, theirs = pty.openpty()
    os.write(ours, b"https://jira.example.com\n")
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "entrypoint.py"), "init"],
        cwd=door.workspace,
        env={"PATH": os.environ["PATH"], "CI": ci, "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    assert process.wait(timeout=30) == 0
    os.close(theirs)
    log = os.read(ours, 100_000).decode()
    os.close(ours)
    assert ("Jira's base URL" in log) == asked
    text = (door.workspace / "qtm-import.yml").read_text(encoding="utf-8")
    assert ('\njiraUrl: "https://jira.example.com"\n' in text) == asked


def test_cloud_by_an_option(shop: Door) -> None:
    made = shop.plain("init", "--region", "au", environ={})
    assert made.code == 0
    spec = yaml.safe_load((shop.workspace / "qtm-import.yml").read_text(encoding="utf-8"))
    assert spec["region"] == "au"
    assert "jiraUrl" not in spec
    step = made.log.partition("in .github/workflows:")[2].partition("Store")[0]
    assert set(yaml.safe_load(textwrap.dedent(step))[0]["with"]) == {"api-key"}
