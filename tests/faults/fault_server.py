"""A QTM4J on real sockets that can do at each step what networks, proxies and servers do at their worst.

It speaks the three steps over HTTP/1.1 (or TLS, given a context), counts what was imported, and follows
a script of faults: for each step a list with one entry a request, the last of which may repeat.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping, Sequence

START, UPLOAD, TRACK = "start", "upload", "track"
RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Fault:
    """What happens to one request.

    ``read``: how many bytes of the request's body are read before the rest (None: all of it; -1: not
    even the head). ``acts``: whether the server does what it was asked. ``answer``: the raw bytes it
    answers with instead of the right ones (None: the right ones; empty: nothing). ``then``: how the
    exchange ends. ``drip``: seconds between the answer's single bytes. ``registers_after``: seconds
    until the import it did is known.
    """

    read: int | None = None
    acts: bool = False
    answer: bytes | None = b""
    then: str = "close"  # close, reset, stall
    drip: float = 0.0
    registers_after: float = 0.0


FINE = Fault(acts=True, answer=None, then="keep")


def http(status: int, body: bytes | str = b"", *, reason: str = "Some", **headers: str) -> bytes:
    """Return a raw answer; header names are given with underscores for hyphens."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(raw)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + raw


def json_answer(status: int, value: Any) -> bytes:
    """Return a raw JSON answer."""
    return http(status, json.dumps(value), Content_Type="application/json")


@dataclass
class Received:
    """A request as far as it came."""

    step: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    is_complete: bool


@dataclass
class Import:
    """What the server knows of one tracking id: files taken, when it became known, questions asked."""

    imported: int = 0
    known_at: float = 0.0
    asked: int = 0
    parts: list[bytes] = field(default_factory=list)


def success_record(tracking_id: str) -> dict[str, Any]:
    """Return the progress record of an import that went well."""
    return {
        "format": "JUNIT",
        "fileName": "1_x.xml",
        "processStatus": "SUCCESS",
        "importStatus": "SUCCESS",
        "startTime": "2025-05-27T08:25:47.000+0000",
        "endTime": "2025-05-27T08:25:48.000+0000",
        "fileSize": 1500,
        "trackingId": tracking_id,
        "files": [],
        "detailedMessage": "Result imported successfully",
        "summary": {"testCycleIssueKey": "PRJ-TR-1", "testCasesCreated": 3},
    }


