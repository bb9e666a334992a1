"""The effective spec of an import as text: a valid spec, with where each value came from in comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from qtm_action.redaction import redacted
from qtm_action.spec.foreign_text import escaped
from qtm_action.spec.import_spec import ImportSpec, JsonValue, Location

_INDENT = "  "
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./ -]*[A-Za-z0-9])?")
_READ_OTHERWISE = frozenset({"true", "false", "yes", "no", "on", "off", "null"})
_WIDEST = 60


def effective(spec: ImportSpec) -> str:
    """Return the import as a spec of its own, with where each value was written in a comment."""
    lines = list(_lines(_values(spec), spec.locations, path="", indent=""))
    width = min(max(len(text) for text, _ in lines), _WIDEST)
    return "".join(f"{text:<{width}}  # {source}\n" if source else f"{text}\n" for text, source in lines)


def _values(spec: ImportSpec) -> dict[str, JsonValue]:
    values: dict[str, JsonValue] = {"name": spec.name}
    if spec.format is not None:
        values["format"] = spec.format.value
    values["files"] = list(spec.files)
    if spec.attachments:
        values["attachments"] = list(spec.attachments)
    values["zip"] = spec.zip.value
    if spec.max_age is not None:
        values["maxAge"] = int(spec.max_age) if spec.max_age.is_integer() else f"{spec.max_age:.3f}s"
        values["ifOlder"] = spec.if_older.value
    if spec.repair:
        values["repair"] = True
    return values | dict(spec.parameters)


def _lines(
    values: Mapping[str, JsonValue], locations: Mapping[str, Location], *, path: str, indent: str
) -> Iterator[tuple[str, str]]:
    """Yield each line and where its value was written, empty for none."""
    for key, value in values.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict) and value:
            yield f"{indent}{key}:", ""
            yield from _lines(value, locations, path=here, indent=indent + _INDENT)
        elif isinstance(value, list) and value:
            yield f"{indent}{key}:", str(locations.get(here, "default"))
            for item in value:
                yield from _item(item, indent + _INDENT)
        else:
            yield f"{indent}{key}: {_scalar(value)}", str(locations.get(here, "default"))


def _item(item: JsonValue, indent: str) -> Iterator[tuple[str, str]]:
    if isinstance(item, dict):
        pairs = [f"{key}: {_scalar(value)}" for key, value in item.items()]
        for number, pair in enumerate(pairs):
            yield f"{indent}{_INDENT if number else '- '}{pair}", ""
    else:
        yield f"{indent}- {_scalar(item)}", ""


def _scalar(value: JsonValue) -> str:
    if isinstance(value, str):
        value = redacted(value)
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _READ_OTHERWISE:
        return value
    # JSON is YAML, but for a few characters that YAML wants escaped, too.
    return escaped(json.dumps(value, ensure_ascii=False)).replace("${", "$${")
