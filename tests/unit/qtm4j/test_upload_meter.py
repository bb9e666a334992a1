from __future__ import annotations

from pathlib import Path

import pytest

from qtm_action.log import Silence
from qtm_action.qtm4j.model import Upload
from qtm_action.qtm4j.upload_meter import UploadMeter, in_bytes, upload_line
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
        (50_000_000, 2.0, "uploading x.zip: 25 % of 200.0 MB, 25.0 MB/s, 6 s left"),
        (200_000_000, 1.0, "uploading x.zip: 100 % of 200.0 MB, 200.0 MB/s, 0 s left"),
        (0, 1.0, "uploading x.zip: 0 % of 200.0 MB"),
        (5, 0.0, "uploading x.zip: 0 % of 200.0 MB, 5.0 kB/s, 40000 s left"),
    ],
)
def test_a_long_upload_tells_percent_speed_and_time_left(sent: int, seconds: float, line: str) -> None:
    assert upload_line(UPLOAD, sent, seconds) == line


def test_an_empty_file_is_no_division_by_zero() -> None:
    assert "0 % of 0 bytes" in upload_line(Upload(Path("x"), "x.xml", 0), 0, 0)


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (2.5e9, "2.5 GB")]
)
def test_bytes_are_told_in_a_unit_that_fits(count: float, text: str) -> None:
    assert in_bytes(count) == text


def test_a_short_upload_goes_untold_and_a_long_one_is_told_now_and_then() -> None:
    clock, log = VirtualClock(), Lines()
    meter = UploadMeter(UPLOAD, clock, log)
    for step in range(1, 31):
        clock.sleep(0.1)
        meter.on_sent(step * 1_000_000)
    assert 3 <= len(log.lines) <= 5
    assert log.lines[0].startswith("uploading x.zip: ")
