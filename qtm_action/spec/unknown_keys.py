"""Explains an unknown key: a similar one was meant, or one that belongs elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from qtm_action.errors import Problem
from qtm_action.spec.foreign_text import short_key
from qtm_action.spec.json_schema import IMPORT, referred, resolved, schema
from qtm_action.spec.nodes import Node
from qtm_action.words import closest_match

_SECRET = "Secrets must not be in a spec. Set them as inputs or as variables of the job."  # noqa: S105 - no secret
_INPUT = "It is an input of the step, not a key of the spec."
# Words of the API, of this program's inputs and of other tools, by their letters: what to do instead.
_ELSEWHERE = {
    "iszip": "Files are zipped if needed; `zip: always` and `zip: never` override this.",
    **dict.fromkeys(("apikey", "qtmapikey", "token", "password", "authorization"), _SECRET),
    **dict.fromkeys(("username", "timeout", "retryfor", "wait", "softfail", "workingdirectory"), _INPUT),
}
# The words of people and of other tools for a key, by their letters.
_SYNONYMS = {
    "files": ("file", "filepath", "path", "paths", "pattern", "patterns", "results", "resultfiles"),
    "format": ("framework", "type"),
    "jiraUrl": ("url", "baseurl", "jirabaseurl"),
    "testCycleToReuse": ("testcyclekey",),
    "automationHierarchy": ("hierarchy",),
    "environment": ("platform", "env"),
    "testCaseExecution": ("execution",),
    "summary": ("name", "title"),
    "folderPath": ("folder",),
    "plannedStartDate": ("startdate",),
    "plannedEndDate": ("enddate", "duedate"),
    "fixVersionId": ("fixversion",),
    "sprintId": ("sprint",),
}


def unknown_key(key: str, node: Node, known: Iterable[str]) -> tuple[Problem, str | None]:
    """Return the problem of ``key``, which is none of the ``known`` keys of its place, and the one it means.

    It means a known key that is another word for it, or one similar to it in letters; maybe none.
    """
    known = tuple(known)
    location = node.key_location or node.location
    if not key:
        hint = "Add the key, or remove the line."
        return location.problem("a key is missing before the colon", hint), None
    meant = _meant(key, known)
    rest, hint = (f"; did you mean `{meant}`?", "") if meant else _elsewhere(key, known)
    return location.problem(f"unknown key `{short_key(key)}`{rest}", hint), meant


def _meant(key: str, known: Sequence[str]) -> str | None:
    """Return the known key that ``key`` means; a similar one only if ``key`` itself belongs nowhere else."""
    letters = _letters(key)
    for each in known:
        if letters == _letters(each) or letters in _SYNONYMS.get(each, ()):
            return each
    return None if key in _places() or letters in _ELSEWHERE else _similar(letters, known)


def _elsewhere(key: str, known: Sequence[str]) -> tuple[str, str]:
    """Return the rest of the message, and the hint, for a key that means none of the ``known`` ones."""
    places, letters = _places(), _letters(key)
    if key in places:
        return f" here: it belongs {' or '.join(places[key])}", "Check its indentation."
    if letters in _ELSEWHERE:
        return "", _ELSEWHERE[letters]
    if similar := _similar(letters, places):
        return f"; did you mean `{similar}`, which belongs {places[similar][0]}?", ""
    if "value" in known:
        return "", "Write it as `name: …` and `value: …`."
    return "", f"Known keys: {', '.join(known)}."


def _similar(letters: str, known: Iterable[str]) -> str | None:
    by_letters = {_letters(each): each for each in known}
    swapped = (each for each in by_letters if sorted(each) == sorted(letters))  # to difflib that is two slips
    found = next(swapped, None) or closest_match(letters, by_letters, cutoff=0.75)
    return by_letters[found] if found else None


def _letters(key: str) -> str:
    return re.sub(r"[\W_]", "", key).lower()


@cache
def _places() -> dict[str, list[str]]:
    """Return the words for the places that each key of the spec belongs to, the outermost first."""
    of_imports = referred(IMPORT)["properties"]
    places: dict[str, list[str]] = {}
    for key in schema()["properties"]:
        if key not in of_imports:
            places[key] = ["at the top level of the spec"]
    for key in of_imports:
        places.setdefault(key, []).append("to the import itself")
    for key, place in _keys_below(of_imports["fields"], "fields"):
        places.setdefault(key, []).append(place)
    return places


def _keys_below(part: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    properties = part.get("properties", {})
    for key in properties:
        yield key, f"below `{path}`"
    for key, each in properties.items():
        below = resolved(each)
        yield from _keys_below(below, f"{path}.{key}")
        yield from _keys_below(resolved(below.get("items")), f"{path}.{key}[]")
