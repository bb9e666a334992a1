"""Spans of time as people write and read them."""

from __future__ import annotations

import pytest

from qtm_action.redaction import Redactor, protect
from qtm_action.words import counted, format_duration, format_size, one_line, parse_duration, set_in_shell


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("15m", 900), ("1h", 3600), ("2d", 172800), (" 1.5 H ", 5400), ("0", 0)],
)
def test_a_duration_is_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-1", "1w", "1h30m", "1e3", "٣", "inf", "9" * 40])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration such as 90, 90s, 15m or 1h"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (12.2, "12 s"), (185, "3 min 5 s"), (3725, "1 h 2 min")],
)
def test_a_duration_is_shown_as_a_log_shows_it(seconds: float, words: str) -> None:
    assert format_duration(seconds) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1536, "1.5 KiB"),
        (1 << 20, "1.0 MiB"),
        (120 << 20, "120 MiB"),
        ((1 << 30) - 1, "1.0 GiB"),
        (5 << 40, "5,120 GiB"),
    ],
)
def test_sizes_in_words(size: int, words: str) -> None:
    assert format_size(size) == words


@pytest.mark.parametrize(("number", "words"), [(0, "0 tests"), (1, "1 test"), (1234, "1,234 tests")])
def test_counts_in_words(number: int, words: str) -> None:
    assert counted(number, "test") == words


def test_a_secret_is_hidden_before_a_line_is_cut_or_joined() -> None:
    protect(Redactor(["correct  horse battery"]))
    try:
        for room in range(100):
            assert "corre" not in one_line("x" * room + "correct  horse battery", limit=40)[room:]
            assert "horse" not in one_line("x" * room + "correct  horse battery", limit=40)
    finally:
        protect(Redactor(()))


def test_variables_are_set_as_the_shell_of_the_system_does_it() -> None:
    variables = {"QTM_API_KEY": "k-1", "QTM_JIRA_URL": "http://127.0.0.1:8765/jira"}
    assert set_in_shell(variables, system="posix") == (
        "export QTM_API_KEY=k-1 QTM_JIRA_URL=http://127.0.0.1:8765/jira"
    )
    assert set_in_shell(variables, system="nt") == (
        '$env:QTM_API_KEY = "k-1"; $env:QTM_JIRA_URL = "http://127.0.0.1:8765/jira"'
    )
