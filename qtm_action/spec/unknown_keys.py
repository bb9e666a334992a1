"""Explains a key that the spec doesn't know: a similar one was meant, or one of another place."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from qtm_action.spec.foreign_text import short_key
from qtm_action.spec.json_schema import IMPORT, referred, resolved, schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qtm_action.errors import Problem
    from qtm_action.spec.nodes import Node

# Longer words are similar to nothing, and their comparison takes long.
_LONGEST = 40
_SECRET = "Secrets are never written into a spec: give them as inputs or as variables of the job."  # noqa: S105 - no secret
_INPUT = "It is an input of the step, not a key of the spec."
# Words of the API, of this program's inputs and of other tools, by their letters: what to do instead.
_ELSEWHERE = {
    "iszip": "Whether the upload is a zip follows from the files; `zip: always` and `zip: never` decide it.",
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

    It means a known key that is another word for it, or one near to it in letters; maybe none.
    """
    name, letters, known = short_key(key), _letters(key), tuple(known)
    location = node.key_location or node.location
    meant = next(
        (each for each in known if letters == _letters(each) or letters in _SYNONYMS.get(each, ())), None
    )
    if meant is None and (elsewhere := _elsewhere(key, letters)):
        return location.problem(f"unknown key `{name}`{elsewhere[0]}", elsewhere[1]), None
    if meant := meant or _near(letters, known):
        return location.problem(f"unknown key `{name}`; did you mean `{meant}`?"), meant
    places = dict(reversed([(each, place) for place, each in _places()]))
    if near := _near(letters, places):
        return location.problem(
            f"unknown key `{name}`; did you mean `{near}`, which belongs {places[near]}?"
        ), None
    if not name:
        return location.problem(
            "there is a colon without a key before it", "Write the key, or remove the line."
        ), None
    hint = "Write it as `name: …` and `value: …`." if "value" in known else f"Known here: {', '.join(known)}."
    return location.problem(f"unknown key `{name}`", hint), None


def _elsewhere(key: str, letters: str) -> tuple[str, str] | None:
    """Return message and hint for a key that belongs to another place of the spec, or to the inputs."""
    places = [place for place, each in _places() if each == key]
    if places:
        return f" in this place: it belongs {' or '.join(places)}", "Check its indentation."
    return ("", _ELSEWHERE[letters]) if letters in _ELSEWHERE else None


def _near(letters: str, known: Iterable[str]) -> str | None:
    by_letters = {_letters(each): each for each in known}
    found = get_close_matches(letters[:_LONGEST], by_letters, n=1, cutoff=0.75)
    return by_letters[found[0]] if found else None


def _letters(key: str) -> str:
    return re.sub(r"[\W_]", "", key).lower()


@cache
def _places() -> tuple[tuple[str, str], ...]:
    """Return every key of the spec with the words for the place it belongs to, the outermost first."""
    of_imports = referred(IMPORT)["properties"]
    top = tuple(
        ("at the top level of the spec", key) for key in schema()["properties"] if key not in of_imports
    )
    return (
        *top,
        *(("to the import itself", key) for key in of_imports),
        *_keys_below(of_imports["fields"], "fields"),
    )


def _keys_below(part: dict[str, Any], place: str) -> Iterator[tuple[str, str]]:
    properties = part.get("properties", {})
    for key in properties:
        yield f"below `{place}`", key
    for key, each in properties.items():
        below = resolved(each)
        yield from _keys_below(below, f"{place}.{key}")
        yield from _keys_below(resolved(below.get("items")), f"{place}.{key}[]")
