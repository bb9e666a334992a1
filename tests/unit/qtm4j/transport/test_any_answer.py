"""Whatever a server answers, the client has words for it and never breaks."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from qtm_action.errors import QtmActionError
from qtm_action.qtm4j.deployment import Connection
from qtm_action.qtm4j.progress import read_progress
from qtm_action.qtm4j.refusals import is_missing_route, is_not_known, refusal
from qtm_action.qtm4j.server import JiraServer, parse_jira_url
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.upload_attempts import AttemptStatus, classify_attempt
from qtm_action.qtm4j.values import Credentials

ADDRESS = parse_jira_url("https://jira.example")
SERVER = JiraServer(ADDRESS, Connection(ADDRESS, Credentials("key")), "test")
KEYS = st.sampled_from(
    [
        "importStatus",
        "processStatus",
        "endTime",
        "summary",
        "errorMessage",
        "errors",
        "status",
        "message",
        "x",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
RECORDS = st.dictionaries(KEYS, JSON, max_size=9)
BODIES = st.binary(max_size=200) | RECORDS.map(lambda value: json.dumps(value).encode())
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "location", "retry-after", "x-seraph-loginreason"]), st.text(max_size=30)
)
ANSWERS = st.builds(Answer, st.integers(100, 999), HEADERS, BODIES, st.booleans())


@given(RECORDS)
def test_any_record_is_read(record: dict[str, object]) -> None:
    progress = read_progress(record, "id")
    assert progress.record is record
    assert all(
        count is None or isinstance(count, int)
        for cycle in progress.summary
        for count in (cycle.test_cases_created, cycle.test_steps_created)
    )


@given(ANSWERS)
def test_any_answer_has_a_sentence_on_one_line(answer: Answer) -> None:
    error = refusal(answer, "to start the import", SERVER)
    assert isinstance(error, QtmActionError)
    assert error.hint or answer.app_error() is not None
    said = [error.message, error.hint, *(problem.message for problem in error.problems)]
    assert all(text.isprintable() and len(text) < 700 for text in said)
    assert is_missing_route(answer) in (True, False)
    assert is_not_known(answer) in (True, False)


@given(answer=ANSWERS, was_sent=st.booleans())
def test_any_answer_to_an_upload_is_classified_and_only_success_is_accepted(
    *, answer: Answer, was_sent: bool
) -> None:
    attempt = classify_attempt(answer, SERVER, ADDRESS.target("/upload"), was_sent=was_sent)
    if attempt.status is AttemptStatus.ACCEPTED:
        assert was_sent
        assert answer.is_success
        assert answer.is_complete
    else:
        assert attempt.error is not None
