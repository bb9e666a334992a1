"""SpecFlow's JSON: an object whose ``features[].scenarios[]`` have a title and a result.

The names and results are those of SpecFlow's JSON reporters (``OK``, ``Error``, ``NotRun``,
``Pending``), and those of SpecFlow+ Runner. Steps stand in ``steps``, or in the blocks
``given``, ``when`` and ``then``.
"""

from __future__ import annotations

from typing import Any

from qtm_action.redaction import beginning
from qtm_action.results.readers.json_stream import JsonStream, Position
from qtm_action.results.readers.reasons import reason
from qtm_action.results.readers.reported_tests import Status, StepResult, Suite, TestResult
from qtm_action.results.readers.tally import MAX_TEXT, Tally, UnreadableError

_STATUSES = (
    dict.fromkeys(("ok", "passed", "pass", "success", "succeeded"), Status.PASSED)
    | dict.fromkeys(("error", "failed", "fail", "failure", "testerror", "bindingerror"), Status.FAILED)
    | dict.fromkeys(("cleanupfailed", "randomlyfailed"), Status.FAILED)
    | dict.fromkeys(("notrun", "pending", "skipped", "ignored", "inconclusive"), Status.SKIPPED)
    | dict.fromkeys(("undefined", "unknown", "nothingtorun", "notexecuted"), Status.SKIPPED)
    | dict.fromkeys(("stepdefinitionpending", "undefinedstep"), Status.SKIPPED)
)
_SHAPE = "QTM4J accepts an object with `features`, each with `scenarios` that have a `title`."
_BLOCKS = ("steps", "given", "when", "then")
_KEYS = frozenset({"description", "duration", "endtime", "result", "starttime", "tags", "title"})
_FEATURE_KEYS = _KEYS | {"background", "scenarios", "uri"}
_SCENARIO_KEYS = _KEYS | {"error", "errormessage", "exception", "status", *_BLOCKS}


def read_features(stream: JsonStream, tally: Tally) -> None:
    """Read the array of features at the cursor; raise UnreadableError where it is not of features."""
    for _ in stream.items():
        if stream.peek() != "{":
            raise _wrong("a feature is not an object", stream.position)
        _read_feature(stream, tally)


def _read_feature(stream: JsonStream, tally: Tally) -> None:
    suite = Suite()
    keys = set()
    line = stream.position.line
    for key in stream.members():
        keys.add(key)
        match key.lower():
            case "scenarios" if stream.peek() == "[":
                _read_scenarios(stream, suite, tally)
            case "title":
                title = stream.outline()
                suite.name = beginning(title, MAX_TEXT) if isinstance(title, str) else ""
            case "tags":
                tally.tags(stream.outline())
            case _:
                stream.skip()
    if "scenarios" not in map(str.lower, keys):
        tally.warn("a feature has no `scenarios`", hint=_SHAPE, line=line)
    _warn_of_keys(keys, _FEATURE_KEYS, tally, line)


def _read_scenarios(stream: JsonStream, suite: Suite, tally: Tally) -> None:
    for _ in stream.items():
        position = stream.position
        scenario = stream.outline()
        if not isinstance(scenario, dict):
            raise _wrong("a scenario is not an object", position)
        _read_scenario(scenario, suite, tally, position.line)


def _read_scenario(written: dict[str, Any], suite: Suite, tally: Tally, line: int) -> None:
    scenario = {key.lower(): value for key, value in written.items()}
    title = scenario.get("title")
    if not isinstance(title, str):
        tally.warn("a scenario has no `title`", hint=_SHAPE, line=line)
    _warn_of_keys(written, _SCENARIO_KEYS, tally, line)
    keys = tally.tags(scenario.get("tags"))
    parts = _parts([value for key, value in scenario.items() if key in _BLOCKS])
    # The scenario's own result counts, or the worst of its steps where it has none.
    results = [scenario] if scenario.get("result") or scenario.get("status") else parts
    status = max((_status(part, tally) for part in results), default=Status.SKIPPED)

    def test() -> TestResult:
        steps = tuple(StepResult(str(step.get("title") or ""), _status(step, tally)) for step in parts)
        why = _reason([scenario, *parts]) if status is Status.FAILED else ""
        return TestResult(suite, str(title or ""), status, reason=why, keys=keys, steps=steps)

    tally.add(status, keys, test)


def _status(part: dict[str, Any], tally: Tally) -> Status:
    """Return how a scenario or step ended; its keys are in lower case."""
    return tally.status(str(part.get("result") or part.get("status")), _STATUSES, "SpecFlow")


def _warn_of_keys(keys: set[str] | dict[str, Any], known: frozenset[str], tally: Tally, line: int) -> None:
    tally.unknown_keys([key for key in keys if key.lower() not in known], line)
    if any(key != key[:1].lower() + key[1:] for key in keys):
        tally.warn(
            "the keys begin with capitals",
            hint="The vendor's documentation has `features`, `scenarios`, `title`.",
        )


def _parts(block: Any) -> list[dict[str, Any]]:
    """Return the steps of a block, and the steps that those are made of, with their keys in lower case."""
    found: list[dict[str, Any]] = []
    waiting = [block]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += reversed(part)
        elif isinstance(part, dict):
            step = {key.lower(): value for key, value in part.items()}
            if step.keys() & {"result", "status"} or ("title" in step and not step.get("steps")):
                found.append(step)
            waiting.append(step.get("steps"))
    return found


def _reason(parts: list[dict[str, Any]]) -> str:
    for part in parts:
        for key in ("errormessage", "error", "exception"):
            error = part.get(key)
            if isinstance(error, dict):
                error = next((error[name] for name in ("message", "Message") if error.get(name)), None)
            if isinstance(error, str) and error.strip():
                return reason(error)
    return ""


def _wrong(what: str, position: Position) -> UnreadableError:
    return UnreadableError(f"this is not a SpecFlow report: {what}", _SHAPE, *position)
