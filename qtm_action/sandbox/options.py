"""The options of the sandbox: one immutable value, whose fields are the options of the command line too.

The defaults of :class:`SandboxOptions` suit tests (a free port, no delays); those of the command suit
a person who watches (a fixed port, an import that takes a moment).
"""

# ruff: noqa: RUF009 - what _option returns is a field

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from qtm_action.sandbox.faults import FAULT_HELP, PlannedFault, parse_fault
from qtm_action.words import parse_duration

#: Credentials that the sandbox accepts by default. They are valid only there.
SANDBOX_API_KEY = "sandbox-api-key"
SANDBOX_USERNAME = "demo"
SANDBOX_PASSWORD = "sandbox-password"  # noqa: S105 - opens nothing but the sandbox
SANDBOX_TOKEN = "sandbox-access-token"  # noqa: S105 - opens nothing but the sandbox

#: Where the command listens by default.
DEFAULT_PORT = 8765
DEFAULT_DURATION = 2.0

#: How Jira answers missing or wrong credentials: the four forms seen, and the CAPTCHA.
RefusalForm = Literal["401", "403", "redirect", "html", "captcha"]
#: How Jira answers a REST path that this version of the app does not have.
MissingRoute = Literal["404", "405", "html", "redirect"]
#: Under which REST prefix a step is served.
Prefix = Literal["both", "qtm4j", "qmetry"]

_SERVER_URL_LIFE = 3600.0
_CLOUD_URL_LIFE = 300.0  # vendor's Cloud page, step 1's message
_SIZE_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_HIGHEST_PORT = 65535

# With which option each group of the command's help begins.
_GROUPS = {"host": "address", "cloud": "deployment", "fail_import": "fault injection"}


# How the command line reads its values.


