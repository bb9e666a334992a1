"""Checking result files: reading 200 MB against the bare parser, whole processes in turn.

python -m bench.reading [--quick] [--json]

Both sides compute on one core and nothing else, so processor time is compared: it does not move when
the machine does something else as well.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.pairing import ROOT, Command, Row, pair, ratio, tell
from bench.result_files import Maker

if TYPE_CHECKING:
    from collections.abc import Iterator

MB = 1000 * 1000
MOST_MEMORY = 40.0  # MiB
MAKE = "make"
OURS = """
import sys
from pathlib import Path
from qtm_action.results.readers import read
reading = read(Path(sys.argv[1]), shown_as="file")
sys.exit(reading.counts.total == 0 or any(problem.severity.value == "error" for problem in reading.problems))
"""
EXPAT = """
import sys
from xml.parsers.expat import ParserCreate
elements = 0
def start(name, attributes):
    global elements
    elements += 1
parser = ParserCreate()
parser.StartElementHandler = start
with open(sys.argv[1], "rb") as file:
    while chunk := file.read(1 << 18):
        parser.Parse(chunk, False)
parser.Parse(b"", True)
"""
ELEMENT_TREE = "import sys; from xml.etree.ElementTree import parse; parse(sys.argv[1])"
LOADS = "import json, sys; json.loads(open(sys.argv[1], 'rb').read())"


@dataclass(frozen=True, slots=True)
class Case:
    """A file to read, the program to read it with besides ours, and how much faster we are to be."""

    name: str
    file: str
    against: str
    theirs: str
    target: float


CASES = (
    Case("reading JUnit XML", "junit.xml", "bare expat", EXPAT, 0.75),
    Case("reading JUnit XML", "junit.xml", "`ElementTree.parse`", ELEMENT_TREE, 3),
    Case("reading Cucumber JSON, compact", "compact.json", "`json.loads`", LOADS, 3),
    Case("reading Cucumber JSON, indented", "indented.json", "`json.loads`", LOADS, 3),
    Case("reading Cucumber JSON of a single feature", "single.json", "`json.loads`", LOADS, 2),
)


def measure(*, quick: bool) -> Iterator[Row]:
    """Yield a row for each case; with ``quick`` 50 MB are read in place of 200, once and not five times."""
    size, runs = (50 * MB, 1) if quick else (200 * MB, 5)
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own: the peak memory of a child is never told below its parent's.
        Command([sys.executable, "-m", "bench.reading", MAKE, folder, str(size)], folder=ROOT).cost()
        for case in CASES:
            file = Path(folder, case.file)
            ours = Command([sys.executable, "-c", OURS, str(file)], folder=ROOT)
            theirs = Command([sys.executable, "-c", case.theirs, str(file)], folder=ROOT)
            pairs = pair(theirs, ours, runs=runs)  # the other way round, for the ratio of speeds
            peak = max(cost.peak_mib for _, cost in pairs)
            their_peak = max(cost.peak_mib for cost, _ in pairs)
            speed = file.stat().st_size / MB / statistics.median(cost.cpu for _, cost in pairs)
            note = f"{speed:.0f} MB/s; memory at most {MOST_MEMORY:.0f} MiB: "
            note += f"{'met' if peak <= MOST_MEMORY else 'missed'}, {case.against} {their_peak:.0f} MiB"
            row = Row(case.name, case.against, *ratio(pairs, "cpu"), case.target)
            yield replace(row, at_least=True, peak_mib=peak, note=note)


def make(folder: Path, size: int) -> None:
    """Write the files that are read, each of about ``size`` bytes: a part of 4 MB, again and again."""
    Maker(folder).junit(1, 4 * MB)
    Maker(folder).cucumber(1, 4 * MB)
    (junit,) = folder.rglob("TEST-*.xml")
    (cucumber,) = folder.rglob("cucumber-*.json")

    suite = junit.read_text(encoding="utf-8").partition("\n")[2]
    repeat(folder / "junit.xml", size, f"<testsuites>\n{suite}", suite, "</testsuites>\n")

    features = json.loads(cucumber.read_bytes())
    scenarios = [scenario for feature in features for scenario in feature["elements"]]
    compact = json.dumps(features)[1:-1]
    indented = json.dumps(features, indent=2)[1:-1]
    repeat(folder / "compact.json", size, f"[{compact}", f", {compact}", "]")
    repeat(folder / "indented.json", size, f"[{indented}", f",{indented}", "]\n")
    start = '[{"keyword": "Feature", "name": "all in one", "elements": ['
    single = json.dumps(scenarios)[1:-1]
    repeat(folder / "single.json", size, f"{start}{single}", f", {single}", "]}]")


def repeat(file: Path, size: int, start: str, unit: str, end: str) -> None:
    """Write ``start``, ``unit`` as often as fits into ``size`` bytes, and ``end``."""
    with file.open("w", encoding="utf-8") as stream:
        stream.write(start)
        for _ in range(size // len(unit) - 1):
            stream.write(unit)
        stream.write(end)


def main(words: list[str]) -> int:
    """Print the rows; return 0."""
    if words[:1] == [MAKE]:
        make(Path(words[1]), int(words[2]))
        return 0
    tell(measure(quick="--quick" in words), words)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
