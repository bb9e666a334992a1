"""The JSON Schema of the spec: loading it, finding one's way in it, and a quick yes for what is valid.

``schema.json`` is the one authority, and ``jsonschema`` its judge. Importing that library takes longer than
everything else a valid spec needs, so :func:`accepts` decides the usual case: it knows the keywords that
``schema.json`` uses and nothing more. What it doesn't accept goes to the judge, who also says why. Tests
hold the two together: the keywords, and the answers over generated documents.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qtm_action.spec.model import JsonValue

Schema = bool | dict[str, Any]

IMPORT = "#/$defs/import"
DEFAULTS = "#/$defs/defaults"

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}

_pattern = cache(re.compile)


@cache
def schema_text() -> str:
    """Return the schema as it is published."""
    return Path(__file__).with_name("schema.json").read_text(encoding="utf-8")


@cache
def root() -> dict[str, Any]:
    """Return the schema; it is shared and not to be changed."""
    schema: dict[str, Any] = json.loads(schema_text())
    return schema


@cache
def referred(reference: str) -> dict[str, Any]:
    """Return what ``reference``, such as ``#/$defs/import``, refers to."""
    found: Any = root()
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return resolved(found)


def resolved(schema: Any) -> dict[str, Any]:
    """Return ``schema`` itself or what it refers to; a boolean schema has no keywords."""
    if not isinstance(schema, dict):
        return {}
    return referred(schema["$ref"]) if "$ref" in schema else schema


def types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the JSON types that ``schema`` names, none if it allows any."""
    named = schema.get("type", ())
    return (named,) if isinstance(named, str) else tuple(named)


def choices(schema: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the values that ``schema`` lists, none if it lists none."""
    for each in (schema, *schema.get("anyOf", ())):
        if "enum" in each:
            return tuple(each["enum"])
    return ()


def accepts(schema: Schema, value: JsonValue) -> bool:
    """Tell whether ``value`` is certainly valid; False means that the judge has to be asked."""
    if isinstance(schema, bool):
        return schema
    return all(_KEYWORDS[keyword](schema, value) for keyword in schema if keyword in _KEYWORDS)


def _type(schema: dict[str, Any], value: JsonValue) -> bool:
    return any(type(value) in _TYPES[name] for name in types(schema))


def _enum(schema: dict[str, Any], value: JsonValue) -> bool:
    return any(type(value) is type(each) and value == each for each in schema["enum"])


def _properties(schema: dict[str, Any], value: JsonValue) -> bool:
    if not isinstance(value, dict):
        return True
    known = schema["properties"]
    return all(accepts(known[key], each) for key, each in value.items() if key in known)


def _additional(schema: dict[str, Any], value: JsonValue) -> bool:
    return not isinstance(value, dict) or value.keys() <= schema["properties"].keys()


def _number_at_least(schema: dict[str, Any], value: JsonValue) -> bool:
    return not isinstance(value, int | float) or value >= schema["minimum"]


def _number_at_most(schema: dict[str, Any], value: JsonValue) -> bool:
    return not isinstance(value, int | float) or value <= schema["maximum"]


def _if(schema: dict[str, Any], value: JsonValue) -> bool:
    return accepts(schema.get("then" if accepts(schema["if"], value) else "else", True), value)


_KEYWORDS = {
    "$ref": lambda schema, value: accepts(referred(schema["$ref"]), value),
    "type": _type,
    "enum": _enum,
    "properties": _properties,
    "additionalProperties": _additional,
    "required": lambda schema, value: not isinstance(value, dict) or value.keys() >= set(schema["required"]),
    "items": lambda schema, value: (
        not isinstance(value, list) or all(accepts(schema["items"], each) for each in value)
    ),
    "minItems": lambda schema, value: not isinstance(value, list) or len(value) >= schema["minItems"],
    "minLength": lambda schema, value: not isinstance(value, str) or len(value) >= schema["minLength"],
    "pattern": lambda schema, value: (
        not isinstance(value, str) or _pattern(schema["pattern"]).search(value) is not None
    ),
    "minimum": _number_at_least,
    "maximum": _number_at_most,
    "anyOf": lambda schema, value: any(accepts(each, value) for each in schema["anyOf"]),
    "allOf": lambda schema, value: all(accepts(each, value) for each in schema["allOf"]),
    "not": lambda schema, value: not accepts(schema["not"], value),
    "if": _if,
}
