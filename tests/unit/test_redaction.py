"""Secrets are taken out of any text, however they are encoded there."""

from __future__ import annotations

import base64
import html
import html.entities
import json
import re
import time
import urllib.parse
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qtm_action.redaction import MASK, Redactor, protect, redacted

if TYPE_CHECKING:
    from collections.abc import Callable

SECRETS = {
    "a key": "7f3b9a2c-api-key-0d41",
    "a personal access token": "NjQ4MzA5OTk2MzAwOhm+/pL4qz==",
    "a password": "p@ss \"w\\o/rd\" <&> '100%'",
    "not ASCII": "Pässwörd-€-😀",
    "backslashes": "a\\\\b\\c\\\\\\d",
    "spaces at its ends": "  spaced out  ",
    "four characters": "abcd",
    "a tab": "tab\there",
}
HTML_NAMES: dict[str, str] = {
    text: name.rstrip(";")
    for name, text in html.entities.html5.items()
    if len(text) == 1 and text.isascii() and name.endswith(";")
}
ENCODINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "URL": lambda text: urllib.parse.quote(text, safe=""),
    "URL in lower case": lambda text: re.sub(
        "%..", lambda m: m[0].lower(), urllib.parse.quote(text, safe="")
    ),
    "URL path": urllib.parse.quote,
    "URL twice": lambda text: urllib.parse.quote(urllib.parse.quote(text, safe=""), safe=""),
    "form": urllib.parse.quote_plus,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, not ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[3:-3],
    "JSON of PHP and Java": lambda text: json.dumps(text)[1:-1].replace("/", "\\/").replace("<", "\\u003C"),
    "HTML": html.escape,
    "XML": lambda text: html.escape(text, quote=False).replace('"', "&quot;").replace("'", "&apos;"),
    "HTML by number": lambda text: "".join(f"&#{ord(c)};" if not c.isalnum() else c for c in text),
    "HTML by number, without semicolons": lambda text: re.sub(
        r"[^\w;](?!\d)", lambda m: f"&#{ord(m[0])}", text.replace(";", "&semi;")
    ),
    "HTML by name": lambda text: "".join(
        f"&{HTML_NAMES[each]};" if each in HTML_NAMES else each for each in text
    ),
    "HTML in capitals": lambda text: (
        html.escape(text, quote=False).replace("&lt;", "&LT").replace("&gt;", "&GT")
    ),
    "Python, octal": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
    "HTML by hexadecimal number": lambda text: "".join(
        f"&#x{ord(c):04X};" if not c.isalnum() else c for c in text
    ),
    "Markdown": lambda text: re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text),
    "Python": lambda text: repr(f"\"'{text}")[4:-1],
    "Python, ASCII": lambda text: text.encode("ascii", "backslashreplace").decode(),
    "URL, every byte": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "HTML by number, every character": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "JSON, every character": lambda text: re.sub(
        "....", lambda m: rf"\u{m[0]}", text.encode("utf-16-be").hex()
    ),
    "JSON in a URL in HTML": lambda text: html.escape(urllib.parse.quote(json.dumps(text)[1:-1])),
    "Base64": lambda text: base64.b64encode(text.encode()).decode(),
    "Base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "Base64 in a URL": lambda text: urllib.parse.quote(base64.b64encode(text.encode()).decode(), safe=""),
    "Base64 in JSON of PHP": lambda text: base64.b64encode(text.encode()).decode().replace("/", "\\/"),
}


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
def test_a_secret_is_taken_out_in_every_encoding(encode: Callable[[str], str]) -> None:
    for name, secret in SECRETS.items():
        assert Redactor([secret]).redact(f"<{encode(secret)}>") == f"<{MASK}>", name


@pytest.mark.parametrize(
    "broken_by",
    [
        *("\r\n", "\t", "\x00", "\x1b[31;1m", '<wbr class="x">', "\u200b", "\\n", "%0A"),
        *("\x1b", "\x1b[?25h", "\x9b1m", "\x1b]0;a title\x07", "\x1b]8;;https://a.example\x1b\\"),
        *(f'<i title="{"x" * 300}">', "\xad", "\u202e", "\u2066", "\u061c", "\\033", "&shy;"),
    ],
)
def test_a_secret_that_is_broken_apart_is_taken_out_whole(broken_by: str) -> None:
    for secret in (SECRETS["a key"], SECRETS["a personal access token"], "two  spaces in it"):
        broken = broken_by.join(secret[at : at + 5] for at in range(0, len(secret), 5))
        assert Redactor([secret]).redact(f"<p>{broken}</p>") == f"<p>{MASK}</p>"


