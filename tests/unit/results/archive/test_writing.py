"""Work done by threads in order and in bounds, and entries that need 64 bits."""

from __future__ import annotations

import io
import shutil
import subprocess
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from qtm_action.results.archive import reading, writing
from qtm_action.results.result_files import Member

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


def test_results_come_in_order_though_two_are_made_at_a_time(pool: ThreadPoolExecutor) -> None:
    """The first two wait for each other: one thread alone would never get past them."""
    meeting = threading.Barrier(2)

    def square(number: int) -> int:
        if number < 2:
            meeting.wait(20)
        return number * number

    assert list(writing._in_order(pool, square, range(50))) == [number * number for number in range(50)]


def test_items_are_not_asked_for_before_there_is_room(pool: ThreadPoolExecutor) -> None:
    asked = used = most = 0

    def items() -> Iterator[int]:
        nonlocal asked, most
        for number in range(100):
            asked += 1
            most = max(most, asked - used)
            yield number

    for _ in writing._in_order(pool, abs, items()):
        used += 1
    assert most <= 6


def test_an_error_is_raised_in_its_turn(pool: ThreadPoolExecutor) -> None:
    made: list[float] = []
    with pytest.raises(ZeroDivisionError):
        made.extend(writing._in_order(pool, lambda number: 1 / (5 - number), range(1000)))
    assert len(made) == 5


def test_entries_and_offsets_that_need_64_bits_have_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits are lowered, since 4 GiB take long: what is beyond them is written as it would be then."""
    files = {"a.xml": b"<a>" * 3000, "film.mp4": b"film" * 2500, "small.xml": b"<a/>", "z.xml": b"<z>" * 3000}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    states = {name: (tmp_path / name).stat() for name in files}
    members = [Member(tmp_path, name, name, at.st_size, at.st_mtime_ns) for name, at in states.items()]
    for module, name in (
        (writing, "ZIP64_LIMIT"),
        (zipfile, "ZIP64_LIMIT"),
        (writing, "BLOCK"),
        (reading, "BLOCK"),
    ):
        monkeypatch.setattr(module, name, 4000)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
    out = io.BytesIO()

    writing.write_archive(members, out, progress=lambda _: None)

    monkeypatch.undo()
    with zipfile.ZipFile(out) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert {info.extract_version for info in archive.infolist()} == {45}
    assert b"PK\x06\x06" in out.getvalue()
    if shutil.which("unzip"):
        (tmp_path / "made.zip").write_bytes(out.getvalue())
        subprocess.run(["unzip", "-tq", tmp_path / "made.zip"], check=True, stdout=subprocess.DEVNULL)
