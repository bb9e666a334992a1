"""Certificates, TLS versions and client certificates, as nginx has them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.servers.door import IMPORTED, Said, run, said
from tests.servers.process import command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door
    from tests.servers.certificates import Trust
    from tests.servers.nginx import Nginx

    Doors = Callable[..., Door]

UNKNOWN_CA = "is signed by a CA that this machine does not trust"
UNKNOWN_CA_HINT = "Set ca-bundle to your company's CA certificate, in PEM form."
OTHER_CA_HINT = (
    "The CA in ca-bundle did not sign it. Add the CA that did to ca-bundle, or the intermediate certificate "
    "that the server does not send."
)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_companys_own_ca_is_trusted_when_it_is_given(
    web: Nginx, trust: Trust, door_to: Doors, sandbox: Sandbox, host: str
) -> None:
    before = len(sandbox.imports)
    door = door_to(web.url("jira", host=host) + "/jira")
    assert said(run(door, ca_bundle=str(trust.company))) == IMPORTED
    assert len(sandbox.imports) == before + 1


@pytest.mark.parametrize(
    ("site", "told"),
    [
        ("of other", (UNKNOWN_CA, OTHER_CA_HINT)),
        ("short chain", (UNKNOWN_CA, OTHER_CA_HINT)),
        ("expired", ("has expired", "Renew it on the server.")),
        ("not yet", ("is not valid yet", "Check the clocks of this machine and of the server.")),
        ("other name", ("is for another name", "Use the name in the certificate as the host in jira-url.")),
        (
            "self-signed",
            ("is self-signed", "ca-bundle does not contain this certificate. Add it, in PEM form."),
        ),
    ],
)
def test_a_certificate_that_is_not_trusted_is_reported_in_a_sentence_with_the_fix(
    web: Nginx, trust: Trust, door_to: Doors, site: str, told: tuple[str, str]
) -> None:
    message, hint = told
    outcome = run(door_to(web.url(site) + "/jira"), ca_bundle=str(trust.company))
    assert said(outcome) == Said(7, f"the certificate of {web.url(site)} {message}", hint)
    assert "retrying" not in outcome.log  # it would stay so
    assert web.requests(site) == []


def test_without_a_ca_bundle_a_companys_ca_is_unknown(web: Nginx, door_to: Doors) -> None:
    assert said(run(door_to(web.url("jira") + "/jira"))) == Said(
        7,
        f"the certificate of {web.url('jira')} {UNKNOWN_CA}",
        UNKNOWN_CA_HINT,
    )


def test_what_the_hint_about_an_unknown_ca_says_helps(web: Nginx, trust: Trust, door_to: Doors) -> None:
    assert said(run(door_to(web.url("of other") + "/jira"), ca_bundle=str(trust.other))) == IMPORTED
    both = door_to("").write("cas.pem", trust.company.read_text() + trust.intermediate.read_text())
    for site in ("short chain", "whole chain", "jira"):
        assert said(run(door_to(web.url(site) + "/jira"), ca_bundle=str(both))) == IMPORTED, site


def test_what_the_hint_about_a_self_signed_certificate_says_helps(
    web: Nginx, trust: Trust, door_to: Doors
) -> None:
    outcome = run(door_to(web.url("self-signed") + "/jira"), ca_bundle=str(trust.self_signed.chain))
    assert said(outcome) == IMPORTED


def test_the_ca_bundle_is_added_to_the_systems_store_and_does_not_take_its_place(
    web: Nginx, trust: Trust, door_to: Doors
) -> None:
    system = {"SSL_CERT_FILE": str(trust.company)}  # where OpenSSL finds the system's store
    for site in ("jira", "of other"):
        outcome = run(door_to(web.url(site) + "/jira", **system), ca_bundle=str(trust.other))
        assert said(outcome) == IMPORTED, site


def test_a_systems_store_of_single_files_is_honoured(
    web: Nginx, trust: Trust, door_to: Doors, tmp_path: Path
) -> None:
    store = tmp_path / "certs"
    store.mkdir()
    (store / "company.pem").write_bytes(trust.company.read_bytes())
    subprocess.run([command("openssl"), "rehash", store], check=True)
    system = {"SSL_CERT_DIR": str(store), "SSL_CERT_FILE": str(tmp_path / "none.pem")}
    assert said(run(door_to(web.url("jira") + "/jira", **system))) == IMPORTED


@pytest.mark.parametrize("site", ["of other", "expired", "other name", "self-signed", "jira"])
def test_without_verification_it_works_and_is_warned_of(
    web: Nginx, door_to: Doors, sandbox: Sandbox, site: str
) -> None:
    before = len(sandbox.imports)
    outcome = run(door_to(web.url(site) + "/jira"), tls_verify="false")
    assert said(outcome) == IMPORTED
    assert len(sandbox.imports) == before + 1
    warned = (
        f"tls-verify is false: anyone who can impersonate {web.url(site)} receives the API key and "
        "credentials; set ca-bundle to your company's CA certificate instead"
    )
    lines = outcome.log.splitlines()
    assert [line.startswith("::warning ") for line in lines if warned in line] == [True]
    assert "tls-verify" not in run(door_to(web.url("plain") + "/jira")).log


def test_a_server_of_old_tls_versions_is_reported_as_that(web: Nginx, trust: Trust, door_to: Doors) -> None:
    outcome = run(door_to(web.url("old TLS") + "/jira"), ca_bundle=str(trust.company))
    assert said(outcome) == Said(
        7,
        f"{web.url('old TLS')} supports neither TLS 1.2 nor TLS 1.3",
        "Enable TLS 1.2 or 1.3 on the server, or on the proxy in front of it.",
    )
    assert "retrying" not in outcome.log


def test_plain_http_on_the_https_port_is_reported_as_that(web: Nginx, door_to: Doors) -> None:
    outcome = run(door_to(web.url("jira", scheme="http") + "/jira"))
    assert said(outcome) == Said(
        5,
        "Jira refused to start the import (400): The plain HTTP request was sent to HTTPS port",
        "This port requires https. Use https:// in jira-url.",
    )


def test_https_on_a_plain_port_is_reported_as_that(web: Nginx, door_to: Doors) -> None:
    url = web.url("plain", scheme="https")
    outcome = run(door_to(f"{url}/jira"))
    assert said(outcome) == Said(
        7,
        f"{url} does not speak TLS on this port",
        "If it uses plain http, use http:// in jira-url; otherwise correct the port.",
    )
    assert "retrying" not in outcome.log


def test_a_client_certificate_opens_nginx(web: Nginx, trust: Trust, door_to: Doors) -> None:
    door = door_to(web.url("client certificate") + "/jira")
    assert said(run(door, ca_bundle=str(trust.company), client_cert=str(trust.build_server.both))) == IMPORTED
    assert {line.split(" verify=")[1].split()[0] for line in web.requests("client certificate")} == {
        "SUCCESS"
    }


@pytest.mark.parametrize(
    ("shown", "page"),
    [("", "No required SSL certificate was sent"), ("stranger", "The SSL certificate error")],
)
def test_nginx_without_a_client_certificate_that_it_accepts(
    web: Nginx, trust: Trust, door_to: Doors, shown: str, page: str
) -> None:
    door = door_to(web.url("client certificate") + "/jira")
    given = {"client_cert": str(getattr(trust, shown).both)} if shown else {}
    assert said(run(door, ca_bundle=str(trust.company), **given)) == Said(
        5,
        f"Jira refused to start the import (400): {page}",
        "Set client-cert to a client certificate that it accepts.",
    )


def test_certificate_files_that_cannot_be_used_are_reported_before_any_request(
    web: Nginx, trust: Trust, door_to: Doors
) -> None:
    door = door_to(web.url("client certificate") + "/jira")
    der = door.workspace / "ca.der"
    subprocess.run(
        [command("openssl"), "x509", "-in", trust.company, "-outform", "DER", "-out", der], check=True
    )
    locked = door.workspace / "locked.pem"
    subprocess.run(
        [command("openssl"), "ec", "-in", trust.build_server.key, "-aes256", "-passout", "pass:secret-word",
         "-out", locked],
        check=True,
        capture_output=True,
    )  # fmt: skip
    locked.write_bytes(trust.build_server.chain.read_bytes() + locked.read_bytes())
    company = str(trust.company)
    before = len(web.requests("client certificate"))
    no_ca = "contains no certificate in PEM form"
    no_pair = "does not contain a certificate and its key, or the key is encrypted"
    ca_hint = 'It must contain lines from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----".'
    pair_hint = "Put the certificate and its unencrypted private key into one PEM file."
    for given, message, hint in (
        (
            {"ca_bundle": "none.pem"},
            "ca-bundle {} does not exist",
            "Set ca-bundle to the path of a PEM file.",
        ),
        ({"ca_bundle": str(der)}, f"ca-bundle {{}} {no_ca}", ca_hint),
        ({"ca_bundle": str(trust.jira.key)}, f"ca-bundle {{}} {no_ca}", ca_hint),
        (
            {"client_cert": "none.pem"},
            "client-cert {} does not exist",
            "Set client-cert to the path of a PEM file.",
        ),
        ({"client_cert": str(trust.build_server.chain)}, f"client-cert {{}} {no_pair}", pair_hint),
        ({"client_cert": str(locked)}, f"client-cert {{}} {no_pair}", pair_hint),
    ):
        path = door.workspace / next(iter(given.values()))
        outcome = run(door, **{"ca_bundle": company, **given})
        assert said(outcome) == Said(2, message.format(path), hint), given
    assert len(web.requests("client certificate")) == before
