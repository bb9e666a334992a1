"""Run every benchmark and write ``docs/PERFORMANCE.md``.

python -m bench [--quick] [NAME ...]

With ``--quick`` less data is used, of which start-up is a larger part: nothing is judged, and nothing
written. Each benchmark runs in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime

from bench.pages import replace_between
from bench.pairing import ROOT, Row, machine

PROGRAMS = ("startup", "uploading", "archiving", "finding", "reading", "polling")
PAGE = ROOT / "docs" / "PERFORMANCE.md"


def run(program: str, *, quick: bool) -> list[Row]:
    """Return the rows that one benchmark prints."""
    words = [sys.executable, "-m", f"bench.{program}", "--json", *(["--quick"] if quick else [])]
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return [Row(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| what | ratio (min to max) | against | target | | peak memory | |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        sign = "at least" if row.at_least else "at most"
        peak = f"{row.peak_mib:.0f} MiB" if row.peak_mib else ""
        lines.append(
            f"| {row.name} | **{row.median:.2f}** ({row.low:.2f} to {row.high:.2f}) | {row.against} "
            f"| {sign} {row.target:g} | {'met' if row.is_met else 'missed'} | {peak} | {row.note} |"
        )
    return "\n".join(lines) + "\n"


def write_page(rows: list[Row], seconds: float) -> None:
    """Put the measured table into the page, and leave what is written around it."""
    today = datetime.now(UTC).date()
    head = f"Measured on {today} with `make bench` in {seconds:.0f} s, on {machine()}.\n\n"
    replace_between(PAGE, "measured", head + table(rows))


def main(words: list[str]) -> int:
    """Run the benchmarks; return 1 when a target was missed, which a quick run does not tell."""
    quick = "--quick" in words
    chosen = [word for word in words if not word.startswith("-")] or list(PROGRAMS)
    started = time.monotonic()
    rows: list[Row] = []
    for program in chosen:
        for row in run(program, quick=quick):
            rows.append(row)
            print(row.as_text(judged=not quick), flush=True)
    if not quick and chosen == list(PROGRAMS):
        write_page(rows, time.monotonic() - started)
    seconds = time.monotonic() - started
    if quick:
        print(f"{len(rows)} rows in {seconds:.0f} s, on too little data to judge them")
        return 0
    missed = sum(not row.is_met for row in rows)
    print(f"{len(rows) - missed} of {len(rows)} targets met in {seconds:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
