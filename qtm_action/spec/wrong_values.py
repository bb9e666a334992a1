"""Explains a value that is not what was expected: what is, and how to fix it as far as its form shows."""

from __future__ import annotations

import json
import re
from typing import Any

from qtm_action.errors import Problem
from qtm_action.formats import OTHER_FORMATS, OtherFormat
from qtm_action.redaction import part_of, redacted
from qtm_action.spec.foreign_text import printable
from qtm_action.spec.json_schema import choices, types
from qtm_action.spec.nodes import Node, Style
from qtm_action.words import closest_match

_KINDS = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}
# The address of an issue in Jira ends with its key.
_BROWSE = re.compile(r"/browse/([A-Z]\w*(?:-\w+)*-[0-9]+)\b")


def unexpected(node: Node, schema: dict[str, Any]) -> Problem:
    """Return the problem of a value that is not what ``schema`` expects."""
    if node.content is None:
        return _no_value(node, schema)
    message = f"{_expectation(schema)}, got {node.shown()}"
    if _should_lose_quotes(node, schema):
        return node.location.problem(f"{message} in quotes, which make it a string", "Remove the quotes.")
    if other := _other_format(node, schema):
        return node.location.problem(message, other.hint)
    if suggestion := _nearest_choice(node, schema):
        message += f"; did you mean `{suggestion}`?"
    return node.location.problem(message, _hint(node, schema) or example(node, schema))


def example(node: Node, schema: dict[str, Any]) -> str:
    """Return a hint with the schema's first example, empty where the message has as much itself."""
    examples = schema.get("examples")
    if not examples or "patternErrorMessage" in schema or choices(schema) or "boolean" in types(schema):
        return ""
    key = node.location.path.rpartition(".")[2] if node.key_location else ""
    value = json.dumps(examples[0], ensure_ascii=False)
    return f"For example: {key}: {value}" if key else f"For example: {value}"


def _expectation(schema: dict[str, Any]) -> str:
    if sentence := schema.get("patternErrorMessage"):
        return str(sentence)
    words = [str(each) for each in choices(schema)] or [_KINDS[each] for each in types(schema)]
    return f"expected {' or '.join([', '.join(words[:-1]), words[-1]] if words[1:] else words)}"


def _no_value(node: Node, schema: dict[str, Any]) -> Problem:
    if written := node.written.text if node.written else "":
        return node.location.problem(
            f"{_expectation(schema)}, got `{written}`, which means no value in YAML",
            f'To use it as a string, write "{written}" in quotes. Otherwise, remove the key.',
        )
    location = node.key_location or node.location
    if "object" in types(schema):
        hint = "Indent its keys two spaces more than this key, or remove this key."
        return location.problem("expected a mapping below it, got nothing", hint)
    return location.problem(f"{_expectation(schema)}, got nothing", "Set a value, or remove the key.")


def _should_lose_quotes(node: Node, schema: dict[str, Any]) -> bool:
    """Return whether the value would be right but for its quotes."""
    if node.written is None or node.written.style is not Style.QUOTED:
        return False
    expected, text = types(schema), node.written.text.lower()
    return ("boolean" in expected and text in {"true", "false"}) or (
        "integer" in expected and text in {str(each) for each in choices(schema)}
    )


def _other_format(node: Node, schema: dict[str, Any]) -> OtherFormat | None:
    """Return the format that was written where QTM4J does not support it."""
    if "junit" not in choices(schema) or not isinstance(node.content, str):
        return None
    return OTHER_FORMATS.get(re.sub(r"[^a-z]", "", node.content.lower()))


def _nearest_choice(node: Node, schema: dict[str, Any]) -> str | None:
    """Return the one of the schema's choices that is nearest to what was written, if one is near."""
    known = [each for each in choices(schema) if isinstance(each, str)]
    if not known or not isinstance(node.content, str):
        return None
    letters = re.sub(r"[^a-z0-9]", "", node.content.lower())
    return closest_match(letters, known)


def _hint(node: Node, schema: dict[str, Any]) -> str:
    """Return what to do about a value of another kind than the expected one, empty where nothing is known."""
    expected = types(schema)
    if node.written and "${" in node.written.text and "string" not in expected:
        return "Variables are expanded only in strings. Set this value with the input of the same name."
    if expected == ("object",):
        return _as_mapping(node)
    if isinstance(node.content, str):
        return _as_list(node.content, schema) if "array" in expected else _of_text(node)
    if "string" in expected and isinstance(node.content, list):
        return _as_text(node)
    is_mapping = "string" in expected and isinstance(node.content, dict)
    return "If { and } belong to the string, put the whole string in quotes." if is_mapping else ""


def _of_text(node: Node) -> str:
    """Return what to do about a text that is not of the form that its key asks for."""
    text = node.written.text if node.written else ""
    if not text.isprintable() and "\n" not in text:
        return "In double quotes, \\ begins an escape. Use single quotes, or / in paths."
    if found := _BROWSE.search(text):
        return f"Write {printable(part_of(text, found[1]))}."
    return "Remove the user and password: they are inputs." if "://" in text and "@" in text else ""


def _as_mapping(node: Node) -> str:
    if not node.location.path:
        return "Begin with `format: …` and `files: […]`, or with `imports:`."
    if isinstance(node.content, str) and ":" in node.content:
        return "A space is missing after the colon, or the key below is not indented."
    return ""


def _as_list(text: str, schema: dict[str, Any]) -> str:
    if text.startswith("-"):
        return "A space is missing after the `-` of each item."
    if types(schema.get("items", {})) != ("string",):
        return ""
    items = ", ".join(f'"{each.strip()}"' for each in printable(text).split(","))
    return f"Write a list: [{items}]"


def _as_text(node: Node) -> str:
    items = node.plain()
    if isinstance(items, list) and items and all(isinstance(each, str | int | float) for each in items):
        joined = ",".join(redacted(str(each)) for each in items)
        return f'Write one string, without [ ] and `-`: "{printable(joined)}"'
    return "Write one string. If [ belongs to it, put the whole string in quotes."
