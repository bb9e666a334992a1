"""A valid spec is read without the libraries that only a wrong one needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from pathlib import Path
from qtm_action.spec import InputValue, load_spec
assert "yaml" not in sys.modules
try:
    load_spec(Path(sys.argv[1]), shown_as="s", environ={}, inputs={}, secret_variables=())
except Exception as error:
    print(type(error).__name__)
heavy = {"jsonschema", "difflib", "importlib.resources", "qtm_action.spec.syntax"}
print(*sorted(heavy & sys.modules.keys()))
"""


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("format: junit\nfiles: [a]\nfields: {testCycle: {plannedStartDate: 20/May/2026 00:00}}\n", [""]),
        ("format: junit\nfiles: a\n", ["InvalidSpecError", "jsonschema"]),
    ],
)
def test_heavy_libraries_are_imported_only_to_explain(tmp_path: Path, text: str, printed: list[str]) -> None:
    spec = tmp_path / "spec.yml"
    spec.write_text(text)
    command = [sys.executable, "-c", PROGRAM, str(spec)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    lines = done.stdout.splitlines()
    assert lines[:-1] == printed[:-1]
    assert printed[-1] in lines[-1] if printed[-1] else lines[-1] == ""
