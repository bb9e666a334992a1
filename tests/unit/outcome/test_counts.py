"""What the server created, in numbers and words."""

from __future__ import annotations

import pytest

from qtm_action.outcome.counts import created_in_words, import_in_words
from qtm_action.qtm4j.values import CycleSummary


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 0, 7, 0), ["7 versions reused"]),
        ((1, 1, 0, 0), ["1 test case created", "1 version created"]),
        ((0, 0, 0, 0), ["nothing created"]),
        ((None, None, None, None), []),
    ],
)
def test_what_there_is_none_of_is_left_out(counts: tuple[int | None, ...], expected: list[str]) -> None:
    assert created_in_words([CycleSummary("PRJ-TR-7", "", *counts)]) == expected


def test_counts_are_summed_and_keys_named_once_as_far_as_the_server_says() -> None:
    cycles = [CycleSummary("PRJ-TR-1", None, 4, None, 0, 9), CycleSummary("PRJ-TR-2", None, 1_000)]
    assert import_in_words([*cycles, CycleSummary("PRJ-TR-1")]) == (
        "test cycles PRJ-TR-1, PRJ-TR-2, 1,004 test cases created, 9 steps created"
    )
    assert import_in_words([CycleSummary()]) == ""
    assert import_in_words([CycleSummary(f"PRJ-TR-{n}") for n in range(12)]).endswith("PRJ-TR-9 and 2 more")
