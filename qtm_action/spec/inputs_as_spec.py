"""Inputs that stand for keys of the spec, as a document: one mapping whose values come from many places."""

from __future__ import annotations

from collections.abc import Mapping

from qtm_action.errors import InvalidInputError, Problem
from qtm_action.spec.document import read_document
from qtm_action.spec.import_spec import InputValue, Location
from qtm_action.spec.nodes import Node, Style, Written
from qtm_action.spec.spec_file import MAX_BYTES, foreign_character

_ONLY_WITHOUT_SPEC = ("format", "files", "attachments")


def refuse_with_spec(inputs: Mapping[str, InputValue], *, spec: str) -> None:
    """Raise InvalidInputError for inputs that describe one import, where ``spec`` may hold several."""
    found = [inputs[key].source for key in _ONLY_WITHOUT_SPEC if key in inputs]
    if found:
        raise InvalidInputError(
            f"{', '.join(found)}: cannot be combined with the spec {spec}",
            hint=f"Remove it, or set it in {spec}. To import without a spec, remove the spec.",
        )


def read_inputs(inputs: Mapping[str, InputValue]) -> tuple[Node, list[Problem]]:
    """Return ``inputs``, by the spec's keys, as a mapping, and what can't be read of them.

    ``files`` and ``attachments`` have one pattern per line, ``fields`` is YAML or JSON, the others are single
    values that are taken as they are.
    """
    content: dict[str, Node] = {}
    problems: list[Problem] = []
    for key, value in inputs.items():
        location = Location(value.source, is_input=True)
        if problem := foreign_character(value.text, location):
            problems.append(problem)
        elif key in ("files", "attachments"):
            content[key] = Node(location, _patterns(value.text, location), location)
        elif key == "fields":
            node, found = _fields(value.text, location._replace(line=1, column=1, path="fields"))
            problems += found
            if node is not None:
                content[key] = node
        else:
            content[key] = Node(location, Written(value.text.strip(), Style.INPUT), location)
    return Node(Location(""), content), problems


def _patterns(text: str, source: Location) -> list[Node]:
    return [
        Node(source._replace(line=number, column=1), Written(line.strip(), Style.INPUT))
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    ]


def _fields(text: str, start: Location) -> tuple[Node | None, list[Problem]]:
    if len(text) > MAX_BYTES:
        return None, [start.problem("this input is larger than 1 MiB", "Write a spec instead.")]
    node, problems = read_document(text, start)
    if node is None and not problems:
        problems = [start.problem("it contains only comments", "Add fields, or remove the input.")]
    return node, problems
