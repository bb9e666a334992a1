"""Upload: the client's steps 1 and 2 against `curl -F`, into one and the same sink on loopback.

python -m bench.uploading [--quick] [--json]
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import statistics
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import trustme

from bench.pairing import ROOT, Command, Cost, Row, pair, ratio, ship_bytecode, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

MIB = 1024 * 1024
# What a whole process does that uploads one file: nothing of this benchmark is loaded into it.
CLIENT = """
import sys
from pathlib import Path
from qtm_action.log import Silence
from qtm_action.qtm4j.client import Qtm4j
from qtm_action.qtm4j.deployment import Connection
from qtm_action.qtm4j.values import Credentials, Tls, Upload
from qtm_action.qtm4j.server import parse_jira_url
url, path, ca = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
log = Silence()
tls = Tls(ca_bundle=Path(ca)) if ca else Tls()
client = Qtm4j(Connection(parse_jira_url(url), Credentials("some-key"), tls=tls), user_agent="bench", log=log)
upload = Upload(path, "results.zip", path.stat().st_size)
client.submit({"format": "junit", "isZip": True}, upload, log=log, on_tracking_id=lambda found: None)
"""


def measure(*, quick: bool) -> list[Row]:
    """Return the rows of the upload."""
    ship_bytecode()
    size, runs = (128 * MIB, 3) if quick else (1024 * MIB, 15)
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder, "large.zip"), Path(folder, "small.zip")
        _fill(large, size)
        _fill(small, 10 * MIB)
        certificates = _certificates(Path(folder))
        rows = _plain_rows(large, small, runs)
        rows.append(_tls_row(large, certificates, runs))
    return rows


def _plain_rows(large: Path, small: Path, runs: int) -> list[Row]:
    with sink(None) as url:
        pairs = pair(_ours(url, large), _curl(url, large), runs=runs)
        fixed = pair(_ours(url, small), _curl(url, small), runs=runs)
    name = f"upload of {large.stat().st_size // MIB} MiB"
    small_peak = max(ours.peak_mib for ours, _ in fixed)
    peaks = [ours.peak_mib for ours, _ in pairs]
    wall = statistics.median(ours.wall for ours, _ in pairs)
    start = statistics.median(ours.wall for ours, _ in fixed)
    note = f"{wall:.2f} s, of which {start:.2f} s for starting Python, libraries and 10 MiB"
    return [
        Row(f"{name}, time", "`curl -F`", *ratio(pairs, "wall"), target=1.15, peak_mib=max(peaks), note=note),
        Row(
            f"{name}, time beyond 10 MiB",
            "`curl -F` beyond 10 MiB",
            *ratio(_beyond(pairs, fixed), "wall"),
            target=1.15,
            note=f"{large.stat().st_size / 1e6 / max(wall - start, 1e-6):,.0f} MB/s",
        ),
        Row(f"{name}, processor", "`curl -F`", *ratio(pairs, "cpu"), target=1.5),
        _memory_row(f"{name}, peak memory", "45 MiB", peaks, 45, target=1.0),
        _memory_row(f"{name}, peak memory", "that of 10 MiB", peaks, small_peak, target=1.1),
    ]


def _beyond(pairs: list[tuple[Cost, Cost]], fixed: list[tuple[Cost, Cost]]) -> list[tuple[Cost, Cost]]:
    """Return the costs without those that do not grow with the file."""

    def less(costs: tuple[Cost, Cost], side: int) -> Cost:
        start = statistics.median(each[side].wall for each in fixed)
        return replace(costs[side], wall=max(costs[side].wall - start, 1e-6))

    return [(less(costs, 0), less(costs, 1)) for costs in pairs]


def _memory_row(name: str, against: str, peaks: list[float], mib: float, *, target: float) -> Row:
    return Row(name, against, statistics.median(peaks) / mib, min(peaks) / mib, max(peaks) / mib, target)


def _tls_row(large: Path, certificates: tuple[Path, Path], runs: int) -> Row:
    ca, server = certificates
    with sink(server) as url:
        pairs = pair(_ours(url, large, ca), _curl(url, large, ca), runs=runs)
    name = f"upload of {large.stat().st_size // MIB} MiB over TLS, time"
    return Row(name, "`curl -F`", *ratio(pairs, "wall"), target=1.2)


def _ours(url: str, path: Path, ca: Path | None = None) -> Command:
    words = [sys.executable, "-c", CLIENT, url, str(path), str(ca or "")]
    return Command(words, {"PYTHONPATH": str(ROOT)})


def _curl(url: str, path: Path, ca: Path | None = None) -> Command:
    certificate = ["--cacert", str(ca)] if ca else []
    return Command(["curl", "-sSf", *certificate, "-F", f"file=@{path}", f"{url}/upload"])


def _fill(path: Path, size: int) -> None:
    block = os.urandom(MIB)
    with path.open("wb") as file:
        for _ in range(size // MIB):
            file.write(block)


def _certificates(folder: Path) -> tuple[Path, Path]:
    authority = trustme.CA()
    ca, server = folder / "ca.pem", folder / "server.pem"
    authority.cert_pem.write_to_path(str(ca))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(server))
    return ca, server


@contextmanager
def sink(certificate: Path | None) -> Iterator[str]:
    """Run a server in a process of its own that answers step 1 and swallows uploads; yield its URL."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_swallow, args=(theirs, certificate), daemon=True)
    process.start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _swallow(parent: Connection, certificate: Path | None) -> None:
    tls = None
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        parent.send(listener.getsockname()[1])
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_serve, args=(connection, tls), daemon=True).start()


def _serve(connection: socket.socket, tls: ssl.SSLContext | None) -> None:
    if tls is not None:
        connection = tls.wrap_socket(connection, server_side=True)
    buffer = memoryview(bytearray(MIB))
    with connection:
        while _exchange(connection, buffer):
            pass


def _exchange(connection: socket.socket, buffer: memoryview) -> bool:
    data = b""
    while b"\r\n\r\n" not in data:
        block = connection.recv(65536)
        if not block:
            return False
        data += block
    head, _, rest = data.partition(b"\r\n\r\n")
    lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    if b"expect" in lines:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    left = int(lines.get(b"content-length", b"0")) - len(rest)
    while left > 0:
        count = connection.recv_into(buffer, min(left, len(buffer)))
        if not count:
            return False
        left -= count
    if b"importresult " in head.split(b"\r\n")[0]:
        answer = json.dumps({"url": "/upload", "trackingId": "1"}).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(answer), answer))
    else:
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
    return True


def main(words: list[str]) -> int:
    """Print the rows; return 0."""
    tell(measure(quick="--quick" in words), words)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
