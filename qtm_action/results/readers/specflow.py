"""SpecFlow's JSON: an object whose ``features[].scenarios[]`` have a title and a result.

The names and results are those of SpecFlow's JSON reporters (``OK``, ``Error``, ``NotRun``,
``Pending``), with those of SpecFlow+ Runner beside them. Steps stand in ``steps``, or in the blocks
``given``, ``when`` and ``then``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtm_action.results.readers.json_stream import TOO_LONG
from qtm_action.results.readers.tally import MAX_FAILURES, MAX_TEXT, UnreadableError, first_line

if TYPE_CHECKING:
    from qtm_action.results.readers.json_stream import JsonStream
    from qtm_action.results.readers.tally import Tally

_PASSED, _SKIPPED, _FAILED = range(3)
_OUTCOMES = (
    dict.fromkeys(["ok", "passed", "pass", "success", "succeeded"], _PASSED)
    | dict.fromkeys(
        [
            "error",
            "failed",
            "fail",
            "failure",
            "testerror",
            "bindingerror",
            "cleanupfailed",
            "randomlyfailed",
        ],
        _FAILED,
    )
    | dict.fromkeys(
        ["notrun", "pending", "skipped", "ignored", "inconclusive", "undefined", "unknown", "nothingtorun"],
        _SKIPPED,
    )
    | dict.fromkeys(["stepdefinitionpending", "undefinedstep", "notexecuted"], _SKIPPED)
)
_SHAPE = "QTM4J takes an object with `features`, each with `scenarios` that have a `title`"
_BLOCKS = ("steps", "given", "when", "then")
_FEATURE_KEYS = frozenset(
    {
        "background",
        "description",
        "endtime",
        "result",
        "scenarios",
        "starttime",
        "tags",
        "title",
        "uri",
        "duration",
    }
)
_SCENARIO_KEYS = frozenset(
    {
        "description",
        "duration",
        "endtime",
        "error",
        "errormessage",
        "exception",
        "result",
        "starttime",
        "status",
    }
    | {"tags", "title", *_BLOCKS}
)


def read_features(stream: JsonStream, tally: Tally) -> None:
    """Read the array of features at the cursor; raise UnreadableError where it is not of features."""
    reader = _Reader(stream, tally)
    for _ in stream.items():
        if stream.peek() != "{":
            raise _wrong("a feature is not an object", stream.place)
        reader.feature()
    if not tally.total:
        tally.warn("the file holds no scenario")


class _Reader:
    def __init__(self, stream: JsonStream, tally: Tally) -> None:
        self._stream = stream
        self._tally = tally
        self._place = 0  # of the feature or scenario at hand
        self._failed: list[tuple[str, str]] = []  # until the feature's title is known

    def feature(self) -> None:
        stream, tally = self._stream, self._tally
        title = ""
        keys = set()
        self._place = place = stream.place
        for key in stream.members():
            keys.add(key)
            match key.lower():
                case "scenarios" if stream.peek() == "[":
                    self._scenarios()
                case "title":
                    title = stream.text(MAX_TEXT)
                case "tags":
                    _tags(stream.outline(), tally)
                case _:
                    stream.skip()
        if "scenarios" not in map(str.lower, keys):
            tally.warn("a feature has no `scenarios`", hint=_SHAPE, place=place)
        self._warn_of_keys(keys, _FEATURE_KEYS)
        for scenario, message in self._failed:
            tally.failure(f"{title}: {scenario}" if title else scenario, message)
        self._failed.clear()

    def _scenarios(self) -> None:
        stream = self._stream
        for _ in stream.items():
            stream.peek()
            self._place = stream.place
            scenario = stream.value()
            if isinstance(scenario, dict):
                self._scenario(
                    scenario, _steps([scenario.get(key) for key in scenario if key.lower() in _BLOCKS])
                )
            elif scenario is TOO_LONG and stream.peek() == "{":
                self._long_scenario()
            else:
                raise _wrong("a scenario is not an object", self._place)

    def _long_scenario(self) -> None:
        """Walk through a scenario that is too long to be held; of its steps the worst are kept."""
        stream = self._stream
        scenario: dict[str, Any] = {}
        steps: list[dict[str, Any]] = []
        for key in stream.members():
            if key.lower() in _BLOCKS:
                scenario[key] = None
                self._long_block(steps)
            else:
                scenario[key] = stream.outline()
        self._scenario(scenario, steps)

    def _long_block(self, worst: list[dict[str, Any]]) -> None:
        stream = self._stream
        match stream.peek():
            case "[":
                for _ in stream.items():
                    for step in _steps(stream.outline()):
                        outcome = self._judge({}, [step])
                        is_worse = not worst or outcome > self._judge({}, worst[-1:])
                        if is_worse or (outcome == _FAILED and len(worst) < MAX_FAILURES):
                            worst.append(step)
            case "{":
                for key in stream.members():
                    if key.lower() == "steps":
                        self._long_block(worst)
                    else:
                        stream.skip()
            case _:
                stream.skip()

    def _scenario(self, written: dict[str, Any], steps: list[dict[str, Any]]) -> None:
        tally = self._tally
        scenario = {key.lower(): value for key, value in written.items()}
        if not isinstance(scenario.get("title"), str):
            tally.warn("a scenario has no `title`", hint=_SHAPE, place=self._place)
        self._warn_of_keys(written, _SCENARIO_KEYS)
        _tags(scenario.get("tags"), tally)
        match self._judge(scenario, steps):
            case 0:
                tally.passed += 1
            case 1:
                tally.skipped += 1
            case _:
                tally.failed += 1
                if len(self._failed) < MAX_FAILURES:
                    self._failed.append((str(scenario.get("title") or ""), _message([scenario, *steps])))

    def _judge(self, scenario: dict[str, Any], steps: list[dict[str, Any]]) -> int:
        """Return the scenario's own result, or the worst of its steps where it has none."""
        said = scenario.get("result") or scenario.get("status")
        results = [said] if said else [step.get("result") or step.get("status") for step in steps]
        return max((self._known(result) for result in results), default=_SKIPPED)

    def _known(self, result: Any) -> int:
        known = _OUTCOMES.get(str(result).lower())
        if known is None:
            self._tally.warn(
                f"the result {str(result)[:40]!r} is not one of SpecFlow's; it counts as skipped"
            )
        return _SKIPPED if known is None else known

    def _warn_of_keys(self, keys: set[str] | dict[str, Any], known: frozenset[str]) -> None:
        unknown = [key for key in keys if key.lower() not in known]
        self._tally.unknown_keys(unknown, self._place)
        if any(key != key[:1].lower() + key[1:] for key in keys):
            self._tally.warn(
                "the keys begin with capitals",
                hint="the vendor's documentation has `features`, `scenarios`, `title`",
            )


def _steps(block: Any) -> list[dict[str, Any]]:
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


def _message(parts: list[dict[str, Any]]) -> str:
    for part in parts:
        for key in ("errormessage", "error", "exception"):
            said = part.get(key)
            if isinstance(said, dict):
                said = next((said[name] for name in ("message", "Message") if said.get(name)), None)
            if isinstance(said, str) and said.strip():
                return first_line(said)
    return ""


def _tags(tags: Any, tally: Tally) -> None:
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, str):
            tally.tag(tag)


def _wrong(what: str, place: int) -> UnreadableError:
    return UnreadableError(f"this is not a SpecFlow report: {what}", hint=_SHAPE, place=place)
