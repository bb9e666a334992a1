"""Where lines are printed: any encoding, several threads, a terminal's live line, a reader that leaves."""

from __future__ import annotations

import os
import threading
from typing import TextIO

_CLEAR = "\r\x1b[K"
_WIDTH = 80  # columns, where the terminal does not report its own


class LineStream:
    """Writes whole lines; lines of different threads do not mix.

    What the stream's encoding does not have is written as a backslash escape. When the reader has gone
    (a closed pipe), lines are dropped: the imports go on, and the files are still written;
    ``failure`` is why.
    """

    def __init__(self, stdout: TextIO) -> None:
        self._stdout = stdout
        self._encoding = getattr(stdout, "encoding", None) or "utf-8"
        self._lock = threading.RLock()
        self._live = False
        self.failure: Exception | None = None

    def lines(self, *lines: str) -> None:
        """Write ``lines``, after what a live line left is cleared."""
        with self._lock:
            cleared = _CLEAR if self._live else ""
            self._live = False
            self._write(cleared + "".join(f"{line}\n" for line in lines))

    def live(self, line: str) -> None:
        """Show ``line`` on a terminal instead of the live line before it, cut to the width."""
        with self._lock:
            width = self._width() - 1
            self._live = True
            self._write(_CLEAR + line[:width])

    def _width(self) -> int:
        try:
            return os.get_terminal_size(self._stdout.fileno()).columns or _WIDTH
        except (OSError, ValueError):
            return _WIDTH

    def _write(self, text: str) -> None:
        if self.failure is not None:
            return
        try:
            self._stdout.write(text.encode(self._encoding, "backslashreplace").decode(self._encoding))
            self._stdout.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream is closed
            self.failure = error
            self._discard_the_rest()

    def _discard_the_rest(self) -> None:
        """Point the stream's file at nothing, so that the interpreter can flush it when it ends."""
        try:
            number = self._stdout.fileno()
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, number)
            os.close(nothing)
        except (OSError, ValueError):
            return
