"""A large upload through nginx in TLS: the whole program stays small."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.integration.doors.conftest import ROOT
from tests.servers.door import RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door
    from tests.servers.certificates import Trust
    from tests.servers.nginx import Nginx

MEGABYTE = 1_000_000
PEAK = 45 * 1024  # KiB
# A process counts its parent's memory as its own until it becomes another program: so its parent is small.
MEASURE = """
import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
print(f"peak {usage.ru_maxrss}")
sys.exit(os.waitstatus_to_exitcode(status))
"""


def peak_of(door: Door, **inputs: str) -> int:
    """Import the workspace's files, and return the most memory that the whole program took, in KiB."""
    environ = door.environment(**RESULTS, **inputs)
    environ.pop("COVERAGE_PROCESS_CONFIG", None)  # measuring coverage takes memory too
    done = subprocess.run(
        [sys.executable, "-S", "-c", MEASURE, sys.executable, str(ROOT / "entrypoint.py")],
        cwd=door.workspace,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    return int(done.stdout.rpartition("peak ")[2])


def test_an_upload_of_200_mb_through_tls_takes_hardly_more_memory_than_a_small_one(
    web: Nginx, trust: Trust, sandbox: Sandbox, door_to: Callable[..., Door]
) -> None:
    door = door_to(web.url("jira") + "/jira")
    small = peak_of(door, ca_bundle=str(trust.company))
    hashed = hashlib.sha256()
    with (door.workspace / "TEST-a.xml").open("wb") as file:
        case = b'<testcase name="t"><system-out>%s</system-out></testcase>\n' % (b"0123456789" * 100_000)
        for block in (b'<testsuite name="s">', *[case] * 200, b"</testsuite>"):
            hashed.update(block)
            file.write(block)
    large = peak_of(door, ca_bundle=str(trust.company))
    upload = sandbox.imports[-1].upload
    assert upload is not None
    assert upload.size > 200 * MEGABYTE
    assert upload.sha256 == hashed.hexdigest()
    assert large <= PEAK
    assert large - small <= 8 * 1024
