"""A forwarding proxy on real sockets: absolute URLs for http, CONNECT for https, basic authentication."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl


class ForwardProxy:
    """The proxy; ``requests`` are the first lines it got, ``credentials`` the authorizations.

    ``authorization`` is the value it demands; ``refusal`` a raw answer to everything instead.
    """

    def __init__(
        self, *, authorization: str | None = None, refusal: bytes = b"", tls: ssl.SSLContext | None = None
    ) -> None:
        self._authorization = authorization
        self._refusal = refusal
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.requests: list[str] = []
        self.heads: list[str] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self._tls is not None:
            client = self._tls.wrap_socket(client, server_side=True)
        with client, contextlib.suppress(OSError):
            data = b""
            while b"\r\n\r\n" not in data:
                block = client.recv(65536)
                if not block:
                    return
                data += block
            head, _, rest = data.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            self.requests.append(lines[0])
            self.heads.append(head.decode("latin-1"))
            if self._refusal:
                client.sendall(self._refusal)
                return
            if self._authorization and f"Proxy-Authorization: {self._authorization}" not in lines:
                client.sendall(
                    b"HTTP/1.1 407 Proxy Authentication Required\r\n"
                    b"Proxy-Authenticate: Basic\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
                return
            self._forward(client, lines, rest)

    def _forward(self, client: socket.socket, lines: list[str], rest: bytes) -> None:
        method, target, version = lines[0].split(" ")
        if method == "CONNECT":
            host, _, port = target.rpartition(":")
            with socket.create_connection((host, int(port))) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                _pump(client, server)
            return
        url = urlsplit(target)
        with socket.create_connection((url.hostname or "", url.port or 80)) as server:
            path = f"{url.path}?{url.query}" if url.query else url.path
            kept = [line for line in lines[1:] if not line.lower().startswith("proxy-")]
            server.sendall(
                "\r\n".join([f"{method} {path} {version}", *kept, "", ""]).encode("latin-1") + rest
            )
            _pump(client, server)


def _pump(one: socket.socket, other: socket.socket) -> None:
    def copy(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := source.recv(65536):
                sink.sendall(block)
            sink.shutdown(socket.SHUT_WR)

    back = threading.Thread(target=copy, args=(other, one), daemon=True)
    back.start()
    copy(one, other)
    back.join()
