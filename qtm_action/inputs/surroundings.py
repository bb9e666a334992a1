"""What of the inputs is needed to tell that the rest can't be used: nothing here fails."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qtm_action.inputs.sources import Given

DEFAULT_SPEC = "qtm-import.yml"
DESTINATIONS = ("report-file", "dotenv-file", "summary-file")
TRUE = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where the run hands on its outcome beside the platform's own places."""

    report_file: Path | None = None
    dotenv_file: Path | None = None
    summary_files: tuple[Path, ...] = ()


def soft_fail(given: Mapping[str, Given]) -> bool:
    """Return whether failures are to be told as warnings; False also when the input can't be read."""
    return "soft-fail" in given and given["soft-fail"].text.lower() in TRUE


def debug(given: Mapping[str, Given], environ: Mapping[str, str]) -> bool:
    """Return whether the log is to show debug lines."""
    if "log-level" in given:
        return given["log-level"].text.lower() == "debug"
    return environ.get("RUNNER_DEBUG") == "1"


def working_directory(given: Mapping[str, Given], here: Path) -> Path:
    """Return the folder that patterns and relative paths start from."""
    return here / given["working-directory"].text if "working-directory" in given else here


def destinations(given: Mapping[str, Given], environ: Mapping[str, str], here: Path) -> Destinations:
    """Return where the outcome is written; never fails, so that a failure of the rest can be told.

    The spec is never among it: such an input is refused, and that is told where the others say.
    """
    base = working_directory(given, here)

    def paths(name: str, default: str | None = None) -> list[Path]:
        named = _named_paths(given, name) if name in given else filter(None, [default])
        return [base / text for text in named if not _is_spec(base / text, given, base)]

    reports = paths("report-file", "qtm-import.json" if environ.get("JENKINS_URL") else None)
    dotenvs = paths("dotenv-file", "qtm-import.env" if environ.get("GITLAB_CI") else None)
    return Destinations(next(iter(reports), None), next(iter(dotenvs), None), tuple(paths("summary-file")))


def _named_paths(given: Mapping[str, Given], name: str) -> list[str]:
    """Return the paths that an input names: one a line for ``summary-file``, one at most for the others."""
    if name not in given:
        return []
    text = given[name].text
    lines = map(str.strip, text.splitlines()) if name == "summary-file" else [text]
    return [line for line in lines if line]


def is_over_the_spec(name: str, given: Mapping[str, Given], here: Path) -> bool:
    """Return whether what an input has written would go over the spec."""
    base = working_directory(given, here)
    return any(_is_spec(base / path, given, base) for path in _named_paths(given, name))


def _is_spec(path: Path, given: Mapping[str, Given], base: Path) -> bool:
    try:
        return os.path.samefile(path, base / (given["spec"].text if "spec" in given else DEFAULT_SPEC))  # noqa: PTH121
    except (OSError, ValueError):  # one of them is not there, or is no path
        return False
