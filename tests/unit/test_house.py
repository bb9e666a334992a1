"""The house stays a house: one test for each rule of how the package is laid out."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[2] / "qtm_action"
MODULES = sorted(PACKAGE.rglob("*.py"))
DOORS = {"cli", "arguments", "__main__"}
LEAVES = {"errors", "escapes", "exit_codes", "formats", "line_stream", "log", "words", "redaction"}
# What each room may import beside itself and the leaves.
MAY_KNOW: dict[str, set[str]] = {
    "spec": set(),
    "results": set(),
    "qtm4j": set(),
    "ci": set(),
    "inputs": {"spec", "qtm4j", "ci"},  # their value types, which inputs fills
    "outcome": {"qtm4j", "results", "ci"},  # the values it judges and shows
    "sandbox": {"results"},  # the readers: it judges result files as the import does
    # Which files are results, a spec that validates, where Cloud is, what a container of the CI is given.
    "init": {"results", "spec", "qtm4j", "ci"},
}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def module_of(path: Path) -> str:
    parts = ("qtm_action", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


NAMES = {module_of(path) for path in MODULES}


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imported(found: ast.AST) -> Iterator[str]:
    """Yield the modules of the package that an import statement names."""
    names = []
    if isinstance(found, ast.ImportFrom) and found.module:
        names = [found.module, *(f"{found.module}.{alias.name}" for alias in found.names)]
    elif isinstance(found, ast.Import):
        names = [alias.name for alias in found.names]
    yield from (name for name in names if name in NAMES)


def test_printing_the_version_loads_no_room() -> None:
    code = "import sys; from qtm_action.cli import main; main(['version']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = {name for name in done.stdout.split() if name.startswith("qtm_action.")}
    assert loaded == {f"qtm_action.{name}" for name in ("cli", "errors", "exit_codes", "line_stream")}


def for_types_alone(path: Path) -> set[ast.AST]:
    """Return the nodes below ``if TYPE_CHECKING:``, which do nothing when the program runs."""
    return {
        inner
        for node in nodes(path)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }


def calls(path: Path) -> Iterator[str]:
    yield from (ast.unparse(node.func) for node in nodes(path) if isinstance(node, ast.Call))


@pytest.mark.parametrize("room", MAY_KNOW)
def test_a_room_does_not_know_its_neighbours(room: str) -> None:
    modules = [path for path in MODULES if room_of(path) == room]
    named = {name for path in modules for node in nodes(path) for name in imported(node)}
    known = {name.split(".")[1] for name in named if name != "qtm_action"}
    assert known - LEAVES - {room} <= MAY_KNOW[room]


def test_a_leaf_knows_only_leaves() -> None:
    for path in MODULES:
        if room_of(path) in LEAVES:
            known = {name.split(".")[1] for node in nodes(path) for name in imported(node) if "." in name}
            assert known <= LEAVES, path


def test_only_the_doors_know_the_sandbox() -> None:
    know = {
        room_of(path)
        for path in MODULES
        for node in nodes(path)
        for name in imported(node)
        if name.startswith("qtm_action.sandbox")
    }
    assert know <= {"cli", "arguments", "demo", "sandbox"}


def test_imports_stand_at_the_top_but_at_the_doors() -> None:
    for path in MODULES:
        late = [
            ast.unparse(inner)
            for node in nodes(path)
            if isinstance(node, ast.FunctionDef)
            for inner in ast.walk(node)
            if isinstance(inner, ast.Import | ast.ImportFrom)
        ]
        assert not late or room_of(path) in DOORS, f"{path.name}: {late}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for path in MODULES:
        skipped = for_types_alone(path)
        names = {name for node in nodes(path) if node not in skipped for name in imported(node)}
        # A package that its own modules name is no circle: they name what lies in it.
        here = module_of(path)
        graph[here] = {name for name in names if name != here and not here.startswith(f"{name}.")}
    TopologicalSorter(graph).prepare()  # raises CycleError


def test_only_inputs_ci_and_the_doors_read_the_environment() -> None:
    for path in MODULES:
        reads = [
            ast.unparse(node)
            for node in nodes(path)
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv")
        ]
        assert not reads or room_of(path) in ("inputs", "ci", "cli"), path


def test_no_one_prints() -> None:
    for path in MODULES:
        assert "print" not in calls(path), path


def test_only_the_doors_exit() -> None:
    for path in MODULES:
        exits = {"sys.exit", "os._exit"} & set(calls(path))
        assert not exits or room_of(path) in DOORS, path


def test_a_file_fits_on_a_few_screens() -> None:
    longest = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert max(longest.values()) <= 400, Counter(longest).most_common(1)


def test_a_class_name_means_one_thing() -> None:
    names = Counter(
        node.name
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_a_file_name_means_one_thing() -> None:
    names = Counter(path.name for path in MODULES if path.name not in ("__init__.py", "__main__.py"))
    assert [name for name, times in names.items() if times > 1] == []
