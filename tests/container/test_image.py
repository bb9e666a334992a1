"""What is in the image, what is not, and how it starts and stops."""

from __future__ import annotations

import gzip
import json
import os
import re
import statistics
import tarfile
import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from qtm_action import __version__
from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SandboxOptions
from tests.container.engine import API_KEY, BASE, TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.container.engine import Engine

MEGABYTE = 1_000_000


def test_it_adds_at_most_fifteen_megabytes_to_its_base(engine: Engine, image: str) -> None:
    added = engine.inspect(image)["Size"] - engine.inspect(BASE)["Size"]

    assert added <= 15 * MEGABYTE


def test_a_change_of_our_code_is_a_download_of_kilobytes(engine: Engine, image: str, tmp_path: Path) -> None:
    engine.ok("save", "--output", str(tmp_path / "image.tar"), image)
    with tarfile.open(tmp_path / "image.tar") as archive:
        manifest = _read(archive, "manifest.json")
        newest_first = reversed(json.loads(manifest)[0]["Layers"])
        ours = next(blob for name in newest_first if b"app/qtm_action/" in (blob := _read(archive, name)))

    assert len(gzip.compress(ours)) <= MEGABYTE


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    stream = archive.extractfile(name)
    assert stream is not None
    data = stream.read()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def test_an_import_compiles_nothing_at_its_start(
    engine: Engine, image: str, workspace: Path, sandbox: Sandbox
) -> None:
    done = engine.in_container(
        image,
        *("-IBv", "/app/entrypoint.py"),
        options=["--volume", f"{workspace}:/workspace", "--entrypoint", "/app/venv/bin/python"],
        environ={"QTM_JIRA_URL": sandbox.url, "QTM_API_KEY": API_KEY, "QTM_TOKEN": TOKEN},
    )

    assert done.code == 0, done.output
    assert "import 'qtm_action.importer'" in done.output  # so this is what Python told of its imports
    assert re.findall(r"^# code object from '?(/[^']+\.py)'?$", done.output, re.MULTILINE) == []


def test_there_are_no_build_tools_or_caches_in_what_it_adds(engine: Engine, image: str) -> None:
    listing = engine.ok(
        *("run", "--rm", "--entrypoint", "sh", image, "-c"),
        "ls -d /app/venv/lib/python*/site-packages/pip* /app/venv/lib/python*/site-packages/setuptools* "
        "~root/.cache /build /code 2>/dev/null || true",
    )

    assert listing == ""


def test_everything_in_it_can_be_read_by_every_user_and_written_by_none(engine: Engine, image: str) -> None:
    find = "find /app ! -type l \\( ! -perm -a+r -o -perm /go+w -o -type d ! -perm -a+x \\)"

    assert engine.ok("run", "--rm", "--entrypoint", "sh", image, "-c", find) == ""


@pytest.mark.parametrize("program", ["sh", "bash", "/bin/sh", "/bin/bash"])
def test_a_shell_as_first_argument_is_started_in_place_of_the_program(
    engine: Engine, image: str, program: str
) -> None:
    assert engine.ok("run", "--rm", image, program, "-c", "echo $((6 * 7)) $$") == "42 1"


def test_the_entrypoint_can_be_replaced(engine: Engine, image: str) -> None:
    assert engine.ok("run", "--rm", "--entrypoint", "qtm-action", image, "version").endswith(__version__)


def test_the_commands_run_without_a_network_and_with_a_read_only_root(engine: Engine, image: str) -> None:
    hardened = (
        "run",
        "--rm",
        "--network",
        "none",
        "--read-only",
        "--user",
        "65534:65534",
        "--cap-drop",
        "ALL",
    )

    assert engine.ok(*hardened, image, "version").endswith(__version__)
    assert json.loads(engine.ok(*hardened, image, "schema"))["$schema"]


