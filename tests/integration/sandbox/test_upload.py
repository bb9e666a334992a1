"""Step 2: one real multipart part, once, streamed to disk."""

from __future__ import annotations

import hashlib
import http.client
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.integration.sandbox.conftest import JUNIT, Client, Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


ROOT = Path(__file__).parents[3]


def test_what_was_uploaded_is_described(client: Client) -> None:
    client.imported({"format": "junit"}, "TEST-ä.XML")
    (one,) = client.get("/sandbox/imports.json").json()
    assert one["upload"]["fileName"] == "TEST-ä.XML"
    assert one["upload"]["bytes"] == len(JUNIT)
    assert one["upload"]["sha256"] == hashlib.sha256(JUNIT).hexdigest()
    assert one["upload"]["hadCredentials"]
    assert one["record"]["fileName"].endswith(".xml")


def test_an_upload_url_is_good_once(client: Client) -> None:
    started = client.start().json()
    assert client.upload(started["url"]).status_code == 204
    again = client.upload(started["url"])
    assert again.status_code == 400
    assert again.json()["errorMessage"] == "The upload URL has been used already"
    (one,) = client.get("/sandbox/imports.json").json()
    assert (one["uploads"], one["uploadAttempts"]) == (1, 2)


def test_an_upload_url_expires(client_of: Callable[..., Client], clock: Clock) -> None:
    client = client_of(upload_expiry=60.0)
    started = client.start().json()
    clock.now += 61
    assert client.upload(started["url"]).json()["errorMessage"] == "The upload URL has expired"


def test_an_unknown_upload_url_is_refused(client: Client) -> None:
    url = client.start().json()["url"]
    for wrong in (url + "0", url.partition("?")[0]):
        answer = client.upload(wrong)
        assert answer.status_code == 400
        assert answer.json()["errorMessage"] == "The upload URL is not known"


BOUNDARY = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize(
    ("more", "status", "fragment"),
    [
        ({"files": {"upload": ("a.xml", JUNIT)}}, 400, "one part, named 'file'"),
        ({"files": {"file": (None, JUNIT)}}, 400, "one part, named 'file'"),
        ({"files": [("file", ("a.xml", JUNIT)), ("file", ("b.xml", JUNIT))]}, 400, "one part"),
        ({"files": {"file": ("a.xml", JUNIT)}, "data": {"format": "junit"}}, 400, "one part"),
        ({"files": {"file": ("a.txt", JUNIT)}}, 400, "Only .xml, .json and .zip files"),
        ({"files": {"file": ("xml", JUNIT)}}, 400, "Only .xml, .json and .zip files"),
        ({"files": None, "data": JUNIT}, 415, "must be sent as multipart/form-data"),
        ({"files": None, "json": {}}, 415, "must be sent as multipart/form-data"),
        ({"files": None, "data": b"nothing", "headers": BOUNDARY}, 400, "can't be read"),
        ({"files": None, "data": b"--b\r\n\r\n", "headers": BOUNDARY}, 400, "can't be read"),
        ({"files": None, "data": b"\r\n--b--\r\n", "headers": BOUNDARY}, 400, "one part"),
        (
            {"files": None, "data": b"", "headers": {"Content-Type": "multipart/form-data"}},
            400,
            "can't be read",
        ),
    ],
)
def test_anything_but_one_file_part_is_refused_and_the_url_stays_good(
    client: Client, more: dict[str, Any], status: int, fragment: str
) -> None:
    started = client.start().json()
    answer = client.upload(started["url"], **more)
    assert answer.status_code == status
    assert fragment in answer.json()["errorMessage"]
    assert client.upload(started["url"]).status_code == 204


def test_too_many_parts_are_refused(client: Client) -> None:
    files = [("file", (f"{number}.xml", JUNIT)) for number in range(20)]
    assert client.upload(client.start().json()["url"], files=files).status_code == 413


def test_a_large_upload_is_refused_with_413(client_of: Callable[..., Client]) -> None:
    client = client_of(max_upload_size=1000)
    url = client.start().json()["url"]
    assert client.upload(url, content=b"x" * 2000).status_code == 413
    assert client.upload(url, content=b"x" * 3_000_000).status_code == 413
    assert client.upload(url).status_code == 204


def test_a_chunked_upload_is_understood(client: Client) -> None:
    started = client.start().json()

    def body() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.xml"\r\n\r\n'
        for at in range(0, len(JUNIT), 7):
            yield JUNIT[at : at + 7]
        yield b"\r\n--b--\r\n"

    answer = client.session.post(started["url"], data=body(), headers=BOUNDARY, timeout=10)
    assert answer.status_code == 204
    assert client.track(started["trackingId"]).json()["importStatus"] == "SUCCESS"


