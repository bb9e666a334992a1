"""A QTM4J Cloud on real sockets, with the faults of :mod:`tests.faults.fault_server`.

Its upload URLs are signed, work once, and refuse credentials, chunks and another content type, with an object
store's XML; beside the progress record there is a history of imports.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.faults.fault_server import START, TRACK, UPLOAD, Fault, FaultServer, Received, http

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HISTORY = "history"
SIGNATURE = "5ba9c1f0e64c44d3a1b7d0e9f2c8a6b4d1e3f5a7"
_ROUTES = {START: ["rest/api"], TRACK: ["rest/api"], HISTORY: ["rest/api"]}


def signed_url(base: str, tracking_id: str) -> str:
    """Return an upload URL as step 1 names one."""
    query = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=300&X-Amz-Signature={SIGNATURE}{tracking_id}"
    return f"{base}/automationuploads/1560145450482_{tracking_id}.xml?{query}"


def store_error(status: int, code: str, message: str) -> bytes:
    """Return an object store's raw answer."""
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'
    return http(status, body, Content_Type="application/xml")


class CloudFaultServer(FaultServer):
    """The server. ``others`` is how many imports of others are in the history, before those made here."""

    def __init__(
        self, faults: Mapping[str, Sequence[Fault]] | None = None, *, others: int = 0, **options: Any
    ) -> None:
        self._others = others
        super().__init__(faults, **{"prefixes": _ROUTES, "upload_url": signed_url, **options})

    def assert_no_url_was_used_twice(self) -> None:
        """Raise AssertionError where one upload URL got two whole files, or credentials."""
        uploads = self.received(UPLOAD)
        whole = [each.path for each in uploads if each.is_complete]
        assert len(set(whole)) == len(whole), "two whole files to one upload URL"
        for each in uploads:
            assert not {"apikey", "authorization", "cookie"} & set(each.headers), "credentials to the store"

    def _step(self, method: str, path: str) -> str:
        name = urlsplit(path).path
        if name.startswith("/automationuploads/"):
            return UPLOAD
        return HISTORY if name.endswith("/importresult/history") else super()._step(method, path)

    def _answer(self, received: Received, fault: Fault) -> bytes:
        path = urlsplit(received.path)
        if received.step == UPLOAD:
            return self._put(received, path.path.rpartition("_")[2].removesuffix(".xml"), fault)
        if "apikey" not in received.headers or "authorization" in received.headers:
            return http(401, json.dumps({"status": 401, "message": "Unauthorized"}))
        if received.step == HISTORY:
            return self._history(int(parse_qs(path.query)["startAt"][0]))
        return super()._answer(received, fault)

    def _put(self, received: Received, tracking_id: str, fault: Fault) -> bytes:
        headers = received.headers
        with self._lock:
            one = self.imports.get(tracking_id)
            if one is None or one.imported:
                return store_error(403, "AccessDenied", "Request has expired")
            if received.method != "PUT" or "transfer-encoding" in headers:
                return store_error(501, "NotImplemented", "A header you provided implies functionality …")
            if "apikey" in headers or "authorization" in headers:
                return store_error(400, "InvalidArgument", "Only one auth mechanism allowed")
            if headers.get("content-type") != "multipart/form-data" or SIGNATURE not in received.path:
                return store_error(403, "SignatureDoesNotMatch", "The request signature does not match")
            if fault.acts:
                one.imported += 1
                one.parts.append(received.body)
                one.known_at = self._clock() + fault.registers_after
        return self._keep(b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: 0\r\n\r\n')

    def _history(self, start_at: int) -> bytes:
        with self._lock:
            known = [
                key for key, one in self.imports.items() if one.imported and self._clock() >= one.known_at
            ]
        ids = [*(f"other-{number}" for number in range(self._others)), *known]
        page = [self._success_record(each) for each in ids[start_at : start_at + 100]]
        return self._ok({"startAt": start_at, "maxResults": 100, "total": len(ids), "data": page})

    def _success_record(self, tracking_id: str) -> dict[str, Any]:
        return {
            "trackingId": tracking_id,
            "fileName": f"1779199707789_{tracking_id}.xml",
            "format": "JUNIT",
            "processStatus": "SUCCESS",
            "importStatus": "SUCCESS",
            "startTime": "19/May/2026 19:38:30",
            "endTime": "19/May/2026 19:38:31",
            "fileSize": 5910,
            "detailedMessage": "File is imported successfully.",
            "extraAttributes": {"attachFile": False},
            "childFileSummaryResponses": [],
            "summary": [
                {
                    "testCycle": "mqNETxEnS6dJKN",
                    "testCycleIssueKey": "JFT1-TR-15",
                    "testCycleSummary": "Automated Test Cycle",
                    "testCasesCreated": 3,
                    "testStepsCreated": 13,
                }
            ],
        }
