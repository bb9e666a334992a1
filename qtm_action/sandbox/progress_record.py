"""Step 3's record, from what is known of an import and the time (vendor page, step 2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from qtm_action.sandbox.received import MONTHS, Outcome, Phase

if TYPE_CHECKING:
    from qtm_action.formats import Format
    from qtm_action.sandbox.received import ReceivedUpload

SUCCESS_MESSAGE = "File is imported successfully."

#: Of a ZIP with more result files, the record lists the first only.
MOST_CHILDREN = 200


def progress_record(
    tracking_id: str,
    result_format: Format,
    upload: ReceivedUpload,
    outcome: Outcome | None,
    *,
    duration: float,
    now: float,
) -> dict[str, Any]:
    """Return the record at the time ``now``; ``outcome`` is None while the upload is still being read.

    ``now`` is in seconds since the epoch, ``duration`` in seconds.
    """
    phase, ended_at = _phase(outcome, upload.at, duration=duration, now=now)
    record: dict[str, Any] = {
        "format": result_format.value.upper(),
        "fileName": f"{int(upload.at * 1000)}_{tracking_id}{PurePosixPath(upload.file_name.lower()).suffix}",
        "processStatus": phase.value if phase else "",
        "importStatus": "INPROCESS",
        "startTime": timestamp(upload.at),
        "endTime": None,
        "fileSize": upload.size,
        "trackingId": tracking_id,
        "files": [],
    }
    if phase is not None or outcome is None:
        return record
    children = [{"fileName": name, "fileSize": size} for name, size in outcome.result_files[:MOST_CHILDREN]]
    record |= {
        "processStatus": "FAILED" if outcome.failed_in else "SUCCESS",
        "importStatus": "FAILED" if outcome.failed_in else outcome.import_status,
        "endTime": timestamp(ended_at),
        "detailedMessage": outcome.message,
        "files": children,
    }
    summaries = [cycle.as_summary() for cycle in outcome.cycles]
    if summaries:
        record["summary"] = summaries[0] if len(summaries) == 1 else summaries
    return record


def _phase(
    outcome: Outcome | None, uploaded_at: float, *, duration: float, now: float
) -> tuple[Phase | None, float]:
    """Return the phase at ``now``, or None with the time of the end; what fails ends with its phase."""
    phases = list(Phase)
    failed_in = outcome.failed_in if outcome else None
    last = phases.index(failed_in) if failed_in else len(phases) - 1
    ends_at = uploaded_at + duration * (last + 1) / len(phases)
    if outcome and now >= ends_at:
        return None, ends_at
    share = (now - uploaded_at) / duration if duration else 1.0
    latest = last if outcome else phases.index(Phase.PARSING)  # nothing is created before all is read
    return phases[min(latest, max(0, int(share * len(phases))))], ends_at


def timestamp(at: float) -> str:
    """Write a time as the record does: ``2025-05-27T08:25:47.000+0000``."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def error_timestamp(at: float) -> str:
    """Write a time as error bodies do: ``28/May/2025 04:58``, with an English month."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%d}/{MONTHS[moment.month - 1]}/{moment:%Y %H:%M}"
