"""The sandbox as a server: start it, ask it what it received, stop it."""

from __future__ import annotations

import errno
import signal
import socket
import ssl
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from qtm_action.errors import InvalidInputError
from qtm_action.log import Silence
from qtm_action.sandbox.cloud_app import CloudApp
from qtm_action.sandbox.ledger import Ledger
from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN, SandboxOptions
from qtm_action.sandbox.server_app import ServerApp
from qtm_action.sandbox.serving import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

    from qtm_action.log import Log
    from qtm_action.sandbox.received import ReceivedImport

_BACKLOG = 128
_PATIENCE = 5.0
_POLL = 0.02
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - only to say where it is reached


class Sandbox:
    """An embedded QTM4J server on a thread of its own.

    A context manager; :meth:`start` and :meth:`stop` may be called again and again, the imports stay and
    so does the port. ``clock`` gives seconds since the epoch. ``ssl_context`` takes the place of the
    options' certificate.
    """

    def __init__(
        self,
        options: SandboxOptions = SandboxOptions(),  # noqa: B008 - immutable
        *,
        log: Log | None = None,
        clock: Callable[[], float] = time.time,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._options = options
        self._log: Log = log or Silence()
        self._clock = clock
        self._ssl_context = ssl_context
        self._ledger = Ledger(options, clock, self._log)
        self._port = options.port
        self._server: SandboxServer | None = None
        self._thread: threading.Thread | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._stopping = threading.Event()

    def start(self) -> Self:
        """Listen and serve; raises :class:`InvalidInputError` where that can't be done."""
        if self._server:
            return self
        context = self._ssl_context or self._context_from_options()
        listener = self._listen()
        try:
            folder = self._upload_folder()
        except BaseException:
            listener.close()
            raise
        self._port = listener.getsockname()[1]
        self._stopping = threading.Event()
        app = (CloudApp if self._options.cloud else ServerApp)(
            self._options,
            self._ledger,
            folder,
            clock=self._clock,
            log=self._log,
            stopping=self._stopping,
        )
        self._server = SandboxServer(listener, app, context, self._log)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": _POLL}, name="sandbox", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving, end what is still open and drop the uploaded files. Not running: no effect."""
        server, self._server = self._server, None
        if server is None:
            return
        self._stopping.set()
        server.shutdown()
        server.end_connections()
        if self._thread:
            self._thread.join(_PATIENCE)
        self._ledger.stop()
        if self._folder:
            self._folder.cleanup()
            self._folder = None

    def serve_forever(self) -> None:
        """Serve until :meth:`stop`, SIGINT or SIGTERM, then stop; for the foreground command.

        On the main thread the two signals are caught while this runs. Returns normally.
        """
        ended = threading.Event()

        def end(_signal: int, _frame: FrameType | None) -> None:
            ended.set()

        caught: dict[signal.Signals, Any] = {}
        if threading.current_thread() is threading.main_thread():
            caught = {one: signal.signal(one, end) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            self.start()
            self._introduce()
            while not (ended.is_set() or self._stopping.is_set()):
                ended.wait(0.2)
        finally:
            self.stop()
            for one, previous in caught.items():
                signal.signal(one, previous)

    @property
    def url(self) -> str:
        """Jira's (or Cloud's) base URL, context path included, without a trailing slash."""
        scheme = "https" if self._ssl_context or self._options.tls_cert else "http"
        host = _ANY_ADDRESS.get(self._options.host, self._options.host)
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self._port}{self._options.context_path}"

    @property
    def imports(self) -> tuple[ReceivedImport, ...]:
        """Every import that was started, in order, as far as it has come."""
        return self._ledger.snapshot()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _introduce(self) -> None:
        """Tell the user of the foreground command what to point a pipeline at."""
        cloud, url = self._options.cloud, self.url
        page = url.removesuffix(self._options.context_path)
        address = "region" if cloud else "jira-url"
        self._log.info(f"The sandbox listens on {url}; give this to a pipeline as its {address}")
        self._log.info(f"What arrives is shown at {page}/ and, as JSON, at {page}/sandbox/imports.json")
        accepted = {"QTM_API_KEY": (self._options.api_key, SANDBOX_API_KEY)}
        if not cloud:
            accepted["QTM_TOKEN"] = (self._options.token, SANDBOX_TOKEN)
        variables = {"QTM_REGION" if cloud else "QTM_JIRA_URL": url}
        variables |= {name: known for name, (value, known) in accepted.items() if value == known}
        self._log.info("To use it, paste this into another shell:")
        self._log.info(f"export {' '.join(f'{name}={value}' for name, value in variables.items())}")
        # What the user chose may be a secret after all.
        if own := [name for name in accepted if name not in variables]:
            self._log.info(f"Set {' and '.join(own)} to the value that the sandbox was given")

    def _listen(self) -> socket.socket:
        host, port = self._options.host, self._port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            return socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise InvalidInputError(
                    f"Port {port} on {host} is in use by another program",
                    hint="Choose another with --port, or let --port 0 pick a free one.",
                ) from None
            raise InvalidInputError(
                f"The sandbox can't listen on {host}, port {port}: {error.strerror or error}",
                hint="Choose an address of this machine with --host, and a port above 1023 with --port.",
            ) from None

    def _context_from_options(self) -> ssl.SSLContext | None:
        certificate, key = self._options.tls_cert, self._options.tls_key
        if certificate is None:
            if key is not None:
                raise InvalidInputError("--tls-key needs a certificate", hint="Add --tls-cert.")
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        try:
            context.load_cert_chain(certificate, key)
        except (OSError, ssl.SSLError) as error:
            raise InvalidInputError(
                f"The certificate {certificate} can't be used: {error}",
                hint="--tls-cert takes a PEM file with the certificate, --tls-key one with its private key.",
            ) from None
        return context

    def _upload_folder(self) -> Path:
        kept = self._options.keep_uploads
        if kept is None:
            self._folder = tempfile.TemporaryDirectory(prefix="qtm-sandbox-")
            return Path(self._folder.name)
        try:
            kept.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidInputError(f"The folder {kept} can't be made: {error.strerror}") from None
        return kept
