"""Step 3's record over time."""

from __future__ import annotations

from typing import Any

import pytest

from qtm_action.formats import Format
from qtm_action.sandbox.options import SandboxOptions
from qtm_action.sandbox.parameters import Parameters
from qtm_action.sandbox.progress_record import (
    MOST_CHILDREN,
    error_timestamp,
    progress_record,
    timestamp,
)
from qtm_action.sandbox.received import (
    ImportedCase,
    ImportedCycle,
    Outcome,
    Phase,
    ReceivedImport,
    ReceivedUpload,
    Result,
)

AT = 1748334347.0
UPLOAD = ReceivedUpload("Results.ZIP", "application/zip", 1500, "00", AT)
CASE = ImportedCase("SBX-TC-1", 1, "Cart", Result.PASS, (), created=True, new_version=True)
CYCLE = ImportedCycle("abc", "SBX-TR-1", "Automated Test Cycle", reused=False, cases=(CASE,))
GOOD = Outcome("File is imported successfully.", cycles=(CYCLE,), result_files=(("a.json", 7),))


PARAMETERS = Parameters(Format.QAF, is_zip=True, attach_file=True)


def record(
    outcome: Outcome | None, after: float, duration: float = 30.0, *, cloud: bool = False
) -> dict[str, Any]:
    one = ReceivedImport("840ba1e3", AT, {}, {}, PARAMETERS, upload=UPLOAD, outcome=outcome)
    return progress_record(one, UPLOAD, AT + after, SandboxOptions(cloud=cloud, duration=duration))


def test_the_record_has_the_documented_keys_and_forms() -> None:
    assert record(GOOD, 0) == {
        "format": "QAF",
        "fileName": "1748334347000_840ba1e3.zip",
        "processStatus": "VALIDATION",
        "importStatus": "INPROCESS",
        "startTime": "2025-05-27T08:25:47.000+0000",
        "endTime": None,
        "fileSize": 1500,
        "trackingId": "840ba1e3",
        "files": [],
    }
    assert record(GOOD, 30) == record(GOOD, 0) | {
        "processStatus": "SUCCESS",
        "importStatus": "SUCCESS",
        "endTime": "2025-05-27T08:26:17.000+0000",
        "detailedMessage": "File is imported successfully.",
        "files": [{"fileName": "a.json", "fileSize": 7}],
        "summary": {
            "testCycle": "abc",
            "testCycleIssueKey": "SBX-TR-1",
            "testCycleSummary": "Automated Test Cycle",
            "testCasesCreated": 1,
            "testCaseVersionsCreated": 1,
            "testCaseVersionsReused": 0,
            "testStepsCreated": 0,
        },
    }


def test_clouds_record_has_its_own_keys_and_forms() -> None:
    started = record(GOOD, 0, cloud=True)
    assert started == {
        "trackingId": "840ba1e3",
        "fileName": "Results.ZIP",
        "format": "QAF",
        "processStatus": "VALIDATION",
        "importStatus": "In Progress",
        "startTime": "27/May/2025 08:25:47",
        "endTime": None,
        "fileSize": 1500,
        "detailedMessage": None,
        "extraAttributes": {"attachFile": True},
        "childFileSummaryResponses": [],
        "summary": [],
    }
    assert record(GOOD, 30, cloud=True) == started | {
        "processStatus": "SUCCESS",
        "importStatus": "SUCCESS",
        "endTime": "27/May/2025 08:26:17",
        "detailedMessage": "File is imported successfully.",
        "childFileSummaryResponses": [{"fileName": "a.json", "fileSize": 7}],
        "summary": [CYCLE.as_summary()],
    }


@pytest.mark.parametrize(
    ("outcome", "after", "process_status", "import_status"),
    [
        (GOOD, -1, "VALIDATION", "INPROCESS"),
        (GOOD, 9.9, "VALIDATION", "INPROCESS"),
        (GOOD, 10, "PARSING", "INPROCESS"),
        (GOOD, 20, "CREATING_ASSETS", "INPROCESS"),
        (GOOD, 29.9, "CREATING_ASSETS", "INPROCESS"),
        (GOOD, 30, "SUCCESS", "SUCCESS"),
        (None, 0, "VALIDATION", "INPROCESS"),
        (None, 1000, "PARSING", "INPROCESS"),
        (Outcome("no", Phase.VALIDATION), 9, "VALIDATION", "INPROCESS"),
        (Outcome("no", Phase.VALIDATION), 10, "FAILED", "FAILED"),
        (Outcome("no", Phase.PARSING), 19, "PARSING", "INPROCESS"),
        (Outcome("no", Phase.PARSING), 20, "FAILED", "FAILED"),
        (Outcome("no", Phase.CREATING_ASSETS), 29, "CREATING_ASSETS", "INPROCESS"),
        (Outcome("no", Phase.CREATING_ASSETS), 30, "FAILED", "FAILED"),
        (Outcome("part", import_status="PARTIALLY_SUCCESS"), 30, "SUCCESS", "PARTIALLY_SUCCESS"),
    ],
)
def test_an_import_goes_through_its_phases(
    outcome: Outcome | None, after: float, process_status: str, import_status: str
) -> None:
    found = record(outcome, after)
    assert (found["processStatus"], found["importStatus"]) == (process_status, import_status)
    assert (found["endTime"] is None) is (import_status == "INPROCESS")


def test_without_duration_only_the_reading_takes_time() -> None:
    assert record(None, 0, duration=0)["processStatus"] == "PARSING"
    assert record(GOOD, 0, duration=0)["importStatus"] == "SUCCESS"


def test_several_cycles_are_a_list_and_none_is_no_summary() -> None:
    assert len(record(Outcome("", cycles=(CYCLE, CYCLE)), 30)["summary"]) == 2
    assert "summary" not in record(Outcome("no", Phase.PARSING), 30)


def test_a_zip_of_many_files_lists_the_first() -> None:
    many = Outcome("", result_files=tuple((f"{number}.xml", 1) for number in range(1000)))
    assert len(record(many, 30)["files"]) == MOST_CHILDREN


def test_times_are_written_in_the_two_documented_forms() -> None:
    assert timestamp(AT + 0.25) == "2025-05-27T08:25:47.250+0000"
    assert error_timestamp(1748408280) == "28/May/2025 04:58"
