"""Starting, stopping, starting again; several clients at once; the foreground command; TLS."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from qtm_action.errors import InvalidInputError
from qtm_action.sandbox import import_ledger
from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SandboxOptions
from qtm_action.sandbox.uploads import read_upload
from tests.integration.sandbox.conftest import JUNIT, Client, Lines

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]


def healthy(url: str, **more: Any) -> bool:
    return bool(requests.get(f"{url}/sandbox/health", timeout=5, **more).json()["status"] == "ok")


def test_a_busy_port_is_reported_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInputError, match=f"port {port} on 127.0.0.1 is in use") as caught:
            Sandbox(SandboxOptions(port=port)).start()
    assert "--port" in caught.value.hint


def test_an_address_that_is_not_ours_is_reported() -> None:
    with pytest.raises(InvalidInputError, match=r"cannot listen on 203\.0\.113\.1"):
        Sandbox(SandboxOptions(host="203.0.113.1")).start()


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInputError, match="cannot create the folder"):
        Sandbox(SandboxOptions(keep_uploads=tmp_path / "file" / "kept")).start()


def test_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(threading.enumerate())
    with Sandbox() as sandbox:
        assert healthy(sandbox.url)
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []
    assert set(threading.enumerate()) == before


def test_a_defect_while_reading_ends_the_import_and_not_the_sandbox(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("boom")

    with monkeypatch.context() as patch:
        patch.setattr(import_ledger, "read_upload", fail)
        record = client.imported()
    assert record["importStatus"] == "FAILED"
    assert record["detailedMessage"] == "The sandbox failed to read the upload: RuntimeError('boom')"
    assert client.imported()["importStatus"] == "SUCCESS"


def test_an_import_that_is_still_being_read_is_in_process(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()
    read = read_upload
    monkeypatch.setattr(import_ledger, "PATIENCE", 0.01)
    monkeypatch.setattr(import_ledger, "read_upload", lambda *args: may_go_on.wait(5) and read(*args))
    record = client.imported()
    assert (record["importStatus"], record["processStatus"]) == ("INPROCESS", "PARSING")
    may_go_on.set()
    monkeypatch.setattr(import_ledger, "PATIENCE", 5.0)
    assert client.track(record["trackingId"]).json()["importStatus"] == "SUCCESS"


def test_many_clients_at_once_are_kept_apart(client_of: Callable[..., Client]) -> None:
    client = client_of()

    def run(number: int) -> tuple[int, Any]:
        data = JUNIT.replace(b"Cart", f"Suite {number}".encode())
        return number, client.imported({"format": "junit", "build": str(number)}, data=data)

    with ThreadPoolExecutor(8) as pool:
        done = dict(pool.map(run, range(32)))
    assert {record["importStatus"] for record in done.values()} == {"SUCCESS"}
    assert len({record["summary"]["testCycleIssueKey"] for record in done.values()}) == 32
    listing = client.get("/sandbox/imports.json").json()
    assert {one["body"]["build"]: one["cycles"][0]["cases"][0]["summary"] for one in listing} == {
        str(number): f"Suite {number}" for number in range(32)
    }


def test_an_upload_url_raced_for_is_won_once(client_of: Callable[..., Client]) -> None:
    client = client_of()
    started = client.start().json()
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: client.upload(started["url"]).status_code, range(8)))
    assert sorted(codes) == [204, *[400] * 7]


def test_any_address_is_named_by_its_loopback() -> None:
    with Sandbox(SandboxOptions(host="0.0.0.0")) as sandbox:  # noqa: S104 - the test asks by loopback
        assert sandbox.url.startswith("http://127.0.0.1:")
        assert healthy(sandbox.url)


@pytest.mark.skipif(not socket.has_ipv6 or not Path("/proc/net/if_inet6").exists(), reason="no IPv6 here")
def test_ipv6_is_served() -> None:
    with Sandbox(SandboxOptions(host="::1")) as sandbox:
        assert sandbox.url.startswith("http://[::1]:")
        assert healthy(sandbox.url)


def test_nonsense_on_the_wire_does_not_end_the_server(client: Client) -> None:
    place = urlsplit(client.url)
    for data in (b"\x16\x03\x01\x00\xa5", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", b""):
        with socket.create_connection((str(place.hostname), place.port or 0), timeout=5) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
    assert healthy(client.url)


FOREGROUND = """
import sys
from qtm_action.sandbox import import_ledger
from qtm_action.sandbox.options import SandboxOptions
from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.uploads import read_upload
class Log:
    def info(self, message): print(message, flush=True)
    debug = warning = progress = lambda self, message: None
