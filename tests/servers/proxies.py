"""Forwarding proxies as companies run them: squid with a password file, tinyproxy."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.servers.process import HOST, command, folder_for, running

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "build agent"
PASSWORD = "pr@xy:p/ss w%rd?#"
AGENT = "agent:secret-of-agent"
FORBIDDEN_HOST = "forbidden.test"
_SQUID_USER = "proxy"  # what Debian's squid becomes when it is started as root
_PASSWORD_CHECKERS = ("/usr/lib/squid/basic_ncsa_auth", "/usr/lib64/squid/basic_ncsa_auth")
_SQUID = """\
http_port {host}:{open}
http_port {host}:{plain} name=without_password
https_port {host}:{secure} tls-cert={certificate}
auth_param basic program {checker} {folder}/passwords
auth_param basic realm company proxy
auth_param basic children 1
acl forbidden dstdomain {forbidden}
acl without_password myportname without_password
acl known proxy_auth REQUIRED
http_access deny forbidden
http_access allow without_password
http_access allow known
http_access deny all
logformat ours %lp %rm %ru %>Hs %un
access_log stdio:{folder}/access.log ours
cache_log {folder}/cache.log
cache deny all
cache_mem 8 MB
coredump_dir {folder}
pid_filename none
pinger_enable off
shutdown_lifetime 0 seconds
max_filedescriptors 1024
visible_hostname proxy.test
"""
_TINYPROXY = """\
Port {port}
Listen {host}
Timeout 30
MaxClients 20
LogLevel Info
ConnectPort 443
BasicAuth {agent}
"""


@dataclass(frozen=True, slots=True)
class Squid:
    """A running squid: one port asks for a password, one does not, one speaks TLS and asks."""

    folder: Path
    port: int
    port_without_password: int
    tls_port: int

    def url(self, user: str | None = USER, password: str = PASSWORD) -> str:
        """Return the URL for ``HTTPS_PROXY``, with special characters percent-encoded."""
        if user is None:
            return f"http://{HOST}:{self.port}"
        return f"http://{quote(user, safe='')}:{quote(password, safe='')}@{HOST}:{self.port}"

    def requests(self) -> list[str]:
        """Return the lines of the access log: port, method, URL, status, user."""
        path = self.folder / "access.log"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [line for line in lines if not line.startswith("- -")]  # connections without a request


@contextlib.contextmanager
def squid(certificate: Path) -> Iterator[Squid]:
    """Run squid; ``certificate`` holds certificate and key of its TLS port."""
    with folder_for("squid", _SQUID_USER) as folder:
        shutil.copy(certificate, folder / "certificate.pem")
        (folder / "certificate.pem").chmod(0o644)
        crypt = [command("openssl"), "passwd", "-apr1", "-stdin"]
        hashed = subprocess.run(crypt, input=PASSWORD, capture_output=True, text=True, check=True)
        (folder / "passwords").write_text(f"{USER}:{hashed.stdout}", encoding="utf-8")
        checker = next(path for path in _PASSWORD_CHECKERS if Path(path).exists())

        def prepare(ports: list[int]) -> list[str]:
            config = _SQUID.format(
                host=HOST,
                open=ports[0],
                plain=ports[1],
                secure=ports[2],
                certificate=folder / "certificate.pem",
                checker=checker,
                folder=folder,
                forbidden=FORBIDDEN_HOST,
            )
            (folder / "squid.conf").write_text(config, encoding="utf-8")
            return [command("squid"), "-N", "-f", str(folder / "squid.conf")]

        with running(prepare, ports=3, log=folder / "log") as ports:
            yield Squid(folder, *ports)


@contextlib.contextmanager
def tinyproxy() -> Iterator[int]:
    """Run tinyproxy, which lets CONNECT through to port 443 alone; give its port. It knows :data:`AGENT`."""
    with folder_for("tinyproxy") as folder:

        def prepare(ports: list[int]) -> list[str]:
            config = _TINYPROXY.format(host=HOST, port=ports[0], agent=AGENT.replace(":", " "))
            (folder / "config").write_text(config, encoding="utf-8")
            return [command("tinyproxy"), "-d", "-c", str(folder / "config")]

        with running(prepare, ports=1, log=folder / "log") as ports:
            yield ports[0]
