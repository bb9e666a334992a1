"""Certificates of CAs of our own, made with openssl as a company's administrator would."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.process import command

if TYPE_CHECKING:
    from pathlib import Path

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_LOOPBACK = "DNS:localhost,IP:127.0.0.1"
_CONFIG = """\
[ca]
default_ca = authority
[authority]
database = {folder}/issued
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
unique_subject = no
copy_extensions = copy
policy = any
[any]
commonName = supplied
"""


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files: ``chain`` is what a server sends, ``both`` holds certificate and key."""

    chain: Path
    key: Path
    both: Path


class Authority:
    """A CA; ``certificate`` is the PEM file to trust it by."""

    def __init__(self, folder: Path, name: str, *, above: Authority | None = None) -> None:
        """Make a root, or an intermediate signed by the authority ``above`` it."""
        self._folder = folder / name.replace(" ", "-")
        self._folder.mkdir()
        (self._folder / "issued").touch()
        (self._folder / "config").write_text(_CONFIG.format(folder=self._folder), encoding="utf-8")
        self.certificate = self._folder / "ca.pem"
        self._key = self._folder / "ca.key"
        extensions = ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign")
        if above is None:
            _make_self_signed(self.certificate, self._key, name, extensions)
        else:
            request = self._folder / "ca.csr"
            _openssl("req", *_request(name, extensions), "-keyout", self._key, "-out", request)
            above._sign(request, self.certificate)

    def issue(
        self,
        name: str,
        *,
        names: str = _LOOPBACK,
        start: str = "20200101000000Z",
        end: str = "20991231235959Z",
        sends: Path | None = None,
    ) -> Certificate:
        """Issue a certificate for ``names``; ``sends`` is a CA that the server sends along."""
        made = Certificate(*(self._folder / f"{name}.{end}" for end in ("pem", "key", "both.pem")))
        request = self._folder / f"{name}.csr"
        _openssl("req", *_request(name, (f"subjectAltName={names}",)), "-keyout", made.key, "-out", request)
        self._sign(request, made.chain, "-startdate", start, "-enddate", end)
        if sends is not None:
            made.chain.write_bytes(made.chain.read_bytes() + sends.read_bytes())
        made.both.write_bytes(made.chain.read_bytes() + made.key.read_bytes())
        return made

    def _sign(self, request: Path, made: Path, *more: str) -> None:
        validity = more or ("-days", "30")
        files = ("-cert", self.certificate, "-keyfile", self._key, "-in", request, "-out", made)
        _openssl("ca", "-batch", "-notext", "-config", self._folder / "config", *files, *validity)


@dataclass(frozen=True, slots=True)
class Trust:
    """What a company has of CAs and certificates, and what it should not meet.

    ``company``, ``other`` and ``intermediate`` are CAs, the others certificates that servers show, but
    for ``build_server`` and ``stranger``, which a client shows.
    """

    company: Path
    other: Path
    intermediate: Path
    jira: Certificate
    of_other: Certificate
    expired: Certificate
    not_yet: Certificate
    other_name: Certificate
    short_chain: Certificate
    whole_chain: Certificate
    self_signed: Certificate
    build_server: Certificate
    stranger: Certificate


def make_trust(folder: Path) -> Trust:
    """Make all of it in ``folder``."""
    company, other = Authority(folder, "Company CA"), Authority(folder, "Other CA")
    middle = Authority(folder, "Company CA 2", above=company)
    return Trust(
        company=company.certificate,
        other=other.certificate,
        intermediate=middle.certificate,
        jira=company.issue("jira"),
        of_other=other.issue("of-other"),
        expired=company.issue("expired", end="20200201000000Z"),
        not_yet=company.issue("not-yet", start="20901231235959Z"),
        other_name=company.issue("other-name", names="DNS:jira.example.com"),
        short_chain=middle.issue("short-chain"),
        whole_chain=middle.issue("whole-chain", sends=middle.certificate),
        self_signed=self_signed(folder, "self-signed"),
        build_server=company.issue("build-server", names="DNS:build.example.com"),
        stranger=other.issue("stranger", names="DNS:build.example.com"),
    )


def self_signed(folder: Path, name: str) -> Certificate:
    """Make a certificate that is signed by nobody but itself."""
    made = Certificate(*(folder / f"{name}.{end}" for end in ("pem", "key", "both.pem")))
    _make_self_signed(made.chain, made.key, name, (f"subjectAltName={_LOOPBACK}",))
    return made


def _make_self_signed(certificate: Path, key: Path, name: str, extensions: tuple[str, ...]) -> None:
    where = ("-keyout", key, "-out", certificate)
    _openssl("req", "-x509", "-days", "30", *_request(name, extensions), *where)


def _request(name: str, extensions: tuple[str, ...]) -> tuple[str, ...]:
    added = [word for extension in extensions for word in ("-addext", extension)]
    return (*_KEY, "-subj", f"/CN={name}", *added)


def _openssl(*words: str | Path) -> None:
    done = subprocess.run(
        [command("openssl"), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"openssl {' '.join(map(str, words))}: {done.stdout}")
