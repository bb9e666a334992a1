"""Which credentials the sandbox accepts, and what of them it shows."""

from __future__ import annotations

import base64

import pytest

from qtm_action.sandbox.credentials import are_accepted, without_secrets
from qtm_action.sandbox.options import SandboxOptions

OPTIONS = SandboxOptions(api_key="key", username="fred", password="pa:ss", token="tok")


def basic(text: str, encoding: str = "utf-8") -> str:
    return "Basic " + base64.b64encode(text.encode(encoding)).decode()


@pytest.mark.parametrize(
    ("api_key", "authorization", "accepted"),
    [
        ("key", basic("fred:pa:ss"), True),
        ("key", "Bearer tok", True),
        ("key", "bearer tok", True),
        ("wrong", "Bearer tok", False),
        (None, "Bearer tok", False),
        ("", "Bearer tok", False),
        ("key", None, False),
        ("key", "", False),
        ("key", "tok", False),
        ("key", "Bearer wrong", False),
        ("key", "Digest tok", False),
        ("key", basic("fred:pa"), False),
        ("key", basic("fred"), False),
        ("key", "Basic ???", False),
        ("key", basic("fréd:pa:ss", "latin-1"), False),
        ("kéy", "Bearer tok", False),
    ],
)
def test_api_key_and_authorization_must_both_be_right(
    api_key: str | None, authorization: str | None, *, accepted: bool
) -> None:
    assert are_accepted(api_key, authorization, OPTIONS) is accepted


def test_shown_headers_keep_the_kind_of_a_secret_only() -> None:
    shown = without_secrets(
        {"Apikey": "key", "Authorization": "Basic Zm9v", "Cookie": "a=b", "User-Agent": "qtm-action/1"}
    )
    assert shown == {"Apikey": "…", "Authorization": "Basic …", "Cookie": "…", "User-Agent": "qtm-action/1"}


def test_an_authorization_of_one_word_is_hidden_whole() -> None:
    assert without_secrets({"Authorization": "secret"}) == {"Authorization": "…"}
