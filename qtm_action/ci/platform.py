"""The plain platform: readable lines for any shell and any CI; the others change what they know better."""

from __future__ import annotations

import time
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, TextIO, TypeVar

from qtm_action.ci.ordered import OrderedLog, Turns
from qtm_action.ci.publishing import dotenv_lines, told_failure, write_whole
from qtm_action.ci.stream import LineStream
from qtm_action.ci.text import TEXT_LIMIT, inert, json_visible, log_lines, one_line
from qtm_action.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from qtm_action.ci.publishing import Destinations
    from qtm_action.redaction import Redactor

_T = TypeVar("_T")
PROGRESS_AFTER = 5.0  # seconds in which nothing was said
TITLE_LIMIT = 200  # characters
_BOLD, _RED, _YELLOW, _PLAIN = "\x1b[1m", "\x1b[31;1m", "\x1b[33m", "\x1b[0m"


class PlatformName(Enum):
    """The platforms that this program knows."""

    GITHUB = "github"
    GITLAB = "gitlab"
    JENKINS = "jenkins"
    AZURE = "azure"
    PLAIN = "plain"


class Platform:
    """Says things where a user of the platform looks for them, and hands on the outcome.

    Implements :class:`qtm_action.log.Log`. Every text goes through the redactor first; nothing in it
    can act on the platform (``ci/text.py``). ``clock`` returns seconds and never goes back.
    ``working_directory`` is where the relative file names of problems start; None: the workspace.
    """

    name: ClassVar[PlatformName] = PlatformName.PLAIN
    renders_colours: ClassVar[bool] = False

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
        self._last_said = clock()
        self._turns: list[Turns] = []
        self._terminal = self._is_terminal(stdout)
        self._colours = (self.renders_colours or self._terminal) and not environ.get("NO_COLOR")

    def debug(self, message: str) -> None:
        """Say what helps to find a fault; shown at log level debug."""
        if self._debug:
            self._print(f"debug: {message}")

    def info(self, message: str) -> None:
        """Say what was done, one line a step."""
        self._print(message)

    def warning(self, message: str) -> None:
        """Say what is unusual and does not stop the run."""
        self.problem(Problem(message, severity=Severity.WARNING))

    def error(self, message: str) -> None:
        """Say what went wrong."""
        self.problem(Problem(message))

    def progress(self, message: str) -> None:
        """Say how far a long step is: a live line on a terminal, else a line after 5 s of silence."""
        if self._terminal:
            self._stream.live(one_line(self._redactor.redact(message), TITLE_LIMIT))
            return
        if self._clock() - self._last_said >= PROGRESS_AFTER:
            self._print(message)

    def problem(self, problem: Problem) -> None:
        """Tell a problem: what and where, and what to do about it."""
        colour = _RED if problem.severity is Severity.ERROR else _YELLOW
        label = self._coloured(f"{problem.severity.value}:", colour)
        first, *rest = self._safe(str(problem))
        hint = self._safe(f"hint: {problem.hint}") if problem.hint else []
        self._say(f"{label} {first}", *rest, *(f"  {line}" for line in hint))

    def document(self, text: str) -> None:
        """Show a text of many lines, such as a request's body: indented, no line of it cut."""
        most = 10 * TEXT_LIMIT
        _, *lines = log_lines(self._redactor.redact(f"\n{text}"), limit=most, most=most)
        self._say(*lines)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Put what is said inside under ``title``; groups do not nest."""
        self._open_group(inert(one_line(self._redactor.redact(title), TITLE_LIMIT)))
        try:
            yield
        finally:
            self._close_group()

    def ordered(self, titles: Sequence[str]) -> tuple[OrderedLog, ...]:
        """Return a log for each of several imports that run side by side, shown in this order.

        Each is a context manager, a group on the platform, and may be used from its own thread.
        """
        turns = Turns(self, titles)
        self._turns.append(turns)
        return turns.logs

    def settle(self) -> None:
        """Show what ordered logs still keep and close them; what is said to them later is dropped."""
        while self._turns:
            self._turns.pop().settle()

    def mask(self) -> None:
        """Make the platform's own filter know the secrets; nothing here, where it has none."""

    def redacted(self, value: _T) -> _T:
        """Return a copy of ``value`` without secrets in its texts; see :meth:`Redactor.apply`."""
        return self._redactor.apply(value)

    def credentials_hint(self) -> str:
        """Return what to do when credentials are missing."""
        return (
            "Set QTM_API_KEY and QTM_TOKEN (or QTM_USERNAME and QTM_PASSWORD) in the environment; "
            "with docker run, pass them on with -e QTM_API_KEY -e QTM_TOKEN."
        )

    def publish(
        self,
        outputs: Mapping[str, str],
        *,
        summary: str,
        page: Callable[[], str],
        report_json: str,
        destinations: Destinations,
    ) -> bool:
        """Hand on the outcome: outputs, the summary as Markdown or HTML page, the report.

        A failure to write is told and does not raise. Returns whether all was written.
        """
        self.settle()
        clean = {
            name: self._redactor.redact_json(value) if name == "report" else self._redactor.redact(value)
            for name, value in outputs.items()
        }
        summary = self._redactor.redact(summary)
        written = [self._publish_here(clean, summary)]
        if destinations.report_file is not None:
            report = json_visible(self._redactor.redact_json(report_json))
            written.append(self._write(destinations.report_file, report, "the report"))
        if destinations.dotenv_file is not None:
            lines, left_out = dotenv_lines(clean)
            for told in left_out:
                self.warning(f"{destinations.dotenv_file}: {told}")
            written.append(self._write(destinations.dotenv_file, "".join(lines), "the outputs"))
        for path in destinations.summary_files:
            text = self._redactor.redact(page()) if path.suffix.lower() in (".html", ".htm") else summary
            written.append(self._write(path, text, "the summary"))
        return all(written)

    def _publish_here(self, outputs: Mapping[str, str], summary: str) -> bool:  # noqa: ARG002 - for subclasses
        """Hand the outcome to the platform itself; return whether that worked."""
        return True

    def _write(self, path: Path, text: str, what: str) -> bool:
        try:
            write_whole(path, text)
        except (OSError, ValueError) as error:
            self.problem(told_failure(what, str(path), error))
            return False
        return True

    def _open_group(self, title: str) -> None:
        self._say(self._coloured(title, _BOLD) if self._colours else f"-- {title}")

    def _close_group(self) -> None:
        """Nothing marks the end of a group in a plain log."""

    def _print(self, message: str) -> None:
        self._say(*self._safe(message))

    def _say(self, *lines: str) -> None:
        """Print lines that are safe."""
        self._last_said = self._clock()
        self._stream.lines(*lines)

    def _safe(self, message: str) -> list[str]:
        return log_lines(self._redactor.redact(message))

    def _coloured(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_PLAIN}" if self._colours else text

    def _is_terminal(self, stdout: TextIO) -> bool:
        if self.name is not PlatformName.PLAIN or self._environ.get("TERM") == "dumb":
            return False
        try:
            return stdout.isatty()
        except ValueError:  # closed
            return False
