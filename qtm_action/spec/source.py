"""Gets the text of a spec: from a file that may be anything, in bounded time and memory."""

from __future__ import annotations

import errno
import os
import re
import stat
from typing import TYPE_CHECKING

from qtm_action.errors import InvalidSpecError, Problem

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 1024 * 1024

_BOM = b"\xef\xbb\xbf"
# The byte order marks of other encodings; UTF-32's little-endian one begins like UTF-16's.
_FOREIGN_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
# What YAML doesn't allow, and the line ends of other ages that YAML would change unnoticed.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def read_text(path: Path, *, shown_as: str) -> str:
    """Return the text of the file ``path``, which messages call ``shown_as``.

    Raises InvalidSpecError where it isn't a regular file of at most 1 MiB of UTF-8 text.
    """
    data = _read_bytes(path, shown_as)
    if len(data) > MAX_BYTES:
        raise _refused(
            shown_as,
            "the file is larger than 1 MiB; it is hardly an import spec",
            "Give the path of the spec.",
        )
    for mark, encoding in _FOREIGN_BOMS:
        if data.startswith(mark):
            raise _refused(shown_as, f"the file is {encoding}; a spec is UTF-8", "Save it as UTF-8.")
    if b"\x00" in data[:4]:
        raise _refused(shown_as, "the file is UTF-16 or no text at all; a spec is UTF-8", "Save it as UTF-8.")
    data = data.removeprefix(_BOM)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(errors="replace")
        line, column = _position(before, len(before))
        problem = Problem(
            f"the byte 0x{data[error.start]:02X} is not UTF-8 text",
            "Save the file as UTF-8.",
            file=shown_as,
            line=line,
            column=column,
        )
        raise InvalidSpecError(str(problem), hint=problem.hint, problems=[problem]) from None
    if foreign := foreign_character(text, file=shown_as):
        raise InvalidSpecError(str(foreign), hint=foreign.hint, problems=[foreign])
    return text


def foreign_character(text: str, *, file: str) -> Problem | None:
    """Return a problem for the first character of ``text`` that is no part of a text file, if any."""
    found = _NOT_TEXT.search(text)
    if not found:
        return None
    line, column = _position(text, found.start())
    code = f"U+{ord(found[0]):04X}"
    hints = {
        "\ufeff": "It is a byte order mark; delete it and type the line again.",
        "\x00": "The file may be binary, or saved in another encoding than UTF-8.",
    }
    return Problem(
        f"the invisible character {code} is not allowed here",
        hints.get(found[0], "Delete it and type the line again."),
        file=file,
        line=line,
        column=column,
    )


def _position(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _read_bytes(path: Path, shown_as: str) -> bytes:
    """Read at most one byte more than allowed; a FIFO or a device is never waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise _unreadable(path, shown_as, error) from None
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise _refused(shown_as, "this is a directory, not a spec file", _nearby(path))
        if not stat.S_ISREG(mode):
            hint = "A spec is read from a file, not from a pipe or a device."
            raise _refused(shown_as, "this is not a regular file", hint)
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, shown_as, error) from None
    finally:
        os.close(handle)


def _unreadable(path: Path, shown_as: str, error: OSError | ValueError) -> InvalidSpecError:
    if isinstance(error, ValueError):
        return _refused(shown_as, "this is no path: it holds a NUL character", "")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return _refused(shown_as, "there is no such file", _nearby(path.parent))
    if error.errno in (errno.EACCES, errno.EPERM):
        return _refused(
            shown_as, "the file may not be read", "Give the user of this job permission to read it."
        )
    return _refused(shown_as, f"the file can't be read: {error.strerror}", "")


def _nearby(directory: Path) -> str:
    """Return a hint that names what may have been meant."""
    try:
        names = sorted(each.name for each in directory.iterdir() if each.suffix in {".yml", ".yaml"})[:5]
    except OSError:
        return "The path of the spec starts at the working directory."
    return (
        f"There is {', '.join(names)}." if names else "The path of the spec starts at the working directory."
    )


def _refused(shown_as: str, message: str, hint: str) -> InvalidSpecError:
    problem = Problem(message, hint, file=shown_as)
    return InvalidSpecError(str(problem), hint=hint, problems=[problem])
