"""Turns the errors that ``jsonschema`` finds into problems; its own words never reach the user."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from qtm_action.spec.invalid_spec import MAX_FOUND
from qtm_action.spec.json_schema import validator
from qtm_action.spec.unknown_keys import unknown_key
from qtm_action.spec.wrong_values import example, unexpected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jsonschema.exceptions import ValidationError

    from qtm_action.errors import Problem
    from qtm_action.spec.nodes import Node

_ADDED = {
    "files": 'Add for example: files: ["**/TEST-*.xml"]',
    "imports": "Add `imports:` with a list of imports; one import alone needs neither it nor `defaults`.",
    "name": "Add `name: …`, the name of the custom field.",
    "value": "Add `value: …`, the value of the custom field.",
}


def schema_problems(document: Node, reference: str = "#") -> list[Problem]:
    """Return the errors of ``document`` against the schema, or the part of it at ``reference``."""
    errors = validator().evolve(schema={"$ref": reference}).iter_errors(document.plain())
    problems = (
        _problems(error, error.schema, document.at(error.absolute_path)) for error in _one_a_value(errors)
    )
    return list(islice(chain.from_iterable(problems), MAX_FOUND))


def _one_a_value(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """Yield the first error of each value; a mapping has one for each key that it lacks."""
    seen: set[tuple[str | int, ...]] = set()
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator in ("required", "additionalProperties") or path not in seen:
            yield error
        seen.add(path)


def _problems(error: ValidationError, schema: Any, node: Node) -> Iterator[Problem]:
    match error.validator:
        case "not":  # a key that is right elsewhere; of a schema that is `false`, the error has no path
            yield (node.key_location or node.location).problem(
                f"`{node.location.path}` cannot be combined with `imports` or `defaults`",
                "Move it into one of the imports (indent it below its `- `), "
                "or into `defaults` for all of them.",
            )
        case "additionalProperties":
            for key, child in node.children.items():
                if key not in schema["properties"]:
                    yield unknown_key(key, child, schema["properties"])[0]
        case "required":
            # One error for each missing key; only its message says which.
            key = next(each for each in schema["required"] if error.message.startswith(f"'{each}'"))
            yield node.location.problem(f"the key `{key}` is missing", _ADDED[key])
        case "minItems" | "minLength":
            kind = "list" if error.validator == "minItems" else "string"
            yield node.location.problem(f"expected a {kind} that is not empty", example(node, schema))
        case "minimum" | "maximum":
            limit = "at least" if error.validator == "minimum" else "at most"
            yield node.location.problem(f"expected {limit} {error.validator_value}, got {node.shown()}")
        case _:
            yield unexpected(node, schema)
