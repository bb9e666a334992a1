"""QTM4J Cloud as a deployment: addresses, requests, answers and links."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qtm_action.errors import AuthenticationError, InvalidInputError, RefusedError, UnexpectedAnswerError
from qtm_action.qtm4j.addresses import parse_address
from qtm_action.qtm4j.cloud import CloudAddress, QtmCloud, parse_region
from qtm_action.qtm4j.deployment import Connection
from qtm_action.qtm4j.refusals import refusal
from qtm_action.qtm4j.server import ServerAddress
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.values import Credentials, ImportStatus, Upload

US = parse_region("us", site="https://acme.atlassian.net/jira")
URL = "https://qtmcloud.qmetry.com/automationuploads/1_id-1.xml"
SIGNATURE = "fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024"


def cloud(address: CloudAddress = US, key: str = "0123abcd4567") -> QtmCloud:
    return QtmCloud(address, Connection(address, Credentials(key, token="a-token")), "qtm-action/1")


@pytest.mark.parametrize(
    ("region", "base"),
    [
        ("us", "https://qtmcloud.qmetry.com"),
        (" AU ", "https://syd-qtmcloud.qmetry.com"),
        ("http://127.0.0.1:8080/qtm/", "http://127.0.0.1:8080/qtm"),
    ],
)
def test_a_region_is_a_name_or_a_base_url(region: str, base: str) -> None:
    assert str(parse_address("https://acme.atlassian.net", region)) == base


@pytest.mark.parametrize("region", ["eu", "qtmcloud.qmetry.com", "ftp://x", "https://u:p@x"])
def test_what_can_be_no_region_is_refused_with_what_to_give(region: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_region(region)
    assert caught.value.message.startswith("region ")
    assert "us" in caught.value.hint


def test_a_cloud_site_without_region_is_reported_where_to_find_it() -> None:
    with pytest.raises(InvalidInputError, match="and region is not set") as caught:
        parse_address("https://acme.atlassian.net", None)
    assert "QMetry > About > Hosted Region" in caught.value.hint
    assert isinstance(parse_address("https://jira.example.com", None), ServerAddress)
    assert parse_address(None, None) is None


def test_a_host_of_cloud_as_jiras_url_leads_to_its_region() -> None:
    with pytest.raises(InvalidInputError, match="is a host of QTM4J Cloud") as caught:
        parse_address("https://syd-qtmcloud.qmetry.com", None)
    assert "Set region to au" in str(caught.value.hint)


def test_the_start_carries_the_key_alone() -> None:
    request = cloud().start_request("rest/api", {"format": "junit"})
    assert request.target.url == "https://qtmcloud.qmetry.com/rest/api/automation/importresult"
    assert request.headers["apiKey"] == "0123abcd4567"
    assert not {"Authorization", "X-Atlassian-Token"} & set(request.headers)


@pytest.mark.parametrize("host", ["https://qtmcloud.qmetry.com", "https://b.s3.amazonaws.com"])
def test_an_upload_carries_no_credential_whatever_its_host(host: str, tmp_path: Any) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b"<a/>")
    body = cloud().upload_body(Upload(path, "a.xml", 4), lambda _: None)
    request = cloud().upload_request(f"{host}/up?X-Amz-Signature={SIGNATURE}", body)
    assert (request.method, request.target.with_credentials) == ("PUT", False)
    assert dict(request.headers) == {"User-Agent": "qtm-action/1", "Content-Type": "multipart/form-data"}
    assert SIGNATURE not in repr(request)
    with body:
        assert [bytes(body.read()), body.is_complete, bytes(body.read()), body.is_complete] == [
            b"<a/", False, b">", True,
        ]  # fmt: skip


def test_an_upload_url_in_plain_http_elsewhere_is_refused(tmp_path: Any) -> None:
    body = cloud().upload_body(Upload(tmp_path / "a.xml", "a.xml", 4), lambda _: None)
    with pytest.raises(UnexpectedAnswerError, match="not https"):
        cloud().upload_request("http://b.s3.amazonaws.com/up", body)


def test_the_query_of_an_upload_url_and_its_long_values_are_secrets_but_not_the_tracking_id() -> None:
    tracking_id = "f52a7866-a345-4cad-b93e-a930135868d7"
    query = f"X-Amz-Expires=300&X-Amz-Signature={SIGNATURE}&id={tracking_id}"
    assert cloud().upload_secrets(f"{URL}?{query}", tracking_id) == (query, SIGNATURE)
    assert cloud().upload_secrets(URL, tracking_id) == ()
    assert cloud().upload_secrets("https://[", tracking_id) == ()


EXPIRED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


@pytest.mark.parametrize(
    ("status", "body"),
    [(403, EXPIRED), (404, b""), (410, b""), (400, b"<Error><Code>ExpiredToken</Code></Error>")],
)
def test_a_url_that_is_refused_may_be_followed_by_another(status: int, body: bytes) -> None:
    target = cloud().track_request("rest/api", "x").target
    error = cloud().upload_url_refusal(Answer(status, {}, body), target)
    assert isinstance(error, RefusedError)
    if body == EXPIRED:
        assert error.message.endswith("was refused (403): AccessDenied: Request has expired")


def test_a_refusal_of_the_store_does_not_blame_the_key() -> None:
    target = cloud().track_request("rest/api", "x").target
    error = cloud().upload_refusal(Answer(401, {}, b""), target)
    assert type(error) is RefusedError


@pytest.mark.parametrize(
    ("key", "hint"),
    [("0123abcd", "belong to another region than https://qtmcloud"), ("eyJhbGciOi", "an Open API key")],
)
def test_a_401_names_what_it_can_be(key: str, hint: str) -> None:
    error = refusal(Answer(401, {}, b'{"message": "Unauthorized"}'), "to start the import", cloud(key=key))
    assert isinstance(error, AuthenticationError)
    assert error.message == "QTM4J Cloud did not accept the API key (401): Unauthorized"
    assert hint in error.hint
    assert "Rest API > Generate" in error.hint


RECORD: dict[str, Any] = {
    "importStatus": "SUCCESS",
    "format": "CUCUMBER",
    "startTime": "19/May/2026 19:38:30",
    "childFileSummaryResponses": [{"fileName": "a.json"}],
}
CYCLE: dict[str, Any] = {
    "testCycle": "mqNETxEnS6dJKN",
    "testCycleIssueKey": "JFT1-TR-15",
    "testCasesCreated": 3,
}


@pytest.mark.parametrize("summary", [CYCLE, [CYCLE]])
def test_a_record_is_read_with_its_summary_in_both_forms(summary: Any) -> None:
    progress = cloud().read_progress({**RECORD, "summary": summary}, "id-1")
    assert progress.status is ImportStatus.SUCCESS
    assert [cycle.test_cycle_key for cycle in progress.summary] == ["JFT1-TR-15"]
    assert progress.summary[0].url is None  # the project's id is not known


def test_a_cycle_is_linked_where_site_and_project_are_known() -> None:
    record = {**RECORD, "summary": {**CYCLE, "projectId": 10000}}
    assert cloud().read_progress(record, "id-1").summary[0].url == (
        "https://acme.atlassian.net/plugins/servlet/ac/com.infostretch.QmetryTestManager/qtm4j-test-management"
        "?project.key=JFT1&project.id=10000#!/TestCycleDetail/mqNETxEnS6dJKN?projectId=10000"
    )
    assert cloud(parse_region("us")).read_progress(record, "id-1").summary[0].url is None
    odd = {**RECORD, "summary": {**CYCLE, "projectId": "1&x=2"}}
    assert cloud().read_progress(odd, "id-1").summary[0].url is None


def test_an_upload_over_10_mib_is_warned_about_with_what_to_do() -> None:
    assert US.size_warning(10 * 1024 * 1024) is None
    assert "the upload is 12.0 MiB" in (US.size_warning(12 << 20) or "")
    assert ServerAddress.size_warning(12 << 20) is None


def test_a_message_shows_no_query_of_a_url_not_even_of_an_answer_cut_off() -> None:
    cut = f'{{"url": "https://x.example/up?X-Amz-Signature={SIGNATURE}'.encode()
    whole = json.dumps({"note": f"https:\\/\\/x.example\\/up?X-Amz-Signature={SIGNATURE}"}).encode()
    for answer in (Answer(200, {}, cut, is_complete=False), Answer(200, {}, whole)):
        assert "x.example" in answer.message()
        assert SIGNATURE[:8] not in answer.message()
