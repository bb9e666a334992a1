"""docs/mapping.md: every statement has a mark, and every example is a result file whose keys are found."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from qtm_action.formats import Format
from qtm_action.results.readers import read_stream

if TYPE_CHECKING:
    from qtm_action.results.readers.reported_tests import TestResult

TEXT = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
INTRODUCTION, _, BODY = TEXT.partition("\n## ")
BODY = re.sub(r"^[^\n]*\n", "", BODY, count=1)
MARKS = re.findall(r"^\| \*\*(\w)\*\* \|", INTRODUCTION, re.MULTILINE)
_MARK = f"[{''.join(MARKS)}]"
_FENCE = r"^```(\w+)\n(.*?)^```$"


class Example(NamedTuple):
    """A whole result file of the page, and its format."""

    format: Format
    extension: str
    text: str


def prose() -> str:
    return re.sub(_FENCE, "", BODY, flags=re.MULTILINE | re.DOTALL)


def rows() -> list[str]:
    """Return the rows of the tables, without their heads."""
    lines = prose().splitlines()
    heads = {n for n, line in enumerate(lines) if n + 1 < len(lines) and lines[n + 1].startswith("| ---")}
    return [
        line
        for n, line in enumerate(lines)
        if line.startswith("|") and n not in heads and not line.startswith("| ---")
    ]


def statements() -> list[str]:
    """Return the paragraphs and the items of lists."""
    blocks = (" ".join(block.split()) for block in re.split(r"\n\s*\n|\n(?=- )", prose()))
    return [block for block in blocks if block and not block.startswith(("|", "#"))]


def examples() -> list[Example]:
    section = BODY.partition("\n### In the result file\n")[2].partition("\n### ")[0]
    found = re.findall(
        rf"^\*\*`(\w+)`\*\*[^\n]*(?:\n[^\n`]+)*\n\n{_FENCE[1:]}", section, re.MULTILINE | re.DOTALL
    )
    assert len(found) == section.count("```") / 2
    return [Example(Format(name), f".{language}", text) for name, language, text in found]


def read_example(example: Example) -> tuple[list[TestResult], tuple[str, ...]]:
    tests: list[TestResult] = []
    reading = read_stream(
        io.BytesIO(example.text.encode()), shown_as="it", extension=example.extension, on_test=tests.append
    )
    assert (reading.format, reading.problems) == (example.format, ())
    return tests, reading.keys


def test_the_page_explains_its_marks() -> None:
    assert MARKS == ["D", "S", "G", "P"]


def test_every_row_has_a_mark() -> None:
    marked = re.compile(rf"\b{_MARK}\b")
    assert [row for row in rows() if not marked.search(row.rstrip("| ").rpartition(" | ")[2])] == []


def test_every_statement_has_a_mark() -> None:
    marked = re.compile(rf"\((?:[^()]* )?{_MARK}\b[^()]*\)")
    assert [statement for statement in statements() if not marked.search(statement)] == []


def test_the_page_has_rows_and_statements_to_look_at() -> None:
    assert len(rows()) > 30
    assert len(statements()) > 20


def test_every_format_has_an_example() -> None:
    assert {example.format for example in examples()} == set(Format)


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.format.value)
def test_an_example_is_a_result_file_and_all_its_keys_are_found(example: Example) -> None:
    tests, keys = read_example(example)
    written = re.findall(r"\bPRJ-(?:TC-)?\d+", example.text)

    assert tests
    assert sorted(keys) == sorted(written)
    of_tests = {key for test in tests for key in (*test.keys, test.suite.key) if key}
    assert of_tests == set(written)
    if example.format is not Format.HPUFT:  # where none is known
        assert all(test.keys or test.suite.key for test in tests)
