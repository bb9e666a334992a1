"""Certificates of every kind that a company's network has, made anew for each test session."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Certificates:
    """PEM files: a company's CA, and what it signed (certificate and key in one file each)."""

    ca: Path
    other_ca: Path
    server: Path
    expired: Path
    other_name: Path
    self_signed: Path
    client: Path
    client_of_other_ca: Path

    def server_context(self, certificate: Path, *, demands_client: bool = False) -> ssl.SSLContext:
        """Return a server's context with a certificate; ``demands_client``: one of the CA's."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        if demands_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca)
        return context


def make_certificates(folder: Path) -> Certificates:
    """Make them in ``folder``."""
    ca, other = trustme.CA(organization_name="A company"), trustme.CA(organization_name="Another")
    past = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = {
        "server": ca.issue_cert("127.0.0.1", "localhost"),
        "expired": ca.issue_cert("127.0.0.1", not_before=past, not_after=past + dt.timedelta(days=9)),
        "other_name": ca.issue_cert("jira.example.com"),
        "client": ca.issue_cert("client@example.com"),
        "client_of_other_ca": other.issue_cert("client@example.com"),
    }
    paths = {}
    for name, one in made.items():
        paths[name] = folder / f"{name}.pem"
        one.private_key_and_cert_chain_pem.write_to_path(str(paths[name]))
    for name, authority in (("ca", ca), ("other_ca", other)):
        paths[name] = folder / f"{name}.pem"
        authority.cert_pem.write_to_path(str(paths[name]))
    paths["self_signed"] = folder / "self_signed.pem"
    paths["self_signed"].write_bytes(_self_signed())
    return Certificates(**paths)


def _self_signed() -> bytes:
    """Return a leaf certificate signed with its own key, as a test installation of Jira has."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem, no_password = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, no_password)
    return private + certificate.public_bytes(pem)
