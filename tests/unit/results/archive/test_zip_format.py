"""The archive's structure, read back by Python's own reader, at sizes that need 64 bits too."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from qtm_action.results.archive.zip_format import (
    Method,
    ZipEntry,
    ZipWriter,
    central_header,
    data_descriptor,
    local_header,
)

if TYPE_CHECKING:
    from pathlib import Path


def stored(name: str, data: bytes) -> ZipEntry:
    return ZipEntry(name, Method.STORED, zlib.crc32(data), len(data), len(data))


def put_stored(writer: ZipWriter, name: str, data: bytes) -> None:
    writer.add(stored(name, data), data)


def test_entries_are_read_back_with_the_same_date_and_mode() -> None:
    out = io.BytesIO()
    writer = ZipWriter(out.write)
    put_stored(writer, "a.xml", b"<a/>")
    put_stored(writer, "größe/日本.xml", b"<b/>")
    writer.close()
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.xml", "größe/日本.xml"]
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.external_attr >> 16 == 0o100644
            assert info.create_system == 3
        assert [info.flag_bits & 0x800 for info in archive.infolist()] == [0, 0x800]
        assert archive.read("größe/日本.xml") == b"<b/>"


def test_an_entry_in_pieces_has_its_sizes_after_the_data() -> None:
    data = b"<testsuite/>" * 1000
    compressed = zlib.compress(data, wbits=-15)
    out = io.BytesIO()
    writer = ZipWriter(out.write)
    entry = ZipEntry("big.xml", Method.DEFLATED, 0, len(data), 0, sizes_follow=True)
    writer.begin(entry)
    writer.add_data(compressed[:10])
    writer.add_data(compressed[10:])
    writer.end(zlib.crc32(data))
    writer.close()
    with zipfile.ZipFile(out) as archive:
        assert archive.read("big.xml") == data
        assert archive.getinfo("big.xml").flag_bits & 8
    descriptor = struct.pack("<4s3L", b"PK\x07\x08", zlib.crc32(data), len(compressed), len(data))
    assert descriptor in out.getvalue()


def test_more_than_65535_entries_need_and_get_zip64() -> None:
    out = io.BytesIO()
    writer = ZipWriter(out.write)
    for number in range(66_000):
        put_stored(writer, f"{number}.xml", b"")
    writer.close()
    with zipfile.ZipFile(out) as archive:
        assert len(archive.infolist()) == 66_000
        assert archive.infolist()[-1].filename == "65999.xml"


@pytest.mark.parametrize("offset", [5 << 30, (1 << 32) - 40])
def test_an_archive_beyond_4_gib_needs_and_gets_zip64(tmp_path: Path, offset: int) -> None:
    path = tmp_path / "sparse.zip"  # its first bytes are a hole, which takes no room
    with path.open("wb") as out:
        put_stored(ZipWriter(out.write), "first.xml", b"<first/>")
        first = out.tell()
        out.seek(offset)
        writer = ZipWriter(out.write, offset=offset)
        writer._directory += central_header(stored("first.xml", b"<first/>"), 0)
        writer._entries += 1
        put_stored(writer, "far.xml", b"<far/>")
        put_stored(writer, "farther.xml", b"<farther/>")
        writer.close()
    assert first < 100
    with zipfile.ZipFile(path) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [b"<first/>", b"<far/>", b"<farther/>"]
        assert archive.infolist()[-1].header_offset > 0xFFFFFFFF - 40


@pytest.mark.parametrize("size", [0xFFFFFFFF, 6 << 30])
@pytest.mark.parametrize("follow", [False, True])
def test_a_file_beyond_4_gib_has_64_bit_sizes_everywhere(size: int, *, follow: bool) -> None:
    entry = ZipEntry("huge.xml", Method.DEFLATED, 7, size, 1234, sizes_follow=follow)
    header = local_header(entry)
    assert struct.unpack_from("<2L", header, 18) == (0xFFFFFFFF, 0xFFFFFFFF)
    assert struct.unpack_from("<2H2Q", header, 30 + 8) == (1, 16, *((0, 0) if follow else (size, 1234)))
    assert data_descriptor(entry) == struct.pack("<4sL2Q", b"PK\x07\x08", 7, 1234, size)
    directory = central_header(entry, 5)
    assert struct.unpack_from("<2L", directory, 20) == (1234, 0xFFFFFFFF)
    assert struct.unpack_from("<2HQ", directory, 46 + 8) == (1, 8, size)
