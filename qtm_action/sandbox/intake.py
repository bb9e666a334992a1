"""Step 2's multipart body, parsed by werkzeug and streamed to a file while it is counted and hashed."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, cast

from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser

from qtm_action.sandbox.uploads import EXTENSIONS

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

_MOST_PARTS = 8


class RefusedUploadError(Exception):
    """An upload that is not one part named ``file`` with a result file: ``status`` and a message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What arrived: ``path`` on disk, size in bytes, SHA-256 in hexadecimal."""

    path: Path
    file_name: str
    content_type: str
    size: int
    sha256: str


class _HashedFile:
    """A new file in ``folder`` that counts and hashes what is written to it."""

    def __init__(self, folder: Path) -> None:
        handle, name = tempfile.mkstemp(dir=folder, prefix="upload-")
        self._file = open(handle, "wb")  # noqa: PTH123, SIM115 - a descriptor; closed by close()
        self.path = Path(name)
        self.size = 0
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self._hash.update(data)
        try:
            return self._file.write(data)
        except OSError as error:
            raise RefusedUploadError(507, f"The sandbox can't store the upload: {error.strerror}") from None

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """Do nothing: werkzeug rewinds a part that is complete; nothing reads it here."""
        return 0

    def close(self) -> None:
        self._file.close()

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def store_upload(request: Request, folder: Path, max_size: int | None) -> StoredFile:
    """Read the request's body into ``folder``; memory does not grow with it.

    ``max_size`` is in bytes, of the whole body. Raises :class:`RefusedUploadError`, werkzeug's
    HTTPException for a body too large or broken off, and OSError when the connection breaks; no file is
    left behind then.
    """
    if request.mimetype != "multipart/form-data":
        raise RefusedUploadError(415, "The file must be sent as multipart/form-data")
    parts: list[_HashedFile] = []

    def new_part(*_args: object, **_kwargs: object) -> IO[bytes]:
        parts.append(_HashedFile(folder))
        return cast("IO[bytes]", parts[-1])

    parser = FormDataParser(
        stream_factory=new_part,
        max_form_memory_size=500_000,
        max_content_length=max_size,
        max_form_parts=_MOST_PARTS,
        silent=False,
    )
    stored: StoredFile | None = None
    try:
        _, form, files = parser.parse_from_environ(request.environ)
        if form or len(parts) != 1 or "file" not in files:
            raise RefusedUploadError(400, "The request must have one part, named 'file', with a file name")
        part, name = parts[0], files["file"].filename or ""
        if PurePosixPath(name.lower()).suffix not in EXTENSIONS:
            raise RefusedUploadError(400, "Only .xml, .json and .zip files can be uploaded")
        content_type = files["file"].content_type or ""
        stored = StoredFile(part.path, name, content_type, part.size, part.sha256)
    except ValueError as error:
        raise BadRequest(f"The multipart body can't be read: {error}") from None
    finally:
        for part in parts:
            part.close()
            if stored is None:
                part.path.unlink(missing_ok=True)
    return stored
