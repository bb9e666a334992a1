"""What is known of each import while the run goes on."""

from __future__ import annotations

import pytest

from qtm_action.board import Board, RunStoppedError
from qtm_action.errors import ExitCode
from qtm_action.outcome.report import ErrorReport, ImportReport

STOPPED = ErrorReport("terminated", "terminated", "", ExitCode.TERMINATED)


def test_times_and_warnings_are_added_to_and_the_rest_is_replaced() -> None:
    board = Board()
    place = board.add(ImportReport("unit"))
    board.update(place, seconds={"check": 1.0}, warnings=("one",), message="first")
    told = board.update(place, seconds={"upload": 2.0}, warnings=("two",), message="second")
    assert told.seconds == {"check": 1.0, "upload": 2.0}
    assert (told.warnings, told.message) == (("one", "two"), "second")


def test_a_stop_is_the_error_of_every_import_that_is_not_done() -> None:
    board = Board()
    refused = ErrorReport("refused", "no", "", ExitCode.REFUSED)
    for each in (
        ImportReport("done", import_status="SUCCESS"),
        ImportReport("skipped", import_status="SKIPPED"),
        ImportReport("failed", error=refused),
        ImportReport("running", import_status="INPROCESS"),
        ImportReport("waiting"),
    ):
        board.add(each)
    board.fill_errors(STOPPED)
    assert [each.error for each in board.imports] == [None, None, refused, STOPPED, STOPPED]


def test_after_a_stop_nothing_begins_that_the_report_would_not_know() -> None:
    board = Board()
    place = board.add(ImportReport("running"))
    board.stop(STOPPED)
    with pytest.raises(RunStoppedError):
        board.update(place, tracking_id="id-1")
    assert board.imports == (ImportReport("running", error=STOPPED),)
