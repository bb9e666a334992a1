"""Cucumber, SpecFlow and QAF results.

Cucumber's array is read one feature at a time, since embedded screenshots make its files large.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any

from qtm_action.sandbox.json_stream import array_elements, read_json
from qtm_action.sandbox.model import ReadCase, ReadStep, Result, ResultsError

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY = re.compile(r"@?testcasekey\s*[:=]\s*([A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)+)", re.IGNORECASE)
_BARE_KEY = re.compile(r"@?([A-Z][A-Z0-9_]*-TC-[1-9][0-9]*)")
_PASSED = frozenset({"passed", "pass", "ok", "success", "succeeded"})
_SKIPPED = frozenset({"skipped", "skip", "pending", "undefined", "notrun", "not run", "inconclusive"})


def read_cucumber(stream: IO[bytes]) -> Iterator[ReadCase]:
    """Read the scenarios of a Cucumber result; steps of a background belong to the scenario after it."""
    for feature in array_elements(stream):
        if not isinstance(feature, dict) or not {"elements", "keyword", "uri"} & feature.keys():
            raise ResultsError("a Cucumber result is an array of features with elements")
        background: list[dict[str, Any]] = []
        for element in _objects(feature.get("elements") or [], "elements"):
            steps = _objects(element.get("steps") or [], "steps")
            if element.get("type") == "background":
                background = steps
                continue
            yield _scenario(feature, element, [*background, *steps])


def _scenario(feature: dict[str, Any], element: dict[str, Any], steps: list[dict[str, Any]]) -> ReadCase:
    if not isinstance(element.get("name"), str):
        raise ResultsError("an element of a Cucumber feature has no name")
    hooks = [
        *_objects(element.get("before") or [], "before"),
        *_objects(element.get("after") or [], "after"),
        *[step for step in steps if step.get("hidden") or "name" not in step],
    ]
    told = [step for step in steps if not step.get("hidden") and "name" in step]
    read = tuple(ReadStep(str(step["name"]), _result(_status(step))) for step in told)
    failed_hooks = [Result.FAIL for hook in hooks if _result(_status(hook)) is Result.FAIL]
    tags = _tags(element.get("tags") or [])
    return ReadCase(
        name=element["name"],
        steps=read,
        result=_judge([*[step.result for step in read], *failed_hooks]),
        key=_key_in(tags),
        suite=str(feature.get("name", "")),
        description=str(feature.get("description") or "").strip(),
        attachments=sum(len(step.get("embeddings") or []) for step in [*told, *hooks]),
    )


def read_specflow(stream: IO[bytes]) -> Iterator[ReadCase]:
    """Read the scenarios of a SpecFlow result."""
    document = read_json(stream)
    if not isinstance(document, dict) or "features" not in document:
        raise ResultsError("a SpecFlow result is an object with features")
    for feature in _objects(document["features"] or [], "features"):
        for scenario in _objects(feature.get("scenarios") or [], "scenarios"):
            if not isinstance(scenario.get("title"), str):
                raise ResultsError("a scenario of a SpecFlow feature has no title")
            steps = tuple(
                ReadStep(str(step.get("title", "")), _result(_status(step)))
                for step in _objects(scenario.get("steps") or [], "steps")
            )
            own = [_result(_status(scenario))] if "result" in scenario or "status" in scenario else []
            yield ReadCase(
                name=scenario["title"],
                steps=steps,
                result=_judge([*own, *[step.result for step in steps]]),
                key=_key_in([str(tag) for tag in scenario.get("tags") or []]),
                suite=str(feature.get("title", "")),
            )


def read_qaf_methods(document: object) -> Iterator[tuple[str, str, Result, str | None]]:
    """Read a QAF ``meta-info.json``: of each test its name, its result file's, its result and its key.

    Entries of ``type`` ``config`` are set-up and tear-down; a file without ``methods`` has none.
    """
    if not isinstance(document, dict):
        raise ResultsError("a meta-info.json is an object")
    for method in _objects(document.get("methods") or [], "methods"):
        meta = method.get("metaData")
        if method.get("type", "test") == "config":
            continue
        if not isinstance(meta, dict) or not isinstance(meta.get("name"), str):
            raise ResultsError("a method has no metaData.name")
        named = [meta.get("testcasekey"), *(meta.get("groups") or [])]
        key = meta["testcasekey"] if isinstance(meta.get("testcasekey"), str) else None
        yield (
            meta["name"],
            str(meta.get("resultFileName") or meta["name"]),
            _result(str(method.get("result", ""))),
            key or _key_in([str(name) for name in named if name]),
        )


def read_check_points(document: object) -> tuple[ReadStep, ...]:
    """Read the steps of a QAF test: the messages of its check points."""
    if not isinstance(document, dict):
        raise ResultsError("the result of a QAF test is an object")
    return tuple(
        ReadStep(
            str(point.get("message", "")),
            Result.FAIL if "fail" in str(point.get("type")).lower() else Result.PASS,
        )
        for point in _objects(document.get("checkPoints") or [], "checkPoints")
    )


def _tags(value: object) -> list[str]:
    """Return the names of a scenario's tags; behave writes each as a text, Cucumber as an object."""
    if not isinstance(value, list):
        raise ResultsError("tags must be an array")
    return [str(tag.get("name", "")) if isinstance(tag, dict) else str(tag) for tag in value]


def _objects(value: object, name: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ResultsError(f"{name} must be an array of objects")
    return value


def _status(node: dict[str, Any]) -> str:
    """``result.status``, or ``status``, or ``result`` itself where it is a word."""
    result = node.get("result", node.get("status", ""))
    return str(result.get("status", "") if isinstance(result, dict) else result)


def _result(status: str) -> Result:
    word = status.lower()
    if word in _SKIPPED or not word:
        return Result.NOT_EXECUTED
    return Result.PASS if word in _PASSED else Result.FAIL


def _judge(results: list[Result]) -> Result:
    """Judge a scenario: it fails if a step or hook does, and one step not executed is enough for all."""
    order = (Result.FAIL, Result.NOT_EXECUTED, Result.PASS)
    return next((result for result in order if result in results), Result.PASS)


def _key_in(tags: list[str]) -> str | None:
    for pattern in (_KEY, _BARE_KEY):
        for tag in tags:
            if match := pattern.fullmatch(tag.strip()):
                return match[1]
    return None
