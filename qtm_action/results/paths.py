"""``/``-separated paths as text: files are many, and a ``Path`` of each would cost more than its use."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from posixpath import commonpath, dirname, splitext

# Opening a pipe must not wait for a writer, and no link is followed, should a file have become one.
_FLAGS = os.O_RDONLY
for _name in ("O_CLOEXEC", "O_BINARY", "O_NONBLOCK", "O_NOFOLLOW"):  # not every system has all
    _FLAGS |= getattr(os, _name, 0)


def open_unlinked(path: str | PathLike[str]) -> int:
    """Return a descriptor to read a file by; raise OSError where it can't be opened, or is a link."""
    return os.open(path, _FLAGS)


def common_folder(files: Sequence[str]) -> str:
    """Return the folder that all ``files`` (at least one) are in; empty for the top."""
    return commonpath((dirname(min(files)), dirname(max(files))))  # all others sort between those two


def is_in(path: str, folder: str) -> bool:
    """Whether a path is in a folder, at any depth."""
    return not folder or path.startswith(f"{folder}/")


def is_inside(root: str | PathLike[str], path: str | PathLike[str]) -> bool:
    """Whether a path leads into the folder ``root`` when every link is followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def extension_of(path: str) -> str:
    """Return the extension of a file's name in lower case, with its dot; empty if it has none."""
    return splitext(path)[1].lower()


def why_unreadable(error: OSError, path: str | PathLike[str]) -> str:
    """Say why a file or folder can't be read; of missing rights, who this is and whose it is."""
    why = error.strerror or str(error)
    if not isinstance(error, PermissionError) or os.name != "posix":
        return why
    why += f"; this runs as uid {os.geteuid()}"
    try:
        state = os.stat(path)  # noqa: PTH116 - a text or a path
    except OSError:
        return f"{why}, which has no permission for the folder that contains it"
    return f"{why}, and it belongs to uid {state.st_uid} with mode {stat.S_IMODE(state.st_mode):04o}"
