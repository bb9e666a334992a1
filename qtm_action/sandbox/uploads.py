"""An uploaded file, read back: whether it is what step 1 announced, and the test cases in it."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING

from qtm_action.formats import Format
from qtm_action.sandbox.json_results import read_check_points, read_cucumber, read_qaf_methods, read_specflow
from qtm_action.sandbox.json_stream import read_json
from qtm_action.sandbox.model import ReadCase, ReadStep, ResultsError
from qtm_action.sandbox.xml_results import read_xml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qtm_action.sandbox.parameters import Parameters

#: Uploads are refused by step 2 unless their name ends so (vendor page, step 2.2).
EXTENSIONS = (".xml", ".json", ".zip")

_IMAGES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"})
_LARGEST_EXPANDED = 64 << 30
_ENCRYPTED = 0x1
_META = "meta-info.json"


@dataclass(frozen=True, slots=True)
class UploadContent:
    """What is in an upload: its test cases, the ZIP's names, result files with their size in bytes."""

    cases: tuple[ReadCase, ...]
    members: tuple[str, ...] = ()
    result_files: tuple[tuple[str, int], ...] = ()
    attachments: int = 0


class WrongUploadError(ResultsError):
    """The upload is not what step 1 announced: found before anything of it is parsed."""


def read_upload(path: Path, file_name: str, parameters: Parameters) -> UploadContent:
    """Read an uploaded file; raises :class:`ResultsError` with what is wrong with it."""
    extension = PurePosixPath(file_name.lower()).suffix
    if parameters.is_zip:
        if extension != ".zip" or not zipfile.is_zipfile(path):
            raise WrongUploadError(f"isZip is true, but '{file_name}' is not a ZIP file")
        return _read_zip(path, parameters)
    if extension == ".zip":
        raise WrongUploadError(f"'{file_name}' is a ZIP file, but isZip is false")
    if extension != parameters.format.extension:
        title = parameters.format.title
        raise WrongUploadError(f"'{file_name}' is not a {parameters.format.extension} file, as {title} needs")
    if not path.stat().st_size:
        raise WrongUploadError(f"'{file_name}' is empty")
    with path.open("rb") as stream, _named(file_name):
        cases = tuple(_read_result(stream, parameters.format))
    return UploadContent(cases, attachments=_embedded(cases, parameters))


def _read_zip(path: Path, parameters: Parameters) -> UploadContent:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            for info in members:
                _check_member(info, parameters.format)
            if sum(info.file_size for info in members) > _LARGEST_EXPANDED:
                raise WrongUploadError("the ZIP file expands to more than 64 GiB")
            results = [info for info in members if _suffix(info) == parameters.format.extension]
            if not results:
                raise WrongUploadError(f"the ZIP file holds no {parameters.format.title} result")
            if parameters.format is Format.QAF:
                cases = tuple(_read_qaf(archive, results))
                attachments = (len(members) - len(results)) if parameters.attach_file else 0
            else:
                cases = tuple(case for info in results for case in _read_member(archive, info, parameters))
                attachments = _embedded(cases, parameters)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise ResultsError(f"the ZIP file can't be read: {error}") from None
    return UploadContent(
        cases,
        tuple(info.filename for info in members),
        tuple((info.filename, info.file_size) for info in results),
        attachments,
    )


def _check_member(info: zipfile.ZipInfo, result_format: Format) -> None:
    """Refuse what is not a file of the format, or a screenshot for QAF (vendor page, notes to step 2.1)."""
    name = PurePosixPath(info.filename)
    if name.is_absolute() or ".." in name.parts or "\\" in info.filename:
        raise WrongUploadError(f"the ZIP file holds '{info.filename}', whose path leads out of it")
    if info.flag_bits & _ENCRYPTED:
        raise WrongUploadError(f"the ZIP file holds '{info.filename}', which is encrypted")
    allowed = {result_format.extension} | (_IMAGES if result_format is Format.QAF else frozenset())
    if _suffix(info) not in allowed:
        title = result_format.title
        raise WrongUploadError(f"the ZIP file holds '{info.filename}', which is not a {title} result file")


def _suffix(info: zipfile.ZipInfo) -> str:
    return PurePosixPath(info.filename.lower()).suffix


def _read_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, parameters: Parameters
) -> Iterator[ReadCase]:
    if not info.file_size:
        raise ResultsError(f"'{info.filename}' is empty")
    with archive.open(info) as stream, _named(info.filename):
        yield from _read_result(stream, parameters.format)


def _read_result(stream: IO[bytes], result_format: Format) -> Iterator[ReadCase]:
    if result_format is Format.CUCUMBER:
        yield from read_cucumber(stream)
    elif result_format is Format.SPECFLOW:
        yield from read_specflow(stream)
    else:
        yield from read_xml(stream, result_format)


def _read_qaf(archive: zipfile.ZipFile, results: list[zipfile.ZipInfo]) -> Iterator[ReadCase]:
    """Read the tests of every ``meta-info.json``; their steps are in the files beside it."""
    by_name = {info.filename: info for info in results}
    for info in results:
        folder, _, name = info.filename.rpartition("/")
        if name != _META:
            continue
        with archive.open(info) as stream, _named(info.filename):
            methods = list(read_qaf_methods(read_json(stream)))
        for test_name, result_file, result, key in methods:
            place = f"{folder}/{result_file}.json".lstrip("/")
            steps = _read_steps(archive, by_name[place]) if place in by_name else ()
            yield ReadCase(test_name, steps, result, key)


def _read_steps(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[ReadStep, ...]:
    with archive.open(info) as stream, _named(info.filename):
        return read_check_points(read_json(stream))


@contextmanager
def _named(file_name: str) -> Iterator[None]:
    """Put the file's name before what is wrong with it."""
    try:
        yield
    except ResultsError as error:
        raise ResultsError(f"'{file_name}': {error}") from None


def _embedded(cases: tuple[ReadCase, ...], parameters: Parameters) -> int:
    return sum(case.attachments for case in cases) if parameters.attach_file else 0
