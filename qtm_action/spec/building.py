"""Builds the values that cross rooms from merged nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtm_action.formats import Format, StaleFiles, ZipMode
from qtm_action.spec.dates import read_age
from qtm_action.spec.model import ImportSpec
from qtm_action.spec.nodes import origins
from qtm_action.spec.rules import Facts
from qtm_action.spec.wording import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qtm_action.errors import Problem
    from qtm_action.spec.model import JsonValue
    from qtm_action.spec.nodes import Node

# The step 1 body's keys, in the order of the vendor's table; `format` and `isZip` follow from the files.
PARAMETERS = (
    "testCycleToReuse",
    "environment",
    "build",
    "attachFile",
    "fields",
    "matchTestSteps",
    "appendTestName",
    "automationHierarchy",
    "useFeatureName",
    "useFeatureDescription",
)
_NAMELESS = "import"


def build_import(node: Node, name: str) -> ImportSpec:
    """Return the import that the valid mapping ``node`` describes."""
    values = _values(node)
    age = values.get("maxAge")
    return ImportSpec(
        name=name,
        format=Format(values["format"]) if "format" in values else None,
        files=tuple(values["files"]),
        attachments=tuple(values.get("attachments", ())),
        zip=ZipMode(values.get("zip", ZipMode.AUTO.value)),
        max_age=None if age is None else float(read_age(str(age)) or 0),
        if_older=StaleFiles(values.get("ifOlder", StaleFiles.WARN.value)),
        parameters=_parameters(values),
        origins=origins(node),
        file=node.origin.file or None,
        line=node.origin.line,
    )


def facts_of(node: Node) -> Facts | None:
    """Return what the rules look at; None where the format is not given or is none.

    The import need not be valid otherwise: what is of the wrong type is left out.
    """
    values = _values(node)
    known = next((each for each in Format if each.value == values.get("format")), None)
    if known is None:
        return None
    zip_mode = next((each for each in ZipMode if each.value == values.get("zip")), ZipMode.AUTO)
    return Facts(known, _parameters(values), zip_mode)


def jira_url_of(document: Node) -> str | None:
    """Return the spec's ``jiraUrl``, None if it says none."""
    url = _values(document).get("jiraUrl")
    return None if url is None else str(url)


def names_of(imports: Sequence[Node]) -> tuple[list[str], list[Problem]]:
    """Return a name for each import, and a problem for each name that is given twice.

    Without a name an import is called by its format, with a number where that is taken.
    """
    problems: list[Problem] = []
    lines: dict[str, int | None] = {}
    given = [_given_name(each) for each in imports]
    for node in given:
        if node is None:
            continue
        name = str(node.content)
        if name in lines:
            problems.append(
                node.origin.problem(
                    f"the name `{printable(name)}` is taken by the import in line {lines[name]}",
                    "Give each import a name of its own, or none.",
                )
            )
        lines.setdefault(name, node.origin.line)
    free = _free_names(set(lines))
    names = [
        str(node.content) if node is not None else free(each)
        for each, node in zip(imports, given, strict=True)
    ]
    return names, problems


def _given_name(node: Node) -> Node | None:
    name = node.content.get("name") if isinstance(node.content, dict) else None
    return name if name is not None and isinstance(name.content, str) else None


def _free_names(taken: set[str]) -> Callable[[Node], str]:
    """Return a function that calls an import by its format: ``junit``, then ``junit-2`` and so on."""
    numbers: dict[str, int] = {}

    def free_name(node: Node) -> str:
        wished = _values(node).get("format")
        base = wished if isinstance(wished, str) else _NAMELESS
        while True:
            numbers[base] = number = numbers.get(base, 0) + 1
            name = base if number == 1 else f"{base}-{number}"
            if name not in taken:
                return name

    return free_name


def _parameters(values: dict[str, Any]) -> dict[str, JsonValue]:
    return {key: values[key] for key in PARAMETERS if key in values}


def _values(node: Node) -> dict[str, Any]:
    plain = node.plain()
    return plain if isinstance(plain, dict) else {}
