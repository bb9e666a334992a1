"""The page of a test cycle on Server and Data Center."""

from __future__ import annotations

from typing import Any

import pytest

from qtm_action.qtm4j.deployment import Connection
from qtm_action.qtm4j.server import JiraServer, parse_jira_url
from qtm_action.qtm4j.values import Credentials

ADDRESS = parse_jira_url("https://j.example.com/jira/")
LIST = "https://j.example.com/jira/secure/QTMAction.jspa#/Manage/TestCycle"


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ({"testCycleIssueKey": "PRJ-12"}, "https://j.example.com/jira/browse/PRJ-12"),
        ({"testCycleIssueKey": "PRJ-TR-1"}, LIST),
        ({"testCycleIssueKey": "PRJ-TR-1", "testCycle": "../../x?y"}, LIST),
        ({"testCycleIssueKey": "PRJ-TR-1", "testCycle": 7}, LIST),
        (
            {"testCycleIssueKey": "PRJ-TR-1", "testCycle": "b4JmfXGz"},
            "https://j.example.com/jira/secure/QTMAction.jspa#/TestCycleDetail/b4JmfXGz",
        ),
    ],
)
@pytest.mark.parametrize("many", [True, False])
def test_a_test_cycle_is_linked_where_jira_shows_it(entry: dict[str, Any], url: str, *, many: bool) -> None:
    server = JiraServer(ADDRESS, Connection(ADDRESS, Credentials("key")), "test")
    record = {"importStatus": "SUCCESS", "summary": [entry] if many else entry}
    assert server.read_progress(record, "id-1").summary[0].url == url
