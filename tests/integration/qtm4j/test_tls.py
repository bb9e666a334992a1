"""TLS: what is trusted, what is told about certificates, and who is shown the client's."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization

from qtm_action.errors import InvalidInputError, RefusedError, UnexpectedAnswerError, UnreachableError
from qtm_action.qtm4j.values import ImportStatus, Tls, Upload
from tests.faults.certificates import Certificates, make_certificates
from tests.faults.fault_server import START, UPLOAD, Fault, FaultServer, http

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.integration.qtm4j.conftest import Session


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """The company's certificates."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def test_a_ca_bundle_is_trusted_in_addition_to_the_systems_store(
    session: Callable[..., Session], certificates: Certificates
) -> None:
    with FaultServer(tls=certificates.server_context(certificates.server)) as server:
        one = session(server.url, tls=Tls(ca_bundle=certificates.ca))
        assert one.run().status is ImportStatus.SUCCESS
        assert server.url.startswith("https://")
    assert one.log.of("warning") == []


def test_the_system_store_is_still_trusted_with_a_ca_bundle(
    session: Callable[..., Session], certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))  # OpenSSL's own way to name the store
    with FaultServer(tls=certificates.server_context(certificates.server)) as server:
        assert session(server.url).run().status is ImportStatus.SUCCESS
        with_other = session(server.url, tls=Tls(ca_bundle=certificates.other_ca))
        assert with_other.run().status is ImportStatus.SUCCESS


@pytest.mark.parametrize("bundle", ["server", "self_signed"])
def test_a_certificate_itself_may_be_the_bundle(
    session: Callable[..., Session], certificates: Certificates, bundle: str
) -> None:
    path = getattr(certificates, bundle)
    with FaultServer(tls=certificates.server_context(path)) as server:
        assert session(server.url, tls=Tls(ca_bundle=path)).run().status is ImportStatus.SUCCESS


@pytest.mark.parametrize(
    ("certificate", "trusts_ca", "message", "hint"),
    [
        ("expired", True, "has expired", "Renew it on the server"),
        ("other_name", True, "is for another", "as the host in jira-url"),
        ("self_signed", True, "is self-signed", "ca-bundle does not contain this certificate"),
        ("self_signed", False, "is self-signed", "Set ca-bundle to this certificate"),
        ("server", False, "CA that this machine does not trust", "Set ca-bundle to your company's CA"),
    ],
)
def test_a_certificate_that_is_not_accepted_is_reported_in_one_sentence_with_the_fix(
    session: Callable[..., Session],
    certificates: Certificates,
    certificate: str,
    message: str,
    hint: str,
    *,
    trusts_ca: bool,
) -> None:
    tls = Tls(ca_bundle=certificates.ca if trusts_ca else None)
    with FaultServer(tls=certificates.server_context(getattr(certificates, certificate))) as server:
        one = session(server.url, tls=tls)
        with pytest.raises(UnreachableError) as caught:
            one.submit()
        assert server.requests == []
    assert f"the certificate of {server.url} " in caught.value.message
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert one.clock.sleeps == [], "no retry makes it better"


@pytest.mark.parametrize("certificate", ["expired", "other_name", "self_signed"])
def test_without_verification_any_certificate_does_and_a_warning_says_so(
    session: Callable[..., Session], certificates: Certificates, certificate: str
) -> None:
    with FaultServer(tls=certificates.server_context(getattr(certificates, certificate))) as server:
        one = session(server.url, tls=Tls(verify=False))
        assert one.run().status is ImportStatus.SUCCESS
    (warning,) = one.log.of("warning")
    assert "tls-verify is false" in warning
    assert "ca-bundle" in warning


def test_a_client_certificate_is_shown_to_jira(
    session: Callable[..., Session], certificates: Certificates
) -> None:
    context = certificates.server_context(certificates.server, demands_client=True)
    with FaultServer(tls=context) as server:
        tls = Tls(ca_bundle=certificates.ca, client_cert=certificates.client)
        assert session(server.url, tls=tls).run().status is ImportStatus.SUCCESS


