"""What step 2 brings, streamed to a file, counted and hashed: a multipart body, or the bare bytes."""

from __future__ import annotations

import errno
import hashlib
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType
from werkzeug.formparser import FormDataParser

from qtm_action.results.paths import extension_of
from qtm_action.sandbox.uploads import EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.datastructures import FileStorage
    from werkzeug.wrappers import Request

_MOST_PARTS = 8
_LARGEST_FORM = 500_000  # bytes of parts that are no files
_BLOCK = 1 << 16
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})  # other errors are the connection's


class DiskFullError(HTTPException):
    """The upload does not fit on the sandbox's disk."""

    code = 507


@contextmanager
def multipart_file(request: Request, max_size: int | None) -> Iterator[FileStorage]:
    """Read a multipart body to its end; the value is its file, and memory does not grow with it.

    ``max_size`` is in bytes, of the whole body. Raises HTTPException for a body that is not one part named
    ``file`` with a result file, and OSError when the connection breaks.
    """
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("The file must be sent as multipart/form-data")
    with ExitStack() as opened:
        parser = FormDataParser(
            stream_factory=lambda *_, **__: opened.enter_context(TemporaryFile()),
            max_form_memory_size=_LARGEST_FORM,
            max_content_length=max_size,
            max_form_parts=_MOST_PARTS,
            silent=False,
        )
        try:
            _, form, files = parser.parse_from_environ(request.environ)
        except ValueError as error:
            raise BadRequest(f"The multipart body can't be read: {error}") from None
        except OSError as error:
            raise _storing_failure(error) from None
        parts = [part for _, part in files.items(multi=True)]
        if form or [part.name for part in parts] != ["file"]:
            raise BadRequest("The request must have one part, named 'file', with a file name")
        if extension_of(parts[0].filename or "") not in EXTENSIONS:
            raise BadRequest("Only .xml, .json and .zip files can be uploaded")
        yield parts[0]


def store(source: IO[bytes], path: Path) -> tuple[int, str]:
    """Write ``source`` to ``path``; return its size in bytes and its SHA-256 in hexadecimal.

    Raises what reading does, and HTTPException for a full disk; no file is left behind then.
    """
    sha256 = hashlib.sha256()
    try:
        with path.open("wb") as file:
            while block := source.read(_BLOCK):
                sha256.update(block)
                file.write(block)
            return file.tell(), sha256.hexdigest()
    except (OSError, HTTPException) as error:
        path.unlink(missing_ok=True)
        raise _storing_failure(error) from None


def _storing_failure(error: Exception) -> Exception:
    if isinstance(error, OSError) and error.errno in _FULL:
        return DiskFullError(f"The sandbox cannot store the upload: {error.strerror}")
    return error
