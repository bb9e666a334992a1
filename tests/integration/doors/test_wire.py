"""What arrives at the wire is what the spec meant: valid specs of any content, through the whole program."""

from __future__ import annotations

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qtm_action.exit_codes import ExitCode
from qtm_action.session import Session
from tests.unit.spec.test_meaning import PARAMETERS, Writer, exactly, literally

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Recorder(ThreadingHTTPServer):
    """A Jira that takes every import and keeps the bodies of step 1 as they arrived."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[bytes] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Recorder

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Type"] == "application/json":
            self.server.bodies.append(body)
            self._answer(200, json.dumps({"url": "/upload", "trackingId": "id-1"}).encode())
        else:
            self._answer(204, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if body:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    server = Recorder()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(parameters=PARAMETERS, data=st.data())
def test_what_arrives_is_what_was_meant(
    tmp_path: Path, recorder: Recorder, parameters: dict[str, Any], data: st.DataObject
) -> None:
    (tmp_path / "a.xml").write_text("<testsuite><testcase name='t'/></testsuite>", encoding="utf-8")
    written = Writer(data.draw).mapping({"format": "junit", "files": ["a.xml"], **literally(parameters)}, "")
    (tmp_path / "qtm-import.yml").write_text(written, encoding="utf-8")
    recorder.bodies.clear()
    stdout = io.StringIO()
    environ = {
        "QTM_JIRA_URL": f"http://127.0.0.1:{recorder.server_port}",
        "QTM_API_KEY": "an-api-key",
        "QTM_TOKEN": "a-token-of-jira",
        "QTM_WORKING_DIRECTORY": str(tmp_path),
        "QTM_WAIT": "false",
    }
    assert Session.open(stdout, environ, {}).import_all() is ExitCode.OK, stdout.getvalue() + written
    (body,) = recorder.bodies
    assert exactly(json.loads(body)) == exactly({"format": "junit", "isZip": False, **parameters})
