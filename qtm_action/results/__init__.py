"""Result files: patterns, readers of the six formats, and the archive.

The story: :func:`collect` finds and checks the files of one import, :func:`pack` makes the file that is
uploaded, :func:`listing` tells what would be in it. Cheap to import: the rest is loaded when called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtm_action.results.model import Request

if TYPE_CHECKING:
    from pathlib import Path

    from qtm_action.log import Log
    from qtm_action.results.model import Payload, ResultSet

__all__ = ["Request", "collect", "listing", "pack"]


def collect(request: Request, *, log: Log) -> ResultSet:
    """Find and check the result files of one import.

    Never raises for what a user did: that is in the result's ``problems``, errors and warnings. When no
    file matches, ``nothing_matched`` says so besides.
    """
    from qtm_action.results import collecting  # noqa: PLC0415 - start-up

    return collecting.collect(request, log=log)


def pack(result_set: ResultSet, folder: Path | None, *, log: Log) -> Payload:
    """Return the file to upload: the one file as it is, or an archive made in ``folder``.

    ``result_set`` has no errors; ``folder`` may be None for one that is uploaded as it is. Raises
    ResultFilesError, naming the file, when one changed or vanished since it was checked, and when the
    archive does not fit into ``folder``.
    """
    from qtm_action.results.archive import packing  # noqa: PLC0415 - start-up

    return packing.pack(result_set, folder, log=log)


def listing(result_set: ResultSet) -> str:
    """Return what would be uploaded, a line a file, for a dry run."""
    from qtm_action.results.archive import packing  # noqa: PLC0415 - start-up

    return packing.listing(result_set)
