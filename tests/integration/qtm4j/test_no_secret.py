"""What a server or a proxy says in any part of its answer: no line, debug lines included, shows a secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import QtmActionError
from qtm_action.qtm4j.values import Credentials, Proxies
from qtm_action.redaction import Redactor, protect
from tests.faults.fault_server import START, TRACK, UPLOAD, Fault, FaultServer, http, success_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.qtm4j.conftest import Session

TOKEN = "QXZJ7940qxzj7940QXZJ7940qxzj79"
PASSWORD = "QXZJ7 püßwörd  9940äÄQ"
KEY = "KQ97XJ0Z/+49KQ97XJ0Z=="
CUTS = (60, 200, 300, 400, 16 * 1024)
RUN = 6


@pytest.fixture(autouse=True)
def _protected() -> Iterator[None]:
    protect(Redactor([TOKEN, PASSWORD, KEY]))
    yield
    protect(Redactor(()))


def check(session: Session, error: QtmActionError | None) -> None:
    said = [*session.log.lines]
    if error is not None:
        said += [error.message, error.hint, *(str(problem) for problem in error.problems)]
    seen = "".join("\n".join(said).split())
    assert said
    for secret in (TOKEN, PASSWORD, KEY):
        bare = "".join(secret.split())
        assert not [bare[i : i + RUN] for i in range(len(bare) - RUN + 1) if bare[i : i + RUN] in seen], said


def answers(secret: str, before: int, encoding: str) -> Iterator[tuple[str, bytes]]:
    """Yield steps, and answers to them with a secret in each part."""
    text = "." * before + secret
    raw = text.encode(encoding)
    location = ("." * min(before, 400) + secret).encode(encoding)
    yield START, b"HTTP/1.1 401 " + location + b"\r\nX-Seraph-LoginReason: " + location + b"\r\n\r\n" + raw
    yield (
        START,
        b"HTTP/1.1 302 Found\r\nLocation: /" + location + b"?" + location + b"\r\n\r\n",
    )
    yield START, http(500, b"<html><title>" + raw + b"</title>", Content_Type="text/html")
    yield START, location + b"\r\n\r\n"
    for status in (400, 401, 500):
        value = {"errorMessage": text, "errors": [text, {"x": [text]}]}
        yield START, http(status, json.dumps(value, ensure_ascii=encoding == "latin-1"))
    for url in (
        f"/up/{'.' * min(before, 400)}{secret}?x",
        f"https://{secret}.example/",
        f"ftp://{text}",
        f"//{secret}",
    ):
        yield START, http(200, json.dumps({"url": url, "trackingId": "id-1"}))
    yield UPLOAD, http(403, raw)
    record = {
        **success_record("id-1"),
        "importStatus": f"ODD {text}",
        "detailedMessage": text,
        "summary": [{"testCycleIssueKey": text}],
    }
    yield TRACK, http(200, json.dumps(record))


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize("secret", [TOKEN, PASSWORD, KEY], ids=["token", "password", "key"])
def test_nothing_of_a_secret_that_a_server_repeats_is_shown(
    session: Callable[..., Session], secret: str, encoding: str
) -> None:
    for cut in CUTS:
        for step, answer in answers(secret, cut - len(secret) // 2, encoding):
            with FaultServer({step: [Fault(acts=True, answer=answer)]}, repeats_last=True) as server:
                one = session(server.url, retry_for=0, credentials=Credentials(KEY, token=TOKEN))
                found = None
                try:
                    one.wait(one.submit(), timeout=1)
                except QtmActionError as error:
                    found = error
                check(one, found)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize("before", [0, 150, 180, 300])
def test_nothing_of_a_secret_that_a_proxy_repeats_is_shown(
    session: Callable[..., Session], before: int, encoding: str
) -> None:
    reason = ("." * before + PASSWORD).encode(encoding)
    refusal = Fault(answer=b"HTTP/1.1 403 " + reason + b"\r\n\r\n")
    with FaultServer({"other": [refusal], UPLOAD: [refusal]}, repeats_last=True) as proxy:
        one = session("https://jira.example", retry_for=0, proxies=Proxies(https=proxy.url))
        with pytest.raises(QtmActionError, match="refused to connect") as caught:
            one.submit()
        check(one, caught.value)
