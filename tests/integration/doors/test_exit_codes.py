"""Every exit code, provoked through the real door, with what is said."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qtm_action.sandbox.faults import parse_fault
from tests.integration.doors.conftest import read_outputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door

    Doors = Callable[[Sandbox | str], Door]
    Sandboxes = Callable[..., Sandbox]


def test_0_an_import_that_succeeds_is_green(door: Door, sandbox: Sandbox) -> None:
    door.write("TEST-a.xml")
    outcome = door.run(format="junit", files="TEST-*.xml")
    assert outcome.code == 0, outcome.log
    assert outcome.outputs["import-status"] == "SUCCESS"
    assert outcome.outputs["test-cycle-key"].startswith("SBX-TR-")
    assert outcome.outputs["test-cases-created"] == "1"
    assert len(sandbox.imports) == 1
    assert outcome.outputs["test-cycle-key"] in outcome.log


def test_1_an_import_that_the_server_fails_is_red(door_to: Doors, sandbox_of: Sandboxes) -> None:
    door = door_to(sandbox_of(fail_import="Component xyz not found"))
    door.write("TEST-a.xml")
    outcome = door.run(format="junit", files="TEST-*.xml")
    assert outcome.code == 1
    assert "Component xyz not found" in outcome.log
    assert (outcome.outputs["import-status"], outcome.outputs["exit-code"]) == ("FAILED", "1")


def test_1_a_partial_success_is_red(door_to: Doors, sandbox_of: Sandboxes) -> None:
    door = door_to(sandbox_of(partial=True))
    door.write("TEST-a.xml")
    outcome = door.run(format="junit", files="TEST-*.xml")
    assert outcome.code == 1
    assert outcome.outputs["import-status"] == "FAILED"


def test_1_failed_tests_are_red_when_asked(door: Door) -> None:
    door.write(
        "a.xml", '<testsuite name="s"><testcase name="pays"><failure message="no"/></testcase></testsuite>'
    )
    assert door.run(format="junit", files="a.xml").code == 0
    outcome = door.run(format="junit", files="a.xml", fail_on_tests="failed")
    assert outcome.code == 1
    assert outcome.outputs["import-status"] == "SUCCESS"
    assert "1 of 1 imported tests failed" in outcome.log


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"format": "junit", "files": "*.xml", "wait": "maybe"}, "'maybe' is neither true nor false"),
        ({}, "nothing to import"),
        (
            {"format": "junit", "files": "*.xml", "password": "also-a-password"},
            "token and password are both set",
        ),
        ({"format": "junit", "files": "*.xml", "api_key": "abc"}, "shorter than 4 characters"),
        ({"format": "junti", "files": "*.xml"}, "junit"),
        ({"spec": "nowhere.yml"}, "nowhere.yml"),
    ],
)
def test_2_inputs_that_cannot_be_used(
    door: Door, sandbox: Sandbox, inputs: dict[str, str], message: str
) -> None:
    door.write("a.xml")
    outcome = door.run(**inputs)
    assert outcome.code == 2, outcome.log
    assert message in outcome.log
    assert outcome.outputs["exit-code"] == "2"
    assert outcome.outputs["import-status"] == "FAILED"
    assert sandbox.imports == ()


def test_2_a_spec_with_errors_names_file_line_and_column(door: Door, sandbox: Sandbox) -> None:
    door.write("qtm-import.yml", "version: 1\nformat: junit\nfiels: ['*.xml']\n")
    outcome = door.run()
    assert outcome.code == 2
    assert "file=qtm-import.yml,line=3" in outcome.log
    assert "files" in outcome.log
    assert sandbox.imports == ()


def test_2_missing_credentials_are_named(door: Door) -> None:
    door.write("a.xml")
    environ = door.environment(format="junit", files="a.xml") | {"QTM_API_KEY": ""}
    outcome = door.outcome(door.start(environ=environ), environ)
    assert outcome.code == 2
    assert "not set: api-key" in outcome.log


def test_0_missing_credentials_are_skipped_when_asked(door: Door, sandbox: Sandbox) -> None:
    door.write("a.xml")
    environ = door.environment(format="junit", files="a.xml", if_no_credentials="skip") | {"QTM_API_KEY": ""}
    outcome = door.outcome(door.start(environ=environ), environ)
    assert outcome.code == 0
    assert outcome.outputs["import-status"] == "SKIPPED"
    assert sandbox.imports == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("other.txt", "x"),
        ("a.xml", ""),
        ("a.xml", "<testsuite><testcase name='cut off"),
        ("a.xml", "<testng-results/>"),
        ("a.xml", "<html><body>502</body></html>"),
    ],
)
def test_3_result_files_that_cannot_be_imported(door: Door, sandbox: Sandbox, name: str, text: str) -> None:
    door.write(name, text)
    outcome = door.run(format="junit", files="*.xml")
    assert outcome.code == 3, outcome.log
    assert sandbox.imports == ()


@pytest.mark.parametrize(("answer", "code"), [("warn", 0), ("ignore", 0), ("error", 3)])
def test_no_file_is_what_if_no_files_says(door: Door, answer: str, code: int) -> None:
    outcome = door.run(format="junit", files="*.xml", if_no_files=answer)
    assert outcome.code == code, outcome.log
    assert outcome.outputs["import-status"] == ("FAILED" if code else "SKIPPED")
    assert ("::warning" in outcome.log) == (answer == "warn")


def test_3_an_error_in_one_import_holds_back_all(door: Door, sandbox: Sandbox) -> None:
    door.write("a.xml")
    door.write(
        "qtm-import.yml",
        "version: 1\nimports:\n"
        "  - {name: good, format: junit, files: [a.xml]}\n"
        "  - {name: gone, format: junit, files: [b.xml]}\n",
    )
    outcome = door.run()
    assert outcome.code == 3
    assert "not sent because another import has errors" in outcome.log
    assert sandbox.imports == ()


def test_4_wrong_credentials(door: Door) -> None:
    door.write("a.xml")
    environ = door.environment(format="junit", files="a.xml") | {"QTM_TOKEN": "not-the-token"}
    outcome = door.outcome(door.start(environ=environ), environ)
    assert outcome.code == 4
    assert "not-the-token" not in outcome.log.replace("::add-mask::not-the-token", "")


def test_5_a_refusal_is_one_annotation_with_its_details_and_then_the_fix(
    door_to: Doors, sandbox_of: Sandboxes
) -> None:
    door = door_to(sandbox_of(components=("shop",), labels=("ci",)))
    door.write("a.xml")
    fields = '{"testCycle": {"components": ["xyz"], "labels": ["nope"]}}'
    outcome = door.run(format="junit", files="a.xml", fields=fields)
    assert outcome.code == 5, outcome.log
    (annotation,) = (line for line in outcome.log.splitlines() if line.startswith("::error"))
    assert "The supplied fields are invalid%0A" in annotation
    assert "%0A  - Provided Component Name(s) xyz not found%0A" in annotation
    assert "%0A  - Provided Label Name(s) nope not found%0A" in annotation
    assert annotation.partition("::junit: ")[2].index("not found") < annotation.index("Correct the values")


def test_6_not_finished_in_time_says_how_to_go_on(door_to: Doors, sandbox_of: Sandboxes) -> None:
    sandbox = sandbox_of(duration=60.0)
    door = door_to(sandbox)
    door.write("a.xml")
    outcome = door.run(format="junit", files="a.xml", timeout="1s")
    assert outcome.code == 6
    assert outcome.outputs["import-status"] == "INPROCESS"
    tracking_id = outcome.outputs["tracking-id"]
    assert f"tracking-id: {tracking_id}" in outcome.log


def test_7_a_server_that_is_not_there(door_to: Doors, sandbox_of: Sandboxes) -> None:
    sandbox = sandbox_of()
    door = door_to(sandbox)
    sandbox.stop()
    door.write("a.xml")
    outcome = door.run(format="junit", files="a.xml")
    assert outcome.code == 7
    assert "refused" in outcome.log


def test_7_a_server_error_after_retries(door_to: Doors, sandbox_of: Sandboxes) -> None:
    door = door_to(sandbox_of(faults=(parse_fault("start:503"),)))
    door.write("a.xml")
    outcome = door.run(format="junit", files="a.xml")
    assert outcome.code == 7
    assert "503" in outcome.log


@pytest.mark.parametrize("blocked", ["report_file", "dotenv_file", "summary_file", "GITHUB_OUTPUT"])
def test_8_an_outcome_that_can_not_be_written_is_red_everywhere(door: Door, blocked: str) -> None:
    door.write("a.xml")
    door.write("file", "not a folder")
    environ = door.environment(format="junit", files="a.xml", report_file="report.json")
    if blocked == "GITHUB_OUTPUT":
        environ[blocked] = str(door.workspace / "file/output")
    else:
        environ[f"INPUT_{blocked.upper().replace('_', '-')}"] = "file/out"
    process = door.start(environ=environ)
    log, _ = process.communicate(timeout=60)
    assert process.returncode == 8, log
    assert log.count("could not be written to") == 1
    assert "SUCCESS: 1 import; exit code 8 after" in log.splitlines()[-1]
    if blocked != "report_file":
        assert json.loads((door.workspace / "report.json").read_text())["exitCode"] == 8
    if blocked != "GITHUB_OUTPUT":
        assert read_outputs(Path(environ["GITHUB_OUTPUT"]))["exit-code"] == "8"
    summary = Path(environ["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert summary.count("the outcome could not be written") == 1
    environ["INPUT_SOFT-FAIL"] = "true"
    process = door.start(environ=environ)
    log, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "exiting with 0 because of soft-fail" in log.splitlines()[-1]


def test_3_the_import_s_own_exit_code_counts_more_than_an_outcome_that_can_not_be_written(
    door: Door,
) -> None:
    door.write("file", "not a folder")
    outcome = door.run(format="junit", files="a.xml", report_file="file/report.json")
    assert outcome.code == 3


@pytest.mark.parametrize("name", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_8_a_pipe_that_no_one_reads_does_not_hold_the_run(door: Door, name: str) -> None:
    door.write("a.xml")
    os.mkfifo(door.workspace / "pipe")
    environ = door.environment(format="junit", files="a.xml") | {name: str(door.workspace / "pipe")}
    process = door.start(environ=environ)
    log, _ = process.communicate(timeout=60)
    assert process.returncode == 8, log
    assert f"could not be written to {name}" in log


@pytest.mark.parametrize("name", ["report_file", "dotenv_file", "summary_file"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "/dev/null"])
def test_2_a_pipe_a_device_or_a_folder_is_no_place_for_the_outcome(
    door: Door, sandbox: Sandbox, name: str, kind: str
) -> None:
    door.write("a.xml")
    os.mkfifo(door.workspace / "pipe")
    (door.workspace / "folder").mkdir()
    outcome = door.run(format="junit", files="a.xml", **{name: kind})
    assert outcome.code == 2
    assert "can't be written: it is a" in outcome.log
    assert "could not be written" not in outcome.log
    assert sandbox.imports == ()


def wait_for_an_upload(sandbox: Sandbox) -> None:
    deadline = time.monotonic() + 20
    while not any(each.uploads for each in sandbox.imports):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def default_sighup() -> Iterator[None]:
    """Give SIGHUP its default meaning, whatever started the tests."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("default_sighup")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]
)
def test_130_and_143_a_signal_ends_it_within_a_second_and_nothing_is_lost(
    door_to: Doors, sandbox_of: Sandboxes, number: signal.Signals, code: int
) -> None:
    sandbox = sandbox_of(duration=60.0)
    door = door_to(sandbox)
    door.write("a.xml")
    environ = door.environment(format="junit", files="a.xml")
    process = door.start(environ=environ)
    wait_for_an_upload(sandbox)
    time.sleep(0.3)
    asked = time.monotonic()
    process.send_signal(number)
    outcome = door.outcome(process, environ)
    assert time.monotonic() - asked < 1.5
    assert outcome.code == code
    tracking_id = sandbox.imports[0].tracking_id
    assert outcome.outputs["tracking-id"] == tracking_id
    assert outcome.outputs["import-status"] == "INPROCESS"
    assert f"tracking-id: {tracking_id}" in outcome.log


