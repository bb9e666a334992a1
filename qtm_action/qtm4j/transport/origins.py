"""Where requests may go: base URLs, origins, and what an upload URL may be.

Credentials belong to one origin (scheme, host and port), that of the base URL, and go nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from qtm_action.errors import InvalidInputError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE_IN_PATH = "/%:@!$&'()*+,;=~-._"
_SAFE_IN_QUERY = _SAFE_IN_PATH + "?"


@dataclass(frozen=True, slots=True)
class Origin:
    """A scheme, a host in lower case without brackets, and a port; the default port is filled in."""

    scheme: str
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine, so that plain http leaves no trace on a network."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


@dataclass(frozen=True, slots=True)
class Peer:
    """What messages call the server, and the setting that holds its address."""

    name: str
    setting: str


@dataclass(frozen=True, slots=True)
class Target:
    """A URL to send a request to: its origin, and path with query; whether credentials go along."""

    origin: Origin
    path: str = field(repr=False)  # a query may hold what signs an upload URL
    peer: Peer
    with_credentials: bool = True

    @property
    def url(self) -> str:
        """The whole URL."""
        return f"{self.origin}{self.path}"


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """What the paths of an API are below: an origin, and a path, empty or ``/jira`` without a last slash."""

    origin: Origin
    path: str = ""

    def __str__(self) -> str:
        return f"{self.origin}{self.path}"


class UnusableUrlError(ValueError):
    """Why a text isn't a URL to send a request to; the reason completes "the URL …"."""


class InsecureUrlError(UnusableUrlError):
    """The URL would send in plain http what belongs to https."""


def parse_base_url(text: str, *, setting: str, example: str) -> BaseUrl:
    """Read a base URL as a user gave it in ``setting``; ``example`` says what to give.

    Raises :class:`InvalidInputError` when it can't be one; the message never repeats a password.
    """
    written = text.strip()
    if "://" not in written:
        shown = f", such as https://{written}" if written and "@" not in written else ""
        raise InvalidInputError(f"{setting} has no scheme", hint=f"begin it with https://{shown}")
    try:
        split, origin = _split(written)
    except UnusableUrlError as reason:
        raise InvalidInputError(f"{setting} {reason}", hint=example) from None
    if split.query or split.fragment or written.endswith(("?", "#")):
        raise InvalidInputError(f"{setting} has a query or a fragment", hint=f"{example}, and no more")
    segments = (segment for segment in split.path.split("/") if segment)
    return BaseUrl(origin, "".join(f"/{quote(segment, safe=_SAFE_IN_PATH)}" for segment in segments))


def resolve_upload_url(url: str, base: BaseUrl) -> tuple[Origin, str]:
    """Return the origin, and the path with query, of an upload URL; a relative one is below ``base``.

    Another origin than that of ``base`` is used over https only. Raises :class:`UnusableUrlError`.
    """
    try:
        split, origin = _split(urljoin(f"{base}/", url.strip()))
    except UnusableUrlError:
        raise
    except ValueError as reason:
        raise UnusableUrlError(str(reason)) from None
    if origin != base.origin and origin.scheme != "https":
        if origin.host == base.origin.host and base.origin.scheme == "https":
            raise InsecureUrlError(f"leads from https to plain {origin}")
        raise InsecureUrlError(f"is on another server, {origin}, and not https")
    path = quote(split.path or "/", safe=_SAFE_IN_PATH)
    return origin, f"{path}?{quote(split.query, safe=_SAFE_IN_QUERY)}" if split.query else path


def _split(url: str) -> tuple[SplitResult, Origin]:
    if any(character <= " " or character in "\x7f\\" for character in url):
        raise UnusableUrlError("has a space, a control character or a backslash in it")
    try:
        split = urlsplit(url)
        port = split.port
        host = (split.hostname or "").rstrip(".")
    except ValueError:
        raise UnusableUrlError("is not a valid URL") from None
    if split.scheme not in _DEFAULT_PORTS:
        raise UnusableUrlError("begins with neither https:// nor http://")
    if "@" in split.netloc:
        raise UnusableUrlError("has a user name or password in it")
    if not host:
        raise UnusableUrlError("names no host")
    if port == 0:
        raise UnusableUrlError("has port 0")
    return split, Origin(split.scheme, _ascii_host(host), port or _DEFAULT_PORTS[split.scheme])


def _ascii_host(host: str) -> str:
    if ":" in host:
        return ip_address(host).compressed  # a name with a colon doesn't get past urlsplit
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise UnusableUrlError("names a host that can't be one") from None
