"""Which proxy a request goes through: ``HTTPS_PROXY``, ``HTTP_PROXY`` and ``NO_PROXY`` as curl reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_network
from urllib.parse import quote, unquote

from qtm_action.errors import InvalidInputError
from qtm_action.qtm4j.transport.urls import Origin, UnusableUrlError, parse_ip, split_url
from qtm_action.qtm4j.values import Proxies

_NO_PORT = -1


@dataclass(frozen=True, slots=True)
class Proxy:
    """A forwarding proxy; ``username`` and ``password`` are already unquoted, and never shown."""

    scheme: str
    host: str
    port: int
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """The URL with user name and password, which no message may hold."""
        if self.username is None:
            return str(self)
        return str(self).replace("://", f"://{quote(self.username, '')}:{quote(self.password or '', '')}@")

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def parse_proxy(text: str, *, name: str) -> Proxy:
    """Read a proxy's URL; ``host:port`` alone means http. ``name`` is what the user set it with.

    Raises :class:`InvalidInputError`; as the text may hold a password, no message repeats it.
    """
    hint = f"Set {name} to http://host:port. SOCKS proxies are not supported."
    written = text.strip()
    try:
        split, origin = split_url(written if "://" in written else f"http://{written}")
    except UnusableUrlError as reason:
        raise InvalidInputError(f"{name} {reason}", hint=hint) from None
    return Proxy(
        origin.scheme,
        origin.host,
        origin.port,
        None if split.username is None else unquote(split.username),
        None if split.password is None else unquote(split.password),
    )


def proxy_for(origin: Origin, proxies: Proxies) -> Proxy | None:
    """Return the proxy for requests to ``origin``; None: straight there.

    Raises :class:`InvalidInputError` for a proxy that can't be used.
    """
    name, text = ("HTTPS_PROXY", proxies.https) if origin.scheme == "https" else ("HTTP_PROXY", proxies.http)
    if not text or goes_without_proxy(origin, proxies.no_proxy):
        return None
    proxy = parse_proxy(text, name=name)
    if proxy.scheme == origin.scheme == "https":
        raise InvalidInputError(
            f"{name} is an HTTPS proxy, which is not supported for a Jira that uses https",
            hint=f"Set {name} to http://host:port. The connection to Jira through it is still encrypted.",
        )
    return proxy


def goes_without_proxy(origin: Origin, no_proxy: str) -> bool:
    """Return whether ``NO_PROXY`` names ``origin``.

    Entries are separated by commas or spaces. ``*`` names every host; ``example.com`` and
    ``.example.com`` name that domain and all below it; an IP address names itself, and with a prefix
    length its network; any of these with ``:port`` names only that port.
    """
    return any(_names(entry, origin) for entry in no_proxy.replace(",", " ").split())


def _names(entry: str, origin: Origin) -> bool:
    if entry == "*":
        return True
    address = parse_ip(origin.host)
    if "/" in entry:
        try:
            network = ip_network(entry.replace("[", "").replace("]", ""), strict=False)
        except ValueError:
            return False
        return address is not None and address in network
    host, port = _host_and_port(entry)
    if port is not None and port != origin.port:
        return False
    if address is not None:
        return parse_ip(host) == address
    domain = host.strip(".").lower()
    return bool(domain) and (origin.host == domain or origin.host.endswith(f".{domain}"))


def _host_and_port(entry: str) -> tuple[str, int | None]:
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        port = rest.removeprefix(":")
    elif entry.count(":") == 1:
        host, _, port = entry.partition(":")
    else:
        host, port = entry, ""
    if not port:
        return host, None
    return host, int(port) if re.fullmatch(r"\d{1,5}", port, re.ASCII) else _NO_PORT
