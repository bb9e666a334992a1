"""A request as a value, and the upload's body: one file, streamed with a known length."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import FileIO
from types import TracebackType
from typing import Self

from qtm_action.errors import ResultFilesError
from qtm_action.qtm4j.transport.urls import Target
from qtm_action.qtm4j.values import Upload

SMALL_ANSWER = 1024 * 1024
# Measured on a loopback upload of 1 GiB: 8 KiB blocks take 2.9 times as long as curl, 256 KiB as long.
BLOCK_SIZE = 256 * 1024
_CONTENT_TYPES = {".xml": "application/xml", ".json": "application/json", ".zip": "application/zip"}


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What to send.

    ``whole`` limits the exchange, in seconds; for an upload, all before its body, and again the answer.
    ``max_answer`` is in bytes; no more of an answer's body is read.
    """

    method: str
    target: Target
    headers: Mapping[str, str] = field(repr=False)
    whole: float
    body: bytes | UploadBody | None = None
    max_answer: int = SMALL_ANSWER


class UploadBody:
    """The body for one attempt at an upload, to be read in blocks; the file is opened anew for each attempt.

    What closes the body (the suffix, or without one the file's last byte) is read alone, after all
    else. A server does not have a complete request without it, so ``is_complete`` being false proves that
    the import can't have started.
    """

    def __init__(
        self,
        upload: Upload,
        on_sent: Callable[[int], None],
        *,
        content_type: str,
        prefix: bytes = b"",
        suffix: bytes = b"",
    ) -> None:
        """Prepare; ``on_sent`` is called again and again with how many bytes of the file were sent."""
        self.content_type = content_type
        self.is_complete = False
        self._upload = upload
        self._on_sent = on_sent
        self._prefix = prefix
        self._suffix = suffix
        self._length = len(prefix) + upload.size + len(suffix)
        self._buffer = memoryview(bytearray(min(upload.size, BLOCK_SIZE)))
        self._sent = 0
        self._modified = 0

    def __len__(self) -> int:
        """Return the length of the whole body in bytes."""
        return self._length

    def __enter__(self) -> Self:
        """Open the file. Raises :class:`ResultFilesError` if it can't be read or is not what was checked."""
        try:
            path, opener = self._upload.path, self._upload.opener
            self._file: FileIO = open(path, "rb", buffering=0, opener=opener)
        except OSError as error:
            raise self._unreadable(error) from None
        self._modified = os.fstat(self._file.fileno()).st_mtime_ns
        try:
            self._check_unchanged()
        except ResultFilesError:
            self._file.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def read(self, size: int = BLOCK_SIZE) -> bytes | memoryview:
        """Return the next block, of ``size`` bytes at most but for prefix and suffix; empty at the end.

        A block of the file is overwritten by the next one: a fresh one each time would cost as much again.
        Raises :class:`ResultFilesError` if the file changed or can't be read.
        """
        if self._prefix:
            prefix, self._prefix = self._prefix, b""
            return prefix
        if self.is_complete:
            return b""
        self._on_sent(self._sent)
        left = self._upload.size - self._sent - (0 if self._suffix else 1)
        if left > 0:
            return self._read_file(min(left, size))
        self._check_unchanged()
        closing = self._suffix or self._read_file(1)
        self.is_complete = True
        return closing

    def _read_file(self, size: int) -> memoryview:
        block = self._buffer[:size]
        try:
            count = self._file.readinto(block)
        except OSError as error:
            raise self._unreadable(error) from None
        if not count:
            raise self._changed()
        self._sent += count
        return block[:count]

    def _check_unchanged(self) -> None:
        status = os.fstat(self._file.fileno())
        if status.st_size != self._upload.size or status.st_mtime_ns != self._modified:
            raise self._changed()

    def _changed(self) -> ResultFilesError:
        return ResultFilesError(
            f"{self._upload.path} changed while it was being uploaded",
            hint="Nothing was imported. Start the import after the tests finish.",
        )

    def _unreadable(self, error: OSError) -> ResultFilesError:
        reason = error.strerror or "it cannot be read"
        return ResultFilesError(
            f"{self._upload.path} cannot be uploaded: {reason}", hint="Nothing was imported."
        )


def multipart_body(upload: Upload, on_sent: Callable[[int], None]) -> UploadBody:
    """Return a ``multipart/form-data`` body with the file as its one part, named ``file``."""
    boundary = f"qtm-action-{os.urandom(16).hex()}"
    prefix = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{_quoted(upload.file_name)}"\r\n'
        f"Content-Type: {_content_type(upload.file_name)}\r\n\r\n"
    )
    return UploadBody(
        upload,
        on_sent,
        content_type=f"multipart/form-data; boundary={boundary}",
        prefix=prefix.encode(),
        suffix=f"\r\n--{boundary}--\r\n".encode(),
    )


def _quoted(file_name: str) -> str:
    """Quote a file name as browsers do (WHATWG HTML, "multipart form data")."""
    quoted = file_name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    return "".join(
        character if character.isprintable() and not "\ud800" <= character <= "\udfff" else "_"
        for character in quoted
    )


def _content_type(file_name: str) -> str:
    return _CONTENT_TYPES.get(file_name[file_name.rfind(".") :].lower(), "application/octet-stream")
