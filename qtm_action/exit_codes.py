"""The exit codes, and what each means for a pipeline; :mod:`qtm_action.errors` says which error has which."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of the program; pipelines are written against them."""

    OK = 0
    IMPORT_FAILED = 1
    INVALID_INPUT = 2
    RESULT_FILES = 3
    AUTHENTICATION = 4
    REFUSED = 5
    NOT_FINISHED = 6
    UNREACHABLE = 7
    NOT_WRITTEN = 8
    DEFECT = 70
    INTERRUPTED = 130
    TERMINATED = 143

    @property
    def title(self) -> str:
        """What an error with the code is, in a few words."""
        return _TITLES[self]

    @property
    def meaning(self) -> str:
        """What the code means for a pipeline, in a line."""
        return _MEANINGS[self]


_TITLES = {
    ExitCode.IMPORT_FAILED: "The import failed",
    ExitCode.INVALID_INPUT: "The inputs or the spec are invalid",
    ExitCode.RESULT_FILES: "Result files are missing or invalid",
    ExitCode.AUTHENTICATION: "The credentials were rejected",
    ExitCode.REFUSED: "The import was rejected",
    ExitCode.NOT_FINISHED: "Not finished in time",
    ExitCode.UNREACHABLE: "Could not connect to Jira",
    ExitCode.DEFECT: "Internal error",
    ExitCode.INTERRUPTED: "Interrupted",
    ExitCode.TERMINATED: "Terminated",
}
_MEANINGS = {
    ExitCode.OK: "every import ended with `importStatus` SUCCESS; also with `wait: false`, `dry-run` or "
    "`soft-fail`, or if there was nothing to import and `if-no-files` is `warn` or `ignore`",
    ExitCode.IMPORT_FAILED: "an import ended with FAILED, or with any other status than SUCCESS, such as a "
    "partial success; with `fail-on-tests: failed`, also if imported tests failed",
    ExitCode.INVALID_INPUT: "invalid inputs or spec",
    ExitCode.RESULT_FILES: "result files are missing, unreadable or in another format",
    ExitCode.AUTHENTICATION: "authentication failed, or permission denied",
    ExitCode.REFUSED: "the server rejected the request, or sent an invalid response",
    ExitCode.NOT_FINISHED: "the import did not finish within `timeout`",
    ExitCode.UNREACHABLE: "could not connect to the server (network, TLS, proxy), or it answered 5xx",
    ExitCode.NOT_WRITTEN: "imported, but the outputs, report, dotenv file or summary could not be written; "
    "or what a command prints could not",
    ExitCode.DEFECT: "internal error",
    ExitCode.INTERRUPTED: "interrupted (SIGINT)",
    ExitCode.TERMINATED: "terminated (SIGTERM or SIGHUP)",
}
