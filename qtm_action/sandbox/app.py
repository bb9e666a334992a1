"""The sandbox as a WSGI application: its own pages, steps 1 and 3, and fault injection.

What differs between the deployments is in ``server_app`` and ``cloud_app``; what becomes of an import is in
the ledger.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, NoReturn
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge
from werkzeug.routing import Map, Rule, Submount
from werkzeug.wrappers import Request, Response

from qtm_action.log import Log
from qtm_action.results.paths import extension_of
from qtm_action.sandbox import responses
from qtm_action.sandbox.faults import FaultKind, FaultPlan, PlannedFault, Step
from qtm_action.sandbox.import_ledger import Ledger
from qtm_action.sandbox.options import SandboxOptions
from qtm_action.sandbox.page import import_as_json, imports_page, imports_state
from qtm_action.sandbox.parameters import RefusedBodyError, read_parameters
from qtm_action.sandbox.progress_record import error_timestamp
from qtm_action.sandbox.received import ReceivedImport, ReceivedUpload
from qtm_action.sandbox.uploads import store

View = Callable[[Request], Response]

WRONG_KEY = "The API key is missing or invalid"  # the wording is a guess
_LARGEST_BODY = 1 << 20
_SECRET_HEADERS = frozenset({"apikey", "authorization", "proxy-authorization", "cookie"})
_LONGEST_STALL = 600.0
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class SandboxApp(ABC):
    """The application, but for what differs between the deployments.

    ``folder`` is where uploads are stored, ``clock`` gives seconds since the epoch, ``stopping`` ends every
    wait.
    """

    def __init__(
        self,
        options: SandboxOptions,
        ledger: Ledger,
        folder: Path,
        *,
        clock: Callable[[], float],
        log: Log,
        stopping: threading.Event,
    ) -> None:
        self._options = options
        self._ledger = ledger
        self._folder = folder
        self._clock = clock
        self._log = log
        self._stopping = stopping
        self._faults = FaultPlan(options.faults)
        pages: dict[str, View] = {
            "/": self._page,
            "/login.jsp": lambda _request: responses.login_page(),
            "/sandbox/health": self._health,
            "/sandbox/imports.json": self._imports,
        }
        own = [Rule(path, endpoint=(None, view), methods=["GET"]) for path, view in pages.items()]
        below = Submount(options.context_path, [*own, *self._rules()])
        self._routes = Map([*own, below], strict_slashes=False, merge_slashes=False)

    @abstractmethod
    def _rules(self) -> Iterable[Rule]:
        """Return the routes below the context path; an endpoint is a step, or None, and its view."""

    @abstractmethod
    def _missing_route(self) -> Response:
        """Answer for a REST path that this version of the app does not have."""

    @abstractmethod
    def _error(self, step: Step, status: int) -> Response:
        """Answer with a status that the sandbox was asked for."""

    @abstractmethod
    def _refusal(self, step: Step, request: Request) -> Response | None:
        """Return the answer to missing or wrong credentials; None when they are right."""

    @abstractmethod
    def _started(self, request: Request, one: ReceivedImport) -> dict[str, str]:
        """Return the body of step 1's answer."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request and log it in one line."""
        request = Request(environ)
        began = time.monotonic()
        ending: int | str = "no answer"
        try:
            response = self._answer(request)
            ending = response.status_code
            return response(environ, start_response)
        finally:
            took = (time.monotonic() - began) * 1000
            log = self._log.info if _is_api(request) else self._log.debug
            log(f"{request.method} {request.path} {ending} in {took:.0f} ms")

    def _answer(self, request: Request) -> Response:
        try:
            (step, view), _ = self._routes.bind_to_environ(request.environ).match()
        except NotFound:
            return self._missing_route() if _is_api(request) else responses.html_page(404)
        except HTTPException as error:
            return responses.html_page(error.code or HTTPStatus.BAD_REQUEST)
        return view(request) if step is None else self._step(step, view, request)

    def _step(self, step: Step, view: View, request: Request) -> Response:
        self._stopping.wait(self._options.latency)
        fault = self._faults.next_for(step)
        if fault and (failed := self._failure(fault, request)) is not None:
            return failed
        if (refused := self._refusal(step, request)) is not None:
            return refused
        answer = view(request)
        if fault and fault.kind is FaultKind.SWALLOW:
            _end_connection(request)
        return responses.spoiled(fault, answer, self._stopping) if fault else answer

    def _failure(self, fault: PlannedFault, request: Request) -> Response | None:
        """Fail before the request is processed; None for a fault that comes after that."""
        match fault.kind:
            case FaultKind.STALL:
                self._stopping.wait(_LONGEST_STALL)
                _end_connection(request)
            case FaultKind.RESET:
                _end_connection(request, reset=True)
            case FaultKind.HTML:
                return responses.login_page()
            case FaultKind.LOGIN_REDIRECT:
                return responses.login_redirect(self._options)
            case FaultKind.STATUS if fault.status is not None:
                answer = self._error(fault.step, fault.status)
                if self._options.retry_after is not None and fault.status in {429, 503}:
                    answer.headers["Retry-After"] = self._options.retry_after
                return answer
            case _:
                pass
        return None

    def _app_error(
        self, status: int, message: str, errors: tuple[str, ...] = (), *, http_status: int | None = None
    ) -> Response:
        """Answer with the app's error body (vendor page, STATUS 400), which may have a status of its own."""
        body: dict[str, Any] = {"status": status, "errorMessage": message}
        if errors:
            body["errors"] = list(errors)
        return responses.as_json(body | {"timestamp": error_timestamp(self._clock())}, http_status or status)

    # The sandbox's own pages, which need no credentials.

    def _page(self, _request: Request) -> Response:
        page = imports_page(self._ledger.snapshot(), self._clock(), self._options.deployment)
        return Response(page, mimetype="text/html", headers=_PAGE_HEADERS)

    def _imports(self, _request: Request) -> Response:
        received = self._ledger.snapshot()
        return responses.as_json([import_as_json(one, self._options.deployment) for one in received])

    def _health(self, _request: Request) -> Response:
        received = self._ledger.snapshot()
        return responses.as_json({"status": "ok", "imports": len(received), "state": imports_state(received)})

    # The steps.

    def _start(self, request: Request) -> Response:
        """Step 1 (vendor page, 2.1), which wants JSON and no form-data."""
        if request.mimetype != "application/json":
            kind = request.mimetype or "without a type"
            return self._app_error(415, f"A JSON body is required; form-data is not supported ({kind})")
        request.max_content_length = _LARGEST_BODY
        try:
            body = json.loads(request.get_data(), parse_constant=_refuse_constant)
            parameters = read_parameters(body, self._options)
        except RequestEntityTooLarge:
            return responses.html_page(413)
        except RefusedBodyError as error:
            return self._app_error(400, error.message, error.errors)
        except (ValueError, RecursionError) as error:
            return self._app_error(400, f"The request body is not valid JSON: {error}")
        one = self._ledger.open(body, without_secrets(request.headers), parameters)
        return responses.as_json(self._started(request, one))

    def _track(self, request: Request) -> Response:
        """Step 3 (vendor page, 2.3): an unknown id is HTTP 400 whose body says 404."""
        tracking_id = request.args.get("trackingId", "")
        record = self._ledger.track(tracking_id)
        if record is None:
            message = f"No import details found for given tracking id '{tracking_id}'"
            return self._app_error(404, message, http_status=400)
        return responses.as_json(record)

    def _accept(
        self, one: ReceivedImport, request: Request, content: IO[bytes], name: str, content_type: str
    ) -> ReceivedUpload:
        """Store step 2's file under a name that says which import it is of, and let the ledger read it."""
        path = self._folder / f"{one.tracking_id}{extension_of(name)}"
        size, sha256 = store(content, path)
        upload = ReceivedUpload(
            file_name=name,
            content_type=content_type,
            size=size,
            sha256=sha256,
            at=self._clock(),
            headers=without_secrets(request.headers),
            had_credentials="apiKey" in request.headers or "Authorization" in request.headers,
            path=path if self._options.keep_uploads else None,
        )
        self._ledger.accept(one, upload, path)
        return upload

    def _origin(self, request: Request) -> str:
        """Return the origin of upload URLs."""
        return self._options.upload_origin or request.host_url.rstrip("/")


def without_secrets(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers to show: of a secret only its kind is left, such as ``Basic …``."""
    return {name: _hidden(value) if name.lower() in _SECRET_HEADERS else value for name, value in headers}


def _hidden(value: str) -> str:
    kind = value.partition(" ")[0]
    return f"{kind} …" if kind.lower() in {"basic", "bearer"} else "…"


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _is_api(request: Request) -> bool:
    return "/rest/" in request.path or "/automationuploads/" in request.path


def _end_connection(request: Request, *, reset: bool = False) -> NoReturn:
    """End the connection without an answer: by a reset, or as a server that goes away."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(connection.detach())
    raise ConnectionError("ended on purpose")