def test_under_nohup_the_end_of_the_terminal_ends_nothing(door_to: Doors, sandbox_of: Sandboxes) -> None:
    sandbox = sandbox_of(duration=2.0)
    door = door_to(sandbox)
    door.write("a.xml")
    environ = door.environment(format="junit", files="a.xml")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = door.start(environ=environ)
    finally:
        signal.signal(signal.SIGHUP, before)
    wait_for_an_upload(sandbox)
    process.send_signal(signal.SIGHUP)
    outcome = door.outcome(process, environ)
    assert (outcome.code, outcome.outputs["import-status"]) == (0, "SUCCESS")


def test_an_import_that_was_left_is_followed_to_its_end(door_to: Doors, sandbox_of: Sandboxes) -> None:
    sandbox = sandbox_of(duration=1.0)
    door = door_to(sandbox)
    door.write("a.xml")
    first = door.run(format="junit", files="a.xml", wait="false")
    assert (first.code, first.outputs["import-status"]) == (0, "INPROCESS")
    second = door.run(tracking_id=first.outputs["tracking-id"])
    assert (second.code, second.outputs["import-status"]) == (0, "SUCCESS")
    assert second.outputs["test-cycle-key"]
    third = door.run(tracking_id=first.outputs["tracking-id"], wait="false")
    assert (third.code, third.outputs["import-status"]) == (0, "SUCCESS")
    assert "wait: false is ignored" in third.log
    assert "wait: false" not in second.log
    assert len(sandbox.imports) == 1


