"""QTM4J Cloud's protocol over a real socket."""

from __future__ import annotations

import hashlib
import http.client
import re
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from qtm_action.sandbox.faults import parse_fault
from qtm_action.sandbox.options import SANDBOX_API_KEY
from tests.integration.sandbox.conftest import JUNIT, Client, Clock, Lines, zipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qtm_action.sandbox.embedded_server import Sandbox

START = "/rest/api/automation/importresult"
BARE = {"Content-Type": "multipart/form-data"}


class CloudClient(Client):
    """The requests of Cloud, as a script with curl would send them."""

    def start(self, body: Any = None, path: str = START, **more: Any) -> requests.Response:
        return super().start(body, path, **more)

    def put(self, url: str, data: Any = JUNIT, **headers: str) -> requests.Response:
        """Send the bare bytes without any credential."""
        return requests.put(url, data=data, headers=BARE | headers, timeout=self.timeout)

    def track(self, tracking_id: str, path: str = f"{START}/track") -> requests.Response:
        return super().track(tracking_id, path)

    def history(self, query: str = "") -> requests.Response:
        return self.get(f"{START}/history{query}")

    def imported(self, body: Any = None, name: str = "", data: bytes = JUNIT) -> dict[str, Any]:
        del name  # it is the server's
        started = self.start(body).json()
        assert self.put(started["url"], data).status_code == 200
        record: dict[str, Any] = self.track(started["trackingId"]).json()
        return record


@pytest.fixture
def cloud_of(sandbox_of: Callable[..., Sandbox]) -> Iterator[Callable[..., CloudClient]]:
    """Start a Cloud sandbox with these options and talk to it with the right key."""
    with requests.Session() as session:
        session.headers["apikey"] = SANDBOX_API_KEY
        session.trust_env = False
        yield lambda **options: CloudClient(sandbox_of(cloud=True, **options).url, session)


@pytest.fixture
def cloud(cloud_of: Callable[..., CloudClient]) -> CloudClient:
    return cloud_of()


def error_of(answer: requests.Response) -> tuple[int, str | None, str | None]:
    assert answer.headers["Content-Type"] == "application/xml"
    root = ET.fromstring(answer.content)  # noqa: S314 - the sandbox's
    assert root.tag == "Error"
    return answer.status_code, root.findtext("Code"), root.findtext("Message")


def test_an_import_goes_through_three_steps(cloud: CloudClient) -> None:
    started = cloud.start()
    assert started.status_code == 200
    body = started.json()
    assert body.keys() == {"url", "message", "trackingId"}
    assert body["message"] == ("Generated Upload URL is valid for one time use and will expire in 5 minutes.")
    url = urlsplit(body["url"])
    assert f"{url.scheme}://{url.netloc}" == cloud.url
    assert url.path == f"/automationuploads/1748334347000_{body['trackingId']}.xml"
    arguments = dict(parse_qsl(url.query))
    assert arguments["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert arguments["X-Amz-Date"] == "20250527T082547Z"
    assert arguments["X-Amz-Expires"] == "300"
    assert re.fullmatch("[0-9a-f]{64}", arguments["X-Amz-Signature"])

    uploaded = cloud.put(body["url"])
    assert (uploaded.status_code, uploaded.content) == (200, b"")
    assert re.fullmatch('"[0-9a-f]{32}"', uploaded.headers["ETag"])
    assert "Content-Type" not in uploaded.headers

    record = cloud.track(body["trackingId"]).json()
    assert record["trackingId"] == body["trackingId"]
    assert record["format"] == "JUNIT"
    assert (record["processStatus"], record["importStatus"]) == ("SUCCESS", "SUCCESS")
    assert record["startTime"] == "27/May/2025 08:25:47"
    assert record["fileName"] == url.path.rpartition("/")[2]
    assert record["fileSize"] == len(JUNIT)
    assert [cycle["testCycleIssueKey"] for cycle in record["summary"]] == ["SBX-TR-1"]


@pytest.mark.parametrize(
    ("body", "data", "extension"),
    [
        ({"format": "junit", "isZip": True}, zipped(**{"a.xml": JUNIT}), ".zip"),
        ({"format": "CUCUMBER"}, b"[]", ".json"),
    ],
)
def test_the_name_of_the_file_follows_from_step_1(
    cloud: CloudClient, body: dict[str, Any], data: bytes, extension: str
) -> None:
    record = cloud.imported(body, data=data)
    assert record["fileName"].endswith(extension)
    children = [one["fileName"] for one in record["childFileSummaryResponses"]]
    assert children == (["a.xml"] if extension == ".zip" else [])


@pytest.mark.parametrize(
    ("header", "value"), [("Authorization", "Bearer x"), ("Authorization", "Basic eDp5")]
)
def test_an_upload_with_an_authorization_header_is_refused(
    cloud: CloudClient, header: str, value: str
) -> None:
    started = cloud.start().json()
    status, code, message = error_of(cloud.put(started["url"], **{header: value}))
    assert (status, code) == (400, "InvalidArgument")
    assert message is not None
    assert message.startswith("Only one auth mechanism allowed")
    assert cloud.put(started["url"]).status_code == 200


def test_a_chunked_upload_is_refused(cloud: CloudClient) -> None:
    started = cloud.start().json()
    assert error_of(cloud.put(started["url"], iter([JUNIT])))[:2] == (501, "NotImplemented")
    assert cloud.track(started["trackingId"]).status_code == 400


def test_an_upload_needs_a_length(cloud: CloudClient) -> None:
    url = urlsplit(cloud.start().json()["url"])
    connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=10)
    connection.putrequest("PUT", f"{url.path}?{url.query}")
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, b"MissingContentLength" in answer.read()) == (411, True)
    connection.close()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("X-Amz-Expires=300", "X-Amz-Expires=3000"),
        (".xml?", ".json?"),
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
        ("X-Amz-Signature=", "x="),
        ("X-Amz-Signature=", "X-Amz-Signature=%C3%A4"),
        ("X-Amz-Credential", "x"),
        ("127.0.0.1", "localhost"),
    ],
)
def test_a_changed_url_has_a_wrong_signature(cloud: CloudClient, old: str, new: str) -> None:
    url = cloud.start().json()["url"]
    assert old in url
    assert error_of(cloud.put(url.replace(old, new)))[:2] == (403, "SignatureDoesNotMatch")


