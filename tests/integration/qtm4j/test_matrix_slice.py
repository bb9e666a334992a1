"""A slice of the fault matrix (`make faults` runs all of it): every fault of the upload, once."""

from __future__ import annotations

from tests.faults.fault_server import START, TRACK, UPLOAD
from tests.faults.matrix import CLOUD, FAULTS, Combination, Outcome, documented, run_all

SLICE = [
    *(Combination(UPLOAD, fault, "first") for fault in FAULTS),
    *(Combination(UPLOAD, fault, "first", CLOUD) for fault in list(FAULTS)[::4]),
    *(Combination(step, fault, "second") for step in (START, TRACK) for fault in list(FAULTS)[::8]),
]


def test_each_fault_imports_at_most_once_and_ends_as_documented() -> None:
    expected = documented()
    others = {
        str(combination): outcome
        for combination, outcome in run_all(SLICE).items()
        if not isinstance(outcome, Outcome) or outcome.end != expected[combination]
    }
    assert not others