class FaultServer:
    """The server. ``faults`` maps a step to its script; requests beyond a script are answered rightly.

    ``repeats_last``: the last fault of each script befalls all requests after it too. ``records`` are
    the progress records told in turn (without it, one INPROCESS and then SUCCESS); ``prefixes`` maps a
    step to the prefixes that exist; ``upload_url`` makes the URL that step 1 names.
    """

    def __init__(
        self,
        faults: Mapping[str, Sequence[Fault]] | None = None,
        *,
        repeats_last: bool = False,
        records: Sequence[Mapping[str, Any]] = (),
        prefixes: Mapping[str, Sequence[str]] | None = None,
        upload_url: Callable[[str, str], str] | None = None,
        missing_route: bytes | None = None,
        context_path: str = "",
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
        after_request: Callable[[Received], None] | None = None,
        keep_alive: bool = True,
    ) -> None:
        self._faults = {step: list(script) for step, script in (faults or {}).items()}
        self._repeats_last = repeats_last
        self._records = [dict(record) for record in records]
        self._prefixes = dict(prefixes or {START: ["rest/qtm4j"], TRACK: ["rest/qmetry"]})
        self._upload_url = upload_url or (lambda base, tracking_id: f"{base}/upload?trackingId={tracking_id}")
        self._missing_route = missing_route or http(404, "<html><title>Dead link</title></html>")
        self._context_path = context_path
        self._tls = tls
        self._clock = clock
        self._after_request = after_request
        self._keep_alive = keep_alive
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._closing = threading.Event()
        self._listener: socket.socket | None = None
        self.requests: list[Received] = []
        self.imports: dict[str, Import] = {}
        self.connections = 0
        self.port = 0
        self._listen()

    # What tests ask

    @property
    def url(self) -> str:
        """Jira's base URL."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self.port}{self._context_path}"

    @property
    def imported(self) -> int:
        """How many files were imported, over all tracking ids."""
        with self._lock:
            return sum(one.imported for one in self.imports.values())

    def count(self, step: str) -> int:
        """How many requests of a step came in."""
        with self._lock:
            return sum(request.step == step for request in self.requests)

    def received(self, step: str) -> list[Received]:
        """The requests of a step."""
        with self._lock:
            return [request for request in self.requests if request.step == step]

    # Listening

    def _listen(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Small, so that what the server does not read stays with the client.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(32)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def stop_listening(self) -> None:
        """Refuse connections from now on."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def listen_again(self) -> None:
        """Accept connections again, at the same port."""
        if self._listener is None and not self._closing.is_set():
            self._listen()

    def close(self) -> None:
        """Stop, and end all connections."""
        self._closing.set()
        self.stop_listening()
        self.hang_up()

    def hang_up(self) -> None:
        """End all connections; the next may come."""
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                connection.settimeout(10)
                connection = self._tls.wrap_socket(connection, server_side=True)
                connection.settimeout(None)
        except OSError:
            connection.close()
            return
        with self._lock:
            self._open.add(connection)
            self.connections += 1
        try:
            while self._exchange(connection):
                pass
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    # One exchange

    def _exchange(self, connection: socket.socket) -> bool:
        """Serve one request; tell whether the connection goes on."""
        head, rest = _read_head(connection)
        if head is None:
            return False
        method, path, headers = _parse_head(head)
        step = self._step(method, path)
        fault = self._next_fault(step)
        if fault.read == -1:
            self._note(Received(step, method, path, headers, b"", is_complete=False))
            return self._end(connection, fault)
        length = int(headers.get("content-length", "0"))
        wanted = (
            length
            if fault.read is None
            else min(length, fault.read if fault.read >= 0 else length + fault.read)
        )
        body = _read_body(connection, rest, wanted)
        if fault.read is not None and fault.read < 0:
            # Wait for the rest to arrive: else the client may not have sent its last byte yet.
            connection.recv(-fault.read, socket.MSG_PEEK | socket.MSG_WAITALL)
        is_complete = len(body) == length
        received = Received(step, method, path, headers, body, is_complete)
        right = self._answer(received, fault) if is_complete else b""
        self._note(received)
        answer = right if fault.answer is None else fault.answer
        if fault.drip:
            for i in range(len(answer)):
                connection.sendall(answer[i : i + 1])
                if self._closing.wait(fault.drip):
                    return False
        else:
            connection.sendall(answer)
        return self._end(connection, fault)

    def _end(self, connection: socket.socket, fault: Fault) -> bool:
        if fault.then == "keep":
            return self._keep_alive
        if fault.then == "stall":
            self._closing.wait(60)
        elif fault.then == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        elif fault.then == "linger":
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        return False

    def _note(self, received: Received) -> None:
        with self._lock:
            self.requests.append(received)
        if self._after_request is not None:
            self._after_request(received)

    def _step(self, method: str, path: str) -> str:
        name = urlsplit(path).path.removeprefix(self._context_path)
        if method == "GET" and name.endswith("/importresult/track"):
            return TRACK
        if method == "POST" and name.endswith("/importresult"):
            return START
        return UPLOAD if name.endswith("/upload") else "other"

    def _next_fault(self, step: str) -> Fault:
        with self._lock:
            script = self._faults.get(step, [])
            if not script:
                return FINE
            return script[0] if self._repeats_last and len(script) == 1 else script.pop(0)

    # The protocol

    def _answer(self, received: Received, fault: Fault) -> bytes:
        """Return the right answer, having done what was asked if the fault lets the server act."""
        path = urlsplit(received.path)
        prefix = path.path.removeprefix(self._context_path).partition("/automation/")[0].strip("/")
        if received.step in self._prefixes and prefix not in self._prefixes[received.step]:
            return self._missing_route
        if received.step == START:
            return self._start(fault)
        tracking_id = parse_qs(path.query).get("trackingId", [""])[0]
        if received.step == UPLOAD:
            return self._upload(received, tracking_id, fault)
        if received.step == TRACK:
            return self._track(tracking_id)
        return self._missing_route

    def _start(self, fault: Fault) -> bytes:
        with self._lock:
            tracking_id = f"id-{len(self.imports) + 1}"
            if fault.acts:
                self.imports[tracking_id] = Import()
        base = self.url
        return self._ok({"url": self._upload_url(base, tracking_id), "trackingId": tracking_id})

    def _upload(self, received: Received, tracking_id: str, fault: Fault) -> bytes:
        with self._lock:
            one = self.imports.get(tracking_id)
            if one is None:
                return json_answer(404, {"status": 404, "errorMessage": "no such upload"})
            if fault.acts:
                one.imported += 1
                one.parts.append(_part(received))
                one.known_at = self._clock() + fault.registers_after
        return self._keep(b"HTTP/1.1 204 No Content\r\n\r\n")

    def _track(self, tracking_id: str) -> bytes:
        with self._lock:
            one = self.imports.get(tracking_id)
            if one is None or not one.imported or self._clock() < one.known_at:
                message = f"No import details found for given tracking id '{tracking_id}'"
                return json_answer(400, {"status": 404, "errorMessage": message})
            one.asked += 1
            asked = one.asked
        if self._records:
            return self._ok(self._records[min(asked, len(self._records)) - 1])
        record = self._success_record(tracking_id)
        if asked == 1:
            record |= {
                "processStatus": "PARSING",
                "importStatus": "INPROCESS",
                "endTime": None,
                "summary": None,
            }
        return self._ok(record)

    def _success_record(self, tracking_id: str) -> dict[str, Any]:
        return success_record(tracking_id)

    def _ok(self, value: Any) -> bytes:
        body = json.dumps(value).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return self._keep(head.encode() + body)

    def _keep(self, answer: bytes) -> bytes:
        return answer if self._keep_alive else answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)


def _read_head(connection: socket.socket) -> tuple[bytes | None, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        block = connection.recv(65536)
        if not block:
            return None, b""
        data += block
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _parse_head(head: bytes) -> tuple[str, str, dict[str, str]]:
    lines = head.decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    pairs = (line.partition(":") for line in lines[1:])
    return method, path, {name.strip().lower(): value.strip() for name, _, value in pairs}


def _read_body(connection: socket.socket, start: bytes, wanted: int) -> bytes:
    blocks = [start[:wanted]]
    left = wanted - len(blocks[0])
    while left > 0:
        block = connection.recv(min(left, 1024 * 1024))
        if not block:
            break
        blocks.append(block)
        left -= len(block)
    return b"".join(blocks)


def _part(received: Received) -> bytes:
    """Return the bytes of the one part of a multipart body."""
    boundary = received.headers["content-type"].partition("boundary=")[2].encode()
    head, _, rest = received.body.partition(b"\r\n\r\n")
    assert head.startswith(b"--" + boundary + b"\r\n")
    end = b"\r\n--" + boundary + b"--\r\n"
    assert rest.endswith(end)
    return rest[: -len(end)]
