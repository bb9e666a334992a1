"""Finding files: patterns in a tree of 200,000 files against `find`, whole processes in turn.

python -m bench.finding [--quick] [--json]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from bench.pairing import ROOT, Command, Row, pair, ratio

FOLDERS, FILES = 4400, 200_000
MODULES = FILES * 3 // 4  # how many of the files are under node_modules
PATTERN = "**/surefire-reports/TEST-*.xml"
MORE = (
    "**/failsafe-reports/*.xml",
    "!**/legacy/**",
    "build/{unit,it}/**/*.xml",
    "**/*.trx",
    "out",
    "*/*/junit.xml",
)
OURS = """
import sys
from qtm_action.results.matching import Search
from qtm_action.results.patterns import parse_pattern
from qtm_action.results.walk import walk
root = sys.argv[1]
patterns = tuple(parse_pattern(text, root) for text in sys.argv[3:])
found = walk(root, Search(patterns, (".xml",), beyond=sys.argv[2] == "beyond"))
print("\\n".join(match.name for match in found.matches))
"""
GLOB = """
import glob, sys
print("\\n".join(glob.glob(sys.argv[2], root_dir=sys.argv[1], recursive=True)))
"""


def measure(*, quick: bool) -> list[Row]:
    """Return the rows of finding."""
    runs = 5 if quick else 15
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_tree(root)
        find = Command(["find", folder, "-type", "f", "-path", "*/surefire-reports/*", "-name", "TEST-*.xml"])
        pruned, whole = _ours(folder, "pruned", PATTERN), _ours(folder, "beyond", PATTERN)
        glob = Command([sys.executable, "-c", GLOB, folder, PATTERN])
        return [
            _row(
                "finding files with the default pruning",
                "`find` without",
                pruned,
                find,
                runs=runs,
                target=0.6,
            ),
            _row("finding files without pruning", "`find`", whole, find, runs=runs, target=1.4),
            _row(
                "finding files with the default pruning", "`glob.glob`", pruned, glob, runs=runs, target=1.0
            ),
            _row(
                "finding files by 7 patterns",
                "by one",
                _ours(folder, "pruned", PATTERN, *MORE),
                pruned,
                runs=runs,
                target=1.4,
            ),
        ]


def make_tree(root: Path) -> None:
    """Make the tree: a project of many modules, and three times as many files under node_modules."""
    app = FOLDERS * (FILES - MODULES) // FILES
    _fill(root / "app", app, FILES - MODULES, ("", "src", "src/main", "target/surefire-reports"))
    _fill(root / "node_modules", FOLDERS - app, MODULES, ("", "lib", "lib/esm", "dist"))


def _fill(top: Path, folders: int, files: int, inside: tuple[str, ...]) -> None:
    for number in range(folders):
        module, place = divmod(number, len(inside))
        folder = top / f"group{module % 25}" / f"module{module // 25}" / inside[place]
        folder.mkdir(parents=True, exist_ok=True)
        for index in range(files * number // folders, files * (number + 1) // folders):
            is_report = place == len(inside) - 1 and index % 5 == 0
            Path(folder, f"TEST-com.example.Case{index}.xml" if is_report else f"Source{index}.java").touch()


def _ours(folder: str, how: str, *patterns: str) -> Command:
    return Command([sys.executable, "-c", OURS, folder, how, *patterns], folder=ROOT)


def _row(name: str, against: str, ours: Command, theirs: Command, *, runs: int, target: float) -> Row:
    pairs = pair(ours, theirs, runs=runs)
    seconds = statistics.median(cost.wall for cost, _ in pairs)
    peak = max(cost.peak_mib for cost, _ in pairs)
    note = f"{seconds * 1000:.0f} ms for {FILES:,} files"
    return Row(name, against, *ratio(pairs, "wall"), target=target, peak_mib=peak, note=note)


def main(words: list[str]) -> int:
    """Print the rows; return 0."""
    for row in measure(quick="--quick" in words):
        sys.stdout.write((row.as_json() if "--json" in words else str(row)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
