"""The table of frameworks, read from ``frameworks.yml``, which docs/frameworks.md is written from too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

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

    ``frameworks.yml`` explains the fields; any of ``build_files`` shows that a project uses the framework.
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


def _frameworks() -> Iterator[Framework]:
    table = yaml.safe_load(files("qtm_action.init").joinpath("frameworks.yml").read_text("utf-8"))
    for language, rows in table["frameworks"].items():
        for row in rows:
            format_ = Format(row.pop("format", "junit"))
            build = tuple(_build_files(row.pop("build", ()), table["groups"]))
            replaces = tuple(row.pop("replaces", ()))
            yield Framework(language, format=format_, build_files=build, replaces=replaces, **row)


def _build_files(
    build: Mapping[str, Any] | Sequence[str], groups: Mapping[str, Sequence[str]]
) -> Iterator[BuildFile]:
    words = build if isinstance(build, dict) else dict.fromkeys(build, "")
    for name, given in words.items():
        for file in groups.get(name, (name,)):
            for word in given if isinstance(given, list) else [given]:
                yield BuildFile(file, word)


FRAMEWORKS: tuple[Framework, ...] = tuple(_frameworks())
