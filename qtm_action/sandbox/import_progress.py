"""How far an import has come at a given time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qtm_action.sandbox.received import Phase

if TYPE_CHECKING:
    from qtm_action.sandbox.parameters import Parameters
    from qtm_action.sandbox.received import Outcome, ReceivedUpload


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """An import that is in ``phase``, or that ended with ``outcome`` at ``ended_at`` (since the epoch)."""

    tracking_id: str
    parameters: Parameters
    upload: ReceivedUpload
    phase: Phase | None = None
    outcome: Outcome | None = None
    ended_at: float = 0.0

    @property
    def process_status(self) -> str:
        """``processStatus`` of the record, on every deployment."""
        if self.outcome is None:
            return self.phase.value if self.phase else ""
        return "FAILED" if self.outcome.failed_in else "SUCCESS"

    @property
    def import_status(self) -> str | None:
        """``importStatus`` of the record once the import has ended; None before."""
        if self.outcome is None:
            return None
        return "FAILED" if self.outcome.failed_in else self.outcome.import_status


def progress_at(
    now: float,
    tracking_id: str,
    parameters: Parameters,
    upload: ReceivedUpload,
    outcome: Outcome | None,
    *,
    duration: float,
) -> ImportProgress:
    """Return the progress at the time ``now``; ``outcome`` is None while the upload is still being read.

    ``now`` is in seconds since the epoch, ``duration`` in seconds. What fails ends with its phase.
    """
    phases = list(Phase)
    failed_in = outcome.failed_in if outcome else None
    last = phases.index(failed_in) if failed_in else len(phases) - 1
    ends_at = upload.at + duration * (last + 1) / len(phases)
    if outcome and now >= ends_at:
        return ImportProgress(tracking_id, parameters, upload, outcome=outcome, ended_at=ends_at)
    share = (now - upload.at) / duration if duration else 1.0
    latest = last if outcome else phases.index(Phase.PARSING)  # nothing is created before all is read
    phase = phases[min(latest, max(0, int(share * len(phases))))]
    return ImportProgress(tracking_id, parameters, upload, phase)
