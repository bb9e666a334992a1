"""Builds the values that other packages see from merged nodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, count
from typing import Any

from qtm_action.errors import Problem
from qtm_action.formats import DeploymentKind, Format, StaleFiles, ZipMode
from qtm_action.spec.deployment_rules import NOT_SENT
from qtm_action.spec.foreign_text import printable
from qtm_action.spec.import_spec import ImportSpec, JsonValue, Location
from qtm_action.spec.nodes import Node, locations
from qtm_action.spec.rules import check_parameters
from qtm_action.words import parse_duration

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


def build_import(node: Node, name: str, deployment: DeploymentKind) -> ImportSpec:
    """Return the import that the valid mapping ``node`` describes."""
    values = _values(node)
    return ImportSpec(
        name=name,
        format=Format(values["format"]) if "format" in values else None,
        files=tuple(values["files"]),
        attachments=tuple(values.get("attachments", ())),
        zip=ZipMode(values.get("zip", ZipMode.AUTO.value)),
        max_age=parse_duration(str(values["maxAge"])) if "maxAge" in values else None,
        if_older=StaleFiles(values.get("ifOlder", StaleFiles.WARN.value)),
        repair=values.get("repair", False),
        parameters=_parameters(values, deployment),
        locations=locations(node),
        file=node.location.file or None,
        line=node.location.line,
    )


def check_rules(node: Node, deployment: DeploymentKind) -> Sequence[Problem]:
    """Return what the API would refuse or ignore of an import whose format is known.

    The import need not be valid otherwise: what is of the wrong type is left out.
    """
    values = _values(node)
    known = next((each for each in Format if each.value == values.get("format")), None)
    if known is None:
        return ()
    zip_mode = next((each for each in ZipMode if each.value == values.get("zip")), ZipMode.AUTO)
    parameters = _parameters(values, deployment)
    return check_parameters(known, parameters, zip=zip_mode, locations=locations(node))


def names_of(imports: Sequence[Node]) -> tuple[list[str], list[Problem]]:
    """Return a name for each import, and a problem for each name that is given twice.

    Without a name an import is called by its format: ``junit``, then ``junit-2`` and so on.
    """
    problems: list[Problem] = []
    taken: dict[str, Location] = {}
    for node in imports:
        named = node.children.get("name")
        if named is None or not isinstance(named.content, str):
            continue
        if named.content in taken:
            problems.append(
                named.location.problem(
                    f"the name `{printable(named.content)}` is already used by the import on line "
                    f"{taken[named.content].line}",
                    "Give each import a unique name, or omit it.",
                )
            )
        taken.setdefault(named.content, named.location)
    names = []
    numbered: dict[str, Iterator[str]] = {}
    for values in map(_values, imports):
        name, base = values.get("name"), values.get("format")
        if not isinstance(name, str):
            base = base if isinstance(base, str) else _NAMELESS
            free = numbered.setdefault(base, chain([base], map(f"{base}-{{}}".format, count(2))))
            name = next(each for each in free if each not in taken)
        names.append(name)
    return names, problems


def _parameters(values: dict[str, Any], deployment: DeploymentKind) -> dict[str, JsonValue]:
    not_sent = NOT_SENT[deployment]
    return {key: values[key] for key in PARAMETERS if key in values and key not in not_sent}


def _values(node: Node) -> dict[str, Any]:
    plain = node.plain()
    return plain if isinstance(plain, dict) else {}
