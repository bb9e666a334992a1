"""Start-up: a whole import with a spec against importing its libraries alone; ``version`` against Python.

python -m bench.startup [--quick] [--json]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from bench.pairing import ROOT, Command, Row, pair, ratio, ship_bytecode, tell
from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN, SandboxOptions

ENTRYPOINT = str(ROOT / "entrypoint.py")
SPEC = "version: 1\nimports:\n  - {name: unit, format: junit, files: [TEST-*.xml]}\n"
JUNIT = '<testsuite name="s"><testcase classname="C" name="t"/></testsuite>\n'


def measure(*, quick: bool) -> list[Row]:
    """Return the rows of start-up."""
    ship_bytecode()
    runs = 7 if quick else 25
    return [_whole_import(runs), *(_bare(word, runs) for word in ("version", "--help"))]


def _whole_import(runs: int) -> Row:
    with tempfile.TemporaryDirectory() as folder, Sandbox(SandboxOptions()) as sandbox:
        Path(folder, "qtm-import.yml").write_text(SPEC, encoding="utf-8")
        Path(folder, "TEST-a.xml").write_text(JUNIT, encoding="utf-8")
        ours = Command(
            [sys.executable, ENTRYPOINT],
            {"QTM_JIRA_URL": sandbox.url, "QTM_API_KEY": SANDBOX_API_KEY, "QTM_TOKEN": SANDBOX_TOKEN},
            Path(folder),
        )
        theirs = Command([sys.executable, "-c", "import requests, yaml, jsonschema"])
        pairs = pair(ours, theirs, runs=runs)
        assert len(sandbox.imports) == runs + 1
    return Row(
        "a whole import with a spec",
        "importing requests, yaml and jsonschema",
        *ratio(pairs, "wall"),
        target=1.4,
        peak_mib=max(cost.peak_mib for cost, _ in pairs),
        note=f"{statistics.median(cost.wall for cost, _ in pairs) * 1000:.0f} ms",
    )


def _bare(word: str, runs: int) -> Row:
    pairs = pair(
        Command([sys.executable, ENTRYPOINT, word]), Command([sys.executable, "-c", "pass"]), runs=runs
    )
    return Row(f"`{word}`", "bare Python", *ratio(pairs, "wall"), target=5.0)


def main(words: list[str]) -> int:
    """Print the rows; return 0."""
    tell(measure(quick="--quick" in words), words)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
