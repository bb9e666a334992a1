"""The examples in the reference are specs, and mean what the text around them says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.unit.spec.conftest import Reader

REFERENCE = Path(__file__).parents[3] / "docs" / "spec.md"


def blocks() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", REFERENCE.read_text(encoding="utf-8"), re.DOTALL)


def test_one_import(spec_of: Reader) -> None:
    (only,) = spec_of(blocks()[0]).imports
    assert only.files == ("**/surefire-reports/TEST-*.xml", "!**/legacy/**")
    assert only.parameters["build"] == "local"


def test_several_imports_without_a_warning(spec_of: Reader) -> None:
    spec = spec_of(blocks()[1])
    assert [each.name for each in spec.imports] == ["unit", "acceptance"]
    assert spec.warnings == ()


def test_one_build_for_several_platforms(spec_of: Reader) -> None:
    text = f"files: [a]\n{blocks()[-1]}"
    assert spec_of(text, {"CI_PIPELINE_IID": "7"}).imports[0].parameters["build"] == "7"
    assert spec_of(text).imports[0].parameters["build"] == "local"


def test_the_texts_that_need_no_quotes(spec_of: Reader) -> None:
    for line in ("build: 4.10", "environment: no", "build: 2026-05-20", "build: 007"):
        key, _, value = line.partition(": ")
        assert spec_of(f"files: [a]\n{line}\n").imports[0].parameters[key] == value
