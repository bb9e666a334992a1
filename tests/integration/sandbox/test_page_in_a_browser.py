"""The sandbox's page in a real browser, where there is one."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.sandbox.conftest import Client

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_the_page_renders_and_hostile_names_do_not_act(client: Client, tmp_path: Path) -> None:
    name = HOSTILE.replace("<", "&lt;").replace('"', "&quot;")
    client.imported(
        {"format": "junit", "environment": HOSTILE},
        data=f'<testsuite name="{name}"><testcase name="{name}"/></testsuite>'.encode(),
    )
    done = subprocess.run(
        [
            *(str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path}", "--timeout=10000"),
            *("--virtual-time-budget=1000", "--dump-dom", f"{client.url}/"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "<title>QTM4J sandbox</title>" in done.stdout
    assert "SBX-TR-1" in done.stdout
    assert "&lt;img src=x" in done.stdout
    assert "<img" not in done.stdout
