"""The import spec as values: what the other packages see of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from qtm_action.errors import Problem, Severity
from qtm_action.formats import Format, StaleFiles, ZipMode

DEFAULT_SPEC = "qtm-import.yml"
"""The file that the spec is read from where the input ``spec`` is not set."""

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]


class InputValue(NamedTuple):
    """The text of an input that overrides a spec key, and where it was given, for messages.

    ``source`` reads like ``input "environment"``, ``option --environment`` or ``variable QTM_ENVIRONMENT``.
    """

    text: str
    source: str


class Location(NamedTuple):
    """Where a value was written: the spec or an input, as the user would name it, and the place in it.

    ``line`` and ``column`` count from 1; both are None for an input of one value. ``path`` is the place
    in the document as a whole (``imports[1].fields.testCycle.labels``). ``is_input``: ``file`` names an
    input. As text: ``qtm-import.yml:12`` or ``input "environment"``.
    """

    file: str
    line: int | None = None
    column: int | None = None
    path: str = ""
    is_input: bool = False

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def problem(self, message: str, hint: str = "", severity: Severity = Severity.ERROR) -> Problem:
        """Return the problem that ``message`` describes, at this place."""
        return Problem(message, hint, severity, *self)


@dataclass(frozen=True, slots=True)
class ImportSpec:
    """One import, defaults merged and inputs applied.

    ``name`` is unique within the spec. ``parameters`` are the keys of the API's step 1 body in the
    order of the vendor's page, without ``format`` and ``isZip``, which the result files decide.
    ``max_age`` is in seconds.
    ``locations`` is where each effective value was written, by its path inside the import
    (``fields.testCycle.summary``); a value that is not in it is the default. A list has one location.
    """

    name: str
    format: Format | None
    files: tuple[str, ...]
    attachments: tuple[str, ...]
    zip: ZipMode
    max_age: float | None
    if_older: StaleFiles
    repair: bool
    parameters: Mapping[str, JsonValue]
    locations: Mapping[str, Location]
    file: str | None
    line: int | None


class Spec(NamedTuple):
    """A whole spec: where QTM4J is (if it names that), the imports in order, and warnings."""

    imports: tuple[ImportSpec, ...]
    jira_url: str | None = None
    region: str | None = None
    warnings: tuple[Problem, ...] = ()