def test_the_signature_is_for_put(cloud: CloudClient) -> None:
    url = cloud.start().json()["url"]
    for method in ("POST", "GET"):
        answer = requests.request(method, url, data=JUNIT, headers=BARE, timeout=10)
        assert error_of(answer)[:2] == (403, "SignatureDoesNotMatch")


def test_an_upload_url_expires(cloud_of: Callable[..., CloudClient], clock: Clock) -> None:
    for client, life in ((cloud_of(), 300), (cloud_of(upload_expiry=7.0), 7)):
        in_time, late = client.start().json(), client.start().json()
        clock.now += life
        assert client.put(in_time["url"]).status_code == 200
        clock.now += 1
        answer = client.put(late["url"])
        assert error_of(answer) == (403, "AccessDenied", "Request has expired")
        assert client.track(late["trackingId"]).status_code == 400
    assert late["message"].endswith("will expire in 7 seconds.")


def test_an_upload_url_is_good_once(cloud: CloudClient) -> None:
    started = cloud.start().json()
    assert cloud.put(started["url"]).status_code == 200
    assert error_of(cloud.put(started["url"]))[:2] == (403, "AccessDenied")
    (one,) = cloud.get("/sandbox/imports.json").json()
    assert (one["uploads"], one["uploadAttempts"]) == (1, 2)


