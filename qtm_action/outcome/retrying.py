"""What to run next, in a form that can be pasted: as inputs of the step, and as options of the command."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from qtm_action.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Sequence


def only_option(names: Sequence[str]) -> str:
    """Return the options that choose imports by their names: ``--only unit --only 'two words'``.

    Secrets are taken out first, since quoting would hide one from the filter.
    """
    return " ".join(f"--only {shlex.quote(redacted(name))}" for name in names)


def only_input(names: Sequence[str]) -> list[str]:
    """Return the lines of the input ``only`` in YAML, for any name."""
    return ["only: |", *(f"  {name}" for name in names)]


def follow_input(tracking_id: str) -> str:
    """Return the input that follows an import and uploads nothing."""
    return f"tracking-id: {tracking_id}"


def follow_option(tracking_id: str) -> str:
    """Return the command that follows an import and uploads nothing."""
    return f"qtm-action import --tracking-id {tracking_id}"
