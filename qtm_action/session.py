"""A run as the outside sees it: secrets masked first, the outcome logged, published and made an exit code."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

from qtm_action import importer
from qtm_action.ci import open_platform
from qtm_action.ci.platform import Platform
from qtm_action.ci.publishing import Destinations
from qtm_action.errors import InvalidInputError, QtmActionError, SignalError
from qtm_action.exit_codes import ExitCode
from qtm_action.inputs.reporting import debug, destinations, soft_fail, working_directory
from qtm_action.inputs.settings import Settings, read_settings
from qtm_action.inputs.sources import read_sources, secret_texts
from qtm_action.outcome.closing_lines import last_line, log_outcome
from qtm_action.outcome.outputs import outputs, report_json
from qtm_action.outcome.recorder import Recorder
from qtm_action.outcome.report import ImportReport, Report
from qtm_action.outcome.summary import markdown, page
from qtm_action.redaction import Redactor, protect
from qtm_action.spec.import_spec import InputValue

# Stands for the folder that the program was started in when that is gone: no file can be in it.
_GONE = Path(os.devnull)
_BARE_SUMMARY = "<p>The outcome could not be rendered (internal error); see the log.</p>\n"


@dataclass(frozen=True, slots=True)
class Session:
    """What was given from outside (``inputs`` by name), and the platform that the outcome is published on."""

    platform: Platform
    inputs: Mapping[str, InputValue]
    environ: Mapping[str, str]
    started_in: Path

    @classmethod
    def open(cls, stdout: TextIO, environ: Mapping[str, str], options: Mapping[str, str]) -> Session:
        """Return a session whose platform already hides every secret of ``environ``."""
        inputs = read_sources(environ, options)
        usernames = [inputs["username"].text] if "username" in inputs else []
        redactor = Redactor(secret_texts(environ, options), usernames=usernames)
        protect(redactor)
        platform = open_platform(environ, stdout=stdout, redactor=redactor, debug=debug(inputs, environ))
        platform.mask()
        started_in = _current_folder()
        platform.working_directory = working_directory(inputs, started_in)
        return cls(platform, inputs, environ, started_in)

    def import_all(self) -> ExitCode:
        """Run the imports and return the exit code."""
        return self.run(
            lambda settings, recorder: importer.import_all(settings, self.environ, recorder, self.platform)
        )

    def validate(self, *, show_effective: bool) -> ExitCode:
        """Check everything without a request and return the exit code.

        The outcome is written into the files that were asked for, and not where later steps read an import's.
        """
        return self.run(
            lambda settings, recorder: importer.validate(
                settings, self.environ, recorder, self.platform, show_effective=show_effective
            ),
            publish=False,
        )

    def fail(self, error: QtmActionError, *, publish: bool = True) -> ExitCode:
        """Log and publish an error that came before there was a run, and return the exit code."""
        recorder = Recorder(self.platform.problem)
        recorder.fail(error)
        return self._conclude(recorder.report(), publish=publish)

    def run(self, action: Callable[[Settings, Recorder], None], *, publish: bool = True) -> ExitCode:
        """Run an action, conclude with what it recorded or raised, and return the exit code."""
        recorder = Recorder(self.platform.problem)
        try:
            action(self._settings(), recorder)
        except SignalError as stop:
            recorder.stop(stop)
        except QtmActionError as error:
            recorder.fail(error)
        except Exception as error:  # noqa: BLE001 - an internal error: a short message, the traceback at debug level
            recorder.stop(self._internal_error(error))
        return self._conclude(recorder.report(), publish=publish)

    def _settings(self) -> Settings:
        if working_directory(self.inputs, self.started_in).is_relative_to(_GONE):
            raise InvalidInputError(
                "the current directory no longer exists",
                hint="Start it in an existing directory, or set working-directory to an absolute path.",
            )
        return read_settings(self.inputs, self.environ, self.started_in)

    def _internal_error(self, error: Exception) -> QtmActionError:
        self.platform.debug(traceback.format_exc())
        return QtmActionError(
            f"internal error: {type(error).__name__}: {error}",
            hint="Run again with log-level: debug and report the output.",
        )

    def _conclude(self, report: Report, *, publish: bool) -> ExitCode:
        """Log the outcome, publish it where the pipeline reads it, and return the exit code.

        Where it can't be written and all else is well, that is the outcome.

        After a signal that comes now this starts again: the imports are over, and their outcome counts. What
        can't be rendered because of an internal error is shown without any text of a server or a file.
        """
        try:
            return self._publish(report, publish=publish)
        except SignalError:
            return self._publish(report, publish=publish)
        except Exception as error:  # noqa: BLE001 - as in run
            return self._publish(_bare(report, self._internal_error(error)), publish=publish, is_bare=True)

    def _publish(self, report: Report, *, publish: bool, is_bare: bool = False) -> ExitCode:
        self.platform.settle()
        ended = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")
        report = replace(report, job=self.platform.job(), ended=ended)
        soft = soft_fail(self.inputs)
        log_outcome(report, self.platform, soft_fail=soft)
        if not self._write(report, publish=publish, is_bare=is_bare) and report.exit_code is ExitCode.OK:
            report = replace(report, exit_code=ExitCode.NOT_WRITTEN)
            self._write(report, publish=publish, is_bare=is_bare)  # so that all that can be written agrees
        self.platform.info(last_line(report, soft_fail=soft))
        return ExitCode.OK if soft else report.exit_code

    def _write(self, report: Report, *, publish: bool, is_bare: bool) -> bool:
        clean = self.platform.redacted(report)
        defaults = self.platform.default_destinations if publish else Destinations()
        return self.platform.publish(
            outputs(clean),
            summary=_BARE_SUMMARY if is_bare else markdown(clean),
            page=(lambda: _BARE_SUMMARY) if is_bare else (lambda: page(clean)),
            report_json=report_json(clean),
            destinations=destinations(self.inputs, self.started_in, defaults=defaults),
            natively=publish,
        )


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except OSError:
        return _GONE


def _bare(report: Report, error: QtmActionError) -> Report:
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
