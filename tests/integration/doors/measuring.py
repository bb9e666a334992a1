"""Coverage in forked processes: started once in the server that they are forked from, which takes a while."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

from coverage import Coverage

ROOT = Path(__file__).parents[3]
COVERAGE = Coverage(
    ROOT / ".coverage",
    data_suffix=True,  # a file for each process
    branch=True,
    config_file=False,
    include=str(ROOT / "qtm_action" / "*"),
)
COVERAGE.start()
COVERAGE.stop()


def measure() -> None:
    """Measure this process until it leaves by ``os._exit``, as the program does."""
    leave = os._exit

    def save_and_leave(status: int) -> NoReturn:
        COVERAGE.stop()
        COVERAGE.save()
        leave(status)

    os._exit = save_and_leave
    COVERAGE.start()
