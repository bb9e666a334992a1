"""The log of a run: readable lines for any shell and any CI; platforms change what they know better."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, TextIO

from qtm_action.ci.stream import LineStream
from qtm_action.ci.text import TEXT_LIMIT, inert, log_lines, one_visible_line
from qtm_action.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qtm_action.redaction import Redactor

PROGRESS_AFTER = 5.0  # seconds in which nothing was logged
TITLE_LIMIT = 200  # characters
_BOLD, _RED, _YELLOW, _PLAIN = "\x1b[1m", "\x1b[31;1m", "\x1b[33m", "\x1b[0m"


class Console:
    """Prints messages; implements :class:`qtm_action.log.Log`.

    Every text goes through the redactor first; nothing in it can act on a platform (``ci/text.py``).
    ``clock`` returns seconds and never goes back. Methods may be called from several threads.
    """

    renders_colours: ClassVar[bool] = False
    may_be_terminal: ClassVar[bool] = False

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        stdout: TextIO,
        redactor: Redactor,
        debug: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._environ = environ
        self._stream = LineStream(stdout)
        self._redactor = redactor
        self._debug = debug
        self._clock = clock
        self._last_printed = clock()
        self._terminal = self._is_terminal(stdout)
        self._colours = (self.renders_colours or self._terminal) and not environ.get("NO_COLOR")

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
        if self._terminal:
            self._stream.live(one_visible_line(self._redactor.redact(message), TITLE_LIMIT))
            return
        if self._clock() - self._last_printed >= PROGRESS_AFTER:
            self._log(message)

    def problem(self, problem: Problem) -> None:
        """Log a problem: what and where, and what to do about it."""
        colour = _RED if problem.severity is Severity.ERROR else _YELLOW
        label = self._coloured(f"{problem.severity.value}:", colour)
        first, *rest = self._safe(str(problem))
        hint = self._safe(f"hint: {problem.hint}") if problem.hint else []
        self._print(f"{label} {first}", *rest, *(f"  {line}" for line in hint))

    def document(self, text: str) -> None:
        """Log a text of many lines, such as a request's body: indented, no line of it cut."""
        most = 10 * TEXT_LIMIT
        _, *lines = log_lines(self._redactor.redact(f"\n{text}"), limit=most, most=most)
        self._print(*lines)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Put what is logged inside under ``title``; groups do not nest."""
        self._open_group(inert(one_visible_line(self._redactor.redact(title), TITLE_LIMIT)))
        try:
            yield
        finally:
            self._close_group()

    def _open_group(self, title: str) -> None:
        self._print(self._coloured(title, _BOLD) if self._colours else f"-- {title}")

    def _close_group(self) -> None:
        """Nothing marks the end of a group in a plain log."""

    def _log(self, message: str) -> None:
        self._print(*self._safe(message))

    def _print(self, *lines: str) -> None:
        """Print lines that are safe."""
        self._last_printed = self._clock()
        self._stream.lines(*lines)

    def _safe(self, message: str) -> list[str]:
        """Return the lines of a message without secrets, and so that no platform acts on them."""
        return log_lines(self._redactor.redact(message))

    def _coloured(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_PLAIN}" if self._colours else text

    def _is_terminal(self, stdout: TextIO) -> bool:
        if not self.may_be_terminal or self._environ.get("TERM") == "dumb":
            return False
        try:
            return stdout.isatty()
        except ValueError:  # closed
            return False
