from __future__ import annotations

import pytest

from qtm_action.errors import InvalidInputError, UnexpectedAnswerError
from qtm_action.qtm4j.server import parse_jira_url, upload_target
from qtm_action.qtm4j.transport.urls import Origin


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://jira.example.com", "https://jira.example.com"),
        ("https://jira.example.com/", "https://jira.example.com"),
        ("  https://example.com/jira/  ", "https://example.com/jira"),
        ("https://example.com//jira//x/", "https://example.com/jira/x"),
        ("HTTPS://Example.COM:443/Jira", "https://example.com/Jira"),
        ("http://localhost:80", "http://localhost"),
        ("http://localhost:8080/jira", "http://localhost:8080/jira"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
        ("https://jira.example.com.", "https://jira.example.com"),
        ("https://bücher.example/jürgen", "https://xn--bcher-kva.example/j%C3%BCrgen"),
        ("https://example.com/a%20b", "https://example.com/a%20b"),
    ],
)
def test_a_base_url_is_read_with_or_without_context_path(written: str, read: str) -> None:
    assert str(parse_jira_url(written)) == read


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("", "no scheme", "Start it with https://"),
        ("jira.example.com", "no scheme", "https://jira.example.com"),
        ("ftp://jira.example.com", "neither https:// nor http://", "base URL"),
        ("https://", "has no host", "base URL"),
        ("https://:8080", "has no host", "base URL"),
        ("https://jira.example.com:port", "not a valid URL", "base URL"),
        ("https://jira.example.com:99999", "not a valid URL", "base URL"),
        ("https://jira.example.com:0", "port 0", "base URL"),
        ("https://[::1", "not a valid URL", "base URL"),
        ("https://jira.example.com/?x=1", "query or a fragment", "base URL"),
        ("https://jira.example.com/jira?", "query or a fragment", "base URL"),
        ("https://jira.example.com/jira#top", "query or a fragment", "base URL"),
        ("https://jira.example.com/a b", "a space", "base URL"),
        ("https://jira.example.com/\x07", "control character", "base URL"),
        ("https://jira.example.com\\@evil.example", "backslash", "base URL"),
        ("https://jira..example.com", "an empty label (consecutive dots)", "base URL"),
        ("https://.example.com", "an empty label (consecutive dots)", "base URL"),
        ("https://jira.example.com..", "an empty label (consecutive dots)", "base URL"),
        ("https://a..\xfc.example", "an empty label (consecutive dots)", "base URL"),
        ("https://jira\u3002\u3002example", "an empty label (consecutive dots)", "base URL"),
        (f"https://{'a' * 64}.example", "a label of more than 63 characters", "base URL"),
        (f"https://{'a.' * 127}example", "more than 253 characters", "base URL"),
        ("https://" + "\xfc" * 64 + ".example", "an invalid host", "base URL"),
        ("https://a\u200f\u05d0b.example", "an invalid host", "base URL"),
        ("https://ji*ra.example", "an invalid character", "base URL"),
        ("https://jira%2Eexample", "an invalid character", "base URL"),
        ("https://10.0.0.256", "an invalid IP address", "base URL"),
        ("https://[jira.example.com]", "jira-url", "base URL"),
        ("https://[::1::2]", "jira-url", "base URL"),
        ("https://[v1.a:b]", "jira-url", "base URL"),
        ("https://[::1]x:80", "jira-url", "base URL"),
        ("https://jira.example.com/\udcff", "an invalid character", "base URL"),
        (
            "https://jira.example.com/jira/browse/PRJ-1",
            "is a page of Jira",
            "Set it to https://jira.example.com/jira",
        ),
        (
            "https://jira.example.com/secure/Dashboard.jspa",
            "is a page of Jira",
            "Set it to https://jira.example.com",
        ),
    ],
)
def test_a_url_that_cannot_be_jiras_base_is_refused_with_what_to_write(
    written: str, message: str, hint: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_jira_url(written)
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize("written", ["https://me:s3cret@jira.example.com", "me:s3cret@jira.example.com"])
def test_credentials_in_the_url_are_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_jira_url(written)
    assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize(
    ("jira", "named", "sent_to", "with_credentials"),
    [
        ("https://j.example/jira", "https://j.example/jira/up?id=1", "https://j.example/jira/up?id=1", True),
        ("https://j.example/jira", "https://J.EXAMPLE:443/up", "https://j.example/up", True),
        ("https://j.example", "https://j.example:443", "https://j.example/", True),
        ("http://j.example:80", "http://j.example/up", "http://j.example/up", True),
        ("https://j.example/jira", "up?id=1", "https://j.example/jira/up?id=1", True),
        ("https://j.example/jira", "/up?id=1", "https://j.example/up?id=1", True),
        ("https://j.example", "//s3.example/up", "https://s3.example/up", False),
        ("https://j.example", "https://j.example:8443/up", "https://j.example:8443/up", False),
        (
            "https://j.example",
            "https://s3.example/b?X-Sig=a%2Fb%3D",
            "https://s3.example/b?X-Sig=a%2Fb%3D",
            False,
        ),
        ("http://j.example", "https://j.example/up", "https://j.example/up", False),
        ("http://[::1]:80", "http://[0::1]/up", "http://[::1]/up", True),
    ],
)
def test_credentials_go_to_jiras_own_origin_only(
    jira: str, named: str, sent_to: str, *, with_credentials: bool
) -> None:
    target = upload_target(named, parse_jira_url(jira))
    assert target.url == sent_to
    assert target.with_credentials is with_credentials


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ("http://j.example/up", "from https to plain http://j.example"),
        ("http://s3.example/up", "on another server, http://s3.example, and not https"),
        ("https://me:pw@j.example/up", "user name or password"),
        ("ftp://j.example/up", "neither https:// nor http://"),
        ("https://j.example/a b", "a space"),
        ("https://j.example/a\r\nX: y", "control character"),
        ("https://[", "valid"),
        ("javascript:alert(1)", "neither https:// nor http://"),
    ],
)
def test_an_upload_url_that_nothing_may_be_sent_to_is_refused(named: str, reason: str) -> None:
    with pytest.raises(UnexpectedAnswerError) as caught:
        upload_target(named, parse_jira_url("https://j.example"))
    assert reason in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("localhost", True),
        ("jira.localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, *, is_loopback: bool) -> None:
    assert Origin("http", host, 80).is_loopback is is_loopback
