"""What is known of each import while the run goes on."""

from __future__ import annotations

import pytest

from qtm_action.errors import Problem, RefusedError, TerminatedRunError
from qtm_action.outcome.recorder import Recorder, RunStoppedError
from qtm_action.outcome.report import ImportReport

STOPPED = TerminatedRunError("terminated")


def test_times_and_warnings_are_added_to_and_the_rest_is_replaced() -> None:
    recorder = Recorder(list[Problem]().append)
    index = recorder.add(ImportReport("unit"))
    recorder.update(index, seconds={"check": 1.0}, warnings=("one",), message="first")
    recorder.update(index, seconds={"upload": 2.0}, warnings=("two",), message="second")
    (known,) = recorder.imports
    assert known.seconds == {"check": 1.0, "upload": 2.0}
    assert (known.warnings, known.message) == (("one", "two"), "second")


def test_a_stop_is_the_error_of_every_import_that_is_not_done() -> None:
    recorder = Recorder(list[Problem]().append)
    refused = RefusedError("no")
    for each in (
        ImportReport("done", import_status="SUCCESS"),
        ImportReport("skipped", import_status="SKIPPED"),
        ImportReport("failed", error=refused),
        ImportReport("running", import_status="INPROCESS"),
        ImportReport("waiting"),
    ):
        recorder.add(each)
    recorder.fail_unfinished(STOPPED)
    assert [each.error for each in recorder.imports] == [None, None, refused, STOPPED, STOPPED]


def test_after_a_stop_nothing_begins_that_the_report_would_not_know() -> None:
    recorder = Recorder(list[Problem]().append)
    index = recorder.add(ImportReport("running"))
    recorder.stop(STOPPED)
    with pytest.raises(RunStoppedError):
        recorder.update(index, tracking_id="id-1")
    assert recorder.imports == (ImportReport("running", error=STOPPED),)
