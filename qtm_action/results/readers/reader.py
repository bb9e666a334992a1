"""What the reader of a format is: how its files are recognised, and what reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.formats import Format
    from qtm_action.results.readers.json_stream import JsonStream
    from qtm_action.results.readers.tally import Tally
    from qtm_action.results.readers.xml_stream import Document, Handlers

    ReadSibling = Callable[[str, int], bytes | None]
    """Gives the first bytes of a file in the folder of the one that is read; None where there is none."""


class XmlReader(NamedTuple):
    """A format in XML, recognised by its root element.

    For messages, ``looks_like`` is what a file of it begins with.
    """

    format: Format
    roots: tuple[str, ...]
    looks_like: str
    handlers: Callable[[Document, Tally], Handlers]


class JsonReader(NamedTuple):
    """A format in JSON: an array, or an object one member of which is an array.

    For messages, ``looks_like`` is what a file of it is. ``member`` is the name in lower case, empty where
    the document itself is the array. ``read`` gets the cursor at the array.
    """

    format: Format
    looks_like: str
    member: str
    read: Callable[[JsonStream, Tally, ReadSibling], None]
