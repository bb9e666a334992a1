"""S3's signatures and errors."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from urllib.parse import parse_qsl

from qtm_action.sandbox.object_store import SIGNATURE, TOKEN, presigned_query, signature, store_error


def test_the_signature_is_the_one_of_amazons_example() -> None:
    """From the page "Authenticating Requests: Using Query Parameters"."""
    arguments = [
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"),
        ("X-Amz-Date", "20130524T000000Z"),
        ("X-Amz-Expires", "86400"),
        ("X-Amz-SignedHeaders", "host"),
    ]
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    found = signature("GET", "examplebucket.s3.amazonaws.com", "/test.txt", arguments, secret)
    assert found == "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"


def test_a_presigned_query_has_its_own_signature() -> None:
    query = presigned_query("host:1", "/a.xml", secret="s", token="t/+ä", now=0.0, expires=300)
    arguments = dict(parse_qsl(query))
    assert arguments[TOKEN] == "t/+ä"
    assert arguments["X-Amz-Date"] == "19700101T000000Z"
    assert arguments[SIGNATURE] == signature("PUT", "host:1", "/a.xml", arguments.items(), "s")
    for changed in (
        signature("POST", "host:1", "/a.xml", arguments.items(), "s"),
        signature("PUT", "host:2", "/a.xml", arguments.items(), "s"),
        signature("PUT", "host:1", "/b.xml", arguments.items(), "s"),
        signature("PUT", "host:1", "/a.xml", (arguments | {"X-Amz-Expires": "999"}).items(), "s"),
        signature("PUT", "host:1", "/a.xml", arguments.items(), "other"),
    ):
        assert changed != arguments[SIGNATURE]


def test_an_error_is_xml_whatever_is_in_it() -> None:
    answer = store_error(403, "AccessDenied", "Request has expired", Expires="<&>")
    root = ET.fromstring(answer.get_data())  # noqa: S314 - our own
    assert (answer.status_code, answer.mimetype, root.tag) == (403, "application/xml", "Error")
    assert [root.findtext(name) for name in ("Code", "Message", "Expires")] == [
        "AccessDenied",
        "Request has expired",
        "<&>",
    ]
