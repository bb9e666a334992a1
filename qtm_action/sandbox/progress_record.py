"""How far an import has come: step 3's record in the forms of both deployments, and their forms of times.

Sources: vendor page, step 2.3, for Server; the records in the vendor's MCP server for Cloud.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from qtm_action.results.paths import extension_of
from qtm_action.sandbox.body_rules import MONTHS
from qtm_action.sandbox.received import Phase

if TYPE_CHECKING:
    from qtm_action.sandbox.options import SandboxOptions
    from qtm_action.sandbox.received import Outcome, ReceivedImport, ReceivedUpload

Record = dict[str, Any]

#: Of a ZIP with more result files, the record lists the first only.
MOST_CHILDREN = 200


class _Progress(NamedTuple):
    """How far an import has come; ``outcome`` and ``ended_at`` (since the epoch) once it has ended."""

    process_status: str
    import_status: str | None = None
    outcome: Outcome | None = None
    ended_at: float | None = None


def progress_record(
    one: ReceivedImport, upload: ReceivedUpload, now: float, options: SandboxOptions
) -> Record:
    """Return the record of an import at the time ``now``, in seconds since the epoch.

    Its phases last for the options' duration; what fails ends with its phase.
    """
    phases = list(Phase)
    outcome = one.outcome
    last = phases.index(outcome.failed_in) if outcome and outcome.failed_in else len(phases) - 1
    ends_at = upload.at + options.duration * (last + 1) / len(phases)
    if outcome and now >= ends_at:
        failed = "FAILED" if outcome.failed_in else None
        progress = _Progress(failed or "SUCCESS", failed or outcome.import_status, outcome, ends_at)
    else:
        share = (now - upload.at) / options.duration if options.duration else 1.0
        latest = last if outcome else phases.index(Phase.PARSING)  # nothing is created before all is read
        progress = _Progress(phases[min(latest, max(0, int(share * len(phases))))].value)
    return (_cloud_record if options.cloud else _server_record)(one, upload, progress)


def _server_record(one: ReceivedImport, upload: ReceivedUpload, progress: _Progress) -> Record:
    """Return the record as Server has it: the summary an object if there is one, ISO 8601 times."""
    record: Record = {
        "format": one.parameters.format.value.upper(),
        "fileName": f"{int(upload.at * 1000)}_{one.tracking_id}{extension_of(upload.file_name)}",
        "processStatus": progress.process_status,
        "importStatus": progress.import_status or "INPROCESS",
        "startTime": timestamp(upload.at),
        "endTime": None if progress.ended_at is None else timestamp(progress.ended_at),
        "fileSize": upload.size,
        "trackingId": one.tracking_id,
        "files": _children(progress.outcome),
    }
    if progress.outcome:
        record["detailedMessage"] = progress.outcome.message
        summaries = [cycle.as_summary() for cycle in progress.outcome.cycles]
        if summaries:
            record["summary"] = summaries[0] if len(summaries) == 1 else summaries
    return record


def _cloud_record(one: ReceivedImport, upload: ReceivedUpload, progress: _Progress) -> Record:
    """Return the record as Cloud has it: the summary a list, times without a zone."""
    outcome = progress.outcome
    return {
        "trackingId": one.tracking_id,
        "fileName": upload.file_name,
        "format": one.parameters.format.value.upper(),
        "processStatus": progress.process_status,
        "importStatus": progress.import_status or "In Progress",
        "startTime": _cloud_time(upload.at),
        "endTime": None if progress.ended_at is None else _cloud_time(progress.ended_at),
        "fileSize": upload.size,
        "detailedMessage": outcome.message if outcome else None,
        "extraAttributes": {"attachFile": one.parameters.attach_file},
        "childFileSummaryResponses": _children(outcome),
        "summary": [cycle.as_summary() for cycle in outcome.cycles] if outcome else [],
    }


def _children(outcome: Outcome | None) -> list[dict[str, Any]]:
    files = outcome.result_files[:MOST_CHILDREN] if outcome else ()
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
