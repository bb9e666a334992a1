"""QAF's JSON: per class a ``meta-info.json`` that lists ``methods``, and one file a test beside it.

Only ``methods`` are counted, those of type ``test``: entries of type ``config`` are set-up and
tear-down. The files of single tests, overviews and lists of runs hold nothing to count.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from qtm_action.results.readers.json_stream import TOO_LONG
from qtm_action.results.readers.tally import KEY_NAMES, UnreadableError, first_line

if TYPE_CHECKING:
    from pathlib import Path

    from qtm_action.results.readers.json_stream import JsonStream
    from qtm_action.results.readers.tally import Tally

MARKS = (
    {"checkPoints"},
    {"seleniumLog"},
    {"reports"},
    {"envInfo"},
    {"tests", "status"},
    {"tests", "total"},
    {"classes"},
)
"""Sets of keys any of which shows that an object is one of QAF's other files."""

_MAX_RESULT = 1 << 20  # bytes of a test's own file that are looked at for its message


def read_methods(stream: JsonStream, tally: Tally, folder: Path | None) -> None:
    """Read the array of methods at the cursor; messages come from the tests' files in ``folder``."""
    for _ in stream.items():
        stream.peek()
        place = stream.place
        method = stream.value()
        if method is TOO_LONG:
            method = stream.outline()
        if not isinstance(method, dict):
            raise UnreadableError("this is not a QAF report: a method is not an object", place=place)
        if method.get("type") == "test":
            _count(method, tally, folder, place)


def _count(method: dict[str, Any], tally: Tally, folder: Path | None, place: int) -> None:
    meta = method.get("metaData")
    if not isinstance(meta, dict):
        meta = {}
    name = meta.get("name")
    if not isinstance(name, str) or not name:
        tally.warn(
            "a test has no `metaData.name`", hint="QTM4J takes it for the test case's name", place=place
        )
    _keys(meta, tally)
    match str(method.get("result")).lower():
        case "pass":
            tally.passed += 1
        case "fail":
            tally.failed += 1
            if tally.wants_failures:
                tally.failure(str(name or ""), _message(folder, meta.get("resultFileName") or name))
        case "skip":
            tally.skipped += 1
        case other:
            tally.skipped += 1
            tally.warn(f"the result {other[:40]!r} is not one of QAF's; it counts as skipped", place=place)


def _keys(meta: dict[str, Any], tally: Tally) -> None:
    for key, value in meta.items():
        if key.lower() in KEY_NAMES:
            for part in value if isinstance(value, list) else [value]:
                tally.key(str(part))
    for group in groups if isinstance(groups := meta.get("groups"), list) else ():
        tally.tag(str(group))


def _message(folder: Path | None, result_file: Any) -> str:
    """Return what the test's own file says of its failure, where it is there and short."""
    if (
        folder is None
        or not isinstance(result_file, str)
        or not result_file
        or {"/", "\\", "\0"} & set(result_file)
    ):
        return ""
    try:
        with (folder / f"{result_file}.json").open("rb") as stream:
            written = json.loads(stream.read(_MAX_RESULT))
        trace = written["errorTrace"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""  # that file is checked in its own turn
    return first_line(trace) if isinstance(trace, str) else ""
