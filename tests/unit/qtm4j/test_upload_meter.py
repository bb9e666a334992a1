from __future__ import annotations

from pathlib import Path

import pytest

from qtm_action.log import Silence
from qtm_action.qtm4j.uploading import UploadMeter, upload_line
from qtm_action.qtm4j.values import Upload
from tests.faults.virtual_clock import VirtualClock

UPLOAD = Upload(Path("x.zip"), "x.zip", 200_000_000)


class Lines(Silence):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def progress(self, message: str) -> None:
        self.lines.append(message)


@pytest.mark.parametrize(
    ("sent", "seconds", "line"),
    [
        (50_000_000, 2.0, "uploading x.zip: 25 % of 191 MiB, 23.8 MiB/s, 6.0 s left"),
        (200_000_000, 1.0, "uploading x.zip: 100 % of 191 MiB, 191 MiB/s, 0.0 s left"),
        (0, 1.0, "uploading x.zip: 0 % of 191 MiB"),
        (5, 0.0, "uploading x.zip: 0 % of 191 MiB, 4.9 KiB/s, 11 h 6 min left"),
    ],
)
def test_a_long_upload_shows_percent_speed_and_time_left(sent: int, seconds: float, line: str) -> None:
    assert upload_line(UPLOAD, sent, seconds) == line


def test_an_empty_file_is_no_division_by_zero() -> None:
    assert "0 % of 0 bytes" in upload_line(Upload(Path("x"), "x.xml", 0), 0, 0)


def test_a_short_upload_logs_no_progress_and_a_long_one_does() -> None:
    clock, log = VirtualClock(), Lines()
    meter = UploadMeter(UPLOAD, clock, log)
    for step in (1, 2):
        clock.sleep(0.6)
        meter.on_sent(step * 1_000_000)
        assert len(log.lines) == step - 1
    assert log.lines[0].startswith("uploading x.zip: ")
