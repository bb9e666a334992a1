"""The house stays a house: which room may know which, and who may read, print and exit."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "qtm_action"
MODULES = sorted(PACKAGE.rglob("*.py"))
LEAVES = {"errors", "escapes", "formats", "log", "words", "redaction"}
# What each room may import beside itself and the leaves.
MAY_KNOW: dict[str, set[str]] = {
    "spec": set(),
    "results": set(),
    "qtm4j": set(),
    "ci": set(),
    "inputs": {"spec", "qtm4j", "ci"},  # their value types, which inputs fills
    "outcome": {"qtm4j", "results", "ci"},  # the values it judges and shows
    "sandbox": {"results"},  # its readers
    "init": {"results", "spec"},  # their readers and patterns, and the schema
}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return {name for name in found if name.split(".")[0] == "qtm_action"}


@pytest.mark.parametrize("room", MAY_KNOW)
def test_a_room_does_not_know_its_neighbours(room: str) -> None:
    known = {
        name.split(".")[1]
        for path in (PACKAGE / room).rglob("*.py")
        for name in imports(path)
        if name.count(".") >= 1
    }
    assert known - LEAVES - {room} <= MAY_KNOW[room]


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name != "sandbox"], ids=str)
def test_only_the_doors_know_the_sandbox(path: Path) -> None:
    knows = any(name.startswith("qtm_action.sandbox") for name in imports(path))
    assert not knows or path.name in ("cli.py", "demo.py", "arguments.py")


@pytest.mark.parametrize("path", [path for path in MODULES if "init" not in path.parent.parts], ids=str)
def test_only_the_command_line_knows_init(path: Path) -> None:
    knows = any(f"{name}.".startswith("qtm_action.init.") for name in imports(path))
    assert not knows or path.name == "cli.py"


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_only_the_doors_touch_environment_and_exit_and_nobody_prints(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
            assert room in ("inputs", "ci", "cli") or ast.unparse(node.value) != "os", ast.unparse(node)
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called != "print"
            assert called not in ("sys.exit", "os._exit") or room in ("cli", "__main__")


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_file_fits_on_a_few_screens(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
