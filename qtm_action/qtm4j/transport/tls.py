"""The TLS context: the system's certificate store, a company's own CA, and a client certificate."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import certifi

from qtm_action.errors import InvalidInputError
from qtm_action.qtm4j.values import Tls


class TlsContexts:
    """The contexts of one run, made when they are first needed."""

    def __init__(self, tls: Tls) -> None:
        """Raise :class:`InvalidInputError` for a certificate file that can't be used."""
        self._tls = tls
        if tls.ca_bundle is not None or tls.client_cert is not None:
            self.with_client_cert  # noqa: B018 - reads the files

    @cached_property
    def with_client_cert(self) -> ssl.SSLContext:
        """The context that shows the client certificate, if there is one: for Jira alone."""
        return tls_context(self._tls)

    @cached_property
    def without_client_cert(self) -> ssl.SSLContext:
        """The context that shows none."""
        return tls_context(self._tls._replace(client_cert=None))


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
    """Return whether OpenSSL has a folder of certificates, which it reads one by one when needed."""
    folder = ssl.get_default_verify_paths().capath
    return bool(folder) and any(Path(folder).glob("*.0"))


def _load_ca_bundle(context: ssl.SSLContext, path: Path) -> None:
    with _explained(
        "ca-bundle",
        path,
        "contains no certificate in PEM form",
        'It must contain lines from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----".',
    ):
        context.load_verify_locations(cafile=str(path))


def _load_client_cert(context: ssl.SSLContext, path: Path) -> None:
    with _explained(
        "client-cert",
        path,
        "does not contain a certificate and its key, or the key is encrypted",
        "Put the certificate and its unencrypted private key into one PEM file.",
    ):
        context.load_cert_chain(str(path), password=lambda: "")  # without it OpenSSL asks at the terminal


@contextmanager
def _explained(name: str, path: Path, problem: str, hint: str) -> Iterator[None]:
    """Turn what loading a PEM file raises into an :class:`InvalidInputError`."""
    try:
        yield
    except FileNotFoundError:
        raise InvalidInputError(
            f"{name} {path} does not exist", hint=f"Set {name} to the path of a PEM file."
        ) from None
    except ssl.SSLError:
        raise InvalidInputError(f"{name} {path} {problem}", hint=hint) from None
    except OSError as error:
        raise InvalidInputError(
            f"{name} {path} cannot be read: {error.strerror}", hint="Check its permissions."
        ) from None
