from __future__ import annotations

from typing import Any

import pytest

from qtm_action.qtm4j.progress import is_final_by_name, is_known, progress_record, read_progress
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.values import CycleSummary, ImportStatus

DONE = "2025-05-27T08:25:47.000+0000"


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ({"importStatus": "SUCCESS"}, ImportStatus.SUCCESS),
        ({"importStatus": "success"}, ImportStatus.SUCCESS),
        ({"importStatus": " Success "}, ImportStatus.SUCCESS),
        ({"importStatus": "SUCCESS", "processStatus": "FAILED"}, ImportStatus.SUCCESS),
        ({"importStatus": "FAILED", "processStatus": "SUCCESS"}, ImportStatus.FAILED),
        ({"importStatus": "failed"}, ImportStatus.FAILED),
        ({"importStatus": "INPROCESS"}, ImportStatus.INPROCESS),
        ({"importStatus": "INPROCESS", "endTime": DONE, "processStatus": "SUCCESS"}, ImportStatus.INPROCESS),
        ({"importStatus": "In Progress"}, ImportStatus.INPROCESS),
        ({"importStatus": "in-process"}, ImportStatus.INPROCESS),
        ({"importStatus": "IN_QUEUE"}, ImportStatus.INPROCESS),
        ({"importStatus": None, "processStatus": "VALIDATION"}, ImportStatus.INPROCESS),
        ({"importStatus": "", "endTime": None}, ImportStatus.INPROCESS),
        ({"processStatus": "PARSING"}, ImportStatus.INPROCESS),
        ({"importStatus": None, "endTime": DONE}, ImportStatus.OTHER),
        ({"importStatus": None, "processStatus": "SUCCESS"}, ImportStatus.OTHER),
        ({"importStatus": "PARTIALLY_SUCCESS"}, ImportStatus.OTHER),
        ({"importStatus": "Partially Success"}, ImportStatus.OTHER),
        ({"importStatus": "ARCHIVED"}, ImportStatus.INPROCESS),
        ({"importStatus": "ARCHIVED", "endTime": DONE}, ImportStatus.OTHER),
        ({"importStatus": "ARCHIVED", "processStatus": "failed"}, ImportStatus.OTHER),
        ({"importStatus": 7}, ImportStatus.INPROCESS),
        ({"importStatus": ["SUCCESS"]}, ImportStatus.INPROCESS),
    ],
)
def test_only_a_status_that_is_known_is_believed(record: dict[str, Any], status: ImportStatus) -> None:
    progress = read_progress(record, "id")
    assert progress.status is status
    assert progress.is_final is (status is not ImportStatus.INPROCESS)
    assert progress.record is record


def test_the_record_is_read_as_the_vendor_writes_it() -> None:
    progress = read_progress(
        {
            "importStatus": "SUCCESS",
            "processStatus": "SUCCESS",
            "detailedMessage": "Imported",
            "summary": {"testCycle": 1, "testCycleIssueKey": "PRJ-TR-1", "testCasesCreated": 3},
            "something": {"new": [1]},
        },
        "id-1",
    )
    assert (progress.tracking_id, progress.import_status, progress.process_status) == (
        "id-1",
        "SUCCESS",
        "SUCCESS",
    )
    assert progress.message == "Imported"
    assert progress.summary == (CycleSummary(test_cycle_key="PRJ-TR-1", test_cases_created=3),)


@pytest.mark.parametrize(
    ("summary", "read"),
    [
        (None, ()),
        ([], ()),
        ({}, ()),
        ("text", ()),
        ([None, 3, {}], ()),
        ({"testCycleIssueKey": None, "testCasesCreated": None}, (CycleSummary(),)),
        (
            [{"testCycleIssueKey": "A-TR-1"}, {"testCycleIssueKey": "A-TR-2", "testCycleSummary": "Two"}],
            (CycleSummary("A-TR-1"), CycleSummary("A-TR-2", "Two")),
        ),
        (
            {
                "testCasesCreated": "4",
                "testCaseVersionsCreated": 2.0,
                "testCaseVersionsReused": True,
                "testStepsCreated": "many",
            },
            (CycleSummary(test_cases_created=4, test_case_versions_created=2),),
        ),
        ({"testStepsCreated": 1.5, "testCycleIssueKey": 7}, (CycleSummary(test_cycle_key="7"),)),
        ({"testStepsCreated": float("inf"), "testCasesCreated": float("nan")}, (CycleSummary(),)),
        ({"testStepsCreated": 10**4000, "testCasesCreated": "9" * 4000}, (CycleSummary(),)),
    ],
)
def test_a_summary_may_be_one_or_many_and_miss_anything(
    summary: object, read: tuple[CycleSummary, ...]
) -> None:
    assert read_progress({"importStatus": "SUCCESS", "summary": summary}, "id").summary == read


def test_what_is_known_and_what_says_the_end_by_itself() -> None:
    assert all(map(is_known, ("SUCCESS", "in progress", "", "PARTIALLY_SUCCESS")))
    assert not is_known("ARCHIVED")
    assert is_final_by_name("partially success")
    assert not is_final_by_name("INPROCESS")
    assert not is_final_by_name("ARCHIVED")


def test_other_json_is_no_progress_record() -> None:
    assert progress_record(Answer(200, {}, b'{"importStatus": null}')) == {"importStatus": None}
    assert progress_record(Answer(200, {}, b'{"message": "HTTP 500", "status-code": 500}')) is None
    assert progress_record(Answer(500, {}, b'{"importStatus": null}')) is None