@pytest.mark.parametrize("user", ["", "u", "me", "bob", "jane.doe@example.com"])
@pytest.mark.parametrize("alphabet", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_basic_authorization_header_gives_the_password_away_nowhere(
    user: str, alphabet: Callable[[bytes], bytes]
) -> None:
    for name, secret in SECRETS.items():
        header = alphabet(f"{user}:{secret}".encode()).decode()
        assert MASK in Redactor([secret]).redact(f"Authorization: Basic {header}"), name
        with_user = Redactor([secret], usernames=[user, ""]).redact(f"Authorization: Basic {header}")
        if user:
            assert with_user == f"Authorization: Basic {MASK}", name


def test_the_base64_of_a_secret_inside_a_longer_text_gives_no_four_characters_of_it_away() -> None:
    secret = "S3cr3t-P4ssw0rd!"
    for before in ("", "a", "ab", "abc"):
        for after in ("", "z", "zy", "zyx"):
            shown = Redactor([secret]).redact(base64.b64encode(f"{before}{secret}{after}".encode()).decode())
            for shift in range(4):
                left = "A" * shift + shown.replace(MASK, "").rstrip("=")
                decoded = base64.b64decode(left[: len(left) // 4 * 4]).decode("latin-1")
                assert not any(secret[at : at + 4] in decoded for at in range(len(secret) - 3)), shown


@pytest.mark.parametrize("secret", ["Bearer abc123def456", "bearer  abc123def456 ", " abc123def456\r\n"])
def test_a_scheme_or_white_space_around_a_secret_does_not_hide_it_from_the_filter(secret: str) -> None:
    assert Redactor([secret]).redact("sent:abc123def456") == f"sent:{MASK}"


def test_a_secret_that_was_given_as_a_path_is_taken_out_as_paths_are_shown() -> None:
    redactor = Redactor(["gcv//uhr/./kfuY/"])
    assert redactor.redact("/srv/gcv/uhr/kfuY is not a folder") == "/srv/*** is not a folder"
    assert Redactor(["//uhrkfuY"]).redact("/srv/uhrkfuY is not a folder") == "/srv*** is not a folder"


def test_each_line_of_a_secret_counts_but_for_those_too_short_to_hide() -> None:
    redactor = Redactor(["first-line\r\nab\n}\nsecond-line\n"])

    assert redactor.redact("first-line, ab, }, second-line") == f"{MASK}, ab, }}, {MASK}"
    assert redactor.redact(json.dumps("first-line\r\nab\n}\nsecond-line\n")) == f'"{MASK}"'


@pytest.mark.parametrize("cut", range(10, 40))
def test_a_text_that_was_cut_ends_before_what_may_be_the_beginning_of_a_secret(cut: int) -> None:
    secret = "NjQ4MzA5OTk2MzAwOhmpL4qz0ab"
    protect(Redactor([secret]))
    try:
        shown = redacted(f"the token {secret}"[:cut], is_cut=True)
        assert not any(secret[at : at + 4] in shown for at in range(len(secret) - 3))
        assert redacted(f"{secret} at its beginning" + " " * 400, is_cut=True).startswith(f"{MASK} at")
    finally:
        protect(Redactor(()))


def test_a_redacted_text_is_not_looked_through_again() -> None:
    once = redacted("a text")
    assert redacted(once) is once


def test_of_two_secrets_the_longer_one_is_taken_out_whole() -> None:
    assert Redactor(["token", "token-and-more"]).redact("token-and-more, token") == f"{MASK}, {MASK}"


@pytest.mark.parametrize("secrets", [[], [""], ["abc"], ["\n\n"]])
def test_without_a_secret_worth_hiding_nothing_changes(secrets: list[str]) -> None:
    redactor = Redactor(secrets)
    value = {"abc": ["abc"]}

    assert redactor.redact("abc \n") == "abc \n"
    assert redactor.masks() == ()
    assert redactor.apply(value) == value


def test_masks_hold_every_form_a_platform_could_meet_the_longest_first() -> None:
    secret = 'p@ss w/ "quotes" & ümläute'
    masks = Redactor([secret], usernames=["jane"]).masks()

    for form in (
        secret,
        urllib.parse.quote(secret, safe=""),
        urllib.parse.quote(secret),
        urllib.parse.quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        base64.b64encode(secret.encode()).decode(),
        base64.b64encode(f"jane:{secret}".encode()).decode(),
    ):
        assert form in masks
    for user in ("a", "ab", "abc"):
        header = base64.b64encode(f"{user}:{secret}".encode()).decode()
        assert any(mask in header for mask in masks)
    assert [len(mask) for mask in masks] == sorted((len(mask) for mask in masks), reverse=True)
    assert len(set(masks)) == len(masks)


def test_masks_are_single_lines_and_never_short() -> None:
    masks = Redactor(["abcd", "one\ntwo-two\r\nthree"]).masks()

    assert all(len(mask) >= 4 and "\n" not in mask and "\r" not in mask for mask in masks)
    assert {"abcd", "two-two", "three"} <= set(masks)
    assert "one" not in masks


class Colour(Enum):
    RED = "secret-word"


@dataclass(frozen=True, slots=True)
class Inner:
    text: str
    count: int = 0


class Named(NamedTuple):
    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    inner: Inner
    many: tuple[Inner, ...] = ()
    record: dict[str, Any] = field(default_factory=dict)
    colour: Colour = Colour.RED
    path: Path | None = None


def test_a_whole_value_is_redacted_and_the_original_is_left_alone() -> None:
    value = Outer(
        "has secret-word",
        Inner("secret-word", 12345678),
        (Inner("fine"), Inner("x secret-word")),
        {"secret-word": ["secret-word", 12345678, 1, 0.5, True, None], "deep": {"k": "secret-word"}},
        path=Path("secret-word"),
    )

    shown = Redactor(["secret-word", "12345678"]).apply(value)

    assert shown == Outer(
        f"has {MASK}",
        Inner(MASK, 12345678),
        (Inner("fine"), Inner(f"x {MASK}")),
        {MASK: [MASK, MASK, 1, 0.5, True, None], "deep": {"k": MASK}},
        path=Path("secret-word"),
    )
    assert value.name == "has secret-word"
    assert shown.many[0] is value.many[0]


def test_a_named_tuple_stays_one_and_its_numbers_stay_as_those_of_a_dataclass() -> None:
    shown = Redactor(["secret-word", "12345678"]).apply([Named("secret-word", 12345678)])
    assert shown == [Named(MASK, 12345678)]
    assert isinstance(shown[0], Named)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": "n12345"}', f'{{"a":"{MASK}"}}'),
        ('{"a": "line\\n12345", "b": 1}', None),
        ('{"n": 12345.5}', f'{{"n":"{MASK}"}}'),
        ("12345678", f'"{MASK}"'),
        ("not JSON n12345", f"not JSON {MASK}"),
        ('{"untouched": 1}', '{"untouched": 1}'),
    ],
)
def test_json_stays_json(text: str, expected: str | None) -> None:
    """A line feed and ``12345`` are written ``\\n12345``; the secret ``n12345`` must not break the escape."""
    shown = Redactor(["n12345", "12345.5", "12345678"]).redact_json(text)

    if expected is None:
        assert json.loads(shown) == json.loads(text)
    else:
        assert shown == expected


def test_indented_json_stays_indented() -> None:
    shown = Redactor(["secret-word"]).redact_json('{\n  "ä": "secret-word"\n}\n')

    assert shown == f'{{\n  "ä": "{MASK}"\n}}\n'


TEXT = st.text(st.characters(exclude_categories=[]), min_size=4, max_size=30).filter(
    lambda text: len(text.strip()) >= 4 and not re.search(r"[\r\n]", text)
)


@given(secret=TEXT, before=st.text(max_size=10), after=st.text(max_size=10))
@example(secret="\ud800abc", before="", after="")
@example(secret="a\\b\\\\", before="\\", after="\\")
@example(secret="%25%", before="%", after="25")
def test_no_secret_survives(secret: str, before: str, after: str) -> None:
    redactor = Redactor([secret])
    shown = redactor.redact(f"{before}{secret}{after}")

    assert secret not in shown or secret in MASK
    assert redactor.redact(json.dumps(secret)) in (f'"{MASK}"', MASK, f'{MASK}"', f'"{MASK}')


@pytest.mark.parametrize(
    "text",
    [
        "\\" * 100_000,
        "%25" * 33_000,
        "&#0" * 33_000,
        "&#" + "0" * 100_000,
        "a\\u00" * 20_000,
        *("secret-wor" * 10_000, "<" * 100_000, "<a" * 50_000, "\x1b]a" * 30_000, "\x1b[1" * 30_000),
        "the quick brown fox\n" * 5_000,
    ],
    ids=lambda text: text[:10],
)
def test_a_long_text_takes_time_in_proportion_to_its_length(text: str) -> None:
    redactor = Redactor([*SECRETS.values(), '\\\\\\\\"\\\\%%00&&##'])
    redactor.redact("")

    def seconds(length: int) -> float:
        started = time.process_time()
        redactor.redact(text[:length])
        return time.process_time() - started

    whole, tenth = seconds(len(text)), max(seconds(len(text) // 10), 0.002)
    assert whole < 100 * tenth


def test_a_secret_of_the_run_is_learned_and_of_many_the_last_are_known() -> None:
    redactor = Redactor(["a-long-secret"])
    for number in range(40):
        redactor.learn([f"signature-number-{number}-x"])
    redactor.learn([""])
    shown = redactor.redact(
        "a-long-secret, signature%2Dnumber%2D39-x, signature-number-8-x, signature-number-7-x"
    )
    assert shown == "***, ***, ***, signature-number-7-x"


def test_without_secrets_of_the_run_the_last_that_were_learned_are_known() -> None:
    redactor = Redactor([])
    for number in range(40):
        redactor.learn([f"signature-number-{number}-x"])
    assert redactor.redact("signature-number-0-x, signature-number-8-x") == "signature-number-0-x, ***"
