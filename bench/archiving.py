"""Archives: packing result files against Info-ZIP's `zip` and Python's zipfile, whole processes in turn.

python -m bench.archiving [--quick] [--json]
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.pairing import ROOT, Command, Row, pair, ratio, ship_bytecode, tell
from bench.result_files import make

if TYPE_CHECKING:
    from collections.abc import Iterator

KIB, MIB = 1024, 1024 * 1024
# What a whole process does that finds result files and packs them; checking them is measured elsewhere.
OURS = """
import os, sys
if sys.argv[3] == "zlib":
    sys.modules["isal"] = None
from pathlib import Path
from qtm_action.formats import Format
from qtm_action.log import Silence
from qtm_action.results.archive.payload import pack
from qtm_action.results.find.finding import find
from qtm_action.results.result_files import Member, ResultSet, TestCounts
root, out = Path(sys.argv[1]), Path(sys.argv[2])
members, prefix = [], sys.argv[1] + "/"
for name in find(root, ["."], (), log=Silence()).files:
    state = os.stat(prefix + name)
    members.append(Member(root, name, name, state.st_size, state.st_mtime_ns))
files = ResultSet(
    format=Format.JUNIT, members=tuple(members), counts=TestCounts(), failures=(), keys=(), keyed=0,
    patterns=(), problems=(), is_zip=True, as_is=False, upload_name="results.zip",
)
pack(files, out, log=Silence()).path.replace(out / "ours.zip")
"""
MOST_MEMORY = 60.0  # MiB
MOST_SIZE = 1.25  # of Info-ZIP's


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of result files: how many, of how many bytes, how many times as fast as `zip` they pack."""

    name: str
    maker: str
    number: int
    size: int
    faster: float
    faster_without_isal: float


def kinds(*, quick: bool) -> list[Kind]:
    """Return the four kinds; with ``quick`` fewer files."""
    part = 10 if quick else 1
    return [
        Kind(f"{2000 // part:,} XML of 50 KiB", "junit", 2000 // part, 50 * KIB, 4, 1),
        Kind(f"{20 // part} JSON of 10 MiB", "cucumber", 20 // part, 10 * MIB, 4, 1),
        Kind(f"{200 // part} PNG of 500 KiB", "pictures", 200 // part, 500 * KIB, 10, 10),
        Kind(f"{50_000 // part:,} XML of 2 KiB", "junit", 50_000 // part, 2 * KIB, 1.2, 1),
    ]


def measure(*, quick: bool) -> list[Row]:
    """Return the rows of the archives."""
    if shutil.which("zip") is None:
        raise RuntimeError("Info-ZIP's zip is needed: apt-get install zip")
    ship_bytecode()
    rows: list[Row] = []
    for kind in kinds(quick=quick):
        with tempfile.TemporaryDirectory() as folder:
            files = Path(folder, "files")
            make(files, kind.maker, kind.number, kind.size)
            rows += _rows(kind, files, Path(folder), runs=1 if quick else 5)
    return rows


def _rows(kind: Kind, files: Path, out: Path, *, runs: int) -> Iterator[Row]:
    """Yield the rows of one kind: a ratio is of speeds, so theirs is timed over ours."""
    size = sum(path.stat().st_size for path in files.rglob("*") if path.is_file())
    by_zip, by_python, by_us = out / "zip.zip", out / "python.zip", out / "ours.zip"
    zip_ = Command(["zip", "-qr", str(by_zip), "."], folder=files, makes=by_zip)
    zipfile = Command([sys.executable, "-m", "zipfile", "-c", str(by_python), str(files)], makes=by_python)
    for codec, faster in (("isal", kind.faster), ("zlib", kind.faster_without_isal)):
        ours = Command([sys.executable, "-c", OURS, str(files), str(out), codec], folder=ROOT, makes=by_us)
        pairs = pair(zip_, ours, runs=runs)
        peak = max(cost.peak_mib for _, cost in pairs)
        speed = size / 1e6 / statistics.median(cost.wall for _, cost in pairs)
        without = "" if codec == "isal" else ", without isal"
        yield Row(
            f"speed of packing {kind.name}{without}",
            "Info-ZIP's",
            *ratio(pairs, "wall"),
            target=faster,
            at_least=True,
            peak_mib=peak,
            note=f"{speed:.0f} MB/s",
        )
        bigger = by_us.stat().st_size / by_zip.stat().st_size
        yield Row(f"size of {kind.name}{without}", "Info-ZIP's", bigger, bigger, bigger, target=MOST_SIZE)
        memory = peak / MOST_MEMORY
        yield Row(
            f"peak memory of packing {kind.name}{without}",
            f"{MOST_MEMORY:.0f} MiB",
            memory,
            memory,
            memory,
            1.0,
        )
        if codec == "isal":
            pairs = pair(zipfile, ours, runs=max(1, runs // 2), warm_up=0)
            yield Row(
                f"speed of packing {kind.name}",
                "Python's zipfile's",
                *ratio(pairs, "wall"),
                target=1,
                at_least=True,
            )


def main(words: list[str]) -> int:
    """Print the rows; return 0."""
    tell(measure(quick="--quick" in words), words)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
