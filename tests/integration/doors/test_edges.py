"""The less trodden ways through a run, each through the real door where one leads there."""

from __future__ import annotations

import io
import json
import os
import signal
import time
import urllib.request
from typing import TYPE_CHECKING, NoReturn

import pytest

from qtm_action.cli import main
from qtm_action.exit_codes import ExitCode
from qtm_action.outcome.report import ImportReport
from qtm_action.sandbox.faults import parse_fault
from qtm_action.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from qtm_action.inputs.settings import Settings
    from qtm_action.outcome.recorder import Recorder
    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door


def test_no_jira_url_anywhere_is_an_invalid_input(door: Door) -> None:
    door.write("a.xml")
    outcome = door.run(format="junit", files="a.xml")
    assert outcome.code == 0
    environ = door.environment(format="junit", files="a.xml") | {"QTM_JIRA_URL": ""}
    outcome = door.outcome(door.start(environ=environ), environ)
    assert outcome.code == 2
    assert "jira-url is not set" in outcome.log


@pytest.mark.parametrize("runner", ["GITHUB_ACTIONS", "TF_BUILD"])
def test_a_problem_inside_an_input_is_annotated_without_a_file(door: Door, runner: str) -> None:
    environ = {
        runner: "true",
        "QTM_FORMAT": "junit",
        "QTM_FILES": "a[.xml",
        "QTM_FIELDS": "testCycle: {sumary: a}",
    }
    outcome = door.plain("validate", environ=environ)
    assert outcome.code == 2
    assert "variable QTM_FIELDS:1:13: fields.testCycle.sumary: unknown key" in outcome.log
    assert "file=" not in outcome.log
    assert "sourcepath=" not in outcome.log


def test_the_spec_may_say_where_jira_is_also_to_follow_an_import(door: Door, sandbox: Sandbox) -> None:
    door.write("a.xml")
    door.write("qtm-import.yml", f"version: 1\njiraUrl: {sandbox.url}\nformat: junit\nfiles: [a.xml]\n")
    environ = door.environment(wait="false") | {"QTM_JIRA_URL": ""}
    first = door.outcome(door.start(environ=environ), environ)
    assert first.code == 0, first.log
    environ = door.environment(tracking_id=first.outputs["tracking-id"]) | {"QTM_JIRA_URL": ""}
    second = door.outcome(door.start(environ=environ), environ)
    assert (second.code, second.outputs["import-status"]) == (0, "SUCCESS")
    assert len(sandbox.imports) == 1


def test_following_without_credentials_is_skipped_when_asked(door: Door) -> None:
    environ = door.environment(tracking_id="id-1", if_no_credentials="skip") | {"QTM_API_KEY": ""}
    outcome = door.outcome(door.start(environ=environ), environ)
    assert (outcome.code, outcome.outputs["import-status"]) == (0, "SKIPPED")


@pytest.mark.parametrize("command", ["import", "validate", "doctor"])
def test_a_pattern_of_too_many_alternatives_is_an_error_of_its_own_import(
    door: Door, sandbox: Sandbox, command: str
) -> None:
    door.write("a.xml")
    many = f"imports:\n  - {{format: junit, files: '{'{a,b}' * 9}'}}\n"
    door.write("qtm-import.yml", f"{many}  - {{format: testng, files: [b.xml]}}\n")
    environ = door.environment()
    process = door.start(command, environ=environ)
    log, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "stands for 512 alternatives; at most 256 are allowed" in log
    assert "no file matches `b.xml`" in log
    assert sandbox.imports == ()


def test_rules_of_the_recognised_format_are_checked_too(examples: Door, sandbox: Sandbox) -> None:
    (examples.workspace / "qtm-import.yml").unlink()
    ignored = examples.run(files="results/junit/TEST-cart.xml", use_feature_name="true")
    assert ignored.code == 0
    assert "`useFeatureName`" in ignored.log
    refused = examples.run(files="results/qaf/test-results", zip="never")
    assert refused.code in (2, 3)
    assert "zip" in refused.log
    assert len(sandbox.imports) == 1


def test_a_success_that_made_nothing_is_a_warning(
    door_to: Callable[[Sandbox | str], Door], echoing: Callable[[str], str]
) -> None:
    door = door_to(echoing("nothing-made"))
    door.write("a.xml")
    outcome = door.run(format="junit", files="a.xml")
    assert outcome.code == 0, outcome.log
    assert "created or reused no test cases" in outcome.log


