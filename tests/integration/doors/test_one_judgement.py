"""The report and Jira agree on how the tests of real frameworks ended, and so does the framework."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from qtm_action.formats import Format
from qtm_action.results.readers import read
from qtm_action.sandbox.received import Result
from tests.integration.doors.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qtm_action.sandbox.embedded_server import Sandbox
    from qtm_action.sandbox.received import ReceivedImport
    from tests.integration.doors.conftest import Door

DATA = ROOT / "tests" / "data"
NO_FRAMEWORK = {"projects", "qaf-python"}  # what made the files; runs, which go as a folder
QAF_RUNS = "real/qaf-python/test-results"
# Two formats of which no framework's own file is at hand: written to their shape.
BY_HAND = ("results/hpuft/run_results.xml", "results/specflow/report.json", "results/specflow/steps.json")
# What the frameworks said on their consoles.
SAID: dict[str, dict[str, Any]] = json.loads((DATA / "real" / "expected.json").read_text(encoding="utf-8"))
# Which the sandbox, with readers of its own, once judged otherwise.
ONCE_APART = {
    "real/behave-rules/report.json",
    "real/googletest/junit.xml",
    "real/testng-percent/testng-results.xml",
}


def reports() -> Iterator[tuple[str, Format]]:
    """Yield each file with tests in it that a framework wrote, and its format."""
    written = (path for path in sorted((DATA / "real").rglob("*.*")) if not NO_FRAMEWORK & {*path.parts})
    for path in (*written, *(DATA / name for name in BY_HAND)):
        name = path.relative_to(DATA).as_posix()
        reading = read(path, shown_as=name, repair=True)
        if reading.format and reading.counts.total:
            yield name, reading.format


def imports_of(door: Door) -> list[dict[str, Any]]:
    """Copy the files into the workspace; return an import for each, in which every test is a test case."""
    made = []
    for name, form in reports():
        (door.workspace / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(DATA / name, door.workspace / name)
        hierarchy = {"automationHierarchy": 3} if form.has_hierarchy else {}
        made.append({"name": name, "format": form.value, "files": name, "repair": True, **hierarchy})
    shutil.copytree(DATA / QAF_RUNS, door.workspace / QAF_RUNS)
    return [*made, {"name": QAF_RUNS, "format": "qaf", "files": QAF_RUNS}]


def of_jira(received: ReceivedImport) -> tuple[int, ...]:
    results = [case.result for cycle in received.cycles for case in cycle.cases]
    return tuple(results.count(each) for each in (Result.PASS, Result.FAIL, Result.NOT_EXECUTED))


def of_report(tests: dict[str, int]) -> tuple[int, ...]:
    return tests["passed"], tests["failed"] + tests["errors"], tests["skipped"]


def test_framework_report_and_jira_count_alike(door: Door, sandbox: Sandbox) -> None:
    imports = imports_of(door)
    door.write("qtm-import.yml", json.dumps({"version": 1, "imports": imports}))
    outcome = door.run("import", report_file="report.json", max_parallel="16")
    assert outcome.code == 0, outcome.log
    written: dict[str, Any] = json.loads((door.workspace / "report.json").read_text(encoding="utf-8"))

    received = {each.tracking_id: of_jira(each) for each in sandbox.imports}
    reported = {each["name"]: of_report(each["tests"]) for each in written["imports"]}
    shown = {each["name"]: received[each["trackingId"]] for each in written["imports"]}
    assert shown == reported
    assert {each["format"] for each in written["imports"]} == {form.value for form in Format}
    assert len(reported) > 70

    said = {
        f"real/{name}": of_report(each.get("file", each)) for name, each in SAID.items() if "passed" in each
    }
    compared = said.keys() & shown.keys()
    assert compared >= ONCE_APART
    assert {name: shown[name] for name in compared} == {name: said[name] for name in compared}
