"""What the tools share that write files from the code. They run as modules, from the repository's folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qtm_action.inputs.table import Input

ROOT = Path(__file__).resolve().parent.parent


def default_of(each: Input) -> str:
    """Return the default of an input in words, empty where it has none."""
    return "; ".join(filter(None, (f"`{each.default}`" if each.default else "", each.default_note)))


def cell(text: str) -> str:
    """Return ``text`` so that it stays in its cell of a table."""
    return text.replace("|", "\\|")


def write(files: Mapping[Path, str]) -> int:
    """Write the files that differ, or with ``--check`` only name them; return the exit code."""
    checks = "--check" in sys.argv[1:]
    code = 0
    for path, text in files.items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if checks:
            print(f"{path.relative_to(ROOT)} differs from the code: make generate")
            code = 1
        else:
            path.write_text(text, encoding="utf-8")
            print(f"{path.relative_to(ROOT)} written")
    return code
