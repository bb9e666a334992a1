"""nginx as what stands before a Jira: one process, a port of its own for each of its ways to be set up."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.process import HOST, command, folder_for, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.servers.certificates import Certificate

FOLDER = "@folder@"  # stands in directives for the folder nginx runs in
_CONFIG = """\
{user}
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
  log_format ours '$server_port $request_method $uri $status verify=$ssl_client_verify key=$http_apikey '
                  'authorization=$http_authorization proxy=$http_proxy_authorization';
  access_log {folder}/access.log ours;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_max_body_size 0;
  default_type text/html;
{servers}
}}
"""
_SERVER = """\
  server {{
    listen {host}:{port}{tls};
    {certificate}
    {directives}
  }}
"""


@dataclass(frozen=True, slots=True)
class Site:
    """One way to be set up: nginx's directives, and the certificate to show; None: plain http."""

    directives: str
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running nginx."""

    folder: Path
    ports: Mapping[str, int]
    secure: frozenset[str]

    def url(self, site: str, *, host: str = "localhost", scheme: str = "") -> str:
        """Return a site's URL without a path."""
        return f"{scheme or ('https' if site in self.secure else 'http')}://{host}:{self.ports[site]}"

    def requests(self, site: str) -> list[str]:
        """Return the site's lines of the access log, without the port."""
        lines = (self.folder / "access.log").read_text(encoding="utf-8").splitlines()
        port = f"{self.ports[site]} "
        return [line.removeprefix(port) for line in lines if line.startswith(port)]


@contextlib.contextmanager
def nginx(sites: Mapping[str, Site]) -> Iterator[Nginx]:
    """Run nginx with these sites."""
    with folder_for("nginx") as folder:

        def prepare(ports: list[int]) -> list[str]:
            servers = "".join(_server(site, port) for site, port in zip(sites.values(), ports, strict=True))
            for name, port in zip(sites, ports, strict=True):
                servers = servers.replace(port_of(name), str(port))
            servers = servers.replace(FOLDER, str(folder))
            user = "user root;" if os.geteuid() == 0 else ""
            config = _CONFIG.format(user=user, folder=folder, servers=servers)
            (folder / "nginx.conf").write_text(config, encoding="utf-8")
            return [command("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]

        with running(prepare, ports=len(sites), log=folder / "log") as ports:
            secure = frozenset(name for name, site in sites.items() if site.certificate is not None)
            yield Nginx(folder, dict(zip(sites, ports, strict=True)), secure)


def port_of(site: str) -> str:
    """Return what stands in directives for the port of another site."""
    return f"@{site}@"


def passed_on(port: int, *, at: str = "/jira/", said: str = "", meant: str = "", more: str = "") -> str:
    """Return the directives that pass requests below ``at`` on to a plain server behind.

    Where that server says ``said`` in JSON, the client is told ``meant``: what Jira's base URL does.
    """
    mended = f"""
      proxy_set_header Accept-Encoding "";
      sub_filter_types application/json;
      sub_filter_once off;
      sub_filter "{said}" "{meant}";"""
    return f"""location {at} {{
      proxy_pass http://{HOST}:{port};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;{mended if said else ""}
      {more}
    }}"""


def _server(site: Site, port: int) -> str:
    shown = site.certificate
    certificate = f"ssl_certificate {shown.chain}; ssl_certificate_key {shown.key};" if shown else ""
    return _SERVER.format(
        host=HOST, port=port, tls=" ssl" if shown else "", certificate=certificate, directives=site.directives
    )