def test_an_upload_cut_off_by_a_signal_says_that_it_was_not_confirmed(
    door_to: Callable[[Sandbox | str], Door], sandbox_of: Callable[..., Sandbox]
) -> None:
    sandbox = sandbox_of(faults=(parse_fault("upload:stall"),))
    door = door_to(sandbox)
    door.write("a.xml")
    environ = door.environment(format="junit", files="a.xml")
    process = door.start(environ=environ)
    deadline = time.monotonic() + 20
    while not sandbox.imports:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    outcome = door.outcome(process, environ)
    assert outcome.code == 143
    assert "The upload was not confirmed. Before importing it again, check it with" in outcome.log
    assert outcome.outputs["import-status"] == "FAILED"
    assert outcome.outputs["tracking-id"]


def test_the_sandbox_command_serves_until_it_is_ended(door: Door) -> None:
    environ = {"PATH": os.environ["PATH"]}
    if "COVERAGE_PROCESS_CONFIG" in os.environ:
        environ["COVERAGE_PROCESS_CONFIG"] = os.environ["COVERAGE_PROCESS_CONFIG"]
    process = door.start("sandbox", "--port", "0", environ=environ)
    assert process.stdout is not None
    line = process.stdout.readline()
    url = next(word.rstrip(",.;") for word in line.split() if word.startswith("http://"))
    with urllib.request.urlopen(f"{url}/sandbox/health", timeout=10) as answer:  # noqa: S310 - loopback
        assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=10)
    assert "Traceback" not in rest
    assert process.returncode in (0, 143)


def test_an_invalid_sandbox_option_is_reported(door: Door) -> None:
    outcome = door.plain("sandbox", "--port", "eighty", environ={})
    assert outcome.code == 2
    assert "--port" in outcome.log


def test_a_busy_port_of_the_sandbox_is_reported(door: Door, sandbox: Sandbox) -> None:
    port = sandbox.url.rpartition(":")[2]
    outcome = door.plain("sandbox", "--port", port, environ={})
    assert outcome.code == 2
    assert port in outcome.log


def test_a_defect_is_70_with_a_short_message_and_the_traceback_only_at_debug_level(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def broken(_settings: Settings, _recorder: Recorder) -> NoReturn:
        raise LookupError("a key that should be there")

    for level, shown in (("info", False), ("debug", True)):
        stdout = io.StringIO()
        environ = {"QTM_LOG_LEVEL": level, "QTM_REPORT_FILE": "r.json"}
        assert Session.open(stdout, environ, {}).run(broken) is ExitCode.DEFECT
        assert "internal error: LookupError" in stdout.getvalue()
        assert ("Traceback" in stdout.getvalue()) == shown
        assert (tmp_path / "r.json").exists()


def test_an_internal_error_while_publishing_still_reports_what_to_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def too_deep(_settings: Settings, recorder: Recorder) -> None:
        record: dict[str, object] = {}
        for _ in range(5_000):
            record = {"deeper": record}
        recorder.add(ImportReport("unit", tracking_id="id-1", import_status="SUCCESS", record=record))

    stdout = io.StringIO()
    environ = {"QTM_REPORT_FILE": "r.json", "QTM_DOTENV_FILE": "o.env"}
    assert Session.open(stdout, environ, {}).run(too_deep) is ExitCode.DEFECT
    assert "internal error: RecursionError" in stdout.getvalue()
    assert "Traceback" not in stdout.getvalue()
    report = json.loads((tmp_path / "r.json").read_text())
    assert (report["exitCode"], report["imports"][0]["trackingId"]) == (70, "id-1")
    assert "QTM_IMPORT_TRACKING_ID=id-1" in (tmp_path / "o.env").read_text()


def test_a_pipe_in_the_workspace_does_not_hang_the_search(door: Door, sandbox: Sandbox) -> None:
    door.write("a.xml")
    os.mkfifo(door.workspace / "pipe.xml")
    outcome = door.run(format="junit", files="*.xml")
    assert outcome.code in (0, 3)
    assert len(sandbox.imports) <= 1


def test_a_defect_outside_of_every_run_is_70_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> NoReturn:
        raise LookupError("a-secret")

    monkeypatch.setattr("qtm_action.session.read_sources", broken)
    monkeypatch.setattr("qtm_action.cli._listen_for_signals", lambda: None)
    assert main([]) == 70
    assert capsys.readouterr().err == "error: internal error: LookupError\n"


@pytest.mark.parametrize("name", ["report_file", "dotenv_file", "summary_file"])
def test_nothing_is_written_over_the_spec(door: Door, name: str) -> None:
    door.write("a.xml")
    spec = door.write("qtm-import.yml", "version: 1\nimports:\n  - {format: junit, files: [a.xml]}\n")
    before = spec.read_text()
    outcome = door.run(**{name: "./qtm-import.yml"})
    assert outcome.code == 2
    assert f'input "{name.replace("_", "-")}": this path is the spec and would be overwritten' in outcome.log
    assert spec.read_text() == before
