"""A web server on loopback that serves pages with the headers given, as a CI platform serves artifacts."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


class Site:
    """Pages by their path; a new page gets a path of its own."""

    def __init__(self) -> None:
        pages: dict[str, tuple[Mapping[str, str], bytes]] = {}

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers, content = pages.get(self.path, ({}, b""))
                self.send_response(200 if self.path in pages else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_words: Any) -> None:
                pass

        self._pages = pages
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def put(self, html: str, headers: Mapping[str, str] | None = None) -> str:
        """Serve a page and return its address."""
        path = f"/{len(self._pages)}/"
        self._pages[path] = (headers or {}, html.encode("utf-8"))
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
