from __future__ import annotations

import json

import pytest

from qtm_action.qtm4j.transport.answers import Answer, with_message
from qtm_action.words import one_line


def page(body: str, status: int = 200, **headers: str) -> Answer:
    return Answer(status, {"content-type": "text/html;charset=UTF-8", **headers}, body.encode())


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", ""),
        (b"plain words", "plain words"),
        (b"a\r\nb\tc\x00d\x1b[31m", "a b c d [31m"),
        ("Pässe für 3 €".encode(), "Pässe für 3 €"),
        ("Pässe".encode("latin-1"), "Pässe"),
        ("für ".encode() + "Pässe".encode("latin-1"), "für Pässe"),
        (b'{"errorMessage": "Wrong\\nformat"}', "Wrong format"),
        (b'{"message": "HTTP 404 Not Found", "status-code": 404}', "HTTP 404 Not Found"),
        (b'{"errorMessages": ["x"]}', '{"errorMessages": ["x"]}'),
        (b"<html><title>\n 502 Bad &amp; Gateway\n</title><body>x</body></html>", "502 Bad & Gateway"),
        (b"<!DOCTYPE html><script>let x = 1</script><h1>Down</h1> for work", "Down for work"),
        (b"<html><title></title><p>Text</p>", "Text"),
        (b"<html><body onload='x", ""),
        (
            b'<?xml version="1.0"?><status><message>null for &quot;uri&quot;</message></status>',
            'null for "uri"',
        ),
        (b"<status><message>no such route</message></status>", "no such route"),
        (b"<status><message></message></status>", "<status><message></message></status>"),
        (b"It holds a <message>part</message>", "It holds a <message>part</message>"),
        (b"x" * 5000, "x" * 199 + "…"),
    ],
)
def test_a_body_is_shown_on_one_short_line(body: bytes, shown: str) -> None:
    assert Answer(200, {}, body).message() == shown


@pytest.mark.parametrize(
    ("body", "content_type", "shown"),
    [
        ("Пароль".encode("cp1251"), "text/plain; charset=windows-1251", "Пароль"),
        ("3 €".encode("cp1252"), 'text/plain; charset="windows-1252"', "3 €"),
        ("für 3 €".encode() + b"\xe4", "text/plain; charset=ISO-8859-1", "für 3 €ä"),
        ("Pässe".encode("latin-1"), "text/plain; charset=utf-8", "Pässe"),
        ("Pässe".encode("latin-1"), "text/plain; charset=rot13", "Pässe"),
        ("Pässe".encode("latin-1"), "text/plain; charset=punycode", "Pässe"),
    ],
)
def test_a_body_is_read_in_its_own_encoding(body: bytes, content_type: str, shown: str) -> None:
    assert Answer(500, {"content-type": content_type}, body).message() == shown


def test_ten_megabytes_of_a_page_are_shown_at_once_and_short() -> None:
    assert len(page("<html>" + "<p>words " * 1_200_000).message()) <= 200
    assert page("<html>" + "<" * 10_000_000).message() == ""
    assert page("<html>" + "<script " * 1_000_000).message() == ""


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'["a"]', None),
        (b"null", None),
        (b"{", None),
        (b"\xff", None),
        (b'{"a":' + b"[" * 200_000, None),
        (b'{"a": 1' + b"1" * 5000 + b"}", None),
        (b'{"a": [NaN, -Infinity, 1e999, 1.5]}', {"a": ["NaN", "-Infinity", "1e999", 1.5]}),
    ],
)
def test_only_a_json_object_is_json(body: bytes, value: object) -> None:
    assert Answer(200, {}, body).json() == value


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("levels", [10, 58, 59, 60, 61, 500, 900])
def test_what_is_nested_too_deep_is_cut_off(opening: str, closing: str, levels: int) -> None:
    value = Answer(200, {}, f'{{"x": {opening * levels}1{closing * levels}}}'.encode()).json()
    assert value is not None
    found, inner = 0, value["x"]
    while not isinstance(inner, (int, str)):
        found, inner = found + 1, inner[0] if isinstance(inner, list) else inner["a"]
    assert (found, inner) == ((levels, 1) if levels < 60 else (59, "… (nested too deep)"))


def test_many_levels_side_by_side_are_not_deep() -> None:
    value = {"files": [{"summary": [{"n": 1}]}] * 1000}
    assert Answer(200, {}, json.dumps(value).encode()).json() == value


def test_what_was_cut_off_is_not_json() -> None:
    assert Answer(200, {}, b"{}", is_complete=False).json() is None


@pytest.mark.parametrize(
    ("answer", "is_html"),
    [
        (page("<html>"), True),
        (page("  \n<!doctype HTML>"), True),
        (page("<p>fragment"), True),
        (page('{"json": "with a wrong type"}'), False),
        (page(""), False),
        (Answer(200, {"content-type": "application/json"}, b"<!DOCTYPE html>"), True),
        (Answer(200, {}, b"\xef\xbb\xbf<HTML>"), True),
        (Answer(200, {}, b"<xml/>"), False),
    ],
)
def test_a_page_is_known_by_its_beginning(answer: Answer, *, is_html: bool) -> None:
    assert answer.is_html is is_html


@pytest.mark.parametrize(
    ("location", "is_login"),
    [
        ("/login.jsp?permissionViolation=true&os_destination=%2Frest", True),
        ("https://sso.example.com/saml/auth?x=1", True),
        ("https://jira.example.com/rest/qtm4j/automation/latest/importresult", False),
        ("", False),
    ],
)
def test_a_redirect_to_a_login_page_is_known(location: str, *, is_login: bool) -> None:
    assert Answer(302, {"location": location}).is_login_redirect is is_login
    assert not Answer(200, {"location": location}).is_login_redirect


def test_a_redirects_query_is_not_shown() -> None:
    assert Answer(302, {"location": "https://a.example/x?token=abc#y"}).location == "https://a.example/x"


def test_a_page_to_log_in_is_known_by_its_form() -> None:
    assert page('<html><form><input name="os_username">').is_login_page
    assert Answer(302, {"location": "/login.jsp"}).is_login_page
    assert not page("<html>maintenance").is_login_page


def test_an_error_of_the_app_is_json_with_an_error_message() -> None:
    assert Answer(400, {}, b'{"errorMessage": "x"}').app_error() == {"errorMessage": "x"}
    assert Answer(404, {}, b'{"message": "no such route"}').app_error() is None
    assert Answer(400, {}, b'{"errorMessage": ""}').app_error() is None


def test_a_sentence_is_followed_by_what_was_said() -> None:
    assert with_message("No", Answer(400, {}, b"because")) == "No (400): because"
    assert with_message("No", Answer(400, {})) == "No (400)"


def test_a_line_is_cut_at_its_limit() -> None:
    assert one_line("a b c", 5) == "a b c"
    assert one_line("a b c d", 5) == "a b…"
    assert one_line("\u202eabc\u2028d") == "abc d"
