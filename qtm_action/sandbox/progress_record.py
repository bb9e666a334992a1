"""How far an import has come: step 3's record in the forms of both deployments, and their forms of times.

Sources: vendor page, step 2.3, for Server; the records in the vendor's MCP server for Cloud.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from qtm_action.results.paths import extension_of
from qtm_action.sandbox.options import SandboxOptions
from qtm_action.sandbox.parameters import MONTHS
from qtm_action.sandbox.received import Outcome, Phase, ReceivedImport, ReceivedUpload

Record = dict[str, Any]

#: Of a ZIP with more result files, the record lists the first only.
MOST_CHILDREN = 200


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
        process_status, import_status = failed or "SUCCESS", failed or outcome.import_status
    else:
        share = (now - upload.at) / options.duration if options.duration else 1.0
        latest = last if outcome else phases.index(Phase.PARSING)  # nothing is created before all is read
        process_status = phases[min(latest, max(0, int(share * len(phases))))].value
        import_status = "In Progress" if options.cloud else "INPROCESS"
        outcome = None  # which no client sees yet
    write_time = _cloud_time if options.cloud else timestamp
    record: Record = {
        "trackingId": one.tracking_id,
        "format": one.parameters.format.value.upper(),
        "processStatus": process_status,
        "importStatus": import_status,
        "startTime": write_time(upload.at),
        "endTime": write_time(ends_at) if outcome else None,
        "fileSize": upload.size,
    }
    return record | (_cloud_keys if options.cloud else _server_keys)(one, upload, outcome)


def _server_keys(one: ReceivedImport, upload: ReceivedUpload, outcome: Outcome | None) -> Record:
    """Return what Server's record has besides: the summary is an object if there is one."""
    name = f"{int(upload.at * 1000)}_{one.tracking_id}{extension_of(upload.file_name)}"
    keys: Record = {"fileName": name, "files": _children(outcome)}
    if outcome:
        keys["detailedMessage"] = outcome.message
    if summaries := _summaries(outcome):
        keys["summary"] = summaries[0] if len(summaries) == 1 else summaries
    return keys


def _cloud_keys(one: ReceivedImport, upload: ReceivedUpload, outcome: Outcome | None) -> Record:
    """Return what Cloud's record has besides: the summary is a list."""
    return {
        "fileName": upload.file_name,
        "detailedMessage": outcome.message if outcome else None,
        "extraAttributes": {"attachFile": one.parameters.attach_file},
        "childFileSummaryResponses": _children(outcome),
        "summary": _summaries(outcome),
    }


def _summaries(outcome: Outcome | None) -> list[Record]:
    return [cycle.as_summary() for cycle in outcome.cycles] if outcome else []


def _children(outcome: Outcome | None) -> list[Record]:
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
