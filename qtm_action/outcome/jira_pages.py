"""Where a person finds a test cycle in Jira.

Server and Data Center show QTM4J in one page, ``secure/QTMAction.jspa``, whose fragment names the view:
``#/TestCycleDetail/{internal id}`` for a test cycle, ``#/Manage/TestCycle`` for the list of them. The
vendor does not document these addresses; they are the ones that browsers show. The progress record has
the internal id (``summary[].testCycle``); where it does not, the list is the nearest page there is. A
test cycle of old app versions is an issue of Jira with an ordinary key, and has an issue's address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ISSUE_KEY = re.compile(r"[A-Z][A-Z0-9_]+-[0-9]+")
_INTERNAL_ID = re.compile(r"[A-Za-z0-9_-]{4,64}")


def cycle_address(jira_url: str | None, key: str, record: Mapping[str, Any]) -> str | None:
    """Return the address of the test cycle ``key`` of a progress record; None when Jira's is not known."""
    if jira_url is None or "@" in jira_url:  # a link must not show credentials
        return None
    base = jira_url.rstrip("/")
    if _ISSUE_KEY.fullmatch(key):
        return f"{base}/browse/{key}"
    page = f"{base}/secure/QTMAction.jspa#"
    internal_id = _internal_id(record, key)
    return f"{page}/TestCycleDetail/{internal_id}" if internal_id else f"{page}/Manage/TestCycle"


def _internal_id(record: Mapping[str, Any], key: str) -> str | None:
    summary = record.get("summary")
    for entry in summary if isinstance(summary, list) else [summary]:
        if isinstance(entry, dict) and entry.get("testCycleIssueKey") == key:
            internal_id = entry.get("testCycle")
            if isinstance(internal_id, str) and _INTERNAL_ID.fullmatch(internal_id):
                return internal_id
    return None
