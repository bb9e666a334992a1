"""Turns the errors that ``jsonschema`` finds into problems; its own words never reach the user."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from jsonschema.exceptions import ValidationError

from qtm_action.errors import Problem
from qtm_action.spec.invalid_spec import MAX_FOUND
from qtm_action.spec.json_schema import validator
from qtm_action.spec.nodes import Node
from qtm_action.spec.wrong_values import example, unexpected

_ADDED = {
    "files": 'Add, for example: files: ["**/TEST-*.xml"]',
    "imports": "Add `imports:` with a list of imports. A single import needs neither it nor `defaults`.",
    "name": "Add `name: …`, the name of the custom field.",
    "value": "Add `value: …`, the value of the custom field.",
}


def schema_problems(document: Node, reference: str = "#") -> list[Problem]:
    """Return the errors of ``document`` against the schema, or the part of it at ``reference``.

    Unknown keys are not among them: they are reported when the scalars are read.
    """
    errors = validator().evolve(schema={"$ref": reference}).iter_errors(document.plain())
    problems = (_problem(error, document.at(error.absolute_path)) for error in _one_a_value(errors))
    return list(islice(problems, MAX_FOUND))


def _one_a_value(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """Yield the first error of each value; a mapping has one for each key that it lacks."""
    seen: set[tuple[str | int, ...]] = set()
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "required" or (error.validator != "additionalProperties" and path not in seen):
            yield error
        seen.add(path)


def _problem(error: ValidationError, node: Node) -> Problem:
    schema: Any = error.schema
    match error.validator:
        case "not":  # a key that is right elsewhere; of a schema that is `false`, the error has no path
            return (node.key_location or node.location).problem(
                f"`{node.location.path}` cannot be combined with `imports` or `defaults`",
                "Move it into one of the imports (indent it below its `- `), "
                "or into `defaults` for all of them.",
            )
        case "required":
            # One error for each missing key; only its message names it.
            key = next(each for each in schema["required"] if error.message.startswith(f"'{each}'"))
            return node.location.problem(f"the key `{key}` is missing", _ADDED[key])
        case "minItems" | "minLength":
            kind = "list" if error.validator == "minItems" else "string"
            return node.location.problem(f"expected a non-empty {kind}", example(node, schema))
        case "minimum" | "maximum":
            limit = "at least" if error.validator == "minimum" else "at most"
            return node.location.problem(f"expected {limit} {error.validator_value}, got {node.shown()}")
        case _:
            return unexpected(node, schema)