Sandbox(SandboxOptions(context_path="/jira", token="mine"), log=Log()).serve_forever()
print("ended")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_foreground_server_says_where_it_is_and_ends_on_a_signal(
    number: signal.Signals, tmp_path: Path
) -> None:
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", FOREGROUND], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(5)]
        url = lines[0].split("running at ")[1].split(". ")[0]
        assert healthy(url)
        process.send_signal(number)
        rest = process.stdout.read()
    assert process.returncode == 0
    assert rest == "ended\n"
    assert list(tmp_path.iterdir()) == []
    assert "/sandbox/imports.json" in lines[1]
    assert lines[3] == f"export QTM_JIRA_URL={url} QTM_API_KEY=sandbox-api-key\n"
    assert lines[4] == "Set QTM_TOKEN to the value that you gave to the sandbox.\n"
    assert "mine" not in "".join(lines)


def test_serve_forever_ends_when_stopped_from_elsewhere() -> None:
    log = Lines()
    sandbox = Sandbox(SandboxOptions(cloud=True), log=log)
    thread = threading.Thread(target=sandbox.serve_forever)
    thread.start()
    while len(log.lines) < 4:
        threading.Event().wait(0.01)
    assert healthy(sandbox.url)
    sandbox.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert log.lines[0].endswith("Set region to that URL.")
    assert log.lines[3] == f"export QTM_REGION={sandbox.url} QTM_API_KEY=sandbox-api-key"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", "/CN=sandbox"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


@pytest.mark.parametrize("own_context", [False, True])
def test_tls_is_served(
    certificate: tuple[Path, Path], client_of: Callable[..., Client], *, own_context: bool
) -> None:
    cert, key = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if own_context else None
    if context:
        context.load_cert_chain(cert, key)
    options = SandboxOptions() if own_context else SandboxOptions(tls_cert=cert, tls_key=key)
    session = client_of().session
    session.verify = str(cert)
    with Sandbox(options, ssl_context=context) as sandbox:
        client = Client(sandbox.url, session)
        assert client.start().json()["url"].startswith("https://127.0.0.1:")
        assert client.imported()["importStatus"] == "SUCCESS"


def test_a_client_that_does_not_speak_tls_holds_up_no_other(certificate: tuple[Path, Path]) -> None:
    cert, key = certificate
    with Sandbox(SandboxOptions(tls_cert=cert, tls_key=key)) as sandbox:
        place = urlsplit(sandbox.url)
        where = (str(place.hostname), place.port or 0)
        with socket.create_connection(where, timeout=5) as silent, socket.create_connection(where) as plain:
            plain.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert healthy(sandbox.url, verify=str(cert))
            with pytest.raises(requests.exceptions.SSLError):
                healthy(sandbox.url)
            del silent


def test_a_certificate_that_cannot_be_used_is_reported(tmp_path: Path) -> None:
    wrong = tmp_path / "cert.pem"
    wrong.write_text("no certificate")
    for path in (wrong, tmp_path / "missing.pem"):
        with pytest.raises(InvalidInputError, match="cannot use the certificate"):
            Sandbox(SandboxOptions(tls_cert=path)).start()
    with pytest.raises(InvalidInputError, match="needs a certificate"):
        Sandbox(SandboxOptions(tls_key=wrong)).start()
