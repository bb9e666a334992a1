"""A server that answers with what it was sent, credentials included: the worst a server can repeat."""

from __future__ import annotations

import base64
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STEPS = {"start": "/importresult", "upload": "/submitFile", "track": "/track"}


@contextmanager
def echoing_server(step: str) -> Iterator[str]:
    """Serve a Jira that echoes at ``step`` and behaves before it; give its URL.

    With the step ``nothing-made`` it behaves to the end, and says that it created and reused nothing.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            at = next((name for name, end in STEPS.items() if path.endswith(end)), "upload")
            if at == step:
                self.echo()
            else:
                self.answer(*self.behave(at))

        def behave(self, at: str) -> tuple[int, str]:
            url = f"http://127.0.0.1:{server.server_port}/rest/qtm4j/submitFile?id=1"
            made = {"testCasesCreated": 0, "testCaseVersionsReused": 0}
            return {
                "start": (200, json.dumps({"url": url, "trackingId": "id-1"})),
                "upload": (204, ""),
                "track": (200, json.dumps({"importStatus": "SUCCESS", "summary": made})),
            }[at]

        def echo(self) -> None:
            key = self.headers.get("apiKey", "")
            authorization = self.headers.get("Authorization", "")
            scheme, _, rest = authorization.partition(" ")
            plain = base64.b64decode(rest).decode() if scheme == "Basic" else rest
            said = f"echo {key} {authorization} {plain} {base64.b64encode(key.encode()).decode()}"
            if step == "track":
                record = {"importStatus": "FAILED", "processStatus": said, "detailedMessage": said, "x": key}
                self.answer(200, json.dumps(record))
            else:
                self.answer(400, json.dumps({"status": 400, "errorMessage": said, "errors": [key, plain]}))

        def answer(self, status: int, body: str) -> None:
            data = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if status != 204:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/jira"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
