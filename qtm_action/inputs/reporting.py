"""Inputs that say how the outcome is reported: read leniently, so that errors of the others can be."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from qtm_action.ci.publishing import Destinations, why_not_a_file
from qtm_action.spec.import_spec import DEFAULT_SPEC, InputValue
from qtm_action.words import TRUTH_OF_INPUTS

DESTINATIONS = ("report-file", "dotenv-file", "summary-file")


def soft_fail(inputs: Mapping[str, InputValue]) -> bool:
    """Return whether failures are to be logged as warnings; False also when the input can't be read."""
    return "soft-fail" in inputs and TRUTH_OF_INPUTS.get(inputs["soft-fail"].text.lower(), False)


def debug(inputs: Mapping[str, InputValue], environ: Mapping[str, str]) -> bool:
    """Return whether the log is to show debug lines."""
    if "log-level" in inputs:
        return inputs["log-level"].text.lower() == "debug"
    return environ.get("RUNNER_DEBUG") == "1"


def working_directory(inputs: Mapping[str, InputValue], here: Path) -> Path:
    """Return the folder that patterns and relative paths start from."""
    return here / inputs["working-directory"].text if "working-directory" in inputs else here


def destinations(inputs: Mapping[str, InputValue], here: Path, *, defaults: Destinations) -> Destinations:
    """Return where the outcome is written; never fails, so that a failure of the rest can be published.

    What :func:`why_not_written` refuses is not among it: such an input is refused with the others.
    """
    base = working_directory(inputs, here)

    def paths(name: str, default: Path | None = None) -> list[Path]:
        if name in inputs:
            return [path for path in _named(name, inputs, base) if not _refused(path, inputs, base)]
        return [base / default] if default and not _is_spec(base / default, inputs, base) else []

    reports = paths("report-file", defaults.report_file)
    dotenvs = paths("dotenv-file", defaults.dotenv_file)
    return Destinations(next(iter(reports), None), next(iter(dotenvs), None), tuple(paths("summary-file")))


def why_not_written(name: str, inputs: Mapping[str, InputValue], here: Path) -> str:
    """Return why the outcome can't be written where an input names; empty when nothing is against it."""
    base = working_directory(inputs, here)
    reasons = (_refused(path, inputs, base) for path in _named(name, inputs, base))
    return next(filter(None, reasons), "")


def _named(name: str, inputs: Mapping[str, InputValue], base: Path) -> list[Path]:
    """Return the paths that an input names: one per line for ``summary-file``, at most one for the others."""
    text = inputs[name].text if name in inputs else ""
    lines = map(str.strip, text.splitlines()) if name == "summary-file" else [text]
    return [base / line for line in lines if line]


def _refused(path: Path, inputs: Mapping[str, InputValue], base: Path) -> str:
    if _is_spec(path, inputs, base):
        return "this path is the spec and would be overwritten"
    reason = why_not_a_file(path)
    return f"{path} can't be written: {reason}" if reason else ""


def _is_spec(path: Path, inputs: Mapping[str, InputValue], base: Path) -> bool:
    try:
        return os.path.samefile(path, base / (inputs["spec"].text if "spec" in inputs else DEFAULT_SPEC))  # noqa: PTH121
    except (OSError, ValueError):  # one of them does not exist, or is not a path
        return False