def test_the_demo_runs_in_it(engine: Engine, image: str) -> None:
    done = engine.in_container(image, "demo", options=["--read-only", "--tmpfs", "/tmp"])  # noqa: S108

    assert done.code == 0, done.output
    assert "junit: SUCCESS" in done.output  # on Cloud


def test_it_says_what_it_is(engine: Engine, image: str) -> None:
    config = engine.inspect(image)["Config"]

    assert config["Labels"]["org.opencontainers.image.title"] == "qtm-action"
    assert config["StopSignal"] == "SIGTERM"
    assert {"version", "revision", "licenses", "description"} <= {
        label.removeprefix("org.opencontainers.image.") for label in config["Labels"]
    }


def test_no_secret_of_a_build_is_in_its_layers_or_history(engine: Engine, image: str, tmp_path: Path) -> None:
    engine.ok("save", "--output", str(tmp_path / "image.tar"), image)
    history = engine.ok("history", "--no-trunc", image)

    with tarfile.open(tmp_path / "image.tar") as archive:
        names = [
            inner.name
            for member in archive.getmembers()
            if member.isfile()
            for inner in _members(archive, member)
        ]
    suspicious = (".env", ".git", ".netrc", ".npmrc", "pip.conf", "id_rsa", ".pypirc", "credentials")
    assert [name for name in names if name.rsplit("/", 1)[-1] in suspicious] == []
    assert "password" not in history.lower()
    assert "token" not in history.lower()


def _members(archive: tarfile.TarFile, member: tarfile.TarInfo) -> list[tarfile.TarInfo]:
    stream = archive.extractfile(member)
    if stream is None:
        return []
    try:
        with tarfile.open(fileobj=stream) as layer:
            return layer.getmembers()
    except tarfile.ReadError:
        return []


def test_building_it_again_gives_the_same_files(engine: Engine, image: str) -> None:
    if os.environ.get("QTM_TEST_IMAGE"):
        pytest.skip("the image was not built here")
    engine.build("qtm-action:again", "--no-cache")
    stdlib = "$(python -c 'import sysconfig; print(sysconfig.get_path(\"stdlib\"))')"
    hashes = f"find /app {stdlib} -type f -exec sha256sum {{}} +"
    first, again = (
        sorted(engine.ok("run", "--rm", name, "sh", "-c", hashes).splitlines())
        for name in (image, "qtm-action:again")
    )

    assert len(first) > 1000
    assert first == again


def test_sigterm_to_pid_1_ends_it_within_a_second(engine: Engine, image: str, workspace: Path) -> None:
    with Sandbox(SandboxOptions(duration=600)) as sandbox:
        container = engine.ok(
            *("run", "--detach", "--network", "host", "--volume", f"{workspace}:/workspace"),
            *("--env", f"QTM_JIRA_URL={sandbox.url}", "--env", f"QTM_API_KEY={API_KEY}"),
            *("--env", f"QTM_TOKEN={TOKEN}", image),
        )
        try:
            deadline = time.monotonic() + 30
            while len(sandbox.imports) < 4 and time.monotonic() < deadline:
                time.sleep(0.05)
            sent = time.time()
            engine.ok("kill", "--signal", "TERM", container)
            code = engine.ok("wait", container)
            finished = engine.ok("inspect", "--format", "{{.State.FinishedAt}}", container)
            log = engine.ok("logs", container)
        finally:
            engine.ok("rm", "--force", container)

    assert code == "143", log
    assert datetime.fromisoformat(finished).timestamp() - sent < 1.0
    assert all(each.tracking_id in log for each in sandbox.imports)


def test_starting_the_program_adds_little_to_starting_a_container(engine: Engine, image: str) -> None:
    def seconds(*words: str) -> float:
        began = time.perf_counter()
        engine.ok("run", "--rm", *words)
        return time.perf_counter() - began

    pairs = [(seconds("--entrypoint", "true", image), seconds(image, "version")) for _ in range(7)]
    added = statistics.median(version - true for true, version in pairs)

    assert added <= 0.15
