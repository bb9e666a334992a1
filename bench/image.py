"""What the image costs: its size above the base, its start, and the build it spares.

tools/with-docker.sh .venv/bin/python -m bench.image [--write]

``--write`` puts the table into ``docs/PERFORMANCE.md``. No registry is asked: of a cold pull, what is
unpacked is measured (``docker load``), and the bytes to download are told.
"""

from __future__ import annotations

import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.pages import replace_between
from bench.pairing import ROOT, machine

DOCKER = os.environ.get("DOCKER", "docker")
BASE = os.environ.get("BASE", "python:3.13-slim")
IMAGE = "qtm-action:bench"
PAGE = ROOT / "docs" / "PERFORMANCE.md"
_MIB = 1 << 20


def docker(*words: str) -> str:
    """Run the client and return what it printed. Raises CalledProcessError when it fails."""
    return subprocess.run([DOCKER, *words], check=True, capture_output=True, text=True).stdout.strip()


def seconds_of(*words: str) -> float:
    """Return how long one command of the client takes, in seconds."""
    started = time.perf_counter()
    docker(*words)
    return time.perf_counter() - started


def build_seconds() -> float:
    """Return how long the Dockerfile takes without a cache, as `uses: owner/action@branch` builds it."""
    return seconds_of("build", "--no-cache", "--build-arg", f"BASE={BASE}", "--tag", IMAGE, str(ROOT))


def added_bytes() -> int:
    """Return the bytes that the image adds to its base, unpacked."""
    sizes = [int(docker("image", "inspect", "--format", "{{.Size}}", name)) for name in (IMAGE, BASE)]
    return sizes[0] - sizes[1]


def load_seconds() -> tuple[float, int]:
    """Return how long loading the saved image takes, base included, and how large it is compressed."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "image.tar")
        docker("save", "--output", str(archive), IMAGE)
        packed = len(gzip.compress(archive.read_bytes(), 6))
        docker("image", "rm", "--force", IMAGE)
        return seconds_of("load", "--input", str(archive)), packed


def start_seconds(runs: int) -> tuple[float, float]:
    """Return the medians of starting ``version`` in the image and ``true`` in its base."""
    ours, base = [], []
    for _ in range(runs):
        ours.append(seconds_of("run", "--rm", "--network", "none", IMAGE, "version"))
        base.append(seconds_of("run", "--rm", "--network", "none", BASE, "true"))
    return statistics.median(ours), statistics.median(base)


def main(words: list[str]) -> int:
    """Measure, print, and write the table when asked."""
    build = build_seconds()
    added = added_bytes()
    load, packed = load_seconds()
    ours, base = start_seconds(7)
    above = f"{ours - base:.2f} s above `docker run … true` (target: at most 0.15 s)"
    rows = [
        f"| size above the base, unpacked | {added / _MIB:.1f} MiB (target: at most 15 MB) |",
        f"| the whole image with its base, compressed | {packed / _MIB:.0f} MiB |",
        f"| cold: unpacking all of it, after the download | {load:.1f} s |",
        f"| warm: `docker run … version` | {ours:.2f} s, {above} |",
        f"| building it from the Dockerfile, base present, no cache | {build:.0f} s |",
    ]
    table = "| the image | |\n| --- | --- |\n" + "\n".join(rows) + "\n"
    sys.stdout.write(table)
    if "--write" in words:
        replace_between(PAGE, "image", f"Measured with `make bench-image` on {machine()}.\n\n{table}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
