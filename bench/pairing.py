"""Commands timed in turn, A B A B …, so that a ratio holds when the machine's speed drifts."""

from __future__ import annotations

import compileall
import json
import os
import platform
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Cost:
    """One run of a command: seconds of the clock, seconds of processor, peak memory in MiB."""

    wall: float
    cpu: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Command:
    """A command to time: its words, and what it is to find around it.

    ``makes`` is a file it makes: what an earlier run left of it is removed before the clock starts.
    """

    words: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    codes: tuple[int, ...] = (0,)
    makes: Path | None = None

    def cost(self) -> Cost:
        """Run it once. Raises RuntimeError when it ends with another exit code than expected.

        A small process starts and times it: what a child is said to have used at its peak includes what
        its parent held when it was started, and a benchmark with a server in it holds much.
        """
        if self.makes is not None:
            self.makes.unlink(missing_ok=True)
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _LAUNCHER, *self.words],
            env={**os.environ, **self.environ},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=True,
        )
        code, wall, cpu, peak = json.loads(done.stdout)
        if code not in self.codes:
            raise RuntimeError(f"{' '.join(self.words)[:200]} ended with {code}")
        return Cost(wall, cpu, peak / 1024)


# Starts the words it is given with their output thrown away; prints code, seconds, seconds of processor, KiB.
_LAUNCHER = """
import json, os, sys, time
nowhere = os.open(os.devnull, os.O_RDWR)
actions = [(os.POSIX_SPAWN_DUP2, nowhere, number) for number in range(3)]
started = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=actions)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - started
cpu = usage.ru_utime + usage.ru_stime
print(json.dumps([os.waitstatus_to_exitcode(status), wall, cpu, usage.ru_maxrss]))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page: a ratio of ours to another's (median, minimum, maximum) and its target.

    ``at_least`` tells which way the target goes; ``note`` holds absolute figures for the reader.
    """

    name: str
    against: str
    median: float
    low: float
    high: float
    target: float
    at_least: bool = False
    peak_mib: float = 0.0
    note: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the median reaches the target."""
        return self.median >= self.target if self.at_least else self.median <= self.target

    def as_text(self, *, judged: bool) -> str:
        """Return the row for a terminal; with ``judged`` it says whether the target is met."""
        sign = "≥" if self.at_least else "≤"
        met = (": met" if self.is_met else ": MISSED") if judged else ""
        peak = f", peak {self.peak_mib:.0f} MiB" if self.peak_mib else ""
        return (
            f"{self.name}: {self.median:.2f} times {self.against} ({self.low:.2f} to {self.high:.2f}), "
            f"target {sign} {self.target:g}{met}{peak}{'; ' + self.note if self.note else ''}"
        )

    def as_json(self) -> str:
        """Return the row as one line of JSON."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})


def tell(rows: Iterable[Row], words: Sequence[str]) -> None:
    """Print the rows as they come: as JSON with ``--json`` among the words, unjudged with ``--quick``."""
    for row in rows:
        print(
            row.as_json() if "--json" in words else row.as_text(judged="--quick" not in words),
            flush=True,
        )


def ship_bytecode() -> None:
    """Compile the program, as the image and an installed package have it; some shells forbid Python to."""
    compileall.compile_dir(ROOT / "qtm_action", quiet=1)


def pair(ours: Command, theirs: Command, *, runs: int, warm_up: int = 1) -> list[tuple[Cost, Cost]]:
    """Run both in turn and return the costs pair by pair; the first ``warm_up`` pairs are not counted.

    What was written before goes to the disk first: the system would do it while the clock runs.
    """
    os.sync()
    costs = [(ours.cost(), theirs.cost()) for _ in range(warm_up + runs)]
    return costs[warm_up:]


def ratio(pairs: Sequence[tuple[Cost, Cost]], figure: str) -> tuple[float, float, float]:
    """Return median, minimum and maximum of ours over theirs for ``wall``, ``cpu`` or ``peak_mib``."""
    ratios = [getattr(ours, figure) / max(getattr(theirs, figure), 1e-6) for ours, theirs in pairs]
    return statistics.median(ratios), min(ratios), max(ratios)


def machine() -> str:
    """Return what machine this is, in a line."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} cores ({model}), Linux, CPython {platform.python_version()}"
