"""The report as JSON, and the outputs made from it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qtm_action.ci.github import OUTPUT_LIMIT
from qtm_action.errors import Problem, RefusedError
from qtm_action.exit_codes import ExitCode
from qtm_action.outcome.outputs import OUTPUTS, as_dict, outputs, report_json
from qtm_action.outcome.report import ImportReport, Report
from qtm_action.outcome.run_verdict import overall_exit_code, overall_status
from qtm_action.qtm4j.values import CycleSummary
from qtm_action.results.result_files import Failure, Payload, TestCounts

UNIT = ImportReport(
    name="unit",
    format="junit",
    files=("a.xml", "b.xml"),
    upload=Payload(Path("unit.zip"), "unit.zip", 1500, "ab" * 32, is_zip=True),
    tests=TestCounts(passed=3, failed=1, skipped=1, errors=1),
    failures=(Failure("pays", "no money"),),
    tracking_id="id-1",
    import_status="SUCCESS",
    process_status="SUCCESS",
    summary=(
        CycleSummary("PRJ-TR-1", "Unit", 4, 0, 2, 9),
        CycleSummary("PRJ-TR-2", "Unit", 1, None, None, None),
    ),
    record={"unknown": {"key": 1}},
    seconds={"total": 1.23456},
)
REFUSED = RefusedError("no", hint="ask", problems=[Problem("line", file="a", line=3)])
BROKEN = ImportReport(name="e2e", tracking_id="id-2", error=REFUSED)


def report(*imports: ImportReport) -> Report:
    return Report(overall_status(imports), overall_exit_code(imports), imports)


def test_keys_are_joined_in_spec_order_and_counts_are_summed() -> None:
    second = replace(UNIT, name="more", tracking_id="id-3", summary=(CycleSummary("PRJ-TR-1", "", 2),))
    found = outputs(report(UNIT, second))
    assert found["tracking-id"] == "id-1,id-3"
    assert found["test-cycle-key"] == "PRJ-TR-1,PRJ-TR-2"
    assert found["test-cases-created"] == "7"
    assert found["test-case-versions-reused"] == "2"
    assert found["exit-code"] == "0"


@pytest.mark.parametrize("key", ["::warning::x", "PRJ/TR-1", "PRJ-TR-1;id", "TR-PRJ-", "-1", "PRJ-TR-1\n"])
def test_what_does_not_look_like_a_key_or_a_status_is_in_no_output(key: str) -> None:
    odd = replace(UNIT, process_status=key, summary=(CycleSummary(key), CycleSummary("TR-PRJ-1")))
    found = outputs(report(odd))
    assert (found["test-cycle-key"], found["process-status"]) == ("TR-PRJ-1", "")


@pytest.mark.parametrize("status", ["SUCCESS", "CREATING_ASSETS", "In Progress", "partially-success"])
@pytest.mark.parametrize("key", ["PRJ-TR-1", "TR-PRJ-1", "P2_X-TR-123456", "PRJ-12"])
def test_keys_and_statuses_as_the_api_documents_them_are_outputs(key: str, status: str) -> None:
    found = outputs(report(replace(UNIT, process_status=status, summary=(CycleSummary(key),))))
    assert (found["test-cycle-key"], found["process-status"]) == (key, status)


def test_every_documented_output_is_written_also_when_nothing_was_imported() -> None:
    found = outputs(Report("FAILED", ExitCode.INVALID_INPUT, error=REFUSED))
    assert list(found) == list(OUTPUTS)
    assert (found["import-status"], found["exit-code"]) == ("FAILED", "2")
    assert found["test-cases-created"] == ""


def test_the_report_has_the_documented_shape() -> None:
    found = as_dict(report(UNIT, BROKEN))
    assert (found["version"], found["status"], found["exitCode"]) == (1, "FAILED", 5)
    unit, broken = found["imports"]
    assert unit["upload"] == {"fileName": "unit.zip", "bytes": 1500, "isZip": True, "sha256": "ab" * 32}
    assert unit["tests"] == {"total": 6, "passed": 3, "failed": 1, "skipped": 1, "errors": 1} | {
        "outside": 0,
        "recovered": 0,
    }
    assert unit["record"] == {"unknown": {"key": 1}}
    assert unit["seconds"] == {"total": 1.235}
    assert unit["error"] is None
    assert broken["error"]["kind"] == "refused"
    assert broken["error"]["problems"][0]["line"] == 3
    assert (broken["upload"], broken["tests"], broken["importStatus"]) == (None, None, None)
    assert json.loads(report_json(report(UNIT))) == as_dict(report(UNIT))


def test_the_report_output_is_one_line() -> None:
    line = outputs(report(replace(UNIT, message="two\nlines")))["report"]
    assert "\n" not in line
    assert json.loads(line)["imports"][0]["message"] == "two\nlines"


@pytest.mark.parametrize(
    "large",
    [
        replace(UNIT, files=tuple(f"results/{n:06}.xml" for n in range(20_000))),
        replace(UNIT, record={"files": [{"name": f"{n}" * 9} for n in range(15_000)]}),
        replace(UNIT, message="x" * 300_000),
    ],
)
def test_a_large_report_is_cut_below_the_limit_and_stays_json(large: ImportReport) -> None:
    line = outputs(report(large))["report"]
    assert len(line.encode()) < OUTPUT_LIMIT
    assert json.loads(line)["imports"][0]["name"] == "unit"


def test_what_is_left_out_of_a_list_is_counted() -> None:
    large = replace(UNIT, files=tuple(f"results/{n:06}.xml" for n in range(20_000)))
    cut = json.loads(outputs(report(large))["report"])["imports"][0]
    assert len(cut["files"]) + cut["filesLeftOut"] == 20_000


def test_a_report_of_very_many_imports_keeps_its_head() -> None:
    line = outputs(report(*[replace(UNIT, name=f"import {n}") for n in range(800)]))["report"]
    assert len(line.encode()) < OUTPUT_LIMIT
    assert json.loads(line)["importsLeftOut"] == 800
    assert json.loads(line)["status"] == "SUCCESS"
