"""The sandbox as a WSGI application: its own pages, the protocol's steps, and what goes wrong on demand."""

from __future__ import annotations

import socket
import struct
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, NoReturn

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from qtm_action.sandbox import responses
from qtm_action.sandbox.faults import FaultKind, FaultPlan, PlannedFault, Step
from qtm_action.sandbox.listing import import_as_json
from qtm_action.sandbox.page import imports_page, imports_state

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIEnvironment

    from qtm_action.log import Log
    from qtm_action.sandbox.ledger import Ledger
    from qtm_action.sandbox.options import SandboxOptions
    from qtm_action.sandbox.protocol import ImportProtocol

_LONGEST_STALL = 600.0
_PAGES = {
    "/": "page",
    "/login.jsp": "login",
    "/sandbox/health": "health",
    "/sandbox/imports.json": "imports",
}
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class SandboxApp:
    """The application; ``stopping`` ends every wait."""

    def __init__(
        self,
        options: SandboxOptions,
        ledger: Ledger,
        protocol: ImportProtocol,
        *,
        clock: Callable[[], float],
        log: Log,
        stopping: threading.Event,
    ) -> None:
        self._options = options
        self._ledger = ledger
        self._protocol = protocol
        self._clock = clock
        self._log = log
        self._stopping = stopping
        self._faults = FaultPlan(options.faults)
        pages = [
            Rule(f"{base}{path}", endpoint=endpoint, methods=["GET"])
            for base in dict.fromkeys(("", options.context_path))
            for path, endpoint in _PAGES.items()
        ]
        self._routes = Map([*pages, *protocol.routes()], strict_slashes=False, merge_slashes=False)

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
            endpoint, arguments = self._routes.bind_to_environ(request.environ).match()
        except NotFound:
            if _is_api(request):
                return self._protocol.missing_route()
            return responses.html_page(404)
        except HTTPException as error:
            return responses.html_page(error.code or HTTPStatus.BAD_REQUEST)
        if endpoint in _PAGES.values():
            return self._page(endpoint)
        return self._step(Step(endpoint), request, arguments)

    def _page(self, endpoint: str) -> Response:
        """Answer for the sandbox's own pages, which need no credentials."""
        if endpoint == "login":
            return responses.login_page()
        received = self._ledger.snapshot()
        if endpoint == "page":
            page = imports_page(received, self._clock(), self._protocol.deployment)
            return Response(page, mimetype="text/html", headers=_PAGE_HEADERS)
        if endpoint == "imports":
            return responses.as_json([import_as_json(one, self._protocol.deployment) for one in received])
        return responses.as_json({"status": "ok", "imports": len(received), "state": imports_state(received)})

    def _step(self, step: Step, request: Request, arguments: Mapping[str, str]) -> Response:
        if not self._protocol.serves(step, arguments):
            return self._protocol.missing_route()
        self._stopping.wait(self._options.latency)
        fault = self._faults.next_for(step)
        if fault:
            self._break_connection(fault, request)
            if (failed := responses.failure(fault, self._options, self._protocol.error)) is not None:
                return failed
        if (refused := self._protocol.refusal(step, request)) is not None:
            return refused
        answer = self._protocol.answer(step, request, arguments)
        if fault and fault.kind is FaultKind.SWALLOW:
            _end_connection(request, reset=False)
        return responses.spoiled(fault, answer, self._stopping) if fault else answer

    def _break_connection(self, fault: PlannedFault, request: Request) -> None:
        if fault.kind is FaultKind.STALL:
            self._stopping.wait(_LONGEST_STALL)
            _end_connection(request, reset=False)
        if fault.kind is FaultKind.RESET:
            _end_connection(request, reset=True)


def _is_api(request: Request) -> bool:
    return "/rest/" in request.path or "/automationuploads/" in request.path


def _end_connection(request: Request, *, reset: bool) -> NoReturn:
    """End the connection without an answer: by a reset, or as a server that goes away."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(connection.detach())
    raise ConnectionError("ended on purpose")
