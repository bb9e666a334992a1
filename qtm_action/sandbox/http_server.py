"""werkzeug's threaded server, quiet, with its connections known so that it can be stopped cleanly.

It is used rather than waitress: it gives the application the bare connection, which faults such as a reset
need, speaks TLS, and passes uploads on as they arrive.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from typing import Any
from wsgiref.types import WSGIApplication

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from qtm_action.log import Log


class QuietRequestHandler(WSGIRequestHandler):
    """Leaves the log of requests to the application, and gives up a connection on which nothing arrives."""

    timeout = 300.0

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name for it
        """Log errors only."""
        if type != "info":
            self.server.log(type, message, *args)


class SandboxServer(ThreadedWSGIServer):
    """Serves each connection on a thread; takes over a listening socket."""

    daemon_threads = False  # so that the end of serve_forever waits for them

    def __init__(
        self, listener: socket.socket, app: WSGIApplication, context: ssl.SSLContext | None, log: Log
    ) -> None:
        host, port = listener.getsockname()[:2]
        self._log = log
        self._connections: set[socket.socket] = set()
        with listener:
            super().__init__(host, port, app, QuietRequestHandler, fd=listener.fileno())
        if context:
            # The handshake is left to each connection's thread, so that a silent client holds up no other.
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
            self.ssl_context = context

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name for it
        """Log werkzeug's own lines (tracebacks among them) at debug level."""
        self._log.debug(f"{type}: {message % args if args else message}")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log that a connection failed; a traceback on standard error would not help the user."""
        del request
        self._log.debug(f"the connection from {client_address} failed")

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the connection before its thread starts."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection once it is closed."""
        super().shutdown_request(request)
        self._connections.discard(request)

    def end_connections(self) -> None:
        """End what is still open."""
        for connection in list(self._connections):
            with contextlib.suppress(OSError, ValueError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
