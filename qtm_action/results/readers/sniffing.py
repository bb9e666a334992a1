"""What a result file is, by its content: kind of text, then root element or shape."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from qtm_action.formats import Format
from qtm_action.results.readers.tally import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qtm_action.results.readers.tally import Tally
    from qtm_action.results.readers.xml_stream import Attributes, Document, Handlers

_ROOTS = {"testsuites": Format.JUNIT, "testsuite": Format.JUNIT}


def read(chunks: Iterator[bytes], tally: Tally, *, expected: Format | None, extension: str) -> None:
    """Recognise the file and read it into ``tally``; raise UnreadableError where it can't be right."""
    head = next(chunks, b"")
    if not head:
        raise UnreadableError(
            "the file is empty", hint="was the test run killed before it wrote its results?"
        )
    _read_xml(chain([head], chunks), tally, expected)


def _read_xml(chunks: Iterable[bytes], tally: Tally, expected: Format | None) -> None:
    from qtm_action.results.readers import junit, xml_stream  # noqa: PLC0415 - loaded when a file needs it

    def opening(document: Document, root: str, _attributes: Attributes, /) -> Handlers:
        found = _ROOTS.get(root)
        tally.format = found
        if found is None:
            raise UnreadableError(f"not a test report: the root element is <{root}>", line=document.line)
        if expected is not None and found is not expected:
            raise UnreadableError(
                f"this is a {found.title} report; the import says {expected.value}",
                hint=f"write `format: {found.value}`",
            )
        return junit.JUnitReader(document, tally).handlers()

    xml_stream.parse(chunks, opening)
