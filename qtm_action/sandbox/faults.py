"""Fault injection: which request fails, how, and how many times.

A pipeline's red paths can only be tried against a server that misbehaves. Each fault is written
``STEP:KIND[:TIMES]``, such as ``upload:503:2``; deciding is pure, ``responses`` and ``app`` act on it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain, repeat


class Step(Enum):
    """The three requests of the import protocol, and Cloud's list of earlier imports."""

    START = "start"
    UPLOAD = "upload"
    TRACK = "track"
    HISTORY = "history"


class FaultKind(Enum):
    """What goes wrong; :data:`FAULT_HELP` explains each."""

    STATUS = "status"
    HTML = "html"
    LOGIN_REDIRECT = "login-redirect"
    RESET = "reset"
    STALL = "stall"
    SLOW = "slow"
    INVALID_JSON = "invalid-json"
    SWALLOW = "swallow"
    SWALLOW_504 = "swallow-504"
    NEVER_FINISHES = "never-finishes"
    UNKNOWN_STATUS = "unknown-status"


FAULT_HELP = (
    "an HTTP status code from 400 to 599, or: html (200 with a page), login-redirect (302 to /login.jsp), "
    "reset (the connection), stall (no response), slow (a byte every half second), invalid-json, "
    "swallow (processed, but the response is lost), swallow-504 (processed, but a proxy responds with 504); "
    "for track also never-finishes and unknown-status"
)

_STEPS = {step.value: step for step in Step}
_KINDS = {kind.value: kind for kind in FaultKind if kind is not FaultKind.STATUS}
_ONLY_TRACK = frozenset({FaultKind.NEVER_FINISHES, FaultKind.UNKNOWN_STATUS})
_LOWEST_STATUS, _HIGHEST_STATUS = 400, 599


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """One fault: ``status`` for the kind STATUS; ``times`` None means every time."""

    step: Step
    kind: FaultKind
    status: int | None = None
    times: int | None = None

    def repeated(self) -> Iterator[PlannedFault]:
        """Return the fault as often as it is to happen."""
        return repeat(self) if self.times is None else repeat(self, self.times)


def parse_fault(text: str) -> PlannedFault:
    """Read ``STEP:KIND[:TIMES]``; raises ValueError with a sentence for the user."""
    match text.strip().lower().split(":"):
        case [step_name, kind_name]:
            times = None
        case [step_name, kind_name, times_text] if times_text.isdecimal() and int(times_text) > 0:
            times = int(times_text)
        case _:
            raise ValueError(f"{text!r} is not a fault; expected STEP:KIND[:TIMES] such as upload:503:2")
    step = _STEPS.get(step_name)
    if step is None:
        raise ValueError(f"{step_name!r} is not a step; expected start, upload, track or history")
    if kind_name.isdecimal():
        status = int(kind_name)
        if not _LOWEST_STATUS <= status <= _HIGHEST_STATUS:
            raise ValueError(f"{status} is not an HTTP status code from 400 to 599")
        return PlannedFault(step, FaultKind.STATUS, status, times)
    kind = _KINDS.get(kind_name)
    if kind is None:
        raise ValueError(f"{kind_name!r} is not a kind of fault; expected {FAULT_HELP}")
    if kind in _ONLY_TRACK and step is not Step.TRACK:
        raise ValueError(f"{kind.value} can be used only with track")
    if kind is FaultKind.SLOW and step is Step.UPLOAD:
        raise ValueError("slow cannot be used with upload, whose response is empty")
    return PlannedFault(step, kind, times=times)


class FaultPlan:
    """The faults still to come, in the order given; safe to ask from several threads."""

    def __init__(self, faults: Sequence[PlannedFault]) -> None:
        self._lock = threading.Lock()
        # For each step its faults, one after the other, each as often as it is to happen.
        self._coming = {
            step: chain.from_iterable([fault.repeated() for fault in faults if fault.step is step])
            for step in Step
        }

    def next_for(self, step: Step) -> PlannedFault | None:
        """Return the fault for this request of ``step``, used up once; None when it is to go well."""
        with self._lock:
            return next(self._coming[step], None)
