"""The TLS context: the system's certificate store, a company's own CA added, a client certificate."""

from __future__ import annotations

import ssl
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import certifi

from qtm_action.errors import InvalidInputError

if TYPE_CHECKING:
    from qtm_action.qtm4j.values import Tls


class TlsContexts:
    """The contexts of one run, made when they are first needed; safe to use from several threads."""

    def __init__(self, tls: Tls) -> None:
        """Raise :class:`InvalidInputError` for a certificate file that can't be used."""
        self._tls = tls
        self._made: dict[bool, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        if tls.ca_bundle is not None or tls.client_cert is not None:
            self.get(shows_client_cert=True)

    def get(self, *, shows_client_cert: bool) -> ssl.SSLContext:
        """Return the context with the client certificate, which is for Jira alone, or without it."""
        with self._lock:
            if shows_client_cert not in self._made:
                tls = self._tls if shows_client_cert else replace(self._tls, client_cert=None)
                self._made[shows_client_cert] = tls_context(tls)
            return self._made[shows_client_cert]


def tls_context(tls: Tls) -> ssl.SSLContext:
    """Return the context for connections to Jira.

    ``ca_bundle`` is added to the system's store; a certificate in it is trusted even if it isn't a root,
    as curl does. Raises :class:`InvalidInputError` for a PEM file that can't be read or isn't one.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls.verify:
        _load_system_store(context)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        if tls.ca_bundle is not None:
            _load_ca_bundle(context, tls.ca_bundle)
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls.client_cert is not None:
        _load_client_cert(context, tls.client_cert)
    return context


def _load_system_store(context: ssl.SSLContext) -> None:
    context.load_default_certs()
    if context.cert_store_stats()["x509_ca"] or _has_hashed_store():
        return
    context.load_verify_locations(cafile=certifi.where())


def _has_hashed_store() -> bool:
    """Tell whether OpenSSL has a folder of certificates, which it reads one by one when needed."""
    folder = ssl.get_default_verify_paths().capath
    return bool(folder) and any(Path(folder).glob("*.0"))


def _load_ca_bundle(context: ssl.SSLContext, path: Path) -> None:
    try:
        context.load_verify_locations(cafile=str(path))
    except FileNotFoundError:
        raise InvalidInputError(
            f"ca-bundle {path} does not exist", hint="give the path of a PEM file"
        ) from None
    except ssl.SSLError:
        raise InvalidInputError(
            f"ca-bundle {path} holds no certificate in PEM form",
            hint="it must hold lines from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----",
        ) from None
    except OSError as error:
        _unreadable("ca-bundle", path, error)


def _load_client_cert(context: ssl.SSLContext, path: Path) -> None:
    try:
        context.load_cert_chain(str(path), password=lambda: "")  # without it OpenSSL asks at the terminal
    except FileNotFoundError:
        raise InvalidInputError(
            f"client-cert {path} does not exist", hint="give the path of a PEM file"
        ) from None
    except ssl.SSLError:
        raise InvalidInputError(
            f"client-cert {path} does not hold a certificate and its key, or the key is encrypted",
            hint="put the certificate and its unencrypted private key into one PEM file",
        ) from None
    except OSError as error:
        _unreadable("client-cert", path, error)


def _unreadable(name: str, path: Path, error: OSError) -> NoReturn:
    raise InvalidInputError(f"{name} {path} can't be read: {error.strerror}", hint="check its permissions")