def test_soft_fail_reports_everything_and_is_green(door_to: Doors, sandbox_of: Sandboxes) -> None:
    door = door_to(sandbox_of(fail_import="no such component"))
    door.write("a.xml")
    outcome = door.run(format="junit", files="a.xml", soft_fail="true")
    assert outcome.code == 0
    assert outcome.outputs["exit-code"] == "1"
    assert "::warning" in outcome.log
    assert "::error" not in outcome.log


def test_5_a_file_that_is_too_large_was_not_imported_and_nothing_else_is_said(
    door_to: Doors, sandbox_of: Sandboxes
) -> None:
    door = door_to(sandbox_of(max_upload_size=10))
    door.write("a.xml")
    outcome = door.run(format="junit", files="a.xml")
    assert outcome.code == 5
    assert outcome.outputs["tracking-id"]
    for text in (outcome.log, outcome.summary):
        assert "the file is too large" in text
        assert "run again with" not in text
        assert "not confirmed" not in text
        assert "tracking-id:" not in text


@pytest.mark.parametrize("name", ["qtm-import.yaml", "../qtm-import.yml"])
def test_a_spec_of_another_name_or_one_folder_up_is_pointed_to(door: Door, name: str) -> None:
    (door.workspace / name).write_text("format: junit\nfiles: ['*.xml']\n", encoding="utf-8")
    outcome = door.run()
    assert outcome.code == 2
    assert f"Found a spec at {name}" in outcome.log
