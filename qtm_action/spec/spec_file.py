"""Gets the text of a spec: from a file that may be anything, in bounded time and memory."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

from qtm_action.errors import InvalidSpecError, Problem
from qtm_action.spec.foreign_text import printable
from qtm_action.spec.import_spec import Location
from qtm_action.spec.invalid_spec import invalid_spec

MAX_BYTES = 1024 * 1024

# The byte order marks of other encodings; UTF-32's little-endian one begins like UTF-16's.
_FOREIGN_BOMS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
# What YAML doesn't allow, and the line ends of other ages that YAML would change unnoticed.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def read_text(path: Path, *, shown_as: str, within: Path | None = None) -> str:
    """Return the text of the file ``path``, which messages call ``shown_as``.

    A link out of the folder ``within`` is not followed; None: the file may be anywhere.

    Raises InvalidSpecError where it isn't a regular file of at most 1 MiB of UTF-8 text.
    """
    file = Location(shown_as)
    text = _decoded(_read_bytes(path, within, file), file)
    if problem := foreign_character(text, file):
        raise invalid_spec(problem)
    return text


def _refusal(file: Location, message: str, hint: str = "") -> InvalidSpecError:
    return invalid_spec(file.problem(message, hint))


def _decoded(data: bytes, file: Location) -> str:
    if len(data) > MAX_BYTES:
        message = "the file is larger than 1 MiB, too large for an import spec"
        raise _refusal(file, message, "Check the path of the spec.")
    for mark, encoding in _FOREIGN_BOMS:
        if data.startswith(mark):
            raise _refusal(file, f"the file is {encoding}; a spec must be UTF-8", "Save it as UTF-8.")
    if b"\x00" in data[:4]:
        raise _refusal(file, "the file is UTF-16 or not text; a spec must be UTF-8", "Save it as UTF-8.")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(errors="replace")
        line, column = _position(before, len(before))
        message = f"the byte 0x{data[error.start]:02X} is not UTF-8 text"
        raise _refusal(file._replace(line=line, column=column), message, "Save the file as UTF-8.") from None


def foreign_character(text: str, source: Location) -> Problem | None:
    """Return a problem for the first character of ``text`` that is no part of a text file, if any."""
    if not (found := _NOT_TEXT.search(text)):
        return None
    line, column = _position(text, found.start())
    code = f"U+{ord(found[0]):04X}"
    hints = {
        "\ufeff": "It is a byte order mark; delete it and retype the line.",
        "\x00": "The file may be binary, or saved in another encoding than UTF-8.",
    }
    return source._replace(line=line, column=column).problem(
        f"the invisible character {code} is not allowed here",
        hints.get(found[0], "Delete it and retype the line."),
    )


def _position(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _read_bytes(path: Path, within: Path | None, shown: Location) -> bytes:
    """Read at most one byte more than allowed; a FIFO or a device is never waited for."""
    try:
        real = path if within is None else _inside(path, within, shown)
        with open(real, "rb", opener=_opener(follow=within is None)) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                hint = "A spec is read from a file, not from a pipe or a device."
                raise _refusal(shown, "this is not a regular file", hint)
            return file.read(MAX_BYTES + 1)
    except ValueError:
        raise _refusal(shown, "invalid path: it contains a NUL character") from None
    except IsADirectoryError:
        raise _refusal(shown, "this is a directory, not a spec file", _nearby(path)) from None
    except (FileNotFoundError, NotADirectoryError):
        hint = _one_folder_up(path, shown.file) or _nearby(path.parent)
        raise _refusal(shown, "no such file", hint) from None
    except PermissionError:
        hint = "Allow the user of this job to read the file."
        raise _refusal(shown, "permission denied", hint) from None
    except OSError as error:
        raise _refusal(shown, f"the file can't be read: {error.strerror}") from None


def _inside(path: Path, folder: Path, shown: Location) -> Path:
    """Return where ``path`` really is; refuse what is not in ``folder``."""
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(folder)):
        raise _refusal(
            shown,
            f"this is a link that leads outside {folder}, so it was not read",
            "Copy the spec there, or set the input spec to the absolute path of the file itself.",
        )
    return real


def _opener(*, follow: bool) -> Callable[[str, int], int]:
    """Return how a file is opened: without waiting, and unless ``follow`` by no link where the system can."""
    flags = getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
    return lambda path, mode: os.open(path, mode | flags)


def _one_folder_up(path: Path, shown: str) -> str:
    """Return a hint that names the file of the same name in the folder above, empty where there is none."""
    if not (path.parent.parent / path.name).is_file():
        return ""
    above = Path(os.path.normpath(Path(shown).parent / ".." / path.name)).as_posix()
    return f"There is one in the folder above: set the input spec to {printable(above)}."


def _nearby(directory: Path) -> str:
    """Return a hint that names what may have been meant."""
    try:
        names = sorted(each.name for each in directory.iterdir() if each.suffix in {".yml", ".yaml"})[:5]
    except OSError:
        names = []
    if not names:
        return "The path of the spec is relative to the working directory."
    return f"The folder contains {', '.join(map(printable, names))}."
