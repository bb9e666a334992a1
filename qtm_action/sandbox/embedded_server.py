"""The sandbox as an embedded server: start it, ask it what it received, stop it."""

from __future__ import annotations

import errno
import signal
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from qtm_action.errors import InvalidInputError
from qtm_action.log import Log, Silence
from qtm_action.sandbox.cloud_app import CloudApp
from qtm_action.sandbox.http_server import SandboxServer
from qtm_action.sandbox.import_ledger import Ledger
from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN, SandboxOptions
from qtm_action.sandbox.received import ReceivedImport
from qtm_action.sandbox.server_app import ServerApp
from qtm_action.words import set_in_shell

_BACKLOG = 128
_PATIENCE = 5.0
_POLL = 0.02
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - only to say where it is reached


class Sandbox:
    """An embedded QTM4J server on a thread of its own.

    A context manager, for one start; the imports can be read after it too. ``clock`` gives seconds since the
    epoch. ``ssl_context`` takes the place of the options' certificate.
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
        self._running = ExitStack()
        self._stopping = threading.Event()

    def start(self) -> Self:
        """Listen and serve; raises :class:`InvalidInputError` where that can't be done."""
        context = self._ssl_context or self._context_from_options()
        with ExitStack() as stack:
            app = (CloudApp if self._options.cloud else ServerApp)(
                self._options,
                self._ledger,
                self._upload_folder(stack),
                clock=self._clock,
                log=self._log,
                stopping=self._stopping,
            )
            listener = self._listen()
            self._port = listener.getsockname()[1]
            server = SandboxServer(listener, app, context, self._log)
            thread = threading.Thread(target=server.serve_forever, args=(_POLL,), name="sandbox", daemon=True)
            thread.start()
            # What follows is done in the opposite order, once the sandbox stops.
            stack.callback(self._ledger.stop)
            stack.callback(thread.join, _PATIENCE)
            stack.callback(server.end_connections)
            stack.callback(server.shutdown)
            stack.callback(self._stopping.set)
            self._running = stack.pop_all()
        return self

    def stop(self) -> None:
        """Stop serving, end what is still open and drop the uploaded files. Not running: no effect."""
        self._running.pop_all().close()

    def serve_forever(self) -> None:
        """Serve until :meth:`stop`, SIGINT or SIGTERM, then stop; for the foreground command.

        On the main thread the two signals are caught while this runs. Returns normally.
        """
        on_main = threading.current_thread() is threading.main_thread()
        signals = (signal.SIGINT, signal.SIGTERM) if on_main else ()
        previous = {one: signal.signal(one, signal.default_int_handler) for one in signals}
        try:
            self.start()
            self._introduce()
            while not self._stopping.wait(0.2):
                pass
        except KeyboardInterrupt:
            self._log.debug("interrupted")
        finally:
            self.stop()
            for one, handler in previous.items():
                signal.signal(one, handler)

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

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def _introduce(self) -> None:
        """Log how to use the sandbox in a pipeline."""
        cloud, url = self._options.cloud, self.url
        page = url.removesuffix(self._options.context_path)
        address = "region" if cloud else "jira-url"
        self._log.info(f"Sandbox running at {url}. Set {address} to that URL.")
        self._log.info(f"Received imports: {page}/ (as JSON: {page}/sandbox/imports.json)")
        accepted = {"QTM_API_KEY": (self._options.api_key, SANDBOX_API_KEY)}
        if not cloud:
            accepted["QTM_TOKEN"] = (self._options.token, SANDBOX_TOKEN)
        variables = {"QTM_REGION" if cloud else "QTM_JIRA_URL": url}
        variables |= {name: known for name, (value, known) in accepted.items() if value == known}
        self._log.info("To use it, paste this into another shell:")
        self._log.info(set_in_shell(variables))
        # A value that the user chose may be a secret.
        if own := [name for name in accepted if name not in variables]:
            self._log.info(f"Set {' and '.join(own)} to the value that you gave to the sandbox.")

    def _listen(self) -> socket.socket:
        host, port = self._options.host, self._port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            return socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise InvalidInputError(
                    f"port {port} on {host} is in use by another program",
                    hint="Choose another port with --port; --port 0 picks a free one.",
                ) from None
            raise InvalidInputError(
                f"cannot listen on {host}, port {port}: {error.strerror or error}",
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
                f"cannot use the certificate {certificate}: {error}",
                hint="Set --tls-cert to a PEM file with the certificate, --tls-key to one with its key.",
            ) from None
        return context

    def _upload_folder(self, stack: ExitStack) -> Path:
        kept = self._options.keep_uploads
        if kept is None:
            return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qtm-sandbox-")))
        try:
            kept.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidInputError(f"cannot create the folder {kept}: {error.strerror}") from None
        return kept
