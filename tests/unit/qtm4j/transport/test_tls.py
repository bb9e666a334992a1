from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest

from qtm_action.qtm4j.transport.tls import tls_context
from qtm_action.qtm4j.values import Tls

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def no_system_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A system without certificates; the folder where OpenSSL would look for them."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("no_system_store")
def test_where_the_system_has_no_certificates_certifi_has() -> None:
    assert tls_context(Tls()).cert_store_stats()["x509_ca"] > 50


def test_a_system_store_of_single_files_is_enough(no_system_store: Path) -> None:
    (no_system_store / "0a1b2c3d.0").touch()
    assert tls_context(Tls()).cert_store_stats()["x509_ca"] == 0


def test_certificates_are_verified_unless_turned_off() -> None:
    verifying, trusting = tls_context(Tls()), tls_context(Tls(verify=False))
    assert verifying.check_hostname
    assert verifying.verify_mode is ssl.CERT_REQUIRED
    assert not trusting.check_hostname
    assert trusting.verify_mode is ssl.CERT_NONE
    assert verifying.minimum_version is ssl.TLSVersion.TLSv1_2
