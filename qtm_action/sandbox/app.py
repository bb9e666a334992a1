"""The sandbox as a WSGI application: the three steps under Jira's paths, and its own pages."""

from __future__ import annotations

import json
import socket
import struct
import time
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NoReturn

from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from qtm_action.sandbox import answers
from qtm_action.sandbox.credentials import are_accepted, without_secrets
from qtm_action.sandbox.faults import Fault, FaultKind, FaultPlan, Step
from qtm_action.sandbox.intake import RefusedUploadError, StoredFile, store_upload
from qtm_action.sandbox.ledger import UploadRefusedError
from qtm_action.sandbox.listing import import_as_json
from qtm_action.sandbox.model import ReceivedUpload
from qtm_action.sandbox.page import imports_page, imports_state
from qtm_action.sandbox.parameters import RefusedBodyError, read_parameters

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from qtm_action.log import Log
    from qtm_action.sandbox.ledger import Ledger
    from qtm_action.sandbox.options import SandboxOptions

_LARGEST_BODY = 1 << 20
_LONGEST_STALL = 600.0
_PAGES = frozenset({"page", "login", "health", "imports"})
_XSRF_PASSES = frozenset({"no-check", "nocheck"})
_REST = "/rest/<any(qtm4j, qmetry):prefix>/automation/latest/importresult"
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class DroppedConnectionError(ConnectionError):
    """The connection was ended on purpose; the server has nothing left to answer."""


