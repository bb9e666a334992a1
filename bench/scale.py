"""Very large inputs, for real: each is one whole import, noted with its time and peak memory.

python -m bench.scale [--write] [NAME ...]

``--write`` puts the table into ``docs/PERFORMANCE.md``. All data is made in a temporary folder, which
needs 15 GB; the whole takes about a quarter of an hour, since one server really takes ten minutes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.pages import replace_between
from bench.pairing import ROOT, Command, Cost, machine
from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN, SandboxOptions
from qtm_action.words import format_duration

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = ROOT / "docs" / "PERFORMANCE.md"
_MOST_MIB = 100
_CASE = '<testcase classname="shop.Cart" name="adds item {}" time="0.01"/>\n'


@dataclass(frozen=True, slots=True)
class Load:
    """One large input: how its files are made in a folder, the inputs, and what the server is."""

    name: str
    make: Callable[[Path], None]
    inputs: dict[str, str] = field(default_factory=dict)
    duration: float = 0.0
    tls: bool = False
    imports: int = 1


def many_imports(folder: Path) -> None:
    """500 imports in one spec, two files each."""
    lines = ["version: 1", "imports:"]
    for number in range(500):
        for half in "ab":
            part = folder / f"module-{number}" / f"TEST-{half}.xml"
            part.parent.mkdir(exist_ok=True)
            part.write_text(f"<testsuite name='s'>{_CASE.format(half)}</testsuite>", encoding="utf-8")
        lines.append(f"  - {{name: m{number}, format: junit, files: [module-{number}/*.xml]}}")
    (folder / "qtm-import.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def many_files(folder: Path) -> None:
    """50,000 files of 2 KiB."""
    body = _CASE.format("{0}") * 28
    for number in range(50_000):
        part = folder / f"d{number % 500}" / f"TEST-{number}.xml"
        part.parent.mkdir(exist_ok=True)
        part.write_text(f"<testsuite name='s{number}'>{body}</testsuite>", encoding="utf-8")


def many_cases(folder: Path) -> None:
    """One JUnit file with 1,000,000 test cases."""
    with (folder / "TEST-a.xml").open("w", encoding="utf-8") as file:
        file.write('<testsuite name="s">\n')
        file.writelines(_CASE.format(number) for number in range(1_000_000))
        file.write("</testsuite>\n")


def large_file(gib: int) -> Callable[[Path], None]:
    """One JUnit file of so many GiB, most of it output of tests."""

    def make(folder: Path) -> None:
        line = "2026-11-24 12:00:00,000 INFO  [main] shop.Cart - the cart holds 3 items\n"
        output = "<system-out><![CDATA[" + line * 14_000 + "]]></system-out>"
        case = f'<testcase classname="c" name="t{{}}">{output}</testcase>\n'
        with (folder / "TEST-a.xml").open("w", encoding="utf-8") as file:
            file.write('<testsuite name="s">\n')
            size, number = 0, 0
            while size < gib << 30:
                size += file.write(case.format(number))
                number += 1
            file.write("</testsuite>\n")

    return make


_FILES = {"QTM_FORMAT": "junit", "QTM_FILES": "**/TEST-*.xml"}
LOADS = (
    Load("a spec of 500 imports", many_imports, imports=500),
    Load("one import of 50,000 files", many_files, _FILES),
    Load("one result file of 1 GiB", large_file(1), _FILES),
    Load("one result file of 1 GiB, zipped", large_file(1), _FILES | {"QTM_ZIP": "always"}),
    Load("one upload of 4 GiB over TLS", large_file(4), _FILES, tls=True),
    Load("a JUnit file with 1,000,000 test cases", many_cases, _FILES),
    Load("a server that takes 10 minutes", many_cases, _FILES, duration=600.0),
)


def measure(load: Load) -> Cost:
    """Make the data, run the import and return what it cost."""
    with tempfile.TemporaryDirectory(prefix="qtm-scale-") as folder, ExitStack() as stack:
        workspace = Path(folder, "workspace")
        workspace.mkdir()
        load.make(workspace)
        options = SandboxOptions(duration=load.duration)
        inputs = {"QTM_API_KEY": SANDBOX_API_KEY, "QTM_TOKEN": SANDBOX_TOKEN, **load.inputs}
        if load.tls:
            certificate = _certificate(Path(folder))
            options = SandboxOptions(tls_cert=certificate, tls_key=certificate)
            inputs["QTM_CA_BUNDLE"] = str(certificate)
        sandbox = stack.enter_context(Sandbox(options))
        inputs["QTM_JIRA_URL"] = sandbox.url
        cost = Command([sys.executable, str(ROOT / "entrypoint.py")], inputs, workspace).cost()
        done = [each for each in sandbox.imports if each.import_status == "SUCCESS"]
        assert len(done) == load.imports == len(sandbox.imports)
    return cost


def _certificate(folder: Path) -> Path:
    """Return a PEM file with a key and its self-signed certificate for loopback."""
    pem = folder / "server.pem"
    words = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
    ]
    words += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(pem), "-out", str(folder / "cert.pem")]
    subprocess.run(words, check=True, capture_output=True)
    pem.write_bytes(pem.read_bytes() + (folder / "cert.pem").read_bytes())
    return pem


def row(load: Load, cost: Cost) -> str:
    """Return the line of the table."""
    verdict = "" if cost.peak_mib <= _MOST_MIB else f" (over {_MOST_MIB} MiB)"
    wall, cpu = format_duration(cost.wall), format_duration(cost.cpu)
    return f"| {load.name} | {wall} | {cpu} | {cost.peak_mib:.0f} MiB{verdict} |"


def main(words: list[str]) -> int:
    """Run the loads; the slow server is waited for beside the others."""
    chosen = [word for word in words if not word.startswith("-")]
    loads = [load for load in LOADS if not chosen or any(word in load.name for word in chosen)]
    slow = [load for load in loads if load.duration]
    costs: dict[str, Cost] = {}
    threads = [
        threading.Thread(target=lambda load=load: costs.update({load.name: measure(load)})) for load in slow
    ]
    for thread in threads:
        thread.start()
    for load in loads:
        if load not in slow:
            costs[load.name] = measure(load)
            sys.stdout.write(row(load, costs[load.name]) + "\n")
            sys.stdout.flush()
    for thread in threads:
        thread.join()
    rows = [row(load, costs[load.name]) for load in loads]
    sys.stdout.write("\n".join(rows) + "\n")
    if "--write" in words:
        head = f"Measured with `make scale` on {machine()}.\n\n| import | time | processor | peak memory |\n"
        replace_between(PAGE, "scale", head + "| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n")
    return int(any(cost.peak_mib > _MOST_MIB for cost in costs.values()))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
