"""What every CI platform does: the log, masks, and publishing the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from qtm_action.ci.console import Console
from qtm_action.ci.job import CiJob
from qtm_action.ci.ordered import OrderedLog, Turns
from qtm_action.ci.publishing import Destinations, dotenv_lines, write_failure, write_whole
from qtm_action.ci.text import json_visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_T = TypeVar("_T")


class Platform(Console):
    """Logs where a user of the platform looks, and publishes the outcome where later steps read it.

    A platform overrides what it does in its own way. ``working_directory`` is where the relative file
    names of problems start; None: the workspace.
    """

    default_destinations: ClassVar[Destinations] = Destinations()  # relative to the working directory

    def __init__(self, environ: Mapping[str, str], **settings: Any) -> None:
        super().__init__(environ, **settings)
        self.working_directory: Path | None = None
        self._turns: list[Turns] = []
        self._unwritten: set[str] = set()

    @classmethod
    def is_current(cls, environ: Mapping[str, str]) -> bool:
        """Return whether ``environ`` is that of a job on this platform."""
        raise NotImplementedError

    def mask(self) -> None:
        """Make the platform's own filter know the secrets; nothing here, where it has none."""

    def credentials_hint(self) -> str:
        """Return what to do when credentials are missing."""
        raise NotImplementedError

    def job(self) -> CiJob:
        """Return what the platform says of the job."""
        return CiJob()

    def _variable(self, *names: str) -> str:
        """Return the first variable that holds something."""
        return next(filter(None, (self._environ.get(name, "") for name in names)), "")

    def ordered(self, titles: Sequence[str]) -> tuple[OrderedLog, ...]:
        """Return a log for each of several imports that run side by side, shown in this order.

        Each is a context manager, a group on the platform, and may be used from its own thread.
        """
        turns = Turns(self, titles)
        self._turns.append(turns)
        return turns.logs

    def settle(self) -> None:
        """Show what ordered logs still keep and close them; what is logged there later is dropped."""
        while self._turns:
            self._turns.pop().settle()

    def redacted(self, value: _T) -> _T:
        """Return a copy of ``value`` without secrets in its texts; see :meth:`Redactor.apply`."""
        return self._redactor.apply(value)

    def publish(
        self,
        outputs: Mapping[str, str],
        *,
        summary: str,
        page: Callable[[], str],
        report_json: str,
        destinations: Destinations,
        natively: bool = True,
    ) -> bool:
        """Publish the outcome: outputs, the summary as Markdown or HTML page, the report.

        Without ``natively`` into the files ``destinations`` only, not where later steps read it.
        A failure to write is logged, once for each place, and does not raise. Returns whether all could be
        written. Publishing again replaces what was published before.
        """
        self.settle()
        clean = {
            name: self._redactor.redact_json(value) if name == "report" else self._redactor.redact(value)
            for name, value in outputs.items()
        }
        summary = self._redactor.redact(summary)
        written = []
        if destinations.report_file is not None:
            report = json_visible(self._redactor.redact_json(report_json))
            written.append(self._write(destinations.report_file, report, "the report"))
        if destinations.dotenv_file is not None:
            lines, left_out = dotenv_lines(clean)
            for message in left_out:
                self.warning(f"{destinations.dotenv_file}: {message}")
            written.append(self._write(destinations.dotenv_file, "".join(lines), "the outputs"))
        for path in destinations.summary_files:
            text = self._redactor.redact(page()) if path.suffix.lower() in (".html", ".htm") else summary
            written.append(self._write(path, text, "the summary"))
        return all([*written, not natively or self._publish_natively(clean, summary)])

    def _publish_natively(self, outputs: Mapping[str, str], summary: str) -> bool:  # noqa: ARG002 - for subclasses
        """Publish in the platform's own way, where it has one; return whether that worked."""
        return True

    def _write(self, path: Path, text: str, what: str) -> bool:
        try:
            write_whole(path, text)
        except (OSError, ValueError) as error:
            return self._not_written(what, str(path), error)
        return True

    def _not_written(self, what: str, where: str, error: Exception) -> bool:
        if where not in self._unwritten:
            self._unwritten.add(where)
            self.problem(write_failure(what, where, error))
        return False
