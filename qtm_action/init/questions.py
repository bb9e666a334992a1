"""What a person at a terminal is asked, and what of the answers is accepted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qtm_action.errors import InvalidInputError
from qtm_action.spec import schema

if TYPE_CHECKING:
    from collections.abc import Callable

_ATTEMPTS = 3
_QUESTION = "Jira's base URL, such as https://jira.example.com (empty to write it later):"
_EXPECTED = "expected Jira's base URL, such as https://jira.example.com/jira, without user and query"


def ask_for_jira_url(ask: Callable[[str], str]) -> str:
    """Return the URL that a person gives; empty where none is given, or none that is right."""
    question = _QUESTION
    for _ in range(_ATTEMPTS):
        answer = ask(question)
        if not answer or is_jira_url(answer):
            return answer
        question = f"That is not right: {_EXPECTED}. {_QUESTION}"
    return ""


def check_jira_url(url: str) -> str:
    """Return ``url``; raise InvalidInputError where a spec could not hold it."""
    if url and not is_jira_url(url):
        raise InvalidInputError(f"jira-url: {_EXPECTED}")  # not quoted: it may hold a password
    return url


def is_jira_url(text: str) -> bool:
    """Whether a spec can have ``text`` as its ``jiraUrl``, by the schema."""
    return text.isprintable() and re.search(schema()["properties"]["jiraUrl"]["pattern"], text) is not None
