"""Turns what the judge of the schema says into sentences: where, what was written, what is expected.

``jsonschema`` finds the errors; its own words never reach the user.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from qtm_action.spec.json_schema import accepts, choices, referred, root, types
from qtm_action.spec.keys import unknown_key
from qtm_action.spec.nodes import Style
from qtm_action.spec.wording import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jsonschema.exceptions import ValidationError

    from qtm_action.errors import Problem
    from qtm_action.spec.nodes import Node

# Nobody mends this many before the next try, and finding each takes time.
MAX_COUNTED = 500

_KINDS = {
    "string": "a text",
    "integer": "a number without a fraction",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys with values",
}
_ADDED = {
    "files": 'Add for example: files: ["**/TEST-*.xml"]',
    "imports": "Add `imports:` with a list of imports; one import alone needs neither it nor `defaults`.",
    "name": "Add `name: …`, the name of the custom field.",
    "value": "Add `value: …`, the value of the custom field.",
}


def schema_problems(document: Node, reference: str | None = None) -> list[Problem]:
    """Return every error of ``document`` against the schema, or the part of it at ``reference``."""
    value = document.plain()
    if accepts(referred(reference) if reference else root(), value):
        return []
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - start-up: not needed for a valid spec

    schema = {"$ref": reference, "$defs": root()["$defs"]} if reference else root()
    errors = _one_a_value(Draft202012Validator(schema).iter_errors(value))
    problems = (
        problem
        for error in errors
        for problem in _told(error, error.schema, document.at(error.absolute_path))
    )
    return list(islice(problems, MAX_COUNTED))


def _one_a_value(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """Yield the first error of each value; a mapping has one for each key that it lacks."""
    seen: set[tuple[str | int, ...]] = set()
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator in ("required", "additionalProperties") or path not in seen:
            yield error
        seen.add(path)


def _told(error: ValidationError, schema: Any, node: Node) -> Iterator[Problem]:
    match error.validator:
        case "not":  # a key that is right elsewhere
            yield _beside_imports(node)
        case "additionalProperties":
            yield from _unknown_keys(node, schema)
        case "required":
            yield _missing_key(error, node)
        case "minItems":
            yield node.origin.problem("expected a list that is not empty", example(node, schema))
        case "minLength":
            yield node.origin.problem("expected a text that is not empty", example(node, schema))
        case "minimum" | "maximum":
            limit = "at least" if error.validator == "minimum" else "at most"
            yield node.origin.problem(f"expected {limit} {error.validator_value}, got {shown(node)}")
        case _:
            yield unexpected(node, schema)


def unexpected(node: Node, schema: dict[str, Any]) -> Problem:
    """Return the problem of a value that is not what ``schema`` expects."""
    # Only where something is wrong, and hints need this module's words.
    from qtm_action.spec.hints import hint_for, nearest_choice, should_lose_quotes  # noqa: PLC0415

    if node.content is None:
        return _no_value(node, schema)
    message = f"{_expectation(schema)}, got {shown(node)}"
    if should_lose_quotes(node, schema):
        message += " in quotes, which make it a text"
    if suggestion := nearest_choice(node, schema):
        message += f"; did you mean `{suggestion}`?"
    return node.origin.problem(message, hint_for(node, schema))


def shown(node: Node) -> str:
    """Return the value of ``node`` as a message names it: short, in one line, without a password."""
    match node.content:
        case dict():
            return "keys with values"
        case list():
            return "a list"
        case content:
            text = node.written.text if node.written and not isinstance(content, str) else str(content)
            return f"`{printable(text)}`{_expanded_from(node)}"


def example(node: Node, schema: dict[str, Any]) -> str:
    """Return a hint with the schema's first example, empty where the message says as much itself."""
    examples = schema.get("examples")
    if not examples or "patternErrorMessage" in schema or choices(schema) or "boolean" in types(schema):
        return ""
    import json  # noqa: PLC0415 - start-up

    key = node.origin.path.rpartition(".")[2] if node.key_origin else ""
    value = json.dumps(examples[0], ensure_ascii=False)
    return f"For example: {key}: {value}" if key else f"For example: {value}"


def _expanded_from(node: Node) -> str:
    written = node.written
    if written is None or written.style is Style.INPUT or written.text == node.content:
        return ""
    return f" (from `{printable(written.text)}`)" if "${" in written.text else ""


def _expectation(schema: dict[str, Any]) -> str:
    if sentence := schema.get("patternErrorMessage"):
        return str(sentence)
    words = [str(each) for each in choices(schema)] or [_KINDS[each] for each in types(schema)]
    return f"expected {' or '.join([', '.join(words[:-1]), words[-1]] if words[1:] else words)}"


def _no_value(node: Node, schema: dict[str, Any]) -> Problem:
    if written := node.written.text if node.written else "":
        return node.origin.problem(
            f"{_expectation(schema)}, got `{written}`, which means no value in YAML",
            f'For the text write "{written}" in quotes; to leave the key out, remove it.',
        )
    origin = node.key_origin or node.origin
    if "object" in types(schema):
        hint = "Indent its keys two spaces more than this key, or remove it."
        return origin.problem("expected keys with values below it, and there are none", hint)
    return origin.problem(f"{_expectation(schema)}, got nothing", "Give it a value, or remove it.")


def _beside_imports(node: Node) -> Problem:
    return (node.key_origin or node.origin).problem(
        f"`{node.origin.path}` can't stand beside `imports` or `defaults`",
        "Move it into one of the imports (indent it below its `- `), or into `defaults` for all of them.",
    )


def _unknown_keys(node: Node, schema: dict[str, Any]) -> Iterator[Problem]:
    if isinstance(node.content, dict):
        for key, child in node.content.items():
            if key not in schema["properties"]:
                yield unknown_key(key, child, schema["properties"])[0]


def _missing_key(error: ValidationError, node: Node) -> Problem:
    """Return the problem of the one missing key that ``error`` is about; its message begins with it."""
    required: Any = error.validator_value
    key = next(each for each in required if error.message.startswith(f"'{each}'"))
    return node.origin.problem(f"the key `{key}` is missing", _ADDED[key])
