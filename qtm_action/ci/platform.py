"""What every CI platform does: a readable log without secrets, and publishing the outcome."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TextIO, TypeVar

from qtm_action.ci.ordered_log import OrderedLog, ordered_logs
from qtm_action.ci.printable import TEXT_LIMIT, inert, json_visible, log_lines, one_visible_line
from qtm_action.ci.publishing import JSON_OUTPUTS, Destinations, dotenv_lines, write_failure, write_whole
from qtm_action.errors import Problem, Severity
from qtm_action.line_stream import LineStream
from qtm_action.redaction import Redactor

PROGRESS_AFTER = 5.0  # seconds in which nothing was logged
LIVE_FOR = 0.1  # seconds that a live line stays on a terminal at least
TITLE_LIMIT = 200  # characters
_BOLD, _RED, _YELLOW, _PLAIN = "\x1b[1m", "\x1b[31;1m", "\x1b[33m", "\x1b[0m"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class CiJob:
    """The job that a run is part of: its project, the branch, the build's number, and its page's address."""

    project: str = ""
    branch: str = ""
    build: str = ""
    address: str = ""


class Platform:
    """Logs where a user of the platform looks, and publishes the outcome where later steps read it.

    As it is, for a shell, a terminal, and every CI without a file of its own: readable lines, which any CI
    shows; a terminal gets colours and a live line of progress. A platform overrides what it does in its own
    way. Implements :class:`qtm_action.log.Log`: every text goes through the redactor first, and nothing in it
    can act on a platform (``ci/printable.py``). Methods may be called from several threads. ``clock`` returns
    seconds and never goes back. ``working_directory`` is where the relative file names of problems start;
    None: the workspace.
    """

    renders_colours: ClassVar[bool | None] = None  # None: if it is a terminal
    default_destinations: ClassVar[Destinations] = Destinations()  # relative to the working directory
    job_variables: ClassVar[tuple[str, ...]] = ()  # what a container is given, so that it knows its job

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        stdout: TextIO,
        redactor: Redactor,
        debug: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.working_directory: Path | None = None
        self._environ = environ
        self._stream = LineStream(stdout)
        self._redactor = redactor
        self._debug = debug
        self._clock = clock
        self._last_printed = clock()
        self._live_until = 0.0
        self._terminal = self._is_terminal(stdout)
        self._colours = (self.renders_colours or self._terminal) and not environ.get("NO_COLOR")
        self._ordered: tuple[OrderedLog, ...] = ()
        self._reported: set[str] = set()

    def mask(self) -> None:
        """Make the platform's own filter know the secrets; nothing here, where it has none."""

    def credentials_hint(self) -> str:
        """Return what to do when credentials are missing."""
        return (
            "Set QTM_API_KEY and QTM_TOKEN (or QTM_USERNAME and QTM_PASSWORD) in the environment; "
            "with docker run, pass them with -e QTM_API_KEY -e QTM_TOKEN."
        )

    def job(self) -> CiJob:
        """Return what the platform knows of the job."""
        return CiJob()

    def debug(self, message: str) -> None:
        """Log what helps to find a fault; shown at log level debug."""
        if self._debug:
            self._log(f"debug: {message}")

    def info(self, message: str) -> None:
        """Log what was done, one line a step."""
        self._log(message)

    def warning(self, message: str) -> None:
        """Log what is unusual and does not stop the run."""
        self.problem(Problem(message, severity=Severity.WARNING))

    def progress(self, message: str) -> None:
        """Log how far a long step is: a live line on a terminal, else a line after 5 s of silence."""
        now = self._clock()
        if not self._terminal:
            if now - self._last_printed >= PROGRESS_AFTER:
                self._log(message)
        elif now >= self._live_until:
            self._live_until = now + LIVE_FOR
            self._stream.live(one_visible_line(self._redactor.redact(message), TITLE_LIMIT))

    def problem(self, problem: Problem) -> None:
        """Log a problem: what and where, and what to do about it."""
        colour = _RED if problem.severity is Severity.ERROR else _YELLOW
        label = self._coloured(f"{problem.severity.value}:", colour)
        first, *rest = self._safe(str(problem))
        hint = self._safe(f"hint: {problem.hint}") if problem.hint else []
        self._print(f"{label} {first}", *rest, *(f"  {line}" for line in hint))

    def document(self, text: str) -> None:
        """Log a text of many lines, such as a request's body: indented, and as long as a message may be."""
        _, *lines = log_lines(self._redactor.redact(f"\n{text}"), limit=TEXT_LIMIT, most=TEXT_LIMIT)
        self._print(*lines)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Put what is logged inside under ``title``; groups do not nest."""
        self._open_group(inert(one_visible_line(self._redactor.redact(title), TITLE_LIMIT)))
        try:
            yield
        finally:
            self._close_group()

    def ordered(self, titles: Sequence[str]) -> tuple[OrderedLog, ...]:
        """Return a log for each of several imports that run in parallel, shown in this order.

        Each is a context manager, a group on the platform, and may be used from its own thread.
        """
        self._ordered = ordered_logs(self, titles)
        return self._ordered

    def settle(self) -> None:
        """Show what ordered logs still keep and close them; what is logged there later is dropped."""
        for log in self._ordered:
            log.close()

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
            name: self._redactor.redact_json(value) if name in JSON_OUTPUTS else self._redactor.redact(value)
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
                self._warn_once(f"{destinations.dotenv_file}: {message}")
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
        self._report_once(where, write_failure(what, where, error))
        return False

    def _warn_once(self, message: str) -> None:
        self._report_once(message, Problem(message, severity=Severity.WARNING))

    def _report_once(self, subject: str, problem: Problem) -> None:
        """Log a problem of publishing, one for each subject: the outcome may be published again."""
        if subject not in self._reported:
            self._reported.add(subject)
            self.problem(problem)

    def _open_group(self, title: str) -> None:
        self._print(self._coloured(title, _BOLD) if self._colours else f"-- {title}")

    def _close_group(self) -> None:
        """Nothing marks the end of a group in a plain log."""

    def _log(self, message: str) -> None:
        self._print(*self._safe(message))

    def _print(self, *lines: str) -> None:
        """Print lines that are safe."""
        self._last_printed = self._clock()
        self._live_until = self._last_printed
        self._stream.lines(*lines)

    def _safe(self, message: str) -> list[str]:
        """Return the lines of a message without secrets, and so that no platform acts on them."""
        return log_lines(self._redactor.redact(message))

    def _coloured(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_PLAIN}" if self._colours else text

    def _is_terminal(self, stdout: TextIO) -> bool:
        if self.renders_colours is not None or self._environ.get("TERM") == "dumb":
            return False
        try:
            return stdout.isatty()
        except ValueError:  # closed
            return False

    def _variable(self, *names: str) -> str:
        """Return the first variable that holds something."""
        return next(filter(None, (self._environ.get(name, "") for name in names)), "")
