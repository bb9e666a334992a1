"""How far an upload is: percent, speed and time left, as a line for the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtm_action.words import format_size

if TYPE_CHECKING:
    from qtm_action.log import Log
    from qtm_action.qtm4j.clock import Clock
    from qtm_action.qtm4j.values import Upload

_FIRST_LINE_AFTER = 1.0
_BETWEEN_LINES = 0.5


class UploadMeter:
    """Logs how far one attempt at an upload is; nothing of one that takes less than a second."""

    def __init__(self, upload: Upload, clock: Clock, log: Log) -> None:
        self._upload = upload
        self._clock = clock
        self._log = log
        self._began = self.last = clock.monotonic()
        self._logged = self._began + _FIRST_LINE_AFTER - _BETWEEN_LINES

    def on_sent(self, sent: int) -> None:
        """Take note that ``sent`` bytes of the file have been sent; ``last`` is when that was."""
        self.last = self._clock.monotonic()
        if self.last - self._logged >= _BETWEEN_LINES:
            self._logged = self.last
            self._log.progress(upload_line(self._upload, sent, self.last - self._began))


def upload_line(upload: Upload, sent: int, seconds: float) -> str:
    """Return the line for ``sent`` bytes of a file in ``seconds``."""
    percent = 100 * sent // max(upload.size, 1)
    speed = sent / max(seconds, 0.001)
    line = f"uploading {upload.file_name}: {percent} % of {format_size(upload.size)}"
    if not speed:
        return line
    return f"{line}, {format_size(speed)}/s, {(upload.size - sent) / speed:.0f} s left"