def _typed(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return ``read`` as argparse takes it, which shows the sentence of an ArgumentTypeError alone."""

    def typed(text: str) -> Any:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return typed


@_typed
def _port(text: str) -> int:
    if text.isdecimal() and int(text) <= _HIGHEST_PORT:
        return int(text)
    raise ValueError(f"{text!r} is not a port from 0 to 65535")


@_typed
def _context_path(text: str) -> str:
    """Return an empty path, or one that starts with a slash and does not end with one."""
    path = text.strip("/")
    if set(path) & set(" ?#<>\\%") or any(part in {"", ".", ".."} for part in path.split("/") if path):
        raise ValueError(f"{text!r} is not a context path such as /jira")
    return f"/{path}" if path else ""


@_typed
def _size(text: str) -> int:
    plain = text.strip().upper().removesuffix("B")
    digits = plain.rstrip("KMG")
    unit = plain[len(digits) :]
    if not digits.isdecimal() or unit not in _SIZE_UNITS:
        raise ValueError(f"{text!r} is not a size such as 500K, 10M or 4G")
    return int(digits) * _SIZE_UNITS[unit]


@_typed
def _origin(text: str) -> str:
    scheme, separator, host = text.strip().rstrip("/").partition("://")
    if scheme not in {"http", "https"} or not separator or not host or set(host) & set("/?#@ "):
        raise ValueError(f"{text!r} is not an origin such as http://localhost:8765")
    return f"{scheme}://{host}"


def _option(default: object, meaning: str, /, *, flag: str = "", **argument: Any) -> Any:
    """Return a field that is an option too.

    ``flag`` is the option's name where it is not the field's; ``argument`` goes to argparse.
    """
    about = {"flag": flag, "help": meaning, **argument}
    return field(default=default, repr=not flag.startswith("accept-"), metadata=about)


def _accepted(default: str, name: str, what: str, metavar: str) -> Any:
    meaning = f"{what} to accept; never use a real one (default: %(default)s)"
    return _option(default, meaning, flag=f"accept-{name}", metavar=metavar)


_SECONDS: dict[str, Any] = {"type": _typed(parse_duration), "metavar": "SECONDS"}
_NAMES: dict[str, Any] = {"action": "append", "default": [], "metavar": "NAME"}  # repeatable
_PREFIX: dict[str, Any] = {"type": str.lower, "choices": get_args(Prefix), "metavar": "PREFIX"}
_REFUSAL: dict[str, Any] = {"type": str.lower, "choices": get_args(RefusalForm), "metavar": "FORM"}
_MISSING: dict[str, Any] = {"type": str.lower, "choices": get_args(MissingRoute), "metavar": "FORM"}


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """How the sandbox behaves. Times are in seconds, sizes in bytes.

    ``upload_origin`` (``scheme://host:port``) replaces the origin of the upload URL, which then needs no
    credentials, as a pre-signed URL does. ``upload_expiry`` is how long an upload URL lives; None means as
    long as on the deployment.
    """

    host: str = _option("127.0.0.1", "address to listen on (default: %(default)s)")
    port: int = _option(
        0, "port; 0 picks a free one (default: %(default)s)", type=_port, default=DEFAULT_PORT
    )
    context_path: str = _option("", "Jira's context path", type=_context_path, metavar="/PATH")
    tls_cert: Path | None = _option(None, "serve HTTPS with this certificate", type=Path, metavar="PEM")
    tls_key: Path | None = _option(
        None, "its private key, if it is in another file", type=Path, metavar="PEM"
    )
    keep_uploads: Path | None = _option(
        None, "keep the uploaded files here (default: deleted)", type=Path, metavar="FOLDER"
    )

    cloud: bool = _option(False, "emulate QTM4J Cloud (default: Server and Data Center)", action="store_true")
    project: str = _option("SBX", "key of the project (default: %(default)s)", metavar="KEY")
    api_key: str = _accepted(SANDBOX_API_KEY, "api-key", "API key", "KEY")
    username: str = _accepted(SANDBOX_USERNAME, "username", "username", "NAME")
    password: str = _accepted(SANDBOX_PASSWORD, "password", "password", "WORD")
    token: str = _accepted(SANDBOX_TOKEN, "token", "personal access token", "TOKEN")
    start_prefix: Prefix = _option(
        "both", "serve step 1 under rest/qtm4j, rest/qmetry or both (default: %(default)s)", **_PREFIX
    )
    track_prefix: Prefix = _option(
        "both", "serve step 3 under rest/qtm4j, rest/qmetry or both (default: %(default)s)", **_PREFIX
    )
    components: tuple[str, ...] = _option(
        (), "an existing component; repeatable (default: all exist)", flag="component", **_NAMES
    )
    labels: tuple[str, ...] = _option(
        (), "an existing label; repeatable (default: all exist)", flag="label", **_NAMES
    )
    test_cycles: tuple[str, ...] = _option(
        (), "key of an existing test cycle; repeatable (default: all exist)", flag="test-cycle", **_NAMES
    )
    duration: float = _option(
        0.0, "how long an import takes (default: %(default)s)", default=DEFAULT_DURATION, **_SECONDS
    )

    fail_import: str | None = _option(
        None, "end every import with FAILED and this message", metavar="MESSAGE"
    )
    partial: bool = _option(
        False,
        "drop the last test case of every import, and end it with PARTIALLY_SUCCESS",
        action="store_true",
    )
    faults: tuple[PlannedFault, ...] = _option(
        (),
        f"make start, upload, track or history fail, TIMES times or always; KIND is {FAULT_HELP}",
        flag="fault",
        type=_typed(parse_fault),
        **(_NAMES | {"metavar": "STEP:KIND[:TIMES]"}),
    )
    retry_after: str | None = _option(None, "the Retry-After header of 429 and 503", metavar="VALUE")
    refusal: RefusalForm = _option(
        "401",
        "response to wrong credentials: 401, 403, redirect, html or captcha (default: %(default)s)",
        **_REFUSAL,
    )
    missing_route: MissingRoute = _option(
        "404",
        "response for an unavailable prefix: 404, 405, html or redirect (default: %(default)s)",
        **_MISSING,
    )
    xsrf_check: bool = _option(
        False, "reject uploads without X-Atlassian-Token: no-check", action="store_true"
    )
    not_yet: float = _option(0.0, "an import is unknown for this long after the upload", **_SECONDS)
    latency: float = _option(0.0, "delay of every API response", **_SECONDS)
    upload_expiry: float | None = _option(
        None, "lifetime of an upload URL (default: 1 hour; with --cloud 5 minutes)", **_SECONDS
    )
    upload_origin: str | None = _option(
        None,
        "issue upload URLs at this origin, such as http://localhost:8765; they need no credentials",
        type=_origin,
        metavar="ORIGIN",
    )
    max_upload_size: int | None = _option(
        None, "reject larger uploads with 413, such as 500K, 10M or 4G", type=_size, metavar="SIZE"
    )

    @property
    def deployment(self) -> str:
        """The deployment's name, for people."""
        return "Cloud" if self.cloud else "Server"

    @property
    def upload_url_life(self) -> float:
        """How long an upload URL lives, in seconds."""
        if self.upload_expiry is not None:
            return self.upload_expiry
        return _CLOUD_URL_LIFE if self.cloud else _SERVER_URL_LIFE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the sandbox's options to ``parser``; :func:`from_arguments` reads what it parsed."""
    for each in fields(SandboxOptions):
        if each.name in _GROUPS:
            group = parser.add_argument_group(_GROUPS[each.name])
        argument = {"default": each.default, **each.metadata}
        flag = argument.pop("flag") or each.name.replace("_", "-")
        group.add_argument(f"--{flag}", dest=each.name, **argument)


def from_arguments(namespace: argparse.Namespace) -> SandboxOptions:
    """Make the options from what the parser of :func:`add_arguments` returned."""
    values = {each.name: getattr(namespace, each.name) for each in fields(SandboxOptions)}
    several = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return SandboxOptions(**(values | several))
