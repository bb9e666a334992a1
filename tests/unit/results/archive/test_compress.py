"""Deflate in one piece and in blocks, by ISA-L and by zlib."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from isal import isal_zlib

from qtm_action.results.archive import compress
from qtm_action.results.archive.compress import Codec, choose_codec


@pytest.fixture(params=["isal", "zlib"])
def codec(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Codec:
    if request.param == "zlib":
        monkeypatch.setattr(compress, "isal_zlib", None)
    return choose_codec()


def test_isa_l_is_used_where_it_is_installed_and_zlib_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"<testcase name='one'/>\n" * 2000
    by_isa_l, by_zlib = isal_zlib.compress(data, 3, -15), zlib.compress(data, 6, -15)
    assert by_isa_l != by_zlib
    assert choose_codec().whole(data) == by_isa_l
    monkeypatch.setattr(compress, "isal_zlib", None)
    assert choose_codec().whole(data) == by_zlib


@pytest.mark.parametrize("size", [0, 1, 4096, 4097, 70_000, 1 << 20])
def test_what_is_compressed_comes_out_again(codec: Codec, size: int) -> None:
    data = (b"<testcase name='%d'/>" * 60_000)[:size]
    assert zlib.decompress(codec.whole(data), -15) == data


def test_blocks_are_one_stream_and_small(codec: Codec) -> None:
    blocks = [b"<testcase name='one'/>\n" * 40_000, b"<testcase name='two'/>\n" * 40_000, b"</testsuite>"]
    compressed = [*map(codec.block, blocks[:-1]), codec.last_block(blocks[-1])]
    stream = zlib.decompressobj(-15)
    assert stream.decompress(b"".join(compressed)) == b"".join(blocks)
    assert stream.eof
    assert len(b"".join(compressed)) < 20_000


def test_threads_do_not_change_the_bytes(codec: Codec) -> None:
    blocks = [bytes([number % 7]) * 30_000 + b"tail" * number for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(codec.block, blocks)) == [codec.block(block) for block in blocks]


@given(st.binary(max_size=6000))
def test_any_bytes_come_out_again_from_either(data: bytes) -> None:
    for module in (isal_zlib, None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compress, "isal_zlib", module)
            codec = choose_codec()
        assert zlib.decompress(codec.whole(data), -15) == data
        assert zlib.decompress(codec.block(data) + codec.last_block(data), -15) == data * 2
        assert codec.crc32(data, 0) == zlib.crc32(data)
