"""The payload: the file that is uploaded, with its SHA-256."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from qtm_action.errors import ResultFilesError
from qtm_action.formats import RESULT_EXTENSIONS
from qtm_action.log import Log
from qtm_action.redaction import redacted
from qtm_action.results.archive.reading import checked_opener, open_checked, read_blocks
from qtm_action.results.archive.user_zip import copy_repaired
from qtm_action.results.archive.user_zip_rules import is_folder
from qtm_action.results.archive.writing import is_stored, write_archive
from qtm_action.results.paths import extension_of
from qtm_action.results.readers.xml_repair import repaired
from qtm_action.results.result_files import Member, Payload, ResultSet
from qtm_action.words import format_size, pace

# Result files shrink to a fifth or less; what is a tenth too large for the disk is not worth beginning.
_SHRINKS_TO_AT_LEAST = 10
_LISTED = 1000
_LARGE = 10 << 20  # bytes; from here on it is worth knowing what makes an upload large
_KINDS_SHOWN = 6


def pack(
    result_set: ResultSet, folder: Path | None, *, log: Log, clock: Callable[[], float] = time.monotonic
) -> Payload:
    """Return the file to upload: the one result file as it is, or an archive written into ``folder``.

    Of files that need repair a copy is made in ``folder``, too.

    ``clock`` gives seconds. Raises ResultFilesError when a file is not what was checked any more, or the
    archive can't be written; nothing is left behind then.
    """
    if result_set.repaired:
        assert folder is not None  # noqa: S101 - needed for copies too
        members = (
            _copy(each, result_set, folder)
            if each.source in result_set.repaired or result_set.is_users_zip
            else each
            for each in result_set.members
        )
        result_set = replace(result_set, members=tuple(members))
    if result_set.as_is:
        payload = _as_it_is(result_set)
    else:
        assert folder is not None  # noqa: S101 - needed for archives
        payload = _archive(result_set, folder, log, clock)
    if payload.size > _LARGE:
        log.info(large_upload(payload.size, _contents(result_set)))
    return payload


def listing(result_set: ResultSet) -> str:
    """Return what is uploaded, a line a file: its size in bytes, how it is packed, its name."""
    contents = _contents(result_set)
    if not result_set.is_zip:
        return "".join(f"{size:>14,}  {name}" for name, size in contents)
    lines = [
        f"{size:>14,}  {'stored  ' if is_stored(name) else 'deflated'}  {name}"
        for name, size in contents[:_LISTED]
    ]
    if len(contents) > _LISTED:
        lines.append(f"and {len(contents) - _LISTED:,} more")
    return "\n".join([f"{result_set.upload_name}: {len(contents):,} files", *lines])


def large_upload(size: int, files: Iterable[tuple[str, int]]) -> str:
    """Say what an upload of ``size`` bytes is made of: ``files`` are names and sizes before compression."""
    sizes: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for name, unpacked in files:
        kind = extension_of(name)
        if kind not in RESULT_EXTENSIONS:  # which may be a part of a secret
            kind = extension_of(redacted(name)) or "no extension"
        sizes[kind] += unpacked
        numbers[kind] += 1
    largest = sizes.most_common(_KINDS_SHOWN)
    kinds = [f"{kind} {format_size(unpacked)} in {numbers[kind]:,}" for kind, unpacked in largest]
    if more := sizes.total() - sum(unpacked for _, unpacked in largest):
        kinds.append(f"other files {format_size(more)}")
    return f"the upload is {format_size(size)}; unpacked: {', '.join(kinds)}"


def _contents(result_set: ResultSet) -> list[tuple[str, int]]:
    """Return name and size of every file of the upload, of a ZIP that the user made those in it."""
    if not result_set.as_is:
        return [(member.name, member.size) for member in result_set.members]
    (member,) = result_set.members
    if not result_set.is_zip:
        return [(result_set.upload_name, member.size)]
    with os.fdopen(open_checked(member), "rb") as stream, zipfile.ZipFile(stream) as archive:
        return [(info.filename, info.file_size) for info in archive.infolist() if not is_folder(info)]


def _copy(member: Member, result_set: ResultSet, folder: Path) -> Member:
    """Make the repaired copy of a file in ``folder``, which is uploaded in its place."""
    try:
        descriptor, name = tempfile.mkstemp(prefix="repaired-", suffix=member.path.suffix, dir=folder)
        with os.fdopen(descriptor, "wb") as out:
            if result_set.is_users_zip:
                copy_repaired(member, out, result_set.repaired)
            else:
                out.writelines(repaired(read_blocks(member)))
        state = Path(name).stat()
    except OSError as error:
        raise _unwritable(folder, error) from error
    return Member(folder, Path(name).name, member.name, state.st_size, state.st_mtime_ns)


def _as_it_is(result_set: ResultSet) -> Payload:
    (member,) = result_set.members
    digest = hashlib.sha256()
    for piece in read_blocks(member):
        digest.update(piece)
    return Payload(
        member.path,
        result_set.upload_name,
        member.size,
        digest.hexdigest(),
        result_set.is_zip,
        checked_opener(member),
    )


def _archive(result_set: ResultSet, folder: Path, log: Log, clock: Callable[[], float]) -> Payload:
    path: Path | None = None
    try:
        _check_space(result_set.members, folder)
        descriptor, name = tempfile.mkstemp(prefix="upload-", suffix=".zip", dir=folder)
        path = Path(name)
        with os.fdopen(descriptor, "w+b") as out:
            write_archive(result_set.members, out, progress=_progress(result_set.members, log, clock))
            size = out.tell()
            out.seek(0)
            digest = hashlib.file_digest(out, "sha256")
    except BaseException as error:
        if path is not None:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(folder, error) from error
        raise
    return Payload(path, result_set.upload_name, size, digest.hexdigest(), is_zip=True)


def _check_space(members: Sequence[Member], folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    needed = sum(
        member.size if is_stored(member.name) else member.size // _SHRINKS_TO_AT_LEAST for member in members
    )
    if needed > free:
        raise ResultFilesError(
            f"not enough space for the archive: it needs at least {format_size(needed)}, and {folder} has "
            f"{format_size(free)} free",
            hint="Free some space, or name a folder with more in TMPDIR.",
        )


def _unwritable(folder: Path, error: OSError) -> ResultFilesError:
    return ResultFilesError(
        f"the archive can't be written in {folder}: {error.strerror or error}",
        hint="Free some space, or name another folder in TMPDIR.",
    )


def _progress(members: Sequence[Member], log: Log, clock: Callable[[], float]) -> Callable[[int], None]:
    whole = sum(member.size for member in members)
    started = clock()

    def report(done: int) -> None:
        if done:
            pace_now = pace(done, whole, clock() - started)
            log.progress(f"packed {format_size(done)} of {format_size(whole)}, {pace_now}")

    return report
