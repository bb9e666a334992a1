"""What a run said when it ended, as a person who reads the log finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qtm_action.errors import whole_sentence

if TYPE_CHECKING:
    from tests.integration.doors.conftest import Door, Outcome

RESULTS = {"format": "junit", "files": "*.xml"}


@dataclass(frozen=True, slots=True)
class Said:
    """How a run ended: exit code, the one sentence and the hint; both empty if all was well."""

    code: int
    message: str = ""
    hint: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "hint", whole_sentence(self.hint))


IMPORTED = Said(0)


def run(door: Door, **inputs: str) -> Outcome:
    """Import the workspace's JUnit files, with these inputs too."""
    return door.run(**(RESULTS | inputs))


def said(outcome: Outcome) -> Said:
    """Return how a run ended; what the report says must stand in the log too, as one annotation."""
    report = outcome.report
    assert report["exitCode"] == outcome.code, outcome.log
    errors: list[dict[str, Any]] = [each["error"] for each in report["imports"] if each["error"]]
    if not errors and report["error"]:
        errors = [report["error"]]
    if not errors:
        return Said(outcome.code)
    (error,) = errors
    message, hint = error["message"], error["hint"]
    told = f"{message}\n  {hint}".replace("%", "%25").replace("\n", "%0A")
    annotations = [line for line in outcome.log.splitlines() if line.startswith("::error ")]
    assert any(line.endswith(told) for line in annotations), outcome.log
    return Said(outcome.code, message, hint)