def test_fewer_bytes_than_announced_make_no_object(
    cloud_of: Callable[..., CloudClient], tmp_path: Path
) -> None:
    client = cloud_of(keep_uploads=tmp_path)
    started = client.start().json()
    url = urlsplit(started["url"])
    connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=10)
    connection.putrequest("PUT", f"{url.path}?{url.query}")
    connection.putheader("Content-Length", str(len(JUNIT) + 1))
    connection.endheaders(JUNIT)
    connection.close()
    deadline = time.monotonic() + 5
    while client.get("/sandbox/imports.json").json()[0]["uploadAttempts"] != 1 or list(tmp_path.iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert client.track(started["trackingId"]).status_code == 400
    assert client.put(started["url"]).status_code == 200
    assert client.track(started["trackingId"]).json()["importStatus"] == "SUCCESS"


@pytest.mark.parametrize("is_zip", [False, True])
def test_a_multipart_envelope_becomes_part_of_the_file(cloud: CloudClient, *, is_zip: bool) -> None:
    started = cloud.start({"format": "junit", "isZip": is_zip}).json()
    data = zipped(**{"a.xml": JUNIT}) if is_zip else JUNIT
    assert requests.put(started["url"], files={"file": ("r.xml", data)}, timeout=10).status_code == 200
    record = cloud.track(started["trackingId"]).json()
    assert record["fileSize"] > len(data)
    assert (record["importStatus"], record["summary"]) == ("FAILED", [])


def test_what_was_uploaded_is_described(cloud: CloudClient) -> None:
    cloud.imported()
    (one,) = cloud.get("/sandbox/imports.json").json()
    assert one["deployment"] == "Cloud"
    assert one["headers"]["Apikey"] == "…"
    assert one["upload"]["sha256"] == hashlib.sha256(JUNIT).hexdigest()
    assert one["upload"]["contentType"] == "multipart/form-data"
    assert not one["upload"]["hadCredentials"]
    page = cloud.get("/").text
    assert "QTM4J Cloud" in page
    assert "SBX-TR-1" in page


def test_a_large_upload_is_refused(cloud_of: Callable[..., CloudClient]) -> None:
    client = cloud_of(max_upload_size=1000)
    url = client.start().json()["url"]
    assert error_of(client.put(url, b"x" * 2_000_000))[:2] == (400, "EntityTooLarge")
    assert client.put(url).status_code == 200


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_is_reported(cloud: CloudClient) -> None:
    assert error_of(cloud.put(cloud.start().json()["url"]))[:2] == (507, "InternalError")


def test_the_key_alone_decides(cloud: CloudClient) -> None:
    for headers in ({}, {"apiKey": "wrong"}, {"Authorization": "Bearer sandbox-access-token"}):
        for answer in (
            requests.post(cloud.url + START, json={"format": "junit"}, headers=headers, timeout=10),
            requests.get(f"{cloud.url}{START}/track?trackingId=x", headers=headers, timeout=10),
            requests.get(f"{cloud.url}{START}/history", headers=headers, timeout=10),
        ):
            assert answer.status_code == 401
            assert "API key" in answer.json()["errorMessage"]
            assert "X-Seraph-LoginReason" not in answer.headers


def test_permission_can_be_lacking(cloud_of: Callable[..., CloudClient]) -> None:
    url = cloud_of(refusal="403").url
    assert requests.get(f"{url}{START}/history", timeout=10).status_code == 403


def test_form_data_and_wrong_fields_are_refused(cloud: CloudClient) -> None:
    assert cloud.start(json=None, data={"format": "junit"}).status_code == 415
    answer = cloud.start({"format": "junit", "fields": {"testCase": {"estimatedTime": "00:10"}}})
    assert answer.status_code == 400
    assert answer.json()["errors"] == ["fields.testCase.estimatedTime must be a time in 'HH:mm:ss' format"]


def test_what_is_ignored_is_shown(cloud: CloudClient) -> None:
    cloud.imported({"format": "junit", "fields": {"testCycle": {"folderPath": "F1/F2"}}})
    assert "fields.testCycle.folderPath is not known: ignored" in cloud.get("/").text


def test_servers_paths_are_not_clouds(cloud: CloudClient) -> None:
    for path in ("/rest/qtm4j/automation/latest/importresult", "/rest/api/latest/importresult"):
        answer = cloud.start(path=path)
        assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_history_has_the_newest_first_in_pages(cloud: CloudClient) -> None:
    cloud.start()  # without an upload it has no record
    ids = [cloud.imported()["trackingId"] for _ in range(3)][::-1]
    page = cloud.history().json()
    assert {name: page[name] for name in ("startAt", "maxResults", "total")} == {
        "startAt": 0,
        "maxResults": 20,
        "total": 3,
    }
    assert [record["trackingId"] for record in page["data"]] == ids
    assert page["data"][0] == cloud.track(ids[0]).json()
    page = cloud.history("?startAt=1&maxResults=1").json()
    assert [record["trackingId"] for record in page["data"]] == ids[1:2]
    assert cloud.history("?startAt=3").json()["data"] == []


@pytest.mark.parametrize(
    "query", ["maxResults=0", "maxResults=101", "maxResults=x", "startAt=-1", "startAt="]
)
def test_history_refuses_wrong_pages(cloud: CloudClient, query: str) -> None:
    assert cloud.history(f"?{query}").status_code == 400


def test_time_passes_through_phases(cloud_of: Callable[..., CloudClient], clock: Clock) -> None:
    client = cloud_of(duration=30.0)
    record = client.imported()
    assert (record["importStatus"], record["endTime"]) == ("In Progress", None)
    assert "busy" in client.get("/").text
    clock.now += 30
    assert client.track(record["trackingId"]).json()["endTime"] == "27/May/2025 08:26:17"


def test_faults_answer_as_the_store_the_gateway_and_the_app(cloud_of: Callable[..., CloudClient]) -> None:
    texts = ("start:429:1", "upload:503:1", "upload:swallow:1", "track:502:1", "history:500:1")
    client = cloud_of(faults=tuple(parse_fault(text) for text in texts), retry_after="1")
    refused = client.start()
    assert (refused.status_code, refused.json()["status"], refused.headers["Retry-After"]) == (429, 429, "1")
    started = client.start().json()
    answer = client.put(started["url"])
    assert error_of(answer)[:2] == (503, "SlowDown")
    assert answer.headers["Retry-After"] == "1"
    with pytest.raises(requests.ConnectionError):
        client.put(started["url"])
    assert client.track(started["trackingId"]).headers["Content-Type"].startswith("text/html")
    assert client.history().status_code == 500
    assert client.history().json()["data"][0]["importStatus"] == "SUCCESS"


def test_an_upload_url_can_have_another_origin(cloud_of: Callable[..., CloudClient]) -> None:
    client = cloud_of(upload_origin="http://uploads.example:80")
    url = client.start().json()["url"]
    assert url.startswith("http://uploads.example:80/automationuploads/")
    here = url.replace("http://uploads.example:80", client.url)
    assert client.put(here, Host="uploads.example").status_code == 200


def test_neither_key_nor_signature_is_ever_logged(cloud: CloudClient, log: Lines) -> None:
    cloud.imported()
    text = "\n".join(log.lines)
    assert "PUT /automationuploads/" in text
    for secret in (SANDBOX_API_KEY, "X-Amz"):
        assert secret not in text
        assert secret not in cloud.get("/").text
        assert secret not in cloud.get("/sandbox/imports.json").text
