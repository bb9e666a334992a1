"""What is known of each import so far: written by the imports, readable at any moment.

When a signal ends the run, the report is made from what stands here.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qtm_action.outcome.report import ErrorReport, ImportReport


class RunStoppedError(Exception):
    """A signal ended the run: what an import still at work would do now, nobody would be told of."""


class Board:
    """The imports of a run in the order of the spec."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._imports: list[ImportReport] = []
        self._stopped = False

    def add(self, report: ImportReport) -> int:
        """Add an import and return its place."""
        with self._lock:
            self._imports.append(report)
            return len(self._imports) - 1

    def update(self, place: int, **changes: Any) -> ImportReport:
        """Change what is known of one import; ``seconds`` is added to, everything else replaced.

        Raises :class:`RunStoppedError` after :meth:`stop`.
        """
        with self._lock:
            if self._stopped:
                raise RunStoppedError
            known = self._imports[place]
            if "seconds" in changes:
                changes["seconds"] = {**known.seconds, **changes["seconds"]}
            if "warnings" in changes:
                changes["warnings"] = (*known.warnings, *changes["warnings"])
            self._imports[place] = replace(known, **changes)
            return self._imports[place]

    def fill_errors(self, error: ErrorReport) -> None:
        """Give ``error`` to every import that is neither done nor failed."""
        with self._lock:
            self._imports = [
                each
                if each.error is not None or each.import_status in ("SUCCESS", "SKIPPED")
                else replace(each, error=error)
                for each in self._imports
            ]

    def stop(self, error: ErrorReport) -> None:
        """Fill in ``error``, and let nothing change any more.

        An import is noted here before its upload begins; so either the report knows it, or it is not made.
        """
        with self._lock:
            self._stopped = True
        self.fill_errors(error)

    @property
    def imports(self) -> tuple[ImportReport, ...]:
        """All imports as they stand now."""
        with self._lock:
            return tuple(self._imports)
