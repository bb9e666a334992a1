"""Tomcat, in which Jira runs: does a servlet container read the upload as it is meant?"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.door import IMPORTED, Said, run, said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.doors.conftest import Door, Outcome
    from tests.servers.certificates import Trust
    from tests.servers.tomcat_server import Tomcat

    Doors = Callable[..., Door]

TOO_LARGE = Said(
    5,
    "the file is too large for Jira or the proxy in front of it (413): "
    "HTTP Status 413 \N{EN DASH} Payload Too Large",
    "Raise the limit (nginx: client_max_body_size), or import fewer files at once.",
)


def parts(outcome: Outcome) -> list[dict[str, Any]]:
    """Return the parts that the container found in the upload, which the progress record tells."""
    (imported,) = outcome.report["imports"]
    found: list[dict[str, Any]] = imported["record"]["received"]
    for part in found:
        part["fileName"] = b64decode(part["fileName"]).decode()
    return found


def only_file(door: Door, name: str, size: int = 0) -> Path:
    """Leave one result file in the workspace, of about ``size`` bytes."""
    for path in door.workspace.glob("*.xml"):
        path.unlink()
    filled = f"<system-out>{'0123456789abcde' * (size // 15)}</system-out>"
    return door.write(name, f'<testsuite name="s"><testcase name="t">{filled}</testcase></testsuite>')


@pytest.mark.parametrize("size", [0, 60_000, 5_000_000], ids=["one block", "in memory", "on disk"])
def test_the_container_finds_one_part_with_every_byte(servlets: Tomcat, door_to: Doors, size: int) -> None:
    door = door_to(servlets.url)
    content = only_file(door, "TEST-a.xml", size).read_bytes()
    outcome = run(door)
    assert said(outcome) == IMPORTED
    assert outcome.outputs["test-cycle-key"] == "TOM-TR-1"
    (part,) = parts(outcome)
    assert part["name"] == "file"
    assert part["fileName"] == "TEST-a.xml"
    assert part["contentType"] == "application/xml"
    assert part["size"] == len(content)
    assert part["sha256"] == hashlib.sha256(content).hexdigest()
    assert int(part["contentLength"]) > len(content)  # a length known beforehand, not chunks
    assert part["xsrf"] == "no-check"


def test_an_archive_arrives_as_the_report_says(servlets: Tomcat, door_to: Doors) -> None:
    door = door_to(servlets.url)
    door.write("sub/TEST-b.xml")
    outcome = run(door, files="**/*.xml")
    assert said(outcome) == IMPORTED
    (part,) = parts(outcome)
    upload = outcome.report["imports"][0]["upload"]
    assert upload["isZip"]
    assert part["contentType"] == "application/zip"
    assert [part["fileName"], part["size"], part["sha256"]] == [
        upload["fileName"],
        upload["bytes"],
        upload["sha256"],
    ]


@pytest.mark.parametrize(
    ("name", "arrives_as"),
    [
        ("Prüfung Größe № 1.xml", "Prüfung Größe № 1.xml"),
        ("日本語 🧪.xml", "日本語 🧪.xml"),
        ("it's; a=b, c & d.xml", "it's; a=b, c & d.xml"),
        ("a;filename=b.xml", "a;filename=b.xml"),
        # A quote and a line end can't stand in the header: they are written as browsers write them.
        ('say "yes".xml', "say %22yes%22.xml"),
        ("two\nlines.xml", "two%0Alines.xml"),
        # Tomcat takes a backslash for an escape, whoever sends it.
        ("back\\slash.xml", "backslash.xml"),
    ],
)
def test_file_names_arrive(servlets: Tomcat, door_to: Doors, name: str, arrives_as: str) -> None:
    door = door_to(servlets.url)
    only_file(door, name)
    outcome = run(door)
    assert said(outcome) == IMPORTED
    (part,) = parts(outcome)
    assert part["fileName"] == arrives_as


def test_a_refusal_before_the_file_is_read_is_heard_though_the_connection_breaks(
    servlets: Tomcat, trust: Trust, door_to: Doors
) -> None:
    # Tomcat answers, reads 2 MB more at most (maxSwallowSize) and resets the connection.
    door = door_to(servlets.url)
    only_file(door, "TEST-a.xml", 20_000_000)
    outcome = run(door, build="refuseFile")
    assert said(outcome) == TOO_LARGE
    assert "uploading again" not in outcome.log
    certificates = {"ca_bundle": str(trust.company), "client_cert": str(trust.build_server.both)}
    assert said(run(door_to(servlets.secure_url), build="refuseFile", **certificates)) == TOO_LARGE


def test_a_limit_inside_the_container_is_reported_with_its_status(servlets: Tomcat, door_to: Doors) -> None:
    door = door_to(servlets.url)
    only_file(door, "TEST-a.xml", 5_000_000)
    outcome = run(door, build="submitSmallFile")
    assert outcome.code == 7
    assert "failed to accept the file (500)" in said(outcome).message


def test_credentials_are_refused_by_the_container(servlets: Tomcat, door_to: Doors) -> None:
    door = door_to(servlets.url)
    outcome = run(door, build="denyFile")
    assert said(outcome) == Said(
        4,
        "Jira did not accept the credentials (401): HTTP Status 401 \N{EN DASH} Unauthorized",
        "Check token, or username and password.",
    )


def test_a_tomcat_without_qtm4j_is_reported_as_that(servlets: Tomcat, door_to: Doors) -> None:
    outcome = run(door_to(servlets.url.removesuffix("/jira")))  # the context path forgotten
    assert said(outcome) == Said(
        5,
        "QTM4J was not found in Jira when asked to start the import (404): "
        "HTTP Status 404 \N{EN DASH} Not Found",
        "Is QTM4J installed and enabled, and does jira-url include the context path (such as /jira)?",
    )


def test_plain_http_on_tomcats_https_port_is_reported_as_that(servlets: Tomcat, door_to: Doors) -> None:
    outcome = run(door_to(servlets.secure_url.replace("https://", "http://")))
    assert said(outcome) == Said(
        5,
        "Jira refused to start the import (400): Bad Request This combination of host and port requires TLS.",
        "This port requires https. Use https:// in jira-url.",
    )


def test_a_client_certificate_opens_tomcat(servlets: Tomcat, trust: Trust, door_to: Doors) -> None:
    door = door_to(servlets.secure_url)
    outcome = run(door, ca_bundle=str(trust.company), client_cert=str(trust.build_server.both))
    assert said(outcome) == IMPORTED


@pytest.mark.parametrize(("shown", "alert"), [("", "bad certificate"), ("stranger", "certificate unknown")])
def test_tomcat_without_a_client_certificate_that_it_accepts(
    servlets: Tomcat, trust: Trust, door_to: Doors, shown: str, alert: str
) -> None:
    door = door_to(servlets.secure_url)
    given = {"client_cert": str(getattr(trust, shown).both)} if shown else {}
    outcome = run(door, ca_bundle=str(trust.company), **given)
    assert said(outcome) == Said(
        7,
        f"{servlets.secure_url.removesuffix('/jira')} ended the TLS handshake ({alert})",
        "It may require a client certificate. Set client-cert to one that it accepts.",
    )
    # The alert ends it. Of TLS 1.3's a client hears only after its own request, and a reset may overtake it.
    assert f"({alert}); retrying" not in outcome.log
