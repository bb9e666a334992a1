"""The options of the sandbox: one immutable value, and the command line that makes it.

The defaults of :class:`SandboxOptions` suit tests (a free port, no delays); those of the command suit
a person who watches (a fixed port, an import that takes a moment).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from qtm_action.sandbox import argument_types as types
from qtm_action.sandbox.faults import FAULT_HELP, PlannedFault

if TYPE_CHECKING:
    import argparse

#: Credentials that the sandbox accepts unless told otherwise. They open nothing but the sandbox.
SANDBOX_API_KEY = "sandbox-api-key"
SANDBOX_USERNAME = "demo"
SANDBOX_PASSWORD = "sandbox-password"  # noqa: S105 - opens nothing but the sandbox
SANDBOX_TOKEN = "sandbox-access-token"  # noqa: S105 - opens nothing but the sandbox

#: Where the command listens by default.
DEFAULT_PORT = 8765
DEFAULT_DURATION = 2.0

_SERVER_URL_LIFE = 3600.0
_CLOUD_URL_LIFE = 300.0  # vendor's Cloud page, step 1's message


class RefusalForm(Enum):
    """How Jira answers missing or wrong credentials: the four forms seen, and the CAPTCHA."""

    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    REDIRECT = "redirect"
    HTML = "html"
    CAPTCHA = "captcha"


class MissingRoute(Enum):
    """How Jira answers a REST path that this version of the app does not have."""

    NOT_FOUND = "404"
    METHOD_NOT_ALLOWED = "405"
    HTML = "html"
    REDIRECT = "redirect"


class Prefix(Enum):
    """Under which REST prefix a step is served."""

    BOTH = "both"
    QTM4J = "qtm4j"
    QMETRY = "qmetry"

    def serves(self, name: str) -> bool:
        """Whether the step is found under ``rest/<name>``."""
        return self is Prefix.BOTH or self.value == name


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What the sandbox is to be. Times are in seconds, sizes in bytes.

    ``components``, ``labels`` and ``test_cycles`` are what exists in its project; empty means that
    any name of the right shape does. ``upload_origin`` (``scheme://host:port``) replaces the origin
    of the upload URL, which then needs no credentials, as a pre-signed URL does. ``upload_expiry`` is how
    long an upload URL lives; None means as long as on the deployment.
    """

    cloud: bool = False
    host: str = "127.0.0.1"
    port: int = 0
    context_path: str = ""
    project: str = "SBX"
    api_key: str = field(default=SANDBOX_API_KEY, repr=False)
    username: str = SANDBOX_USERNAME
    password: str = field(default=SANDBOX_PASSWORD, repr=False)
    token: str = field(default=SANDBOX_TOKEN, repr=False)
    refusal: RefusalForm = RefusalForm.UNAUTHORIZED
    start_prefix: Prefix = Prefix.BOTH
    track_prefix: Prefix = Prefix.BOTH
    missing_route: MissingRoute = MissingRoute.NOT_FOUND
    components: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    test_cycles: tuple[str, ...] = ()
    duration: float = 0.0
    not_yet: float = 0.0
    latency: float = 0.0
    upload_expiry: float | None = None
    upload_origin: str | None = None
    max_upload_size: int | None = None
    keep_uploads: Path | None = None
    fail_import: str | None = None
    partial: bool = False
    faults: tuple[PlannedFault, ...] = ()
    retry_after: str | None = None
    xsrf_check: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None

    @property
    def upload_url_life(self) -> float:
        """How long an upload URL lives, in seconds."""
        if self.upload_expiry is not None:
            return self.upload_expiry
        return _CLOUD_URL_LIFE if self.cloud else _SERVER_URL_LIFE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the sandbox's options to ``parser``; :func:`from_arguments` reads what it parsed."""
    _add_place(parser.add_argument_group("where it listens"))
    _add_jira(parser.add_argument_group("what QTM4J it is"))
    _add_trouble(parser.add_argument_group("trouble, to try a pipeline's red paths"))


def from_arguments(namespace: argparse.Namespace) -> SandboxOptions:
    """Make the options from what the parser of :func:`add_arguments` returned."""
    given = {option.name: getattr(namespace, option.name) for option in fields(SandboxOptions)}
    several = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return SandboxOptions(**(given | several))


