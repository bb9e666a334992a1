"""Wherever a server puts a secret, in whatever encoding and across any cut: no message shows a part."""

from __future__ import annotations

import html
import json
import re
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qtm_action.errors import QtmActionError
from qtm_action.qtm4j.deployment import Connection
from qtm_action.qtm4j.progress import read_progress
from qtm_action.qtm4j.refusals import refusal
from qtm_action.qtm4j.server import JiraServer, parse_jira_url, upload_target
from qtm_action.qtm4j.start_request import _read_start
from qtm_action.qtm4j.transport import answers as answers_module
from qtm_action.qtm4j.transport import decoding
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.failures import Route, broken_failure, connect_failure
from qtm_action.qtm4j.transport.proxies import parse_proxy
from qtm_action.qtm4j.upload_attempts import classify_attempt
from qtm_action.qtm4j.values import Credentials
from qtm_action.redaction import Redactor, protect
from qtm_action.words import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qtm_action.qtm4j.transport.proxies import Proxy

ADDRESS = parse_jira_url("https://jira.example")
SERVER = JiraServer(ADDRESS, Connection(ADDRESS, Credentials("key")), "test")
PROXY = parse_proxy("http://proxy:3128", name="HTTP_PROXY")
RUN = 6
CUTS = (60, 200, 300, 400, 1600)
# How much of a body is shown and looked through, in these tests: the less there is, the quicker it is done.
SHOWN, LOOKED_THROUGH = 1024, 2048
CUTS_OF_BODIES = (60, 200, 400, SHOWN, LOOKED_THROUGH)
# No sentence has six of these in a row.
SECRETS = (
    st.text("QXZJ7940äöüßÄÉ", min_size=8, max_size=40)
    | st.text("QXZJ7940+/", min_size=30, max_size=80).map(lambda text: text + "==")
    | st.lists(st.text("QXZJ7940äö!", min_size=3, max_size=9), min_size=3, max_size=4).map("  ".join)
    | st.text("QXZ79&>\"'%\\ä", min_size=8, max_size=20).map(lambda text: f"Q{text}Z")
)
ENCODINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, every letter": lambda text: "".join(f"\\u{ord(each):04x}" for each in text),
    "URL, every letter": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "URL, Latin-1": lambda text: "".join(f"%{byte:02x}" for byte in text.encode("latin-1")),
    "HTML": html.escape,
    "HTML, every letter": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "a line end in it": lambda text: text[:7] + "\r\n" + text[7:],
    "a tag in it": lambda text: text[:7] + "<b>" + text[7:],
}


@pytest.fixture(scope="module", autouse=True)
def _short_texts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in (decoding, answers_module):
            patch.setattr(module, "LONGEST_TEXT", SHOWN)
            patch.setattr(module, "LOOKED_THROUGH", LOOKED_THROUGH)
        yield


@st.composite
def hidden(draw: st.DrawFn, cuts: Sequence[int] = CUTS) -> tuple[str, str]:
    """Draw a secret, and a text that holds it near a cut."""
    secret = draw(SECRETS)
    encoded = ENCODINGS[draw(st.sampled_from(sorted(ENCODINGS)))](secret)
    before = max(0, draw(st.sampled_from(cuts)) - draw(st.integers(-5, len(encoded) + 60)))
    filler = draw(st.sampled_from([".", ". ", "  .", "\t.\n"]))
    text = (filler * before)[:before] + encoded + draw(st.sampled_from(["", ".", " .", ". " * 200]))
    return secret, text


@contextmanager
def protected(secret: str) -> Iterator[None]:
    protect(Redactor([secret]))
    try:
        yield
    finally:
        protect(Redactor(()))


def views(text: str) -> Iterator[str]:
    """Yield a text as a person can read it."""
    yield text
    yield unquote(text)
    yield unquote(text, "latin-1")
    yield html.unescape(text)
    yield re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)


def check(secret: str, *shown: object) -> None:
    bare = "".join(secret.split())
    for text in shown:
        for view in views(str(text)):
            seen = "".join(view.split())
            for start in range(len(bare) - RUN + 1):
                assert bare[start : start + RUN] not in seen, text


def shown(error: QtmActionError | None) -> list[str]:
    assert error is not None
    return [error.message, error.hint, *(str(problem) for problem in error.problems)]


