from __future__ import annotations

import email
import os
import socket
import threading
from email.policy import HTTP
from io import FileIO
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import ResultFilesError
from qtm_action.qtm4j.model import Upload
from qtm_action.qtm4j.transport.multipart import BLOCK_SIZE, MultipartBody
from qtm_action.qtm4j.transport.outlet import PlainOutlet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Stopping(PlainOutlet):
    """An outlet whose server answers after some blocks."""

    def __init__(self, connected: socket.socket, blocks: int) -> None:
        super().__init__(connected, 5)
        self._blocks = blocks

    def send(self, block: memoryview) -> bool:
        super().send(block)
        self._blocks -= 1
        return not self.is_answered()

    def is_answered(self) -> bool:
        return self._blocks <= 0


def send(
    upload: Upload, *, blocks: int = 10_000, on_sent: Callable[[int], None] = lambda _sent: None
) -> tuple[MultipartBody, bytes]:
    """Send a body through a socket; return it with what arrived."""
    ours, theirs = socket.socketpair()
    arrived: list[bytes] = []

    def receive() -> None:
        while block := theirs.recv(65536):
            arrived.append(block)

    receiver = threading.Thread(target=receive)
    receiver.start()
    try:
        with MultipartBody(upload, on_sent) as body:
            body.send(Stopping(ours, blocks))
    finally:
        ours.close()
        receiver.join()
        theirs.close()
    return body, b"".join(arrived)


def file(folder: Path, content: bytes, name: str = "results.xml") -> Upload:
    path = folder / "file"
    path.write_bytes(content)
    return Upload(path, name, len(content))


@pytest.mark.parametrize("size", [0, 1, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1, 3 * BLOCK_SIZE + 7])
def test_one_part_named_file_holds_the_file_and_the_length_is_known(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    body, arrived = send(file(tmp_path, content))
    assert len(arrived) == len(body)
    assert body.is_complete
    message = email.message_from_bytes(
        f"Content-Type: {body.content_type}\r\n\r\n".encode() + arrived, policy=HTTP
    )
    (part,) = message.iter_parts()
    assert part.get_content_type() == "application/xml"
    assert part["content-disposition"].params == {"name": "file", "filename": "results.xml"}
    assert arrived.partition(b"\r\n\r\n")[2].startswith(content)


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
    _, arrived = send(file(tmp_path, b"<x/>", name))
    head = arrived.partition(b"\r\n\r\n")[0].decode()
    assert written in head
    assert f"\r\nContent-Type: {kind}" in head
    assert head.count("\r\n") == 2


@pytest.mark.parametrize(("blocks", "size"), [(1, 5), (2, 5), (2, 2 * BLOCK_SIZE), (1, 0)])
def test_the_closing_boundary_is_not_sent_once_the_server_has_answered(
    tmp_path: Path, blocks: int, size: int
) -> None:
    body, arrived = send(file(tmp_path, b"x" * size), blocks=blocks)
    assert not body.is_complete
    assert not arrived.endswith(b"--\r\n")
    assert arrived.count(b"x") == pytest.approx((blocks - 1) * min(size, BLOCK_SIZE), abs=5)


@pytest.mark.parametrize("change", ["longer", "shorter", "same size", "gone"])
def test_a_file_that_changes_under_the_upload_is_not_completed(tmp_path: Path, change: str) -> None:
    upload = file(tmp_path, b"x" * 3 * BLOCK_SIZE)
    bodies: list[bytes] = []

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
    with pytest.raises(ResultFilesError) as caught:
        bodies.append(send(upload, on_sent=interfere)[1])
    assert str(upload.path) in caught.value.message
    assert "nothing was imported" in caught.value.hint


def test_a_file_of_another_size_than_was_checked_is_not_sent(tmp_path: Path) -> None:
    upload = file(tmp_path, b"12345")
    with pytest.raises(ResultFilesError, match="changed while it was being uploaded"):
        send(Upload(upload.path, "a.xml", 4))


def test_a_file_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(ResultFilesError, match="can't be uploaded"):
        send(Upload(tmp_path, "a.xml", tmp_path.stat().st_size))


def test_a_disk_that_fails_half_way_is_told_with_the_reason(tmp_path: Path) -> None:
    upload = file(tmp_path, b"x" * 10)

    class FailingFile(FileIO):
        def readinto(self, buffer: object) -> int:
            assert buffer is not None
            raise OSError(5, "Input/output error")

    class FailingPath(type(tmp_path)):  # type: ignore[misc]
        def open(self, *_: object, **__: object) -> FileIO:
            return FailingFile(str(self))

    with pytest.raises(ResultFilesError, match="can't be uploaded: Input/output error"):
        send(Upload(FailingPath(upload.path), "a.xml", 10))


def test_how_much_was_sent_is_told_along_the_way(tmp_path: Path) -> None:
    told: list[int] = []
    send(file(tmp_path, b"x" * (BLOCK_SIZE + 1)), on_sent=told.append)
    assert told == [0, BLOCK_SIZE, BLOCK_SIZE + 1]
