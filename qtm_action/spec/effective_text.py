"""The effective spec of an import as text: a valid spec, with where each value came from beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qtm_action.spec.model import ImportSpec, JsonValue, Origin

_INDENT = "  "
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./ -]*[A-Za-z0-9])?")
_READ_OTHERWISE = frozenset({"true", "false", "yes", "no", "on", "off", "null"})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_WIDEST = 60


def show(spec: ImportSpec) -> str:
    """Return ``spec`` as YAML that reads back as the same import; origins are comments."""
    lines = list(_lines(_values(spec), spec.origins, path="", indent=""))
    width = min(max(len(text) for text, _ in lines), _WIDEST)
    return "".join(f"{text:<{width}}  # {origin}\n" if origin else f"{text}\n" for text, origin in lines)


def _values(spec: ImportSpec) -> dict[str, JsonValue]:
    values: dict[str, JsonValue] = {"name": spec.name}
    if spec.format is not None:
        values["format"] = spec.format.value
    values["files"] = list(spec.files)
    if spec.attachments:
        values["attachments"] = list(spec.attachments)
    values["zip"] = spec.zip.value
    if spec.max_age is not None:
        values |= {"maxAge": int(spec.max_age), "ifOlder": spec.if_older.value}
    return values | dict(spec.parameters)


def _lines(
    values: Mapping[str, JsonValue], origins: Mapping[str, Origin], *, path: str, indent: str
) -> Iterator[tuple[str, str]]:
    """Yield each line and the origin to show beside it, empty for none."""
    for key, value in values.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict) and value:
            yield f"{indent}{key}:", ""
            yield from _lines(value, origins, path=here, indent=indent + _INDENT)
        elif isinstance(value, list) and value:
            yield f"{indent}{key}:", str(origins.get(here, "default"))
            for item in value:
                yield from _item(item, indent + _INDENT)
        else:
            yield f"{indent}{key}: {_scalar(value)}", str(origins.get(here, "default"))


def _item(item: JsonValue, indent: str) -> Iterator[tuple[str, str]]:
    if isinstance(item, dict):
        pairs = [f"{key}: {_scalar(value)}" for key, value in item.items()]
        for number, pair in enumerate(pairs):
            yield f"{indent}{_INDENT if number else '- '}{pair}", ""
    else:
        yield f"{indent}- {_scalar(item)}", ""


def _scalar(value: JsonValue) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _text(value)
        case _:  # what is empty
            return "{}" if isinstance(value, dict) else "[]"


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _READ_OTHERWISE:
        return text
    escaped = "".join(_escaped(each) for each in text)
    return '"' + escaped.replace("${", "$${") + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
