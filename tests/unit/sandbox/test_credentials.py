"""Which credentials the sandbox accepts, and what of them it shows."""

from __future__ import annotations

import base64

import pytest
from werkzeug.datastructures import Authorization

from qtm_action.sandbox.app import without_secrets
from qtm_action.sandbox.options import SandboxOptions
from qtm_action.sandbox.server_app import is_login

OPTIONS = SandboxOptions(api_key="key", username="fred", password="pa:ss", token="tok")


def basic(text: str, encoding: str = "utf-8") -> str:
    return "Basic " + base64.b64encode(text.encode(encoding)).decode()


@pytest.mark.parametrize(
    ("authorization", "accepted"),
    [
        (basic("fred:pa:ss"), True),
        ("Bearer tok", True),
        ("bearer tok", True),
        (None, False),
        ("", False),
        ("tok", False),
        ("Bearer wrong", False),
        ("Digest tok", False),
        (basic("fred:pa"), False),
        (basic("fred"), False),
        ("Basic ???", False),
        (basic("fréd:pa:ss", "latin-1"), False),
    ],
)
def test_a_token_or_name_and_password_must_be_right(authorization: str | None, *, accepted: bool) -> None:
    assert is_login(Authorization.from_header(authorization), OPTIONS) is accepted


def test_shown_headers_keep_the_kind_of_a_secret_only() -> None:
    sent = {"Apikey": "key", "Authorization": "Basic Zm9v", "Cookie": "a=b", "User-Agent": "qtm-action/1"}
    shown = without_secrets(sent.items())
    assert shown == {"Apikey": "…", "Authorization": "Basic …", "Cookie": "…", "User-Agent": "qtm-action/1"}


def test_an_authorization_of_one_word_is_hidden_whole() -> None:
    assert without_secrets([("Authorization", "secret")]) == {"Authorization": "…"}
