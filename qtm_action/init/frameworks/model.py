"""A row of the table of frameworks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from qtm_action.formats import Format


class BuildFile(NamedTuple):
    """A file that shows that a project uses a framework: its name, and a word that is in it.

    The name may have wildcards (``*.csproj``). Without a ``word`` the file itself is enough.
    """

    name: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Framework:
    """How a framework writes a report that QTM4J imports, and where the report is.

    ``name`` is the framework's own, ``key`` the name of its import in a spec. ``command`` writes the
    report to ``files``, a pattern as in the spec. ``build_files``: any of them shows that a project uses
    it. ``note`` is Markdown: what the command needs. ``replaces`` are the keys of frameworks that
    would write the same tests once more.
    """

    language: str
    name: str
    key: str
    command: str
    format: Format
    files: str
    build_files: tuple[BuildFile, ...] = ()
    note: str = ""
    replaces: tuple[str, ...] = ()

    @property
    def is_distinctive(self) -> bool:
        """Whether no other tool writes to ``files``, whatever folder of a repository its project is in."""
        place = self.files.removeprefix("**/")
        return place != self.files and ("/" in place or "*" not in place)
