"""The errors that a user can get, and the exit code of each.

Every expected failure is a :class:`QtmActionError` with an exit code (README, "Exit codes"), mostly that of
its class. Any other exception is an internal error (exit 70).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from qtm_action.exit_codes import ExitCode

# A first word that is not a name such as api-key; characters of values to copy, such as a URL.
_FIRST_WORD = re.compile(r"[a-z']+(?=[,;:]? )")
_OF_VALUES = frozenset("/:${}=*")


def whole_sentence(hint: str) -> str:
    """Return a hint as a sentence: with a capital at its beginning and a full stop at its end."""
    if not hint:
        return hint
    if _FIRST_WORD.match(hint):
        hint = hint[0].upper() + hint[1:]
    is_value = not _OF_VALUES.isdisjoint(hint.rpartition(" ")[2])
    return hint if is_value or hint.endswith((".", "?", "!", "…", '"', "]")) else f"{hint}."


class Severity(Enum):
    """Whether a problem stops the run or is only reported."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, described so that a person can fix it.

    ``message`` is one sentence; ``hint`` is what to do next, in whole sentences. ``file`` is named as the
    user would name it, ``line`` and ``column`` count from 1, ``path`` is the place inside a document, such
    as ``imports[1].fields.testCycle.labels``. With ``in_input``, ``file`` names an input and is no file.
    """

    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    file: str | None = None
    line: int | None = None
    column: int | None = None
    path: str = ""
    in_input: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "hint", whole_sentence(self.hint))

    @property
    def location(self) -> str:
        """``file:line:column`` as far as it is known; empty when no file is."""
        known = [self.file, self.line, self.column, None]
        return ":".join(str(part) for part in known[: known.index(None)])

    def __str__(self) -> str:
        """``file:line:column: path: message``, without the hint."""
        return ": ".join(part for part in (self.location, self.path, self.message) if part)


@dataclass(unsafe_hash=True)
class QtmActionError(Exception):
    """An expected failure: ``message`` says what happened, ``hint`` what to do, ``problems`` where.

    Errors with the same text are equal: a run of many imports reports each once. With
    ``doubts_tracking_id``, following the tracking id again would be no help.
    """

    message: str
    hint: str = field(default="", kw_only=True)
    problems: Sequence[Problem] = field(default=(), kw_only=True)

    exit_code = ExitCode.DEFECT
    kind = "defect"
    doubts_tracking_id = False

    def __post_init__(self) -> None:
        self.hint = whole_sentence(self.hint)
        self.problems = tuple(self.problems)

    def __str__(self) -> str:
        return self.message

    @property
    def details(self) -> list[Problem]:
        """The problems but for the one that ``message`` is."""
        return [problem for problem in self.problems if str(problem) != self.message]


class ImportFailedError(QtmActionError):
    """The server finished an import with a final status that is not SUCCESS."""

    exit_code = ExitCode.IMPORT_FAILED
    kind = "import-failed"


class InvalidInputError(QtmActionError):
    """An input, or a combination of inputs, can't be used."""

    exit_code = ExitCode.INVALID_INPUT
    kind = "invalid-input"


class InvalidSpecError(QtmActionError):
    """The import spec is not valid; ``problems`` holds every error of the file."""

    exit_code = ExitCode.INVALID_INPUT
    kind = "invalid-spec"


class ResultFilesError(QtmActionError):
    """Result files are missing, unreadable or not of the format."""

    exit_code = ExitCode.RESULT_FILES
    kind = "result-files"


class AuthenticationError(QtmActionError):
    """Jira refused the credentials, or they lack a permission."""

    exit_code = ExitCode.AUTHENTICATION
    kind = "authentication"


class LoginError(AuthenticationError):
    """Jira refused the login, before the app saw the request."""


class RefusedError(QtmActionError):
    """The server understood the request and refused it."""

    exit_code = ExitCode.REFUSED
    kind = "refused"


class UnexpectedAnswerError(QtmActionError):
    """The server's response is invalid: not JSON, or JSON of another structure."""

    exit_code = ExitCode.REFUSED
    kind = "unexpected-answer"


class NotFinishedError(QtmActionError):
    """The server did not finish an import within ``timeout``."""

    exit_code = ExitCode.NOT_FINISHED
    kind = "not-finished"


class UnreachableError(QtmActionError):
    """No connection to the server (network, TLS, proxy), or it answered 5xx, in the end."""

    exit_code = ExitCode.UNREACHABLE
    kind = "unreachable"


class OutcomeUnknownError(UnreachableError):
    """The file was sent, the response was lost, and the server could not be asked whether it has the file."""

    kind = "outcome-unknown"


class SignalError(QtmActionError):
    """A signal ended the run."""


class InterruptedRunError(SignalError):
    """The run was interrupted (SIGINT)."""

    exit_code = ExitCode.INTERRUPTED
    kind = "interrupted"


class TerminatedRunError(SignalError):
    """The run was terminated (SIGTERM or SIGHUP)."""

    exit_code = ExitCode.TERMINATED
    kind = "terminated"
