"""The report as JSON, and the outputs that later steps of a pipeline read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from qtm_action.ci.github import OUTPUT_LIMIT
from qtm_action.errors import Problem, QtmActionError
from qtm_action.outcome.counts import CREATED, created_counts, cycle_keys, is_cycle_key, is_status
from qtm_action.outcome.report import ImportReport, Report
from qtm_action.qtm4j.values import CycleSummary

OUTPUTS: Mapping[str, str] = {
    "import-status": "SUCCESS, FAILED, INPROCESS or SKIPPED",
    "process-status": "Last process status of each import, comma-separated",
    "tracking-id": "Tracking IDs, comma-separated in the order of the spec",
    "test-cycle-key": "Keys of the test cycles, comma-separated in the order of the spec",
    "test-cases-created": "Number of test cases created",
    "test-case-versions-created": "Number of test case versions created",
    "test-case-versions-reused": "Number of test case versions reused",
    "test-steps-created": "Number of test steps created",
    "exit-code": "Exit code before `soft-fail` is applied",
    "report": "The report as one line of JSON; long lists are truncated",
}


def outputs(report: Report) -> dict[str, str]:
    """Return every output by its name; of several imports, IDs are joined and counts summed."""
    imports = report.imports
    cycles = [cycle for each in imports for cycle in each.summary]
    created = created_counts(cycles)
    return {
        "import-status": report.status,
        "process-status": _joined(one for each in imports if (one := each.process_status) and is_status(one)),
        "tracking-id": _joined(each.tracking_id for each in imports),
        "test-cycle-key": _joined(key for key in cycle_keys(cycles) if is_cycle_key(key)),
        **{name.replace("_", "-"): str(created.get(name, "")) for name in CREATED},
        "exit-code": str(int(report.exit_code)),
        "report": _one_line(report),
    }


def report_json(report: Report) -> str:
    """Return the whole report as indented JSON."""
    return json.dumps(as_dict(report), indent=2, ensure_ascii=False) + "\n"


def as_dict(report: Report) -> dict[str, Any]:
    """Return the report in the shape that the README documents."""
    return {
        "version": 1,
        "status": report.status,
        "exitCode": int(report.exit_code),
        "dryRun": report.dry_run,
        "jiraUrl": report.jira_url,
        "error": _error(report.error),
        "warnings": [str(problem) for problem in report.warnings],
        "seconds": round(report.seconds, 3),
        "imports": [_import(each) for each in report.imports],
    }


def _import(each: ImportReport) -> dict[str, Any]:
    upload, tests = each.upload, each.tests
    return {
        "name": each.name,
        "format": each.format,
        "files": list(each.files),
        "upload": None
        if upload is None
        else {
            "fileName": upload.file_name,
            "bytes": upload.size,
            "isZip": upload.is_zip,
            "sha256": upload.sha256,
        },
        "tests": None if tests is None else {"total": tests.total, **asdict(tests)},
        "failures": [asdict(one) for one in each.failures],
        "repaired": [{"file": name, "characters": number} for name, number in each.repaired.items()],
        "trackingId": each.tracking_id,
        "importStatus": each.import_status,
        "processStatus": each.process_status,
        "message": each.message,
        "summary": [_cycle(cycle) for cycle in each.summary],
        "record": dict(each.record),
        "error": _error(each.error),
        "warnings": list(each.warnings),
        "seconds": {phase: round(seconds, 3) for phase, seconds in each.seconds.items()},
    }


def _cycle(cycle: CycleSummary) -> dict[str, Any]:
    return {
        "testCycleIssueKey": cycle.test_cycle_key,
        "testCycleSummary": cycle.test_cycle_summary,
        "testCasesCreated": cycle.test_cases_created,
        "testCaseVersionsCreated": cycle.test_case_versions_created,
        "testCaseVersionsReused": cycle.test_case_versions_reused,
        "testStepsCreated": cycle.test_steps_created,
    }


def _error(error: QtmActionError | None) -> dict[str, Any] | None:
    if error is None:
        return None
    return {
        "kind": error.kind,
        "message": error.message,
        "hint": error.hint,
        "exitCode": int(error.exit_code),
        "problems": [_problem(problem) for problem in error.problems],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    fields = asdict(problem) | {"severity": problem.severity.value}
    del fields["in_input"]
    return fields


def _joined(texts: Iterable[str | None]) -> str:
    return ",".join(text for text in texts if text)


def _one_line(report: Report) -> str:
    """Return the report as one line below OUTPUT_LIMIT, long lists cut shorter until it fits."""
    whole = as_dict(report)
    text = _compact(whole)
    for longest in (1000, 100, 10, 1, 0):
        if len(text.encode()) < OUTPUT_LIMIT:
            return text
        text = _compact(_cut(whole, longest))
    del whole["imports"]
    return _compact({**_cut(whole, 0), "importsLeftOut": len(report.imports)})


def _cut(value: Any, longest: int) -> Any:
    """Return ``value`` with lists and texts no longer than ``longest`` allows, with how many were omitted."""
    if isinstance(value, dict):
        shorter: dict[str, Any] = {}
        for key, inner in value.items():
            shorter[key] = _cut(inner, longest)
            if isinstance(inner, list) and len(inner) > longest and key != "imports":
                shorter[key] = shorter[key][:longest]
                shorter[f"{key}LeftOut"] = len(inner) - longest
        return shorter
    if isinstance(value, list):
        return [_cut(inner, longest) for inner in value]
    most = max(4 * longest, 80)
    if isinstance(value, str) and len(value) > most:
        return value[:most] + "…"
    return value


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)
