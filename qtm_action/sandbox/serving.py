"""werkzeug's threaded server, quiet, with its connections known so that it can be stopped cleanly."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    import ssl
    from wsgiref.types import WSGIApplication

    from qtm_action.log import Log

#: Seconds after which a connection on which nothing arrives is given up.
IDLE_TIMEOUT = 300.0


class SandboxServer(ThreadedWSGIServer):
    """Serves each connection on a thread; the application logs its requests itself."""

    def __init__(self, listener: socket.socket, app: WSGIApplication, log: Log) -> None:
        host, port = listener.getsockname()[:2]
        self.sandbox_log = log
        self._connections: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(host, port, app, QuietRequestHandler, fd=listener.fileno())

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name for it
        """Hand werkzeug's own lines (tracebacks among them) to the log at debug level."""
        self.sandbox_log.debug(f"{type}: {message % args if args else message}")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say that a connection failed; a traceback on standard error helps nobody."""
        del request
        self.sandbox_log.debug(f"the connection from {client_address} failed")

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the connection before its thread starts."""
        with self._changed:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection once it is closed."""
        super().shutdown_request(request)
        with self._changed:
            self._connections.discard(request)
            self._changed.notify_all()

    def end_connections(self, patience: float) -> None:
        """End what is still open and wait at most ``patience`` seconds for its threads."""
        with self._changed:
            for connection in self._connections:
                with contextlib.suppress(OSError, ValueError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._connections, patience)


class QuietRequestHandler(WSGIRequestHandler):
    """Says nothing by itself, and does not wait for ever."""

    timeout = IDLE_TIMEOUT

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name for it
        """Leave requests to the application, and log errors at debug level."""
        if type != "info" and isinstance(self.server, SandboxServer):
            self.server.sandbox_log.debug(f"{type}: {message % args if args else message}")


def make_server(
    listener: socket.socket, app: WSGIApplication, context: ssl.SSLContext | None, log: Log
) -> SandboxServer:
    """Make a server of a listening socket, which it takes over.

    The TLS handshake is left to each connection's thread, so that a silent client holds up no other.
    """
    with listener:
        server = SandboxServer(listener, app, log)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.ssl_context = context
    return server
