"""S3's signatures and errors."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from urllib.parse import parse_qsl

from qtm_action.sandbox.object_store import SIGNATURE, TOKEN, presigned_query, signature, store_error


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
