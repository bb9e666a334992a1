"""What a run leaves: several imports, outputs on each platform, dry run, validate, the demo."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from qtm_action.inputs.table import BY_NAME
from tests.integration.doors.conftest import EXAMPLES, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door


def test_the_examples_are_imported_in_order(examples: Door, sandbox: Sandbox) -> None:
    outcome = examples.run()
    assert outcome.code == 0, outcome.log
    imports = outcome.report["imports"]
    assert [each["format"] for each in imports] == ["junit", "cucumber", "testng", "qaf"]
    assert [each["importStatus"] for each in imports] == ["SUCCESS"] * 4
    assert outcome.outputs["tracking-id"] == ",".join(each["trackingId"] for each in imports)
    assert len(outcome.outputs["test-cycle-key"].split(",")) == 4
    by_id = {each.tracking_id: each for each in sandbox.imports}
    assert [by_id[each["trackingId"]].body["format"] for each in imports] == [
        each["format"] for each in imports
    ]
    assert [by_id[each["trackingId"]].body["isZip"] for each in imports] == [True, False, False, True]
    assert [each.uploads for each in sandbox.imports] == [1] * 4
    assert [outcome.log.count(f"{each['name']}: SUCCESS") for each in imports] == [1] * 4
    assert outcome.log.count("SUCCESS") == 4 + 1  # a line each, and the last one
    assert outcome.log.count(f"{sandbox.url}/secure/QTMAction.jspa#/TestCycleDetail/") == 4
    starts = [outcome.log.index(f"Import {each['name']}") for each in imports]
    assert starts == sorted(starts)


def test_what_was_sent_is_what_the_report_says(examples: Door, sandbox: Sandbox) -> None:
    by_id = {each["trackingId"]: each["upload"] for each in examples.run().report["imports"]}
    for received in sandbox.imports:
        assert received.upload is not None
        reported = by_id[received.tracking_id]
        assert (received.upload.size, received.upload.sha256) == (reported["bytes"], reported["sha256"])
        assert received.upload.file_name == reported["fileName"]


def test_the_same_files_make_the_same_archive(examples: Door) -> None:
    first, second = (examples.run().report["imports"] for _ in range(2))
    assert [each["upload"]["sha256"] for each in first] == [each["upload"]["sha256"] for each in second]


def test_the_second_import_of_the_same_results_reuses_them(door: Door) -> None:
    door.write("a.xml")
    door.run(format="junit", files="a.xml")
    outcome = door.run(format="junit", files="a.xml")
    assert outcome.outputs["test-cases-created"] == "0"
    assert outcome.outputs["test-case-versions-reused"] == "1"


def test_one_import_that_fails_does_not_stop_the_next(
    door_to: Callable[[Sandbox], Door], sandbox_of: Callable[..., Sandbox]
) -> None:
    door = door_to(sandbox_of(components=("shop",)))
    door.write("a.xml")
    door.write(
        "qtm-import.yml",
        "version: 1\nimports:\n"
        "  - {name: one, format: junit, files: [a.xml], fields: {testCycle: {components: [xyz]}}}\n"
        "  - {name: two, format: junit, files: [a.xml]}\n",
    )
    outcome = door.run()
    assert outcome.code == 5
    one, two = outcome.report["imports"]
    assert (one["error"]["kind"], two["importStatus"]) == ("refused", "SUCCESS")
    assert outcome.outputs["import-status"] == "FAILED"
    assert outcome.outputs["test-cycle-key"].startswith("SBX-TR-")
    assert "run again with the input\n  only: |\n    one\n  or with the options --only one\n" in outcome.log
    again = door.run(only="two")
    assert [each["name"] for each in again.report["imports"]] == ["two"]


def test_of_several_imports_the_one_with_the_bad_file_is_shown_first(door: Door) -> None:
    door.write("a.xml")
    door.write("bad.xml", "<testsuite>")
    door.write(
        "qtm-import.yml",
        "version: 1\nimports:\n"
        "  - {name: unit, format: junit, files: [a.xml]}\n"
        "  - {name: web, format: junit, files: [bad.xml]}\n",
    )
    outcome = door.run()
    assert outcome.code == 3
    for text, cause in ((outcome.log, ": web: "), (outcome.summary, "<li><code>web</code>: ")):
        assert text.index(cause) < text.index("because another import")
    unit, web = outcome.report["imports"]
    assert (unit["tests"]["total"], web["tests"]) == (1, None)


def test_only_names_imports_that_the_spec_has(door: Door) -> None:
    door.write("a.xml")
    door.write("qtm-import.yml", "version: 1\nimports: [{name: one, format: junit, files: [a.xml]}]\n")
    outcome = door.run(only="oen")
    assert outcome.code == 2
    assert "the spec has no import named 'oen'" in outcome.log
    assert "Its imports are: one." in outcome.log


def test_imports_into_one_cycle_run_one_after_the_other(door: Door, sandbox: Sandbox) -> None:
    for number in range(4):
        door.write(f"{number}.xml")
    imports = "".join(
        f"  - {{name: i{number}, format: junit, files: [{number}.xml], testCycleToReuse: SBX-TR-1}}\n"
        for number in range(4)
    )
    door.write("qtm-import.yml", f"version: 1\nimports:\n{imports}")
    assert door.run().code == 0
    names = [each.upload.file_name for each in sandbox.imports if each.upload]
    assert names == ["0.xml", "1.xml", "2.xml", "3.xml"]


def test_a_dry_run_shows_bodies_files_and_archives_and_sends_nothing(
    examples: Door, sandbox: Sandbox
) -> None:
    outcome = examples.run(dry_run="true", api_key="", token="")
    assert outcome.code == 0, outcome.log
    assert '"format": "junit"' in outcome.log
    assert '"isZip": true' in outcome.log
    assert "TEST-cart.xml" in outcome.log
    assert outcome.outputs["import-status"] == "SKIPPED"
    assert len(sandbox.imports) == 0


def test_a_dry_run_needs_no_credentials_and_no_jira(examples: Door) -> None:
    outcome = examples.plain("--dry-run", environ={})
    assert outcome.code == 0, outcome.log


def test_validate_checks_without_a_network(examples: Door) -> None:
    outcome = examples.plain("validate", "--effective", environ={"GITHUB_REF_NAME": "main"})
    assert outcome.code == 0, outcome.log
    assert "Unit tests of main" in outcome.log
    assert "qtm-import.yml:" in outcome.log
    assert "pattern results/junit/TEST-*.xml matched 3 files" in outcome.log
    assert "\nunit tests: valid\n" in outcome.log
    assert "SKIPPED" not in outcome.log
    assert outcome.log.splitlines()[-1] == "VALID: 4 imports, 38 tests; nothing was sent"
    (examples.workspace / "results/junit/TEST-cart.xml").write_text("<broken")
    outcome = examples.plain("validate", environ={})
    assert outcome.code == 3
    assert outcome.log.splitlines()[-1].startswith("FAILED: exit code 3 after ")
    assert re.search(r"results/junit/TEST-cart\.xml:1:\d+: unit tests: ", outcome.log)


def test_a_tracking_id_that_the_server_does_not_know_is_not_called_in_process(door: Door) -> None:
    outcome = door.run(tracking_id="never-uploaded", timeout="1s")
    assert outcome.code == 6
    assert outcome.outputs["import-status"] == "FAILED"
    assert "nothing is lost" not in outcome.log


def test_gitlab_gets_a_dotenv_file(door: Door) -> None:
    door.write("a.xml")
    environ = door.base | {"GITLAB_CI": "true", "QTM_FORMAT": "junit", "QTM_FILES": "a.xml"}
    assert door.plain(environ=environ).code == 0
    lines = (door.workspace / "qtm-import.env").read_text().splitlines()
    assert "QTM_IMPORT_STATUS=SUCCESS" in lines
    assert "QTM_EXIT_CODE=0" in lines
    assert any(line.startswith("QTM_TEST_CYCLE_KEY=SBX-TR-") for line in lines)
    assert not any(line.startswith("QTM_REPORT=") for line in lines)


def test_a_second_job_that_inherits_the_first_ones_outputs_imports_its_own(
    door: Door, sandbox: Sandbox
) -> None:
    door.write("a.xml")
    environ = door.base | {"GITLAB_CI": "true", "QTM_FORMAT": "junit", "QTM_FILES": "a.xml"}
    for expected in (1, 2):
        assert door.plain(environ=environ).code == 0
        assert len(sandbox.imports) == expected
        lines = (door.workspace / "qtm-import.env").read_text().splitlines()
        environ |= dict(line.split("=", 1) for line in lines)


def test_jenkins_gets_a_report(door: Door) -> None:
    environ = door.base | {"JENKINS_URL": "http://ci/", "QTM_FORMAT": "junit", "QTM_FILES": "a.xml"}
    assert door.plain(environ=environ).code == 3
    report = json.loads((door.workspace / "qtm-import.json").read_text())
    assert (report["status"], report["exitCode"]) == ("FAILED", 3)


def test_summaries_are_written_as_markdown_and_as_a_page(door: Door) -> None:
    door.write("a.xml")
    outcome = door.run(format="junit", files="a.xml", summary_file="out/s.md\nout/s.html")
    key = outcome.outputs["test-cycle-key"]
    assert key in (door.workspace / "out/s.md").read_text()
    assert key in (door.workspace / "out/s.html").read_text()
    assert key in outcome.summary


@pytest.mark.parametrize("words", ["version", "--version", "schema", "--help", "help", "import --help"])
def test_commands_that_only_print(door: Door, words: str) -> None:
    outcome = door.plain(*words.split(), environ={})
    assert outcome.code == 0
    assert outcome.log


def test_a_word_that_is_not_understood_is_an_invalid_input(door: Door) -> None:
    environ = door.environment()
    outcome = door.outcome(door.start("--fromat", "junit", environ=environ), environ)
    assert outcome.code == 2
    assert "--fromat is not an option" in outcome.log
    assert "--format" in outcome.log
    assert outcome.outputs["exit-code"] == "2"


@pytest.mark.parametrize("shell", ["sh", "/bin/sh"])
def test_a_shell_as_first_word_is_executed_in_its_place(door: Door, shell: str) -> None:
    outcome = door.plain(shell, "-c", "echo from the shell; exit 3", environ={})
    assert (outcome.code, outcome.log) == (3, "from the shell\n")


def test_the_demo_shows_log_outputs_and_summary_also_in_ascii() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qtm_action", "demo"],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        encoding="ascii",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for part in (
        "The log of the step",
        "-- Import unit tests",
        "test-cycle-key ",
        "QTM4J Cloud",
        "junit: SUCCESS",
        "your own Jira",
    ):
        assert part in done.stdout
    for noise in ("::add-mask::", "<table>", '{"version"', "<<"):
        assert noise not in done.stdout
    page = Path(re.findall(r"^=== The summary page: (.+)$", done.stdout, re.MULTILINE)[0])
    assert "<h1>" in page.read_text(encoding="utf-8")
    page.unlink()
    step = yaml.safe_load(done.stdout.partition("GitHub Actions:\n")[2].partition("\n===")[0])
    assert step[0]["with"].keys() <= BY_NAME.keys()


def test_the_demo_leaves_the_examples_as_they_are(examples: Door) -> None:
    names = sorted(path.relative_to(EXAMPLES) for path in EXAMPLES.rglob("*"))
    examples.run()
    assert sorted(path.relative_to(EXAMPLES) for path in EXAMPLES.rglob("*")) == names


def test_a_followed_import_is_no_name_for_only(
    door_to: Callable[[Sandbox], Door], sandbox_of: Callable[..., Sandbox]
) -> None:
    door = door_to(sandbox_of(duration=0.0))
    door.write("a.xml")
    made = door.run(format="junit", files="a.xml", wait="false").outputs["tracking-id"]
    outcome = door.run(tracking_id=f"{made},unknown", timeout="1s")
    assert outcome.code == 6
    assert "nothing is uploaded" in outcome.log
    assert "only: |" not in outcome.log
    assert "Check tracking-id" in outcome.log


def test_a_dry_run_asks_for_no_progress(door: Door) -> None:
    environ = door.environment(tracking_id="id-1\nid-2", dry_run="true") | {
        "QTM_JIRA_URL": "http://127.0.0.1:1"
    }
    outcome = door.outcome(door.start(environ=environ), environ)
    assert (outcome.code, outcome.outputs["import-status"]) == (0, "SKIPPED")
    assert outcome.outputs["tracking-id"] == "id-1,id-2"
    assert "import id-2: dry run, nothing was sent" in outcome.log


def test_fail_on_tests_without_finished_imports_is_ignored_with_a_warning(door: Door) -> None:
    door.write(
        "a.xml", '<testsuite name="s"><testcase name="pays"><failure message="no"/></testcase></testsuite>'
    )
    first = door.run(format="junit", files="a.xml", wait="false", fail_on_tests="failed")
    second = door.run(tracking_id=first.outputs["tracking-id"], fail_on_tests="failed")
    for outcome in (first, second):
        assert outcome.code == 0
        assert "fail-on-tests is ignored" in outcome.log


def test_an_import_without_files_is_named_once(door: Door) -> None:
    outcome = door.run(format="junit", files="*.xml", if_no_files="ignore")
    assert "junit: SKIPPED; no file matches, nothing to import" in outcome.log


def test_small_files_make_the_same_archive_in_every_process(door: Door) -> None:
    """A compressor's own threads and memory must not show in the bytes, however it is started."""
    for number in range(8):
        door.write(f"{number}.xml")
    door.write(
        "qtm-import.yml",
        "version: 1\nimports:\n"
        + "".join(f"  - {{name: i{n}, format: junit, files: ['*.xml'], zip: always}}\n" for n in range(4)),
    )
    environ = door.environment(wait="false")
    runs = [door.outcome(door.start_python(environ=environ), environ) for _ in range(2)]
    assert len({each["upload"]["sha256"] for run in runs for each in run.report["imports"]}) == 1
