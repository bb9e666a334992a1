"""Every import that the sandbox received, and what Jira would contain after it: as a page, and as JSON.

Everything shown comes from requests and uploads: on the page it is escaped, and control characters are
made visible. The page needs nothing from elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from qtm_action.sandbox.progress_record import timestamp
from qtm_action.sandbox.received import ImportedCase, ImportedCycle, ReceivedImport, ReceivedUpload, Result
from qtm_action.words import counted, format_size

_MOST_IMPORTS = 100
_MOST_CASES = 200
_MOST_STEPS = 100
_LONGEST_TEXT = 2000
_KIB = 1024
_MARKS = {Result.PASS: "pass", Result.FAIL: "fail", Result.NOT_EXECUTED: "idle"}
_STATUS_MARKS = {"SUCCESS": "pass", "INPROCESS": "busy", "In Progress": "busy", "WAITING": "idle"}


def imports_state(received: Sequence[ReceivedImport]) -> str:
    """Return a word that changes whenever the page would show something else."""
    states = [
        (one.tracking_id, one.import_status, one.record and one.record["processStatus"]) for one in received
    ]
    return hashlib.sha256(json.dumps(states).encode()).hexdigest()[:16]


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
        "upload": _upload_as_json(one.upload) if one.upload else None,
        "members": list(one.members),
        "attachments": one.attachments,
        "notes": list(one.parameters.notes),
        "record": one.record,
        "cycles": [asdict(cycle, dict_factory=_api_form) for cycle in one.cycles],
    }


def _upload_as_json(upload: ReceivedUpload) -> dict[str, Any]:
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


def _api_form(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the fields of a value as JSON has them, with names in the API's camel case."""
    return {
        re.sub("_(.)", lambda match: match[1].upper(), name): getattr(value, "value", value)
        for name, value in pairs
        if name != "id"  # Jira's internal one
    }


def imports_page(received: Sequence[ReceivedImport], now: float, deployment: str) -> str:
    """Return the whole page as HTML, newest import first; ``now`` is in seconds since the epoch."""
    template = files("qtm_action.sandbox").joinpath("page.html").read_text("utf-8")
    newest = list(received)[::-1]
    content = "".join(_import(one, deployment) for one in newest[:_MOST_IMPORTS]) or (
        '<p class="empty">No import yet. Point a pipeline at this address and start one.</p>'
    )
    if len(newest) > _MOST_IMPORTS:
        content += f'<p class="empty">{len(newest) - _MOST_IMPORTS} earlier imports are not shown.</p>'
    return Template(template).substitute(
        deployment=deployment,
        counts=counted(len(newest), "import"),
        now=timestamp(now),
        state=imports_state(received),
        content=content,
    )


def _import(one: ReceivedImport, deployment: str) -> str:
    record = one.record or {}
    status = one.import_status
    title = one.upload.file_name if one.upload else "nothing uploaded yet"
    message = record.get("detailedMessage")
    return (
        f'<section class="import"><header><span class="status {_STATUS_MARKS.get(status, "fail")}">'
        f"{_text(status)}</span><h2>{_text(one.body.get('format'))} · {_text(title)}</h2></header>"
        + (f'<p class="message">{_text(message)}</p>' if message else "")
        + "".join(f'<p class="note">{_text(note)}</p>' for note in one.parameters.notes)
        + f"<dl>{''.join(_facts(one, deployment))}</dl>"
        + "".join(_cycle(cycle) for cycle in one.cycles)
        + _details(f"body-{one.tracking_id}", "Request body of step 1", _pretty(one.body))
        + (
            _details(f"record-{one.tracking_id}", "Record of step 3", _pretty(one.record))
            if one.record
            else ""
        )
        + "</section>"
    )


def _facts(one: ReceivedImport, deployment: str) -> Iterator[str]:
    facts: dict[str, object] = {
        "deployment": deployment,
        "tracking ID": one.tracking_id,
        "started": timestamp(one.at),
        "process status": one.record and one.record["processStatus"],
        "size": one.upload and _size(one.upload.size),
        "SHA-256": one.upload and one.upload.sha256,
        "files in the ZIP": len(one.members),
        "attachments": one.attachments,
    }
    shown = ("environment", "build", "automationHierarchy", "testCycleToReuse")
    facts |= {name: one.body.get(name) for name in shown}
    for name, value in facts.items():
        if value:
            yield f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>"


def _cycle(cycle: ImportedCycle) -> str:
    summary = cycle.as_summary()
    counts = (
        f"test cases created {summary['testCasesCreated']}, "
        f"versions created {summary['testCaseVersionsCreated']}, "
        f"reused {summary['testCaseVersionsReused']}, steps created {summary['testStepsCreated']}"
    )
    rows = "".join(_case(case) for case in cycle.cases[:_MOST_CASES])
    left = len(cycle.cases) - _MOST_CASES
    more = f'<tr><td colspan="4">{left} more test cases are not shown</td></tr>' if left > 0 else ""
    reused = " (reused)" if cycle.reused else ""
    return (
        f'<details class="cycle" id="cycle-{_text(cycle.id)}" open><summary><b>{_text(cycle.key)}</b> '
        f"{_text(cycle.summary)}{reused} <small>{counts}</small></summary>"
        '<div class="table"><table><thead><tr><th>Key</th><th>Test case</th><th>Result</th>'
        f"<th>In Jira</th></tr></thead><tbody>{rows}{more}</tbody></table></div></details>"
    )


def _case(case: ImportedCase) -> str:
    made = "created" if case.created else f"new version {case.version}" if case.new_version else "reused"
    steps = "".join(f"<li>{_mark(step.result)} {_text(step.name)}</li>" for step in case.steps[:_MOST_STEPS])
    left = len(case.steps) - _MOST_STEPS
    more = f"<li>{left} more steps are not shown</li>" if left > 0 else ""
    extra = "".join(f"<small>{_text(text)}</small>" for text in (case.component, case.description) if text)
    listing = f"<ol>{steps}{more}</ol>" if steps else ""
    return (
        f"<tr><td>{_text(case.key)}</td><td>{_text(case.summary)}{extra}{listing}</td>"
        f"<td>{_mark(case.result)}</td>"
        f"<td>{made}</td></tr>"
    )


def _details(anchor: str, title: str, text: str) -> str:
    shown = _text(text, limit=None)
    return f'<details id="{_text(anchor)}"><summary>{title}</summary><pre>{shown}</pre></details>'


def _mark(result: Result) -> str:
    return f'<span class="mark {_MARKS[result]}">{result.value}</span>'


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _size(size: int) -> str:
    exact = f"{size} bytes"
    return exact if size < _KIB else f"{format_size(size)} ({exact})"


def _text(value: object, limit: int | None = _LONGEST_TEXT) -> str:
    """Any value as safe HTML text: cut, control and direction characters made visible, escaped."""
    text = str(value)
    if limit is not None and len(text) > limit:
        text = f"{text[:limit]}…"
    return escape("".join(_visible(character) for character in text))


def _visible(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}:
        return character
    return f"\\u{ord(character):04x}"