@pytest.mark.parametrize("chunked", [False, True])
def test_an_upload_that_breaks_off_leaves_nothing_and_can_be_repeated(
    client_of: Callable[..., Client], tmp_path: Path, *, chunked: bool
) -> None:
    client = client_of(keep_uploads=tmp_path)
    started = client.start().json()
    place = urlsplit(started["url"])
    head = client.session.prepare_request(requests.Request("POST", started["url"])).headers
    length = "Transfer-Encoding: chunked" if chunked else "Content-Length: 1000000"
    part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.xml"\r\n\r\n<testsuite'
    with socket.create_connection((str(place.hostname), place.port or 0), timeout=10) as connection:
        lines = [
            f"POST {place.path}?{place.query} HTTP/1.1",
            "Host: localhost",
            f"Authorization: {head['Authorization']}",
            f"apiKey: {head['apiKey']}",
            f"Content-Type: {BOUNDARY['Content-Type']}",
            length,
        ]
        text = "\r\n".join(lines) + "\r\n\r\n" + (f"{len(part):x}\r\n{part}\r\n" if chunked else part)
        connection.sendall(text.encode())
    deadline = time.monotonic() + 5
    while client.get("/sandbox/imports.json").json()[0]["uploadAttempts"] != 1 or list(tmp_path.iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert client.track(started["trackingId"]).status_code == 400
    assert client.upload(started["url"]).status_code == 204
    assert client.track(started["trackingId"]).json()["importStatus"] == "SUCCESS"


def test_uploads_are_kept_when_asked(client_of: Callable[..., Client], tmp_path: Path) -> None:
    client = client_of(keep_uploads=tmp_path / "kept")
    record = client.imported()
    kept = tmp_path / "kept" / f"{record['trackingId']}.xml"
    assert kept.read_bytes() == JUNIT
    assert client.get("/sandbox/imports.json").json()[0]["upload"]["path"] == str(kept)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_is_reported(client: Client) -> None:
    answer = client.upload(client.start().json()["url"])
    assert answer.status_code == 507
    assert "No space left on device" in answer.json()["errorMessage"]


def test_an_upload_to_another_origin_needs_no_credentials(client_of: Callable[..., Client]) -> None:
    client = client_of(upload_origin="http://localhost:1")
    started = client.start().json()
    assert started["url"].startswith("http://localhost:1/rest/")
    here = started["url"].replace("http://localhost:1", client.url)
    answer = requests.post(here, files={"file": ("a.xml", JUNIT)}, timeout=10)
    assert answer.status_code == 204
    assert not client.get("/sandbox/imports.json").json()[0]["upload"]["hadCredentials"]


def test_the_cross_site_check_wants_its_header(client_of: Callable[..., Client]) -> None:
    client = client_of(xsrf_check=True)
    started = client.start().json()
    refused = client.upload(started["url"])
    assert (refused.status_code, refused.text) == (403, "XSRF check failed")
    assert client.upload(started["url"], headers={"X-Atlassian-Token": "no-check"}).status_code == 204


SERVER = """
import sys
from qtm_action.sandbox.options import SandboxOptions
from qtm_action.sandbox.embedded_server import Sandbox
with Sandbox(SandboxOptions()) as sandbox:
    print(sandbox.url, flush=True)
    sys.stdin.read()
"""


def peak_memory(pid: int) -> int:
    """The peak resident memory of a process in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from Linux's /proc")
def test_memory_does_not_grow_with_the_upload() -> None:
    """64 MiB in one XML file, read by the sandbox too: less than 24 MiB more than at rest."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdin
        with requests.Session() as session:
            session.headers["apiKey"] = "sandbox-api-key"
            session.auth = ("demo", "sandbox-password")
            client = Client(process.stdout.readline().strip(), session, timeout=60)
            client.imported()
            before = peak_memory(process.pid)
            started = client.start().json()
            assert send_large(started["url"], blocks=64) == 204
            while (record := client.track(started["trackingId"]).json())["importStatus"] == "INPROCESS":
                time.sleep(0.05)
        after = peak_memory(process.pid)
        process.stdin.close()
    assert record["importStatus"] == "SUCCESS"
    assert record["fileSize"] > 64 << 20
    assert after - before < 24 << 10


def send_large(url: str, blocks: int) -> int:
    """Upload a JUnit file with so many blocks of 1 MiB of output; the status of the answer."""
    place = urlsplit(url)
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.xml"\r\n\r\n'
    start, end = (
        b'<testsuite name="s"><testcase name="a"><system-out>',
        b"</system-out></testcase></testsuite>",
    )
    block, tail = b"all work and no play\n".ljust(1 << 20, b"x"), b"\r\n--b--\r\n"
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=60)
    connection.putrequest("POST", f"{place.path}?{place.query}")
    connection.putheader("apiKey", "sandbox-api-key")
    connection.putheader("Authorization", "Bearer sandbox-access-token")
    connection.putheader("Content-Type", "multipart/form-data; boundary=b")
    connection.putheader("Content-Length", str(len(head + start + end + tail) + blocks * len(block)))
    connection.endheaders(head + start)
    for _ in range(blocks):
        connection.send(block)
    connection.send(end + tail)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status