@pytest.mark.parametrize("client", [None, "client_of_other_ca"])
def test_a_client_certificate_that_jira_misses_or_does_not_accept_is_reported(
    session: Callable[..., Session], certificates: Certificates, client: str | None
) -> None:
    context = certificates.server_context(certificates.server, demands_client=True)
    with FaultServer(tls=context) as server:
        path = getattr(certificates, client) if client else None
        one = session(server.url, tls=Tls(ca_bundle=certificates.ca, client_cert=path), retry_for=0)
        with pytest.raises(UnreachableError) as caught:
            one.submit()
    # Which of the two reaches the client first is up to the kernel.
    assert "client certificate" in caught.value.hint or "closed the connection" in caught.value.message


def test_another_server_gets_neither_credentials_nor_the_client_certificate(
    session: Callable[..., Session], certificates: Certificates
) -> None:
    context = certificates.server_context(certificates.server)
    picky = certificates.server_context(certificates.server, demands_client=True)
    with (
        FaultServer(tls=context, upload_url=lambda _, found: f"{store.url}/upload?id={found}") as server,
        FaultServer({UPLOAD: [Fault(answer=http(200))]}, tls=context) as store,
        FaultServer(tls=picky) as demanding,
    ):
        tls = Tls(ca_bundle=certificates.ca, client_cert=certificates.client)
        one = session(server.url, tls=tls)
        one.submit()
        (received,) = store.requests
        assert received.is_complete
        assert not {"apikey", "authorization", "x-atlassian-token"} & received.headers.keys()
        assert f"the upload URL is on {store.url}; the file is sent there without credentials" in one.log.of(
            "warning"
        )
        server._upload_url = lambda _, found: f"{demanding.url}/upload?id={found}"
        with pytest.raises(UnreachableError):
            session(server.url, tls=tls, retry_for=0).submit()
        assert demanding.requests == []


@pytest.mark.parametrize(("status", "starts"), [(401, 1), (403, 3)])
def test_an_upload_url_elsewhere_that_wants_credentials_is_reported_with_the_setting_to_fix(
    session: Callable[..., Session], certificates: Certificates, status: int, starts: int
) -> None:
    context = certificates.server_context(certificates.server)
    denied = Fault(answer=http(status, "Access Denied"))
    with (
        FaultServer({UPLOAD: [denied]}, repeats_last=True, tls=context) as store,
        FaultServer(upload_url=lambda _, found: f"{store.url}/upload?id={found}") as server,
    ):
        with pytest.raises(RefusedError) as caught:
            session(server.url, tls=Tls(ca_bundle=certificates.ca)).submit()
        assert server.count(START) == starts
    assert f"on {store.url}, refused the file ({status}): Access Denied" in caught.value.message
    assert "If that host is your Jira, set jira-url to it." in caught.value.hint


def test_https_jira_never_uploads_to_its_own_host_in_plain_http(
    session: Callable[..., Session], certificates: Certificates
) -> None:
    plain = FaultServer()
    tls = certificates.server_context(certificates.server)
    with plain, FaultServer(tls=tls, upload_url=lambda _, found: f"{plain.url}/upload?id={found}") as server:
        with pytest.raises(UnexpectedAnswerError, match="from https to plain http"):
            session(server.url, tls=Tls(ca_bundle=certificates.ca)).submit()
        assert plain.requests == []


def test_plain_http_on_the_port_of_https_is_reported(
    session: Callable[..., Session], certificates: Certificates
) -> None:
    with FaultServer(tls=certificates.server_context(certificates.server)) as server:
        one = session(server.url.replace("https:", "http:"), retry_for=0)
        with pytest.raises(UnreachableError, match="closed the connection"):
            one.submit()
    with talker(b"\x15\x03\x03\x00\x02\x02\x46") as port:  # the alert that Java sends
        one = session(f"http://127.0.0.1:{port}")
        with pytest.raises(UnreachableError, match="not HTTP") as caught:
            one.submit()
        assert "Use https:// in jira-url" in caught.value.hint
        assert one.clock.sleeps == []


