"""Where requests may go: base URLs, their origins, and what an upload URL may be.

Credentials belong to one origin (scheme, host and port), that of the base URL, and go nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from qtm_action.errors import InvalidInputError
from qtm_action.redaction import MASK, redacted

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE_IN_PATH = "/%:@!$&'()*+,;=~-._"
_SAFE_IN_QUERY = _SAFE_IN_PATH + "?"
# Limits of the DNS (RFC 1035, 2.3.4); an underscore is not allowed in a host name, but common in practice.
_LONGEST_HOST = 253
_LONGEST_LABEL = 63
_LABEL = re.compile(r"[A-Za-z0-9_-]+")
_OTHER_DOTS = "\u3002\uff0e\uff61"  # RFC 3490, 3.1
_BRACKETS = re.compile(r"\[([^\[\]]*)\](?::[0-9]*)?")


class Origin(NamedTuple):
    """A scheme, a host in lower case without brackets, and a port; the default port is filled in."""

    scheme: str
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine, so plain http never reaches a network."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        address = parse_ip(self.host)
        return address is not None and address.is_loopback

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


class Peer(NamedTuple):
    """The server's name in messages, and the setting that holds its address."""

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
    """Read a base URL as a user gave it in ``setting``; ``example`` is the hint for an invalid one.

    Raises :class:`InvalidInputError` for an invalid one; the message never repeats a password.
    """
    written = text.strip()
    if "://" not in written:
        shown = written if "@" not in written else ""
        raise InvalidInputError(f"{setting} has no scheme", hint=f"Start it with https://{shown}.")
    try:
        split, origin = _split(written)
    except UnusableUrlError as reason:
        raise InvalidInputError(f"{setting} {reason}", hint=example) from None
    if split.query or split.fragment or written.endswith(("?", "#")):
        raise InvalidInputError(f"{setting} has a query or a fragment", hint=example)
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
    path = quote(split.path or "/", safe=_SAFE_IN_PATH)
    if split.query:
        path += "?" + quote(split.query, safe=_SAFE_IN_QUERY)
    # In lower case, or without the other part of the URL, a secret would no longer be found in a message.
    if redacted(url).count(MASK) > sum(redacted(part).count(MASK) for part in (str(origin), path)):
        raise UnusableUrlError("contains a secret")
    if origin != base.origin and origin.scheme != "https":
        if origin.host == base.origin.host and base.origin.scheme == "https":
            raise InsecureUrlError(f"leads from https to plain {origin}")
        raise InsecureUrlError(f"is on another server, {origin}, and not https")
    return origin, path


def _split(url: str) -> tuple[SplitResult, Origin]:
    if "\\" in url:
        raise UnusableUrlError("contains a backslash")
    split, origin = split_url(url)
    if "@" in split.netloc:
        raise UnusableUrlError("contains a user name or password")
    return split, origin


def split_url(url: str) -> tuple[SplitResult, Origin]:
    """Split a URL, and read its origin; the default port is filled in.

    Raises :class:`UnusableUrlError`, which repeats nothing of a URL that may hold a password.
    """
    if any(character <= " " or character == "\x7f" for character in url):
        raise UnusableUrlError("contains a space or a control character")
    if any("\ud800" <= character <= "\udfff" for character in url):
        raise UnusableUrlError("contains an invalid character")
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:
        raise UnusableUrlError("is not a valid URL") from None
    if split.scheme not in _DEFAULT_PORTS:
        raise UnusableUrlError("starts with neither https:// nor http://")
    if port == 0:
        raise UnusableUrlError("has port 0")
    host = parse_host(split.netloc.rpartition("@")[2])
    return split, Origin(split.scheme, host, port or _DEFAULT_PORTS[split.scheme])


def parse_host(text: str) -> str:
    """Read the host of ``host:port``, strictly: in lower case, in ASCII, without brackets and a last dot.

    A host that passes can be looked up; whether it exists is all that remains unknown.
    Raises :class:`UnusableUrlError` with the reason.
    """
    if "[" in text or "]" in text:
        return _ip_v6(text)
    host = text.partition(":")[0]
    for dot in _OTHER_DOTS:
        host = host.replace(dot, ".")
    host = host.removesuffix(".")
    if not host:
        raise UnusableUrlError("has no host")
    if len(host) > _LONGEST_HOST:
        raise UnusableUrlError(f"has a host of more than {_LONGEST_HOST} characters")
    labels = [_label(label) for label in host.split(".")]
    host = ".".join(labels)
    if len(host) > _LONGEST_HOST:
        raise UnusableUrlError(f"has a host of more than {_LONGEST_HOST} characters")
    if labels[-1].isdecimal() and parse_ip(host) is None:
        raise UnusableUrlError("has an invalid IP address")
    return host


def _label(text: str) -> str:
    """Return a part of a host's name in ASCII."""
    if not text:
        raise UnusableUrlError("has a host with an empty label (consecutive dots)")
    label = text
    if not text.isascii():
        try:
            label = text.encode("idna").decode("ascii")
        except UnicodeError:
            raise UnusableUrlError("has an invalid host") from None
    if len(label) > _LONGEST_LABEL:
        raise UnusableUrlError(f"has a host with a label of more than {_LONGEST_LABEL} characters")
    if not _LABEL.fullmatch(label):
        raise UnusableUrlError("has a host with an invalid character")
    return label.lower()


def _ip_v6(text: str) -> str:
    written = _BRACKETS.fullmatch(text)
    address = parse_ip(written[1]) if written else None
    if address is None or address.version == 4 or "%" in text:  # noqa: PLR2004 - an IPv4 address
        raise UnusableUrlError("has an invalid IP address")
    return address.compressed


def parse_ip(host: str) -> IPv4Address | IPv6Address | None:
    """Return an IP address; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None
