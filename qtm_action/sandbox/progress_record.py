"""Step 3's record in the forms of both deployments, and their forms of times.

Sources: vendor page, step 2.3, for Server; the records in the vendor's MCP server for Cloud.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from qtm_action.sandbox.received import MONTHS

if TYPE_CHECKING:
    from qtm_action.sandbox.import_progress import ImportProgress

#: Of a ZIP with more result files, the record lists the first only.
MOST_CHILDREN = 200


def server_record(progress: ImportProgress) -> dict[str, Any]:
    """Return the record as Server has it: the summary an object if there is one, ISO 8601 times."""
    upload, outcome = progress.upload, progress.outcome
    suffix = PurePosixPath(upload.file_name.lower()).suffix
    record: dict[str, Any] = {
        "format": progress.parameters.format.value.upper(),
        "fileName": f"{int(upload.at * 1000)}_{progress.tracking_id}{suffix}",
        "processStatus": progress.process_status,
        "importStatus": progress.import_status or "INPROCESS",
        "startTime": timestamp(upload.at),
        "endTime": None,
        "fileSize": upload.size,
        "trackingId": progress.tracking_id,
        "files": [],
    }
    if outcome is None:
        return record
    record |= {
        "endTime": timestamp(progress.ended_at),
        "detailedMessage": outcome.message,
        "files": _children(progress),
    }
    summaries = [cycle.as_summary() for cycle in outcome.cycles]
    if summaries:
        record["summary"] = summaries[0] if len(summaries) == 1 else summaries
    return record


def cloud_record(progress: ImportProgress) -> dict[str, Any]:
    """Return the record as Cloud has it: the summary a list, times without a zone."""
    outcome = progress.outcome
    return {
        "trackingId": progress.tracking_id,
        "fileName": progress.upload.file_name,
        "format": progress.parameters.format.value.upper(),
        "processStatus": progress.process_status,
        "importStatus": progress.import_status or "In Progress",
        "startTime": _cloud_time(progress.upload.at),
        "endTime": _cloud_time(progress.ended_at) if outcome else None,
        "fileSize": progress.upload.size,
        "detailedMessage": outcome.message if outcome else None,
        "extraAttributes": {"attachFile": progress.parameters.attach_file},
        "childFileSummaryResponses": _children(progress),
        "summary": [cycle.as_summary() for cycle in outcome.cycles] if outcome else [],
    }


def _children(progress: ImportProgress) -> list[dict[str, Any]]:
    files = progress.outcome.result_files[:MOST_CHILDREN] if progress.outcome else ()
    return [{"fileName": name, "fileSize": size} for name, size in files]


def timestamp(at: float) -> str:
    """Write a time as Server's record does: ``2025-05-27T08:25:47.000+0000``."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def error_timestamp(at: float) -> str:
    """Write a time as error bodies do: ``28/May/2025 04:58``, with an English month."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%d}/{MONTHS[moment.month - 1]}/{moment:%Y %H:%M}"


def _cloud_time(at: float) -> str:
    return f"{error_timestamp(at)}:{datetime.fromtimestamp(at, UTC):%S}"
