"""The JSON Schema of the spec: ``schema.json``, its validator, and what is looked up in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry

IMPORT = "#/$defs/import"
DEFAULTS = "#/$defs/defaults"


@cache
def schema_text() -> str:
    """Return the JSON Schema as it is published, with a line break at its end."""
    return Path(__file__).with_name("schema.json").read_text(encoding="utf-8")


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the spec; it is shared and not to be changed."""
    loaded: dict[str, Any] = json.loads(schema_text())
    return loaded


@cache
def validator() -> Draft202012Validator:
    """Return the validator of a spec; its empty registry fetches nothing from anywhere."""
    return Draft202012Validator(schema(), registry=Registry())


@cache
def referred(reference: str) -> dict[str, Any]:
    """Return what ``reference``, such as ``#/$defs/import``, refers to."""
    found: Any = schema()
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return resolved(found)


def resolved(part: Any) -> dict[str, Any]:
    """Return ``part`` of the schema itself or what it refers to; a boolean schema has no keywords."""
    if not isinstance(part, dict):
        return {}
    return referred(part["$ref"]) if "$ref" in part else part


def types(part: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the JSON types that ``part`` names, none if it allows any."""
    named = part.get("type", ())
    return (named,) if isinstance(named, str) else tuple(named)


def choices(part: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the values that ``part`` lists, none if it lists none."""
    for each in (part, *part.get("anyOf", ())):
        if "enum" in each:
            return tuple(each["enum"])
    return ()
