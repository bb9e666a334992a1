"""Finding files: patterns in a tree of 200,000 files against `find`, whole processes in turn.

python -m bench.finding [--quick] [--json]
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.pairing import ROOT, Command, Row, pair, ratio, ship_bytecode, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = 200_000
PER_FOLDER = 45  # so there are 4,400 folders
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
from qtm_action.results.find.matching import Matcher
from qtm_action.results.find.patterns import parse_pattern
from qtm_action.results.find.walk import walk
root = sys.argv[1]
patterns = tuple(parse_pattern(text, root) for text in sys.argv[3:])
found = walk(root, Matcher(patterns, (".xml",), beyond=sys.argv[2] == "beyond"))
print("\\n".join(match.name for match in found.matches))
"""
GLOB = """
import glob, sys
print("\\n".join(glob.glob(sys.argv[2], root_dir=sys.argv[1], recursive=True)))
"""


def measure(*, quick: bool) -> Iterator[Row]:
    """Yield the rows of finding; with ``quick`` in a tenth of the tree."""
    ship_bytecode()
    files, runs = (FILES // 10, 5) if quick else (FILES, 15)
    with tempfile.TemporaryDirectory() as folder:
        make_tree(Path(folder), files)
        find = Command(["find", folder, "-type", "f", "-path", "*/surefire-reports/*", "-name", "TEST-*.xml"])
        glob = Command([sys.executable, "-c", GLOB, folder, PATTERN])
        pruned, whole = _ours(folder, "pruned", PATTERN), _ours(folder, "beyond", PATTERN)
        several = _ours(folder, "pruned", PATTERN, *MORE)
        for name, ours, against, theirs, target in (
            ("with the default pruning", pruned, "`find` without", find, 0.8),
            ("without pruning", whole, "`find`", find, 1.6),
            ("with the default pruning", pruned, "`glob.glob`", glob, 1.0),
            (f"by {len(MORE) + 1} patterns", several, "by one", pruned, 1.4),
        ):
            pairs = pair(ours, theirs, runs=runs)
            milliseconds = statistics.median(cost.wall for cost, _ in pairs) * 1000
            yield Row(
                f"finding files {name}",
                against,
                *ratio(pairs, "wall"),
                target=target,
                peak_mib=max(cost.peak_mib for cost, _ in pairs),
                note=f"{milliseconds:.0f} ms for {files:,} files",
            )


def make_tree(root: Path, files: int) -> None:
    """Make the tree: a project of many modules, and three times as many files under node_modules."""
    modules = files * 3 // 4
    _fill(root / "app", files - modules, ("", "src", "src/main", "target/surefire-reports"))
    _fill(root / "node_modules", modules, ("", "lib", "lib/esm", "dist"))


def _fill(top: Path, files: int, inside: tuple[str, ...]) -> None:
    for start in range(0, files, PER_FOLDER):
        module, place = divmod(start // PER_FOLDER, len(inside))
        folder = top / f"group{module % 25}" / f"module{module // 25}" / inside[place]
        folder.mkdir(parents=True, exist_ok=True)
        for index in range(start, min(start + PER_FOLDER, files)):
            is_report = place == len(inside) - 1 and index % 5 == 0
            os.mknod(folder / (f"TEST-com.example.Case{index}.xml" if is_report else f"Source{index}.java"))


def _ours(folder: str, how: str, *patterns: str) -> Command:
    return Command([sys.executable, "-c", OURS, folder, how, *patterns], folder=ROOT)


def main(words: list[str]) -> int:
    """Print the rows; return 0."""
    tell(measure(quick="--quick" in words), words)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
