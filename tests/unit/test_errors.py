"""Problems as a person reads them."""

from __future__ import annotations

import pytest

from qtm_action.errors import Problem


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (Problem("wrong"), "wrong"),
        (Problem("wrong", file="a.yml"), "a.yml: wrong"),
        (Problem("wrong", file="a.yml", line=3), "a.yml:3: wrong"),
        (Problem("wrong", file="a.yml", line=3, column=7, path="imports[0]"), "a.yml:3:7: imports[0]: wrong"),
        (Problem("wrong", line=3), "wrong"),
    ],
)
def test_a_problem_names_its_place_as_far_as_it_is_known(problem: Problem, told: str) -> None:
    assert str(problem) == told
