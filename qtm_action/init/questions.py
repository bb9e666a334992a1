"""Where QTM4J is, as far as init knows: what is given, and what the user answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from qtm_action.errors import InvalidInputError
from qtm_action.qtm4j.addresses import is_cloud_site
from qtm_action.qtm4j.cloud import WHERE_REGION_IS
from qtm_action.spec.json_schema import schema

_ATTEMPTS = 3
# For each key of a spec: the question, and what is expected.
_QUESTIONS = {
    "jiraUrl": "Jira's base URL, such as https://jira.example.com (leave empty to add it later):",
    "region": f"The region of QTM4J Cloud, us or au; {WHERE_REGION_IS} (leave empty to add it later):",
}
_EXPECTED = {
    "jiraUrl": "expected Jira's base URL, such as https://jira.example.com/jira, without a user and a query",
    "region": "expected us, au or the base URL of another region",
}


@dataclass(frozen=True, slots=True)
class GivenAddress:
    """Jira's base URL, and on Cloud the region; each is empty where it is not known."""

    jira_url: str = ""
    region: str = ""

    @property
    def is_cloud(self) -> bool:
        """Whether it is Cloud: by its region, or by a URL that only Jira Cloud has."""
        try:
            return bool(self.region) or (bool(self.jira_url) and is_cloud_site(self.jira_url))
        except InvalidInputError:  # a spec's URL may hold variables, which no address has
            return False


def check_address(address: GivenAddress) -> GivenAddress:
    """Return ``address``; raise InvalidInputError where a spec could not hold it."""
    if address.jira_url and not _fits(address.jira_url, "jiraUrl"):
        raise InvalidInputError(f"jira-url: {_EXPECTED['jiraUrl']}")  # not quoted: it may hold a password
    if address.region and not _fits(address.region, "region"):
        raise InvalidInputError(f"region: {_EXPECTED['region']}", hint=f"{WHERE_REGION_IS}.")
    return address


def ask_for_address(ask: Callable[[str], str], given: GivenAddress) -> GivenAddress:
    """Return ``given`` with the user's answers: the URL if nothing is known, the region of a Cloud site."""
    address = given
    if not address.jira_url and not address.region:
        address = replace(address, jira_url=_answer(ask, "jiraUrl"))
    if address.is_cloud and not address.region:
        address = replace(address, region=_answer(ask, "region"))
    return address


def _answer(ask: Callable[[str], str], key: str) -> str:
    """Return the user's answer; empty where there is none, or no valid one."""
    asked = _QUESTIONS[key]
    for _ in range(_ATTEMPTS):
        answer = ask(asked)
        if not answer or _fits(answer, key):
            return answer
        asked = f"Invalid value: {_EXPECTED[key]}. {_QUESTIONS[key]}"
    return ""


def _fits(text: str, key: str) -> bool:
    """Whether a spec can have ``text`` as the value of ``key``, by the schema."""
    return text.isprintable() and re.search(schema()["properties"][key]["pattern"], text) is not None