class SandboxApp:
    """The application; ``folder`` is where uploads are stored, ``stopping`` ends every wait."""

    def __init__(
        self,
        options: SandboxOptions,
        ledger: Ledger,
        *,
        folder: Path,
        clock: Callable[[], float],
        log: Log,
        stopping: threading.Event,
    ) -> None:
        self._options = options
        self._ledger = ledger
        self._clock = clock
        self._log = log
        self._folder = folder
        self._stopping = stopping
        self._faults = FaultPlan(options.faults)
        self._routes = _routes(options.context_path)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request and say so in one line of the log."""
        request = Request(environ)
        began = time.monotonic()
        ending: int | str = "no answer"
        try:
            response = self._answer(request)
            ending = response.status_code
            return response(environ, start_response)
        finally:
            took = (time.monotonic() - began) * 1000
            say = self._log.info if "/rest/" in request.path else self._log.debug
            say(f"{request.method} {request.path} {ending} in {took:.0f} ms")

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, arguments = self._routes.bind_to_environ(request.environ).match()
        except NotFound:
            return (
                answers.missing_route(self._options) if "/rest/" in request.path else answers.html_page(404)
            )
        except HTTPException as error:
            return answers.html_page(error.code or HTTPStatus.BAD_REQUEST)
        if endpoint in _PAGES:
            return self._page(endpoint)
        return self._step(Step(endpoint), request, arguments["prefix"])

    def _page(self, endpoint: str) -> Response:
        """Answer for the sandbox's own pages, which need no credentials."""
        if endpoint == "login":
            return answers.login_page()
        received = self._ledger.snapshot()
        if endpoint == "page":
            page = imports_page(received, self._clock())
            return Response(page, mimetype="text/html", headers=_PAGE_HEADERS)
        if endpoint == "imports":
            return answers.as_json([import_as_json(one) for one in received])
        return answers.as_json({"status": "ok", "imports": len(received), "state": imports_state(received)})

    def _step(self, step: Step, request: Request, prefix: str) -> Response:
        served = self._options.track_prefix if step is Step.TRACK else self._options.start_prefix
        if not served.serves(prefix):
            return answers.missing_route(self._options)
        self._stopping.wait(self._options.latency)
        fault = self._faults.next_for(step)
        if fault:
            self._break_connection(fault, request)
            if (failed := answers.failure(fault, self._options, self._clock())) is not None:
                return failed
        if not self._may_ask(step, request):
            return answers.refused_credentials(self._options)
        match step:
            case Step.START:
                answer = self._start(request, prefix)
            case Step.UPLOAD:
                answer = self._upload(request)
            case Step.TRACK:
                answer = self._track(request)
        if fault and fault.kind is FaultKind.SWALLOW:
            _end_connection(request, reset=False)
        return answers.spoiled(fault, answer, self._stopping) if fault else answer

    def _may_ask(self, step: Step, request: Request) -> bool:
        """Check the credentials; an upload URL of another origin needs none, as it is signed."""
        if step is Step.UPLOAD and self._options.upload_origin:
            return True
        return are_accepted(
            request.headers.get("apiKey"), request.headers.get("Authorization"), self._options
        )

    def _break_connection(self, fault: Fault, request: Request) -> None:
        if fault.kind is FaultKind.STALL:
            self._stopping.wait(_LONGEST_STALL)
            _end_connection(request, reset=False)
        if fault.kind is FaultKind.RESET:
            _end_connection(request, reset=True)

    def _start(self, request: Request, prefix: str) -> Response:
        """Step 1 (vendor page, 2.1)."""
        now = self._clock()
        if request.mimetype != "application/json":
            kind = request.mimetype or "without a type"
            return answers.app_error(
                415, f"A JSON body is required; form-data is not supported ({kind})", now
            )
        request.max_content_length = _LARGEST_BODY
        try:
            body = json.loads(request.get_data(), parse_constant=_refuse_constant)
            parameters = read_parameters(body, self._options)
        except RequestEntityTooLarge:
            return answers.html_page(413)
        except RefusedBodyError as error:
            return answers.app_error(400, error.message, now, error.errors)
        except (ValueError, RecursionError) as error:
            return answers.app_error(400, f"The request body is not valid JSON: {error}", now)
        entry = self._ledger.open(body, without_secrets(dict(request.headers)), parameters)
        origin = self._options.upload_origin or request.host_url.rstrip("/")
        path = f"{self._options.context_path}/rest/{prefix}/automation/latest/importresult/submitFile"
        url = f"{origin}{path}?uploadId={entry.upload_id}"
        return answers.as_json({"url": url, "trackingId": entry.tracking_id})

    def _upload(self, request: Request) -> Response:
        """Step 2 (vendor page, 2.2)."""
        now = self._clock()
        if self._options.xsrf_check and request.headers.get("X-Atlassian-Token") not in _XSRF_PASSES:
            return Response("XSRF check failed", HTTPStatus.FORBIDDEN, mimetype="text/plain")
        try:
            entry = self._ledger.claim(request.args.get("uploadId", ""))
        except UploadRefusedError as error:
            return answers.app_error(400, str(error), now)
        accepted = False
        try:
            stored = store_upload(request, self._folder, self._options.max_upload_size)
            path = self._kept(stored, entry.tracking_id)
            upload = ReceivedUpload(
                file_name=stored.file_name,
                content_type=stored.content_type,
                size=stored.size,
                sha256=stored.sha256,
                at=self._clock(),
                headers=without_secrets(dict(request.headers)),
                had_credentials="apiKey" in request.headers or "Authorization" in request.headers,
                path=path if self._options.keep_uploads else None,
            )
            self._ledger.accept(entry, upload, path)
            accepted = True
        except RefusedUploadError as error:
            return answers.app_error(error.status, error.message, now)
        except RequestEntityTooLarge:
            return answers.html_page(413)
        except HTTPException as error:
            return answers.app_error(400, error.description or "The upload can't be read", now)
        except OSError as error:
            raise DroppedConnectionError(str(error)) from None
        finally:
            if not accepted:
                self._ledger.release(entry)
        return Response(status=HTTPStatus.NO_CONTENT)

    def _kept(self, stored: StoredFile, tracking_id: str) -> Path:
        """Give the stored file a name that says which import it is of."""
        return stored.path.rename(
            self._folder / f"{tracking_id}{PurePosixPath(stored.file_name.lower()).suffix}"
        )

    def _track(self, request: Request) -> Response:
        """Step 3 (vendor page, 2.3): an unknown id is HTTP 400 whose body says 404."""
        tracking_id = request.args.get("trackingId", "")
        record = self._ledger.track(tracking_id)
        if record is None:
            message = f"No import details found for given tracking id '{tracking_id}'"
            return answers.app_error(404, message, self._clock(), http_status=400)
        return answers.as_json(record)


def _routes(context_path: str) -> Map:
    rules = [
        Rule(f"{base}{path}", endpoint=endpoint, methods=methods)
        for base in dict.fromkeys(("", context_path))
        for path, endpoint, methods in (
            ("/", "page", ["GET"]),
            ("/login.jsp", "login", ["GET"]),
            ("/sandbox/health", "health", ["GET"]),
            ("/sandbox/imports.json", "imports", ["GET"]),
        )
    ]
    rules += [
        Rule(f"{context_path}{_REST}", endpoint="start", methods=["POST"]),
        Rule(f"{context_path}{_REST}/submitFile", endpoint="upload", methods=["POST"]),
        Rule(f"{context_path}{_REST}/track", endpoint="track", methods=["GET"]),
    ]
    return Map(rules, strict_slashes=False, merge_slashes=False)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _end_connection(request: Request, *, reset: bool) -> NoReturn:
    """End the connection without an answer: by a reset, or as a server that goes away."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(connection.detach())
    raise DroppedConnectionError("ended on purpose")
