"""A run as the outside sees it: secrets masked first, the outcome told, written and turned into a code."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from qtm_action.ci import open_platform
from qtm_action.errors import (
    ExitCode,
    InterruptedRunError,
    InvalidInputError,
    QtmActionError,
    TerminatedRunError,
)
from qtm_action.inputs.settings import read_settings
from qtm_action.inputs.sources import collect_given, secret_texts
from qtm_action.inputs.surroundings import debug, destinations, soft_fail, working_directory
from qtm_action.outcome.closing_lines import tell
from qtm_action.outcome.outputs import outputs, report_json
from qtm_action.outcome.report import ErrorReport, ImportReport, Report, error_report
from qtm_action.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qtm_action.ci.platform import Platform
    from qtm_action.inputs.sources import Given
    from qtm_action.run import Run

# Stands for the folder that the program was started in when that is gone: no file can be in it.
_GONE = Path(os.devnull)
_BARE_SUMMARY = "<p>The outcome could not be shown for a defect of this program; the log says more.</p>\n"


class Session:
    """What is given from outside, and the platform that hears what came of it."""

    def __init__(
        self,
        platform: Platform,
        given: Mapping[str, Given],
        environ: Mapping[str, str],
        *,
        here: Path,
    ) -> None:
        self.platform = platform
        self.given = given
        self.environ = environ
        self.here = here

    @classmethod
    def open(cls, stdout: TextIO, environ: Mapping[str, str], options: Mapping[str, str]) -> Session:
        """Return a session whose platform already hides every secret of ``environ``."""
        given = collect_given(environ, options)
        usernames = [given["username"].text] if "username" in given else []
        redactor = Redactor(secret_texts(environ, options), usernames=usernames)
        platform = open_platform(environ, stdout=stdout, redactor=redactor, debug=debug(given, environ))
        platform.mask()
        here = _here()
        platform.working_directory = working_directory(given, here)
        return cls(platform, given, environ, here=here)

    def import_all(self) -> ExitCode:
        """Make the imports and return the exit code."""
        from qtm_action.importer import import_all  # noqa: PLC0415 - start-up

        return self._guarded(import_all)

    def validate(self, *, show_effective: bool) -> ExitCode:
        """Check everything without a request and return the exit code."""
        from qtm_action.importer import validate  # noqa: PLC0415 - start-up

        return self._guarded(lambda run: validate(run, show_effective=show_effective), publish=False)

    def tell_failure(self, error: QtmActionError) -> ExitCode:
        """Tell an error that came before there was a run, and return the exit code."""
        return self._fail(error, publish=True)

    def _guarded(self, story: Callable[[Run], Report], *, publish: bool = True) -> ExitCode:
        from qtm_action.run import Run  # noqa: PLC0415 - start-up

        try:
            if working_directory(self.given, self.here).is_relative_to(_GONE):
                raise InvalidInputError(
                    "the folder that this was started in no longer exists",
                    hint="Start it in a folder that exists, or set working-directory to a whole path.",
                )
            settings = read_settings(self.given, self.environ, self.here)
        except QtmActionError as error:
            return self._fail(error, publish=publish)
        run = Run(settings, platform=self.platform, environ=self.environ)
        try:
            report = story(run)
        except Exception as error:  # noqa: BLE001 - a defect; told shortly, the traceback at debug level
            run.error = self._defect(error)
            run.board.fill_errors(run.error)
            report = run.report()
        return self._conclude(report, publish=publish)

    def _fail(self, error: QtmActionError, *, publish: bool) -> ExitCode:
        failed = error_report(error)
        return self._conclude(Report("FAILED", failed.exit_code, error=failed), publish=publish)

    def _defect(self, error: Exception) -> ErrorReport:
        import traceback  # noqa: PLC0415 - start-up

        self.platform.debug(traceback.format_exc())
        return ErrorReport(
            "defect",
            f"a defect in this program: {type(error).__name__}: {error}",
            "Run again with log-level debug and report what is printed.",
            ExitCode.DEFECT,
        )

    def _conclude(self, report: Report, *, publish: bool) -> ExitCode:
        """Tell the outcome, write it where the pipeline reads it, and return the exit code.

        A signal that comes now begins that anew: the imports are over, and their outcome counts. What
        can't be told for a defect of this program is told without all that a server or a file said.
        """
        try:
            return self._hand_on(report, publish=publish)
        except (InterruptedRunError, TerminatedRunError):
            return self._hand_on(report, publish=publish)
        except Exception as error:  # noqa: BLE001 - as in _guarded
            return self._hand_on(_bare(report, self._defect(error)), publish=publish, is_bare=True)

    def _hand_on(self, report: Report, *, publish: bool, is_bare: bool = False) -> ExitCode:
        self.platform.settle()
        soft = soft_fail(self.given)
        tell(report, self.platform, soft_fail=soft)
        if publish:
            clean = self.platform.redacted(report)
            if is_bare:
                summary, make_page = _BARE_SUMMARY, lambda: _BARE_SUMMARY
            else:
                from qtm_action.outcome.summary import markdown, page  # noqa: PLC0415 - start-up

                summary, make_page = markdown(clean), lambda: page(clean)
            self.platform.publish(
                outputs(clean),
                summary=summary,
                page=make_page,
                report_json=report_json(clean),
                destinations=destinations(self.given, self.environ, self.here),
            )
        return ExitCode.OK if soft else report.exit_code


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:
        return _GONE


def _bare(report: Report, error: ErrorReport) -> Report:
    """Return what has to be known of a run in any case."""
    return Report(
        "FAILED",
        error.exit_code,
        imports=tuple(
            ImportReport(
                each.name,
                each.format,
                tracking_id=each.tracking_id,
                import_status=each.import_status,
                error=error,
            )
            for each in report.imports
        ),
        error=error,
    )
