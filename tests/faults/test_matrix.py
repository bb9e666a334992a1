"""The whole fault matrix: each combination keeps its promises and ends as docs/RELIABILITY.md says."""

from __future__ import annotations

import pytest

from tests.faults.matrix import Combination, Outcome, combinations, documented, run_all


@pytest.fixture(scope="module")
def outcomes() -> dict[Combination, Outcome | AssertionError]:
    """What came of all combinations, run side by side."""
    return run_all(combinations())


@pytest.mark.parametrize("combination", combinations(), ids=str)
def test_a_combination_imports_at_most_once_and_ends_as_documented(
    outcomes: dict[Combination, Outcome | AssertionError], combination: Combination
) -> None:
    outcome = outcomes[combination]
    if isinstance(outcome, AssertionError):
        raise outcome
    assert outcome.end == documented()[combination], outcome


def test_the_matrix_is_as_large_as_it_says() -> None:
    assert len(combinations()) == len(documented()) >= 150
