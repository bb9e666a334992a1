"""Tomcat, the servlet container that Jira runs in, with the three steps as servlets."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers.process import HOST, NotUpError, command, folder_for, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.certificates import Trust

_HOME = Path("/usr/share/tomcat10")
_FILES = Path(__file__).parent / "tomcat"
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx96m -Djava.awt.headless=true -Dfile.encoding=UTF-8"


_STORE_PASSWORD = "changeit"  # Java's custom; the store holds nothing secret


@dataclass(frozen=True, slots=True)
class Tomcat:
    """A running Tomcat: a plain port, and one in TLS that demands a client certificate."""

    port: int
    tls_port: int

    @property
    def url(self) -> str:
        """Jira's base URL, in plain http."""
        return f"http://{HOST}:{self.port}/jira"

    @property
    def secure_url(self) -> str:
        """Jira's base URL where a client certificate is demanded."""
        return f"https://localhost:{self.tls_port}/jira"


@contextlib.contextmanager
def tomcat(trust: Trust) -> Iterator[Tomcat]:
    """Run Tomcat with its own configuration as Debian ships it, but for the ports."""
    start = _HOME / "bin" / "catalina.sh"
    if not start.exists():
        raise NotUpError("Tomcat is not installed: run tools/install-servers.sh")
    with folder_for("tomcat") as base:
        for name in ("conf", "logs", "temp", "work"):
            (base / name).mkdir()
        shutil.copytree(_FILES / "jira", base / "webapps" / "jira")
        for name in ("web.xml", "catalina.properties", "context.xml"):
            shutil.copy(_HOME / "etc" / name, base / "conf" / name)
        trusted = base / "conf" / "trusted.p12"
        _make_trust_store(trusted, trust.company)
        template = (_FILES / "server.xml").read_text(encoding="utf-8")

        def prepare(ports: list[int]) -> list[str]:
            config = template
            for name, value in {
                "plain": ports[0],
                "secure": ports[1],
                "trusted": trusted,
                "password": _STORE_PASSWORD,
                "certificate": trust.jira.chain,
                "key": trust.jira.key,
            }.items():
                config = config.replace(f"@{name}@", str(value))
            (base / "conf" / "server.xml").write_text(config, encoding="utf-8")
            return [str(start), "run"]

        environ = {"CATALINA_BASE": str(base), "CATALINA_TMPDIR": str(base / "temp"), "CATALINA_OPTS": _JAVA}
        with running(prepare, ports=2, log=base / "log", environ=environ) as ports:
            yield Tomcat(*ports)


def _make_trust_store(store: Path, authority: Path) -> None:
    """Put a CA where Java reads it: a PKCS#12 file made by openssl lacks the mark that Java wants."""
    words = ("-importcert", "-noprompt", "-storetype", "PKCS12", "-storepass", _STORE_PASSWORD)
    subprocess.run(
        [command("keytool"), *words, "-alias", "company", "-file", authority, "-keystore", store],
        check=True,
        capture_output=True,
    )
