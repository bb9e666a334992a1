"""The table of patterns in docs/spec.md, tried out on the files that the page names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qtm_action.formats import Format
from qtm_action.log import Silence
from qtm_action.results.collecting import collect
from qtm_action.results.result_files import Selection

_PAGE = (Path(__file__).parents[3] / "docs" / "spec.md").read_text(encoding="utf-8")
_FILES = re.findall(r"<!-- pattern files -->\n```text\n(.*?)```", _PAGE, re.DOTALL)[0].split()
_TABLE = _PAGE.split("<!-- pattern table -->\n")[1].split("\n\n")[0]
_ROWS = [
    [re.findall(r"`([^`]+)`", cell) for cell in line.strip("| ").split(" | ")]
    for line in _TABLE.splitlines()[2:]
]


def test_the_page_has_the_table() -> None:
    assert len(_FILES) == 6
    assert len(_ROWS) == 13


@pytest.mark.parametrize(("patterns", "taken"), _ROWS, ids=lambda words: " ".join(words) or "nothing")
def test_a_pattern_takes_what_the_page_says(tmp_path: Path, patterns: list[str], taken: list[str]) -> None:
    for name in _FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<testsuite name='s'><testcase classname='C' name='t'/></testsuite>")
    found = collect(Selection(Format.JUNIT, tuple(patterns), tmp_path, 0.0), log=Silence())
    assert sorted(member.source for member in found.members) == sorted(taken)
