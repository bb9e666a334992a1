"""Step 3's record, from what is known of an import and the time (vendor page, step 2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from qtm_action.sandbox.model import Outcome, Phase

if TYPE_CHECKING:
    from qtm_action.formats import Format

SUCCESS_MESSAGE = "File is imported successfully."


def progress_record(
    tracking_id: str,
    result_format: Format,
    file_name: str,
    size: int,
    uploaded_at: float,
    outcome: Outcome | None,
    duration: float,
    now: float,
) -> dict[str, Any]:
    """The record at the time ``now``; ``outcome`` is None while the upload is still being read.

    Times are in seconds since the epoch, ``duration`` in seconds, ``size`` in bytes.
    """
    phase, ended_at = _phase(outcome, uploaded_at, duration, now)
    record: dict[str, Any] = {
        "format": result_format.value.upper(),
        "fileName": f"{int(uploaded_at * 1000)}_{tracking_id}{PurePosixPath(file_name.lower()).suffix}",
        "processStatus": phase.value if phase else "",
        "importStatus": "INPROCESS",
        "startTime": timestamp(uploaded_at),
        "endTime": None,
        "fileSize": size,
        "trackingId": tracking_id,
        "files": [],
    }
    if phase is not None or outcome is None:
        return record
    record |= {
        "processStatus": "FAILED" if outcome.failed_in else "SUCCESS",
        "importStatus": "FAILED" if outcome.failed_in else outcome.import_status,
        "endTime": timestamp(ended_at),
        "detailedMessage": outcome.message,
        "files": [{"fileName": name, "fileSize": length} for name, length in outcome.result_files],
    }
    summaries = [cycle.as_summary() for cycle in outcome.cycles]
    if summaries:
        record["summary"] = summaries[0] if len(summaries) == 1 else summaries
    return record


def _phase(
    outcome: Outcome | None, uploaded_at: float, duration: float, now: float
) -> tuple[Phase | None, float]:
    """The phase at ``now``, or None with the time of the end; one that fails ends with its phase."""
    phases = list(Phase)
    last = phases.index(outcome.failed_in) if outcome and outcome.failed_in else len(phases) - 1
    ends_at = uploaded_at + duration * (last + 1) / len(phases)
    if outcome and now >= ends_at:
        return None, ends_at
    share = (now - uploaded_at) / duration if duration else 1.0
    limit = last if outcome else 1  # nothing is created before the upload was read
    return phases[min(limit, max(0, int(share * len(phases))))], ends_at


def timestamp(at: float) -> str:
    """A time as the record writes it: ``2025-05-27T08:25:47.000+0000``."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def error_timestamp(at: float) -> str:
    """A time as error bodies write it: ``28/May/2025 04:58``, with an English month."""
    moment = datetime.fromtimestamp(at, UTC)
    month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[moment.month - 1]
    return f"{moment:%d}/{month}/{moment:%Y %H:%M}"
