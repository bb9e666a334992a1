"""What the sandbox received as JSON, for tests and for people with a query at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtm_action.sandbox.progress_record import timestamp

if TYPE_CHECKING:
    from qtm_action.sandbox.received import ImportedCase, ImportedCycle, ReceivedImport, ReceivedUpload


def import_as_json(one: ReceivedImport, deployment: str) -> dict[str, Any]:
    """Return one import that came to ``deployment``.

    Keys are in the API's camel case, sizes in bytes, no secret is in it.
    """
    return {
        "trackingId": one.tracking_id,
        "startedAt": timestamp(one.at),
        "importStatus": one.import_status,
        "deployment": deployment,
        "body": dict(one.body),
        "headers": dict(one.headers),
        "uploadAttempts": one.upload_attempts,
        "uploads": one.uploads,
        "tracked": one.tracked,
        "upload": _upload(one.upload) if one.upload else None,
        "members": list(one.members),
        "attachments": one.attachments,
        "notes": list(one.notes),
        "record": one.record,
        "cycles": [_cycle(cycle) for cycle in one.cycles],
    }


def _upload(upload: ReceivedUpload) -> dict[str, Any]:
    return {
        "fileName": upload.file_name,
        "contentType": upload.content_type,
        "bytes": upload.size,
        "sha256": upload.sha256,
        "uploadedAt": timestamp(upload.at),
        "headers": dict(upload.headers),
        "hadCredentials": upload.had_credentials,
        "path": str(upload.path) if upload.path else None,
    }


def _cycle(cycle: ImportedCycle) -> dict[str, Any]:
    return {
        "key": cycle.key,
        "summary": cycle.summary,
        "reused": cycle.reused,
        "cases": [_case(case) for case in cycle.cases],
    }


def _case(case: ImportedCase) -> dict[str, Any]:
    return {
        "key": case.key,
        "version": case.version,
        "summary": case.summary,
        "result": case.result.value,
        "created": case.created,
        "newVersion": case.new_version,
        "component": case.component,
        "description": case.description,
        "steps": [{"name": step.name, "result": step.result.value} for step in case.steps],
    }
