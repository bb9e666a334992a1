"""What to do about a value that is not what was expected, as far as its form tells what was meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from qtm_action.spec.json_schema import choices, types
from qtm_action.spec.messages import example
from qtm_action.spec.nodes import Style
from qtm_action.spec.wording import printable

if TYPE_CHECKING:
    from qtm_action.spec.nodes import Node

# The address of an issue in Jira ends with its key.
_BROWSE = re.compile(r"/browse/([A-Z]\w*(?:-\w+)*-[0-9]+)\b")
_LONGEST = 300


def hint_for(node: Node, schema: dict[str, Any]) -> str:
    """Return what to do, empty where the message says all there is."""
    if should_lose_quotes(node, schema):
        return "Remove the quotes."
    if node.written and "${" in node.written.text and "string" not in types(schema):
        return "Variables are replaced in texts only; give this value by the input of the same name."
    return _of_kind(node, schema) or example(node, schema)


def _of_kind(node: Node, schema: dict[str, Any]) -> str:
    """Return what to do about a value of another kind than the expected one, empty where nothing is known."""
    expected = types(schema)
    if expected == ("object",):
        return _as_mapping(node)
    match node.content:
        case str() as text if expected == ("array",):
            return _as_list(text, schema)
        case str():
            return _of_text(node)
        case list() if "string" in expected:
            return _as_text(node)
        case dict() if "string" in expected:
            return "If { and } belong to the text, put all of it in quotes."
        case _:
            return ""


def nearest_choice(node: Node, schema: dict[str, Any]) -> str | None:
    """Return the one of the schema's choices that is nearest to what was written, if one is near."""
    known = [each for each in choices(schema) if isinstance(each, str)]
    if not known or not isinstance(node.content, str):
        return None
    from difflib import get_close_matches  # noqa: PLC0415 - start-up

    written = re.sub(r"[^a-z0-9]", "", node.content.lower())
    return next(iter(get_close_matches(written, known, n=1, cutoff=0.6)), None)


def should_lose_quotes(node: Node, schema: dict[str, Any]) -> bool:
    """Tell whether the value would be right but for its quotes."""
    if node.written is None or node.written.style is not Style.QUOTED:
        return False
    expected, text = types(schema), node.written.text.lower()
    return ("boolean" in expected and text in {"true", "false"}) or (
        "integer" in expected and text in {str(each) for each in choices(schema)}
    )


def _of_text(node: Node) -> str:
    """Return what to do about a text that is not of the form that its key asks for."""
    text = node.written.text[:_LONGEST] if node.written else ""
    if not text.isprintable() and "\n" not in text:
        return "In double quotes \\ begins an escape: use single quotes, or / in paths."
    if found := _BROWSE.search(text):
        return f"Write {found[1]}."
    return "Leave user and password out of it: they are inputs." if "://" in text and "@" in text else ""


def _as_list(text: str, schema: dict[str, Any]) -> str:
    if text.startswith("-"):
        return "A space is missing after the `-` of each item."
    if types(schema.get("items", {})) != ("string",):
        return ""
    items = ", ".join(f'"{each.strip()}"' for each in printable(text).split(","))
    return f"Write a list: [{items}]"


def _as_mapping(node: Node) -> str:
    if not node.origin.path:
        return "Begin with `format: …` and `files: […]`, or with `imports:`."
    if isinstance(node.content, str) and ":" in node.content:
        return "A space is missing after the colon, or the key below is not indented."
    return ""


def _as_text(node: Node) -> str:
    items = node.plain()
    if isinstance(items, list) and items and all(isinstance(each, str | int | float) for each in items):
        joined = ",".join(str(each) for each in items)
        return f'Write one text, without [ ] and `-`: "{printable(joined)}"'
    return "Write one text; if [ belongs to it, put all of it in quotes."
