"""Every hint that stands in the source is a whole sentence."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[2] / "qtm_action"
MODULES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
# A sentence begins with a capital, or with a code word; it ends as sentences do, or with a value to copy.
BEGINS = re.compile(r"[^a-z]|[a-z]+(?:[A-Z-]\w|[._/]\w)")
ENDS = re.compile(r'[.?!…"\]}]$')


def arguments_of(function: ast.FunctionDef | ast.ClassDef) -> list[str]:
    """Return the positional parameters of a function, a method or a class."""
    if isinstance(function, ast.ClassDef):
        for each in function.body:
            if isinstance(each, ast.FunctionDef) and each.name == "__init__":
                return arguments_of(each)
        return [ast.unparse(each.target) for each in function.body if isinstance(each, ast.AnnAssign)]
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] == ["self"] else names


def places_of_hints() -> dict[str, set[int]]:
    """Return, by the name of what is called, which of its positional arguments are hints."""
    found: dict[str, set[int]] = defaultdict(set)
    for tree in MODULES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and "hint" in (names := arguments_of(node)):
                found[node.name].add(names.index("hint"))
    return found


PLACES = places_of_hints()


def hints_of(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield what is passed or assigned as a hint, or returned by a function that is named as one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (each.value for each in node.keywords if each.arg == "hint")
            called = ast.unparse(node.func).rpartition(".")[2]
            yield from (node.args[place] for place in PLACES.get(called, ()) if place < len(node.args))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any("hint" in ast.unparse(target).lower() for target in targets):
                yield node.value
        elif isinstance(node, ast.FunctionDef) and "hint" in node.name and "help" not in node.name:
            yield from (
                each.value
                for each in ast.walk(node)
                if isinstance(each, ast.Return) and each.value is not None
            )


def texts_of(node: ast.expr) -> Iterator[str]:
    """Yield the literal texts that an expression may be, with ``{…}`` for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(each.value) if isinstance(each, ast.Constant) else "{…}" for each in node.values)
    elif isinstance(node, ast.IfExp):
        yield from (text for each in (node.body, node.orelse) for text in texts_of(each))
    elif isinstance(node, ast.BoolOp):
        yield from (text for each in node.values for text in texts_of(each))


def test_the_hints_are_found() -> None:
    tree = ast.parse(
        'def f(x): return Problem("m", "no sentence") or E("m", hint="Nor" if x else f"this {x}")'
    )
    assert [text for hint in hints_of(tree) for text in texts_of(hint)] == ["no sentence", "Nor", "this {…}"]


def test_a_hint_is_a_whole_sentence() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}:{hint.lineno}: {text}"
        for path, tree in MODULES.items()
        for hint in hints_of(tree)
        for text in texts_of(hint)
        if not BEGINS.match(text) or not ENDS.search(text)
    ]
    assert wrong == []
