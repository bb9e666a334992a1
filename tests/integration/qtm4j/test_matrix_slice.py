"""A slice of the fault matrix (`make faults` runs all of it): every fault of the upload, once."""

from __future__ import annotations

import pytest

from tests.faults.fault_server import START, TRACK, UPLOAD
from tests.faults.matrix import CLOUD, FAULTS, Combination, Outcome, documented, run_all

SLICE = [
    *(Combination(UPLOAD, fault, "first") for fault in FAULTS),
    *(Combination(UPLOAD, fault, "first", CLOUD) for fault in FAULTS),
    *(Combination(step, fault, "second") for step in (START, TRACK) for fault in list(FAULTS)[::8]),
]


@pytest.fixture(scope="module")
def outcomes() -> dict[Combination, Outcome | AssertionError]:
    """What came of the slice, run side by side."""
    return run_all(SLICE)


@pytest.mark.parametrize("combination", SLICE, ids=str)
def test_a_fault_ends_as_documented(
    outcomes: dict[Combination, Outcome | AssertionError], combination: Combination
) -> None:
    outcome = outcomes[combination]
    if isinstance(outcome, AssertionError):
        raise outcome
    assert outcome.end == documented()[combination], outcome
