"""What step 2 brings, a multipart body or bare bytes: stored, and read back as the tests in it."""

from __future__ import annotations

import errno
import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import IO

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Request

from qtm_action.errors import Severity
from qtm_action.formats import Format
from qtm_action.results.attachments import PICTURES
from qtm_action.results.paths import extension_of
from qtm_action.results.readers import read_stream
from qtm_action.results.readers.reported_tests import TestResult
from qtm_action.results.readers.tally import ReadSibling, no_sibling
from qtm_action.sandbox.parameters import Parameters
from qtm_action.sandbox.received import Phase, ResultsError

#: Uploads are refused by step 2 unless their name ends so (vendor page, step 2.2).
EXTENSIONS = (".xml", ".json", ".zip")

_MOST_PARTS = 8
_LARGEST_FORM = 500_000  # bytes of parts that are no files
_BLOCK = 1 << 16
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})  # other errors are the connection's
_LARGEST_EXPANDED = 64 << 30
_ENCRYPTED = 0x1


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


@dataclass(frozen=True, slots=True)
class UploadContent:
    """What is in an upload: its tests, the ZIP's names, result files with their size in bytes."""

    tests: tuple[TestResult, ...] = ()
    members: tuple[str, ...] = ()
    result_files: tuple[tuple[str, int], ...] = ()
    attachments: int = 0


class WrongUploadError(ResultsError):
    """The upload is not what step 1 announced: found before anything of it is parsed."""

    phase = Phase.VALIDATION


def read_upload(path: Path, file_name: str, parameters: Parameters) -> UploadContent:
    """Read an uploaded file; raises :class:`ResultsError` with what is wrong with it."""
    extension = extension_of(file_name)
    if parameters.is_zip:
        if extension != ".zip" or not _is_zip(path):
            raise WrongUploadError(f"isZip is true, but '{file_name}' is not a ZIP file")
        return _read_zip(path, parameters)
    if extension == ".zip":
        raise WrongUploadError(f"'{file_name}' is a ZIP file, but isZip is false")
    if extension != parameters.format.extension:
        title = parameters.format.title
        raise WrongUploadError(f"'{file_name}' is not a {parameters.format.extension} file, as {title} needs")
    with path.open("rb") as stream:
        tests = _read_result(stream, file_name, parameters.format)
    return UploadContent(tuple(tests), attachments=_embedded(tests, parameters))


def _is_zip(path: Path) -> bool:
    """Whether a ZIP begins with the file's first byte; Python alone would find one inside other bytes."""
    with path.open("rb") as stream:
        return stream.read(2) == b"PK" and zipfile.is_zipfile(path)


def _read_zip(path: Path, parameters: Parameters) -> UploadContent:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            for info in members:
                _check_member(info, parameters.format)
            if sum(info.file_size for info in members) > _LARGEST_EXPANDED:
                raise WrongUploadError("the ZIP file expands to more than 64 GiB")
            results = [info for info in members if extension_of(info.filename) == parameters.format.extension]
            if not results:
                raise WrongUploadError(f"the ZIP file holds no {parameters.format.title} result")
            tests = []
            for info in results:
                with archive.open(info) as stream:
                    read_sibling = _read_sibling(archive, info.filename)
                    tests += _read_result(stream, info.filename, parameters.format, read_sibling)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise ResultsError(f"the ZIP file can't be read: {error}") from None
    attachments = _embedded(tests, parameters)
    if parameters.format is Format.QAF and parameters.attach_file:
        attachments = len(members) - len(results)
    return UploadContent(
        tuple(tests),
        tuple(info.filename for info in members),
        tuple((info.filename, info.file_size) for info in results),
        attachments,
    )


def _check_member(info: zipfile.ZipInfo, result_format: Format) -> None:
    """Refuse what is not a file of the format, or a screenshot for QAF (vendor page, notes to step 2.1)."""
    name = PurePosixPath(info.filename)
    allowed = (result_format.extension, *(PICTURES if result_format.takes_pictures else ()))
    if name.is_absolute() or ".." in name.parts or "\\" in info.filename:
        fault = "whose path leads out of it"
    elif info.flag_bits & _ENCRYPTED:
        fault = "which is encrypted"
    elif extension_of(info.filename) not in allowed:
        fault = f"which is not a {result_format.title} result file"
    else:
        return
    raise WrongUploadError(f"the ZIP file holds '{info.filename}', {fault}")


def _read_sibling(archive: zipfile.ZipFile, name: str) -> ReadSibling:
    """Return how to read the members in the same folder."""
    folder = name.rpartition("/")[0]

    def read(other: str, size: int) -> bytes | None:
        try:
            with archive.open(f"{folder}/{other}".lstrip("/")) as stream:
                return stream.read(size)
        except KeyError:
            return None

    return read


def _read_result(
    stream: IO[bytes], name: str, result_format: Format, read_sibling: ReadSibling = no_sibling
) -> list[TestResult]:
    tests: list[TestResult] = []
    reading = read_stream(
        stream, shown_as=name, expected=result_format, read_sibling=read_sibling, on_test=tests.append
    )
    for problem in reading.problems:
        if problem.severity is Severity.ERROR:
            place = f" (line {problem.line})" if problem.line else ""
            raise ResultsError(f"'{name}': {problem.message}{place}")
    return tests


def _embedded(tests: list[TestResult], parameters: Parameters) -> int:
    return sum(test.attachments for test in tests) if parameters.attach_file else 0
