"""QAF's JSON: per class a ``meta-info.json`` that lists ``methods``, and one file per test next to it.

Only ``methods`` are counted, those of type ``test``: entries of type ``config`` are set-up and
tear-down. The files of single tests, overviews and lists of runs hold nothing to count.
"""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from typing import Any

from qtm_action.results.readers.json_stream import JsonStream
from qtm_action.results.readers.reasons import reason
from qtm_action.results.readers.reported_tests import Status, StepResult, Suite, TestResult
from qtm_action.results.readers.tally import KEY_NAMES, Tally, UnreadableError

_STATUSES = {"pass": Status.PASSED, "fail": Status.FAILED, "skip": Status.SKIPPED}
# Keys of the files that hold no tests: those of single tests, overviews and lists of runs.
_OTHER_FILES = (
    *({"checkPoints"}, {"seleniumLog"}, {"reports"}, {"envInfo"}, {"classes"}),
    *({"tests", "status"}, {"tests", "total"}),
)
_MAX_RESULT = 1 << 20  # bytes of a test's own file that are looked at for its message and steps


def holds_no_tests(keys: AbstractSet[str]) -> bool:
    """Return whether an object with these keys is of the files of QAF without ``methods``."""
    return any(some <= keys for some in _OTHER_FILES)


def read_methods(stream: JsonStream, tally: Tally) -> None:
    """Read the array of methods at the cursor; messages and steps are in a file of each test."""
    suite = Suite()
    for _ in stream.items():
        position = stream.position
        method = stream.outline()
        if not isinstance(method, dict):
            raise UnreadableError("this is not a QAF report: a method is not an object", "", *position)
        if method.get("type") == "test":
            _read_test(method, suite, tally, position.line)


def _read_test(method: dict[str, Any], suite: Suite, tally: Tally, line: int) -> None:
    meta = method.get("metaData")
    if not isinstance(meta, dict):
        meta = {}
    name = meta.get("name")
    if not isinstance(name, str) or not name:
        tally.warn(
            "a test has no `metaData.name`", hint="QTM4J uses it as the name of the test case.", line=line
        )
    keys = _keys(meta, tally)
    status = tally.status(str(method.get("result")), _STATUSES, "QAF", line=line)

    def test() -> TestResult:
        own = _own_file(meta.get("resultFileName") or name, tally)
        trace = own.get("errorTrace")
        why = reason(trace) if isinstance(trace, str) and status is Status.FAILED else ""
        steps = tuple(_steps(own.get("checkPoints")))
        return TestResult(suite, str(name or ""), status, reason=why, keys=keys, steps=steps)

    tally.add(status, keys, test)


def _keys(meta: dict[str, Any], tally: Tally) -> tuple[str, ...]:
    keys: list[str] = []
    for key, value in meta.items():
        if key.lower() in KEY_NAMES:
            for part in value if isinstance(value, list) else [value]:
                keys += tally.key(str(part))
    return (*keys, *tally.tags(meta.get("groups")))


def _own_file(name: Any, tally: Tally) -> dict[str, Any]:
    """Return what the test's own file holds, where it is there and short."""
    if not isinstance(name, str) or not name or {"/", "\\", "\0"} & set(name):
        return {}
    try:
        written = json.loads(tally.read_sibling(f"{name}.json", _MAX_RESULT) or b"{}")
    except (ValueError, RecursionError):
        return {}  # that file is checked in its own turn
    return written if isinstance(written, dict) else {}


def _steps(check_points: Any) -> list[StepResult]:
    points = check_points if isinstance(check_points, list) else ()
    return [
        StepResult(
            str(point.get("message", "")),
            Status.FAILED if "fail" in str(point.get("type")).lower() else Status.PASSED,
        )
        for point in points
        if isinstance(point, dict)
    ]
