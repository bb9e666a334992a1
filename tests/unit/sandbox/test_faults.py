"""Faults as they are written, and when each is due."""

from __future__ import annotations

import pytest

from qtm_action.sandbox.faults import FaultKind, FaultPlan, PlannedFault, Step, parse_fault


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("upload:503", PlannedFault(Step.UPLOAD, FaultKind.STATUS, 503)),
        ("upload:503:2", PlannedFault(Step.UPLOAD, FaultKind.STATUS, 503, 2)),
        ("start:html", PlannedFault(Step.START, FaultKind.HTML)),
        ("upload:swallow:1", PlannedFault(Step.UPLOAD, FaultKind.SWALLOW, times=1)),
        ("track:never-finishes", PlannedFault(Step.TRACK, FaultKind.NEVER_FINISHES)),
        (" Track:Unknown-Status ", PlannedFault(Step.TRACK, FaultKind.UNKNOWN_STATUS)),
        ("start:slow", PlannedFault(Step.START, FaultKind.SLOW)),
        ("history:500", PlannedFault(Step.HISTORY, FaultKind.STATUS, 500)),
    ],
)
def test_a_fault_is_read(text: str, expected: PlannedFault) -> None:
    assert parse_fault(text) == expected


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("", "expected STEP:KIND"),
        ("upload", "expected STEP:KIND"),
        ("upload:503:0", "expected STEP:KIND"),
        ("upload:503:many", "expected STEP:KIND"),
        ("upload:503:1:1", "expected STEP:KIND"),
        ("poll:503", "not a step; expected start, upload, track or history"),
        ("upload:200", "not an HTTP status code"),
        ("upload:600", "not an HTTP status code"),
        ("upload:explode", "not a kind of fault"),
        ("upload:status", "not a kind of fault"),
        ("upload:never-finishes", "can be used only with track"),
        ("upload:slow", "cannot be used with upload"),
    ],
)
def test_a_wrong_fault_is_refused_with_a_sentence(text: str, fragment: str) -> None:
    with pytest.raises(ValueError, match=fragment):
        parse_fault(text)


def test_faults_come_in_the_order_given_each_as_often_as_asked_for() -> None:
    first, second, other = (
        parse_fault("upload:503:2"),
        parse_fault("upload:reset:1"),
        parse_fault("track:html:1"),
    )
    plan = FaultPlan([first, second, other])
    asked = [plan.next_for(Step.UPLOAD) for _ in range(4)]
    assert asked == [first, first, second, None]
    assert [plan.next_for(Step.TRACK), plan.next_for(Step.TRACK)] == [other, None]
    assert plan.next_for(Step.START) is None


def test_a_fault_without_times_comes_always() -> None:
    plan = FaultPlan([parse_fault("start:500")])
    assert {plan.next_for(Step.START) for _ in range(5)} == {parse_fault("start:500")}
