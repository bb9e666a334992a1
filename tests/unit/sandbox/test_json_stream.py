"""JSON from a stream: elements as they come, bounded, and the same as the whole."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qtm_action.sandbox import json_stream
from qtm_action.sandbox.json_stream import array_elements, read_json
from qtm_action.sandbox.model import ResultsError

WORDS = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(params=[4, 7, 1 << 18])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    size: int = request.param
    monkeypatch.setattr(json_stream, "_BLOCK", size)
    return size


def elements(data: bytes) -> list[Any]:
    return list(array_elements(io.BytesIO(data)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("value", [[], [{}], [{"a": ["é", 1, "𝄞"]}, {"b": None}, {"c": "]"}]])
def test_the_elements_are_those_of_the_whole(value: list[Any], encoding: str, block: int) -> None:
    del block
    data = json.dumps(value, indent=1, ensure_ascii=False).encode(encoding)
    assert elements(data) == value


@settings(max_examples=50, deadline=None)
@given(st.lists(st.dictionaries(WORDS, JSON, max_size=3), max_size=4), st.integers(4, 20))
def test_any_array_of_objects_is_read_in_blocks_of_any_size(value: list[Any], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_BLOCK", size)
        assert elements(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not an array"),
        ("{}", "not an array"),
        ("<a/>", "not an array"),
        ("[", "Expecting value"),
        ("[{}", "the array does not end"),
        ("[{} {}]", "the array does not end"),
        ("[{},]", "Expecting value"),
        ("[,{}]", "Expecting value"),
        ('[{"a": }]', "Expecting value"),
        ("[{}] x", "something follows"),
        ("[] []", "something follows"),
        ("[" + '{"a":' * 5_000, "nested too deeply|Expecting"),
    ],
)
def test_what_is_wrong_is_told(text: str, said: str, block: int) -> None:
    del block
    with pytest.raises(ResultsError, match=said):
        elements(text.encode())


def test_bytes_that_are_no_text_are_told() -> None:
    with pytest.raises(ResultsError, match="not valid JSON: 'utf-8' codec"):
        elements(b'[{"a": "\xff"}]')


def test_an_element_without_end_is_given_up_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "LARGEST_VALUE", 1 << 20)
    stream = io.BytesIO(b'[{"a": "' + b"x" * (8 << 20))
    with pytest.raises(ResultsError, match="no valid JSON value within 1 MiB"):
        list(array_elements(stream))
    assert stream.tell() < 4 << 20


def test_a_whole_document_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "LARGEST_VALUE", 1 << 20)
    with pytest.raises(ResultsError, match="larger than the 1 MiB"):
        read_json(io.BytesIO(b'"' + b"x" * (1 << 20) + b'"'))


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000])
def test_a_whole_document_must_be_json(data: bytes) -> None:
    with pytest.raises(ResultsError, match="not valid JSON"):
        read_json(io.BytesIO(data))


def test_a_large_element_takes_linear_time() -> None:
    """A screenshot of 16 MiB in one step: a quadratic reader would need minutes."""
    value = [{"data": "x" * (16 << 20)}]
    assert elements(json.dumps(value).encode()) == value