def test_https_on_the_port_of_plain_http_is_reported(session: Callable[..., Session]) -> None:
    with talker(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n") as port:
        one = session(f"https://127.0.0.1:{port}")
        with pytest.raises(UnreachableError, match="does not speak TLS on this port") as caught:
            one.submit()
    assert "use http:// in jira-url" in caught.value.hint
    assert one.clock.sleeps == []


@contextmanager
def talker(words: bytes) -> Iterator[int]:
    """Run a server that says the same to whatever it hears; yield its port."""

    def talk() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(words)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):  # what is left unread at a close would reset it
                        pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=talk, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("then", ["reset", "linger", "close"])
def test_an_early_answer_is_read_over_tls_too(
    session: Callable[..., Session], certificates: Certificates, tmp_path: Path, then: str
) -> None:
    path = tmp_path / "large.xml"
    path.write_bytes(b"x" * 8_000_000)
    early = Fault(read=100_000, answer=http(413, "early words"), then=then)
    with FaultServer({UPLOAD: [early]}, tls=certificates.server_context(certificates.server)) as server:
        one = session(
            server.url,
            tls=Tls(ca_bundle=certificates.ca),
            file=Upload(path, path.name, 8_000_000),
            retry_for=0,
        )
        with pytest.raises((RefusedError, UnreachableError)) as caught:
            one.submit()
        assert server.imported == 0
    if then == "linger":
        assert "early words" in caught.value.message


@pytest.mark.parametrize(
    ("field", "content", "message"),
    [
        ("ca_bundle", None, "ca-bundle {} does not exist"),
        ("ca_bundle", b"", "ca-bundle {} contains no certificate"),
        ("ca_bundle", b"-----BEGIN NONSENSE-----", "ca-bundle {} contains no certificate"),
        ("client_cert", None, "client-cert {} does not exist"),
        ("client_cert", b"nonsense", "client-cert {} does not contain a certificate and its key"),
    ],
)
@pytest.mark.parametrize("url", ["https://jira.example.com", "http://localhost:1"])
def test_a_certificate_file_that_cannot_be_used_is_an_input_error(
    session: Callable[..., Session],
    tmp_path: Path,
    url: str,
    field: str,
    *,
    content: bytes | None,
    message: str,
) -> None:
    path = tmp_path / "x.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInputError) as caught:
        session(url, tls=Tls(path, None) if field == "ca_bundle" else Tls(None, path))
    assert caught.value.message.startswith(message.format(path))
    assert "PEM" in caught.value.hint or "BEGIN CERTIFICATE" in caught.value.hint


@pytest.mark.parametrize("field", ["ca_bundle", "client_cert"])
def test_a_folder_is_no_certificate_file(session: Callable[..., Session], tmp_path: Path, field: str) -> None:
    with pytest.raises(InvalidInputError, match=str(tmp_path)):
        session(
            "https://jira.example.com", tls=Tls(tmp_path) if field == "ca_bundle" else Tls(None, tmp_path)
        )


def test_an_encrypted_key_does_not_ask_for_its_password(
    session: Callable[..., Session], certificates: Certificates, tmp_path: Path
) -> None:
    pem = certificates.client.read_bytes()
    key = serialization.load_pem_private_key(pem, None)
    encrypted = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"a password"),
    )
    path = tmp_path / "encrypted.pem"
    path.write_bytes(encrypted + pem[pem.index(b"-----BEGIN CERTIFICATE") :])
    with pytest.raises(InvalidInputError, match="or the key is encrypted"):
        session("https://jira.example.com", tls=Tls(client_cert=path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_certificate_file_without_permission_is_reported(
    session: Callable[..., Session], tmp_path: Path
) -> None:
    path = tmp_path / "x.pem"
    path.touch(mode=0)
    with pytest.raises(InvalidInputError, match="can't be read"):
        session("https://jira.example.com", tls=Tls(ca_bundle=path))
