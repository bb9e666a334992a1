"""Deflate in one piece and in blocks, by ISA-L and by zlib."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from isal import isal_zlib

from qtm_action.results.archive import deflate as deflate_module
from qtm_action.results.archive.deflate import crc32, deflate


@pytest.fixture(params=["isal", "zlib"])
def _either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "zlib":
        monkeypatch.setattr(deflate_module, "_isal", None)


def test_isa_l_is_used_where_it_is_installed_and_zlib_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"<testcase name='one'/>\n" * 2000
    by_isa_l = deflate(data)
    monkeypatch.setattr(deflate_module, "_isal", None)
    assert deflate(data) == zlib.compress(data, 6, -15) != by_isa_l
    stream = isal_zlib.compressobj(3, zlib.DEFLATED, -15)
    assert by_isa_l == stream.compress(data) + stream.flush()


@pytest.mark.usefixtures("_either")
@pytest.mark.parametrize("size", [0, 1, 4096, 4097, 70_000, 1 << 20])
def test_what_is_compressed_comes_out_again(size: int) -> None:
    data = (b"<testcase name='%d'/>" * 60_000)[:size]
    assert zlib.decompress(deflate(data), -15) == data


@pytest.mark.usefixtures("_either")
def test_blocks_are_one_stream_and_small() -> None:
    blocks = [b"<testcase name='one'/>\n" * 40_000, b"<testcase name='two'/>\n" * 40_000, b"</testsuite>"]
    compressed = b"".join(deflate(block, is_last=block is blocks[-1]) for block in blocks)
    stream = zlib.decompressobj(-15)
    assert stream.decompress(compressed) == b"".join(blocks)
    assert stream.eof
    assert len(compressed) < 20_000


@pytest.mark.usefixtures("_either")
def test_threads_do_not_change_the_bytes() -> None:
    blocks = [bytes([number % 7]) * 30_000 + b"tail" * number for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(deflate, blocks)) == [deflate(block) for block in blocks]


@given(st.binary(max_size=6000))
def test_any_bytes_come_out_again_from_either(data: bytes) -> None:
    for module in (isal_zlib, None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(deflate_module, "_isal", module)
            whole = deflate(data)
            blocks = deflate(data, is_last=False) + deflate(data, is_last=True)
            assert crc32(data) == zlib.crc32(data)
        assert zlib.decompress(whole, -15) == data
        assert zlib.decompress(blocks, -15) == data * 2
