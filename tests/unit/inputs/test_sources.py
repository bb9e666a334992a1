"""Where an input may be given, and which source wins."""

from __future__ import annotations

import pytest

from qtm_action.inputs.sources import read_sources, secret_texts

EVERYWHERE = {
    "INPUT_JIRA-URL": "https://from-hyphens",
    "INPUT_JIRA_URL": "https://from-underscores",
    "QTM_JIRA_URL": "https://from-qtm",
}


@pytest.mark.parametrize(
    ("gone", "expected", "source"),
    [
        ((), "https://from-option", "option --jira-url"),
        (("option",), "https://from-hyphens", 'input "jira-url"'),
        (("option", "INPUT_JIRA-URL"), "https://from-underscores", 'input "jira-url"'),
        (("option", "INPUT_JIRA-URL", "INPUT_JIRA_URL"), "https://from-qtm", "variable QTM_JIRA_URL"),
    ],
)
def test_the_first_source_that_is_not_empty_wins(gone: tuple[str, ...], expected: str, source: str) -> None:
    environ = {name: ("" if name in gone else value) for name, value in EVERYWHERE.items()}
    options = {} if "option" in gone else {"jira-url": "https://from-option"}
    given = read_sources(environ, options)
    assert (given["jira-url"].text, given["jira-url"].source) == (expected, source)


def test_an_input_that_github_passes_empty_is_unset() -> None:
    assert read_sources({"INPUT_TOKEN": "", "INPUT_API-KEY": " \n"}, {}) == {}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("QTM_API_KEY", "  key-123\r\n", "key-123"),
        ("QTM_TOKEN", "\ttoken\n", "token"),
        ("QTM_PASSWORD", " with spaces \r\n", " with spaces "),
        ("QTM_FILES", "a.xml\r\nb.xml\r\n", "a.xml\nb.xml"),
    ],
)
def test_what_editors_and_secret_stores_add_is_dropped(name: str, text: str, expected: str) -> None:
    (given,) = read_sources({name: text}, {}).values()
    assert given.text == expected


def test_a_secret_is_not_read_from_an_option() -> None:
    assert read_sources({}, {"token": "on-the-command-line"}) == {}


def test_a_secret_that_another_source_overrules_is_hidden_too() -> None:
    environ = {"INPUT_TOKEN": "first-token", "QTM_TOKEN": "second-token", "QTM_API_KEY": ""}
    assert secret_texts(environ, {}) == ("first-token", "second-token")


@pytest.mark.parametrize(
    ("environ", "secrets"),
    [
        ({"https_proxy": "http://user:p%40ss-word@proxy:3128"}, ("p%40ss-word", "p@ss-word")),
        ({"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "a@b"}, ()),
        ({"QTM_JIRA_URL": "https://fred:pass-word@jira"}, ("pass-word",)),
        ({"ALL_PROXY": "socks5://user@proxy"}, ()),
    ],
)
def test_passwords_in_urls_are_hidden(environ: dict[str, str], secrets: tuple[str, ...]) -> None:
    assert secret_texts(environ, {}) == secrets
