"""What step 2 brings, streamed to a file, counted and hashed: a multipart body, or the bare bytes."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser

from qtm_action.sandbox.uploads import EXTENSIONS

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

_MOST_PARTS = 8
_BLOCK = 1 << 16
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})  # other errors are the connection's


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


def store_upload(request: Request, folder: Path, max_size: int | None) -> StoredFile:
    """Read the request's body into ``folder``; memory does not grow with it.

    ``max_size`` is in bytes, of the whole body. Raises :class:`RefusedUploadError`, werkzeug's
    HTTPException for a body too large or broken off, and OSError when the connection breaks; no file is
    left behind then.
    """
    if request.mimetype != "multipart/form-data":
        raise RefusedUploadError(415, "The file must be sent as multipart/form-data")
    parts: list[tuple[Path, IO[bytes]]] = []

    def new_part(*_args: object, **_kwargs: object) -> IO[bytes]:
        handle, name = tempfile.mkstemp(dir=folder, prefix="upload-")
        parts.append((Path(name), open(handle, "w+b")))  # noqa: PTH123, SIM115 - a descriptor; closed below
        return parts[-1][1]

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
        name = files["file"].filename or ""
        if PurePosixPath(name.lower()).suffix not in EXTENSIONS:
            raise RefusedUploadError(400, "Only .xml, .json and .zip files can be uploaded")
        [(path, file)] = parts
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type] # typeshed wants more
        stored = StoredFile(path, name, files["file"].content_type or "", path.stat().st_size, sha256)
    except ValueError as error:
        raise BadRequest(f"The multipart body can't be read: {error}") from None
    except OSError as error:
        raise _storing_failure(error) from None
    finally:
        for path, file in parts:
            with contextlib.suppress(OSError):  # what a full disk did not take is written once more
                file.close()
            if stored is None:
                path.unlink(missing_ok=True)
    return stored


def store_body(request: Request, folder: Path, file_name: str, max_size: int | None) -> StoredFile:
    """Write the request's body into ``folder`` as it is; memory does not grow with it.

    ``max_size`` is in bytes. Raises as :func:`store_upload` does; no file is left behind then.
    """
    request.max_content_length = max_size
    source = request.stream  # raises for a body too large
    handle, name = tempfile.mkstemp(dir=folder, prefix="upload-")
    path = Path(name)
    sha256 = hashlib.sha256()
    is_whole = False
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor
            while block := source.read(_BLOCK):
                sha256.update(block)
                file.write(block)
        is_whole = True
    except OSError as error:
        raise _storing_failure(error) from None
    finally:
        if not is_whole:
            path.unlink(missing_ok=True)
    return StoredFile(path, file_name, request.mimetype, path.stat().st_size, sha256.hexdigest())


def _storing_failure(error: OSError) -> Exception:
    if error.errno in _FULL:
        return RefusedUploadError(507, f"The sandbox can't store the upload: {error.strerror}")
    return error
