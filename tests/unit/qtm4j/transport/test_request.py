from __future__ import annotations

import email
import os
from email.policy import HTTP
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import ResultFilesError
from qtm_action.qtm4j.transport.request import BLOCK_SIZE, UploadBody, multipart_body
from qtm_action.qtm4j.values import Upload

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def ignore(sent: int) -> None:
    assert sent >= 0


def blocks(upload: Upload, on_sent: Callable[[int], None] = ignore) -> tuple[UploadBody, list[bytes]]:
    """Read a multipart body to its end; return it with its blocks."""
    body = multipart_body(upload, on_sent)
    return body, read_all(body)


def read_all(body: UploadBody) -> list[bytes]:
    with body:
        return list(iter(lambda: bytes(body.read(BLOCK_SIZE)), b""))


def file(folder: Path, content: bytes, name: str = "results.xml") -> Upload:
    path = folder / "file"
    path.write_bytes(content)
    return Upload(path, name, len(content))


@pytest.mark.parametrize("size", [0, 1, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1, 3 * BLOCK_SIZE + 7])
def test_one_part_named_file_holds_the_file_and_the_length_is_known(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    body, parts = blocks(file(tmp_path, content))
    raw = b"".join(parts)
    assert len(raw) == len(body)
    message = email.message_from_bytes(
        f"Content-Type: {body.content_type}\r\n\r\n".encode() + raw, policy=HTTP
    )
    (part,) = message.iter_parts()
    assert part.get_content_type() == "application/xml"
    assert part["content-disposition"].params == {"name": "file", "filename": "results.xml"}
    assert raw.partition(b"\r\n\r\n")[2].startswith(content)


@pytest.mark.parametrize(
    ("name", "written", "kind"),
    [
        ("a b.json", 'filename="a b.json"', "application/json"),
        ("A.ZIP", 'filename="A.ZIP"', "application/zip"),
        ('x"; name="y.xml', 'filename="x%22; name=%22y.xml"', "application/xml"),
        ("a\r\nX-Evil: 1\r\n\r\n.xml", 'filename="a%0D%0AX-Evil: 1%0D%0A%0D%0A.xml"', "application/xml"),
        ("gr\N{LATIN SMALL LETTER U WITH DIAERESIS}n.xml", 'filename="gr\u00fcn.xml"', "application/xml"),
        ("nul\x00\udcff.xml", 'filename="nul__.xml"', "application/xml"),
        ("none", 'filename="none"', "application/octet-stream"),
    ],
)
def test_a_file_name_cannot_break_out_of_its_header(
    tmp_path: Path, name: str, written: str, kind: str
) -> None:
    _, parts = blocks(file(tmp_path, b"<x/>", name))
    head = parts[0].decode().removesuffix("\r\n\r\n")
    assert written in head
    assert f"\r\nContent-Type: {kind}" in head
    assert head.count("\r\n") == 2


@pytest.mark.parametrize("size", [0, 5, 2 * BLOCK_SIZE])
def test_the_closing_boundary_is_handed_out_alone_and_last(tmp_path: Path, size: int) -> None:
    with multipart_body(file(tmp_path, b"x" * size), ignore) as body:
        while not (block := bytes(body.read(BLOCK_SIZE))).endswith(b"--\r\n"):
            assert not body.is_complete
            assert len(block) <= BLOCK_SIZE
        assert body.is_complete
        assert b"x" not in block
        assert body.read(BLOCK_SIZE) == b""


@pytest.mark.parametrize("size", [1, 2, BLOCK_SIZE, BLOCK_SIZE + 1])
def test_of_a_body_without_a_suffix_the_last_byte_closes_it(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    with UploadBody(file(tmp_path, content), ignore, content_type="any") as body:
        assert len(body) == size
        rest = b""
        while len(rest) < size - 1:
            rest += body.read(BLOCK_SIZE)
        assert not body.is_complete
        assert body.read(BLOCK_SIZE) == content[-1:]
        assert body.is_complete
        assert (rest, body.read(BLOCK_SIZE)) == (content[:-1], b"")


@pytest.mark.parametrize("change", ["longer", "shorter", "same size", "gone"])
def test_a_file_that_changes_under_the_upload_is_not_completed(tmp_path: Path, change: str) -> None:
    upload = file(tmp_path, b"x" * 3 * BLOCK_SIZE)

    def interfere(sent: int) -> None:
        if sent != BLOCK_SIZE:
            return
        if change == "longer":
            with upload.path.open("ab") as later:
                later.write(b"y")
        elif change == "shorter":
            os.truncate(upload.path, BLOCK_SIZE + 5)
        elif change == "same size":
            os.utime(upload.path, ns=(1, 1))

    if change == "gone":
        upload.path.unlink()
    body = multipart_body(upload, interfere)
    with pytest.raises(ResultFilesError) as caught:
        read_all(body)
    assert not body.is_complete
    assert str(upload.path) in caught.value.message
    assert "Nothing was imported" in caught.value.hint


def test_a_file_of_another_size_than_was_checked_is_not_sent(tmp_path: Path) -> None:
    upload = file(tmp_path, b"12345")
    with pytest.raises(ResultFilesError, match="changed while it was being uploaded"):
        blocks(Upload(upload.path, "a.xml", 4))


def test_a_file_that_cannot_be_read_is_reported_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(ResultFilesError, match="cannot be uploaded"):
        blocks(Upload(tmp_path, "a.xml", tmp_path.stat().st_size))


def test_a_disk_that_fails_half_way_is_reported_with_the_reason(tmp_path: Path) -> None:
    upload = file(tmp_path, b"x" * 10)

    def unreadable(path: str, _flags: int) -> int:
        return os.open(path, os.O_WRONLY)

    with pytest.raises(ResultFilesError, match="cannot be uploaded: Bad file descriptor"):
        blocks(Upload(upload.path, "a.xml", 10, unreadable))


def test_how_much_was_sent_is_reported_along_the_way(tmp_path: Path) -> None:
    reported: list[int] = []
    blocks(file(tmp_path, b"x" * (BLOCK_SIZE + 1)), on_sent=reported.append)
    assert reported == [0, BLOCK_SIZE, BLOCK_SIZE + 1]
