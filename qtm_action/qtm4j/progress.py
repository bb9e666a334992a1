"""Reading the progress record of step 3, tolerant of everything but a guess at the status.

Source: vendor page, step 2.3; statuses also seen in the field: ``In Progress``, ``IN_QUEUE``, lower
case, null, ``PARTIALLY_SUCCESS``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.decoding import beginning
from qtm_action.qtm4j.values import CycleSummary, ImportStatus, Progress

_STATUSES = {
    "SUCCESS": ImportStatus.SUCCESS,
    "FAILED": ImportStatus.FAILED,
    "INPROCESS": ImportStatus.INPROCESS,
    "INPROGRESS": ImportStatus.INPROCESS,
    "INQUEUE": ImportStatus.INPROCESS,
    "QUEUED": ImportStatus.INPROCESS,
    "PARTIALLYSUCCESS": ImportStatus.OTHER,
    "PARTIALSUCCESS": ImportStatus.OTHER,
}
_ENDED = frozenset({"SUCCESS", "FAILED"})
_MOST = 10**18
_KEYS = ("importStatus", "processStatus", "trackingId")


def progress_record(answer: Answer) -> dict[str, Any] | None:
    """Return the progress record that an answer is; None where it is none."""
    record = answer.json() if answer.is_success else None
    return record if record is not None and any(key in record for key in _KEYS) else None


def read_progress(
    record: Mapping[str, Any],
    tracking_id: str,
    *,
    cycle_url: Callable[[Mapping[str, Any]], str | None] = lambda _: None,
) -> Progress:
    """Read a progress record; ``cycle_url`` returns the page of a test cycle, an entry of its summary.

    An unknown status, or none, is in process until the record says that the server has finished
    (``endTime`` set, or a ``processStatus`` of SUCCESS or FAILED); then it is ``OTHER``.
    """
    import_status = _status(record.get("importStatus"))
    process_status = _status(record.get("processStatus"))
    status = _STATUSES.get(_normalised(import_status))
    if status is None:
        has_ended = bool(record.get("endTime")) or _normalised(process_status) in _ENDED
        status = ImportStatus.OTHER if has_ended else ImportStatus.INPROCESS
    return Progress(
        tracking_id=tracking_id,
        status=status,
        import_status=import_status,
        process_status=process_status,
        message=_text(record.get("detailedMessage")),
        summary=_summary(record.get("summary"), cycle_url),
        record=record,
    )


def is_known(import_status: str) -> bool:
    """Return whether this version knows an import status; none yet (null) counts as known."""
    status = _normalised(import_status)
    return not status or status in _STATUSES


def is_final_by_name(import_status: str) -> bool:
    """Return whether an import status alone says that the server has finished."""
    return _STATUSES.get(_normalised(import_status), ImportStatus.INPROCESS) is not ImportStatus.INPROCESS


def _normalised(status: str) -> str:
    """Return a status in upper case, without what joins its words."""
    return re.sub(r"[\s_-]+", "", status).upper()


def _summary(value: Any, cycle_url: Callable[[Mapping[str, Any]], str | None]) -> tuple[CycleSummary, ...]:
    entries = value if isinstance(value, list) else [value]
    return tuple(_cycle(entry, cycle_url(entry)) for entry in entries if isinstance(entry, dict) and entry)


def _cycle(entry: Mapping[str, Any], url: str | None) -> CycleSummary:
    return CycleSummary(
        test_cycle_key=_text(entry.get("testCycleIssueKey")) or None,
        test_cycle_summary=_text(entry.get("testCycleSummary")) or None,
        test_cases_created=_count(entry.get("testCasesCreated")),
        test_case_versions_created=_count(entry.get("testCaseVersionsCreated")),
        test_case_versions_reused=_count(entry.get("testCaseVersionsReused")),
        test_steps_created=_count(entry.get("testStepsCreated")),
        url=url,
    )


def _status(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if is_known(text) else beginning(text)


def _text(value: Any) -> str:
    return beginning("" if value is None else str(value))


def _count(value: Any) -> int | None:
    """Return a count that can be one; no import makes so many that they have more digits."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,18}", value, re.ASCII):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < _MOST:
        return None
    return int(value) if value == int(value) else None
