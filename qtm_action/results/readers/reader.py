"""What the reader of a format is: how its files are recognised, and what reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.formats import Format
    from qtm_action.results.readers.json_stream import JsonStream
    from qtm_action.results.readers.tally import Tally
    from qtm_action.results.readers.xml_stream import Document, Handlers

    Beside = Callable[[str, int], bytes | None]
    """Gives the first bytes of a file in the folder of the one that is read; None where there is none."""


@dataclass(frozen=True, slots=True)
class XmlReader:
    """A format in XML, recognised by its root element.

    ``looks_like`` is for messages: what a file of it begins with. With ``any_root`` a file is read whatever
    its root where the import says this format, except one that is known to be something else.
    """

    format: Format
    roots: tuple[str, ...]
    looks_like: str
    handlers: Callable[[Document, Tally], Handlers]
    any_root: bool = False


@dataclass(frozen=True, slots=True)
class JsonReader:
    """A format in JSON: an array, or an object one member of which is an array.

    ``looks_like`` is for messages: what a file of it is. ``member`` is the name in lower case, None where the
    document itself is the array. ``read`` gets the cursor at the array. ``is_item`` goes into it and says
    whether its first item is one of the format. ``marks`` are sets of keys any of which shows an object
    that belongs to the format and holds no tests; with ``any_object`` others are taken as well, with a
    warning, where the import says this format.
    """

    format: Format
    looks_like: str
    member: str | None
    read: Callable[[JsonStream, Tally, Beside], None]
    is_item: Callable[[JsonStream], bool] | None = None
    marks: tuple[frozenset[str], ...] = ()
    any_object: bool = False