def _add_place(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    group.add_argument(
        "--port",
        type=types.port,
        default=DEFAULT_PORT,
        help="port; 0 picks a free one (default: %(default)s)",
    )
    group.add_argument(
        "--context-path", type=types.context_path, default="", metavar="/PATH", help="Jira's context path"
    )
    group.add_argument("--tls-cert", type=Path, metavar="PEM", help="serve HTTPS with this certificate")
    group.add_argument("--tls-key", type=Path, metavar="PEM", help="its private key, if in a file of its own")
    group.add_argument(
        "--keep-uploads", type=Path, metavar="FOLDER", help="keep the uploaded files here (default: dropped)"
    )


def _add_jira(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--cloud",
        action="store_true",
        help="be QTM4J Cloud (default: Server and Data Center)",
    )
    group.add_argument("--project", default="SBX", metavar="KEY", help="key of its project (default: SBX)")
    for name, default, what, metavar in (
        ("api-key", SANDBOX_API_KEY, "API key", "KEY"),
        ("username", SANDBOX_USERNAME, "name", "NAME"),
        ("password", SANDBOX_PASSWORD, "password", "WORD"),
        ("token", SANDBOX_TOKEN, "personal access token", "TOKEN"),
    ):
        group.add_argument(
            f"--accept-{name}",
            dest=name.replace("-", "_"),
            default=default,
            metavar=metavar,
            help=f"{what} that is accepted; never a real one (default: %(default)s)",
        )
    for step, what in (("start", "step 1"), ("track", "step 3")):
        group.add_argument(
            f"--{step}-prefix",
            type=types.one_of(Prefix),
            default=Prefix.BOTH,
            metavar="PREFIX",
            help=f"serve {what} under rest/qtm4j, rest/qmetry or both (default: both)",
        )
    for name, what in (("component", "component"), ("label", "label"), ("test-cycle", "test cycle key")):
        group.add_argument(
            f"--{name}",
            dest=f"{name.replace('-', '_')}s",
            action="append",
            default=[],
            metavar="NAME",
            help=f"a {what} that exists; may be repeated (default: any does)",
        )
    group.add_argument(
        "--duration",
        type=types.seconds,
        default=DEFAULT_DURATION,
        metavar="SECONDS",
        help="how long an import takes (default: %(default)s)",
    )


def _add_trouble(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--fail-import", metavar="MESSAGE", help="every import ends in FAILED with this message"
    )
    group.add_argument(
        "--partial",
        action="store_true",
        help="every import loses its last test case and ends in PARTIALLY_SUCCESS",
    )
    group.add_argument(
        "--fault",
        dest="faults",
        type=types.fault,
        action="append",
        default=[],
        metavar="STEP:KIND[:TIMES]",
        help=f"make start, upload, track or history go wrong, TIMES times or always; KIND is {FAULT_HELP}",
    )
    group.add_argument("--retry-after", metavar="VALUE", help="the Retry-After header of 429 and 503")
    group.add_argument(
        "--refusal",
        type=types.one_of(RefusalForm),
        default=RefusalForm.UNAUTHORIZED,
        metavar="FORM",
        help="how wrong credentials are answered: 401, 403, redirect, html or captcha (default: 401)",
    )
    group.add_argument(
        "--missing-route",
        type=types.one_of(MissingRoute),
        default=MissingRoute.NOT_FOUND,
        metavar="FORM",
        help="how a prefix that is not served is answered: 404, 405, html or redirect (default: 404)",
    )
    group.add_argument(
        "--xsrf-check", action="store_true", help="refuse uploads without X-Atlassian-Token: no-check"
    )
    for name, default, what in (
        ("not-yet", 0.0, "an import is unknown for so long"),
        ("latency", 0.0, "delay of every answer of the API"),
        ("upload-expiry", None, "life of an upload URL (default: an hour; with --cloud 5 minutes)"),
    ):
        group.add_argument(f"--{name}", type=types.seconds, default=default, metavar="SECONDS", help=what)
    group.add_argument(
        "--upload-origin",
        type=types.origin,
        metavar="ORIGIN",
        help="hand out upload URLs of this origin, such as http://localhost:8765; they need no credentials",
    )
    group.add_argument(
        "--max-upload-size",
        type=types.size,
        metavar="SIZE",
        help="refuse larger uploads with 413; 500K, 10M, 4G",
    )