# Content types and bodies that hold a text in each place that is shown.
PAGES = ("<html><title>{}</title>", "<html><title> </title><p>{}</p></html>")
VALUES: tuple[Callable[[str], Any], ...] = (
    lambda text: {"errorMessage": text},
    lambda text: {"errorMessage": f"API key {text}"},
    lambda text: {"errorMessage": [text], "errors": [text, {"x": text}, [text]]},
    lambda text: {"message": text},
    lambda text: {"errorMessages": [text], "x": text},
    lambda text: {"url": "", "trackingId": text, "x": [text]},
    lambda text: {text: text},
)


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, Answer]:
    """Draw a secret, and an answer that holds it."""
    secret, text = draw(hidden(CUTS_OF_BODIES))
    kind = draw(st.sampled_from(["text/plain", "text/html", "application/json"]))
    if kind == "application/json":
        value = draw(st.sampled_from(VALUES))(text)
        text = json.dumps(value, ensure_ascii=draw(st.booleans()))
    elif kind == "text/html":
        text = draw(st.sampled_from(PAGES)).format(text)
    encoding = draw(st.sampled_from(["utf-8", "latin-1"]))
    headers = {"content-type": draw(st.sampled_from([kind, f"{kind}; charset={encoding}"]))}
    status = draw(st.sampled_from([200, 302, 400, 401, 403, 404, 413, 418, 429, 500]))
    return secret, Answer(status, headers, text.encode(encoding, "replace"))


@given(answers())
def test_no_body_puts_a_part_of_a_secret_into_a_message(drawn: tuple[str, Answer]) -> None:
    secret, answer = drawn
    with protected(secret):
        check(secret, answer.message(), *shown(refusal(answer, "to start", SERVER)))
        target = upload_target("https://s3.example/up", ADDRESS)
        attempt = classify_attempt(answer, SERVER, target, was_sent=True)
        if attempt.error is not None:
            check(secret, *shown(attempt.error))
        if answer.is_success:
            with pytest.raises(QtmActionError) as caught:
                _read_start(answer, SERVER)
            check(secret, *shown(caught.value))


@given(SECRETS, st.sampled_from(CUTS_OF_BODIES), st.data(), st.sampled_from(["utf-8", "latin-1"]))
def test_a_body_that_was_cut_shows_no_beginning_of_a_secret(
    secret: str, before: int, data: st.DataObject, encoding: str
) -> None:
    body = ("." * before + secret).encode(encoding)
    body = body[: data.draw(st.integers(before, len(body)))]
    with protected(secret):
        check(secret, Answer(500, {}, body, is_complete=False).message())


@pytest.mark.parametrize(
    "named", ["p&auml;ssw&ouml;rd&szlig;", "p&#xe4;ssw&#246;rd&szlig;", "p&auml;ss<i>wörd</i>ß"]
)
def test_a_page_that_names_characters_shows_no_secret(named: str) -> None:
    with protected("pässwördß"):
        for page in PAGES:
            answer = Answer(
                500, {"content-type": "text/html"}, page.format(f"no {named} here").encode("latin-1")
            )
            assert answer.message() == "no *** here"


@given(hidden(), st.sampled_from(["{}", "https://sso.example/{}?x", "/login.jsp?{}"]))
def test_no_location_puts_a_part_of_a_secret_into_a_message(drawn: tuple[str, str], location: str) -> None:
    secret, text = drawn
    with protected(secret):
        answer = Answer(302, {"location": location.format(text)})
        check(secret, answer.location, *shown(refusal(answer, "to start", SERVER)))


def verification_error(text: str) -> ssl.SSLError:
    error = ssl.SSLCertVerificationError(1, text)
    error.verify_code, error.verify_message = 999, text
    return error


@given(
    hidden(),
    st.sampled_from(["utf-8", "latin-1"]),
    st.sampled_from([None, PROXY]),
    st.sampled_from(
        [
            lambda text: OSError(f"Tunnel connection failed: 403 {text}"),
            lambda text: OSError(5, text),
            ValueError,
            verification_error,
            lambda text: ssl.SSLError(1, text),
        ]
    ),
)
def test_no_failure_puts_a_part_of_a_secret_into_a_message(
    drawn: tuple[str, str], encoding: str, proxy: Proxy | None, cause: Callable[[str], Exception]
) -> None:
    secret, text = drawn
    error = cause(text.encode(encoding).decode("latin-1"))  # as http.client reads what a server says
    route = Route(SERVER.origin, SERVER.peer, proxy)
    with protected(secret):
        for failure in (connect_failure(error, route), broken_failure(error, route, was_sent=True)):
            check(secret, failure.message, failure.hint)


@given(drawn=hidden(), key=st.sampled_from(["detailedMessage", "importStatus", "processStatus"]))
def test_no_progress_record_puts_a_part_of_a_secret_into_a_message(drawn: tuple[str, str], key: str) -> None:
    secret, text = drawn
    record: dict[str, Any] = {key: text, "summary": [{"testCycleIssueKey": text, "testCycleSummary": text}]}
    with protected(secret):
        progress = read_progress(record, "id-1")
        cycle = progress.summary[0]
        seen = (
            progress.message,
            progress.import_status,
            progress.process_status,
            cycle.test_cycle_key or "",
            cycle.test_cycle_summary or "",
        )
        check(secret, *seen, *(one_line(each, limit) for each in seen for limit in CUTS))


def test_no_credential_is_in_the_text_of_its_value() -> None:
    credentials = Credentials("SECRET-key", token="SECRET-token", username="ci", password="SECRET-word")
    assert repr(credentials) == "Credentials(username='ci')"
