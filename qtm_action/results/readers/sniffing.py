"""What a result file is, by its content: kind of text, then root element or shape; then its reader.

Readers are loaded when a file needs them.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from qtm_action.formats import Format
from qtm_action.results.readers import foreign
from qtm_action.results.readers.tally import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from qtm_action.results.readers.json_stream import JsonStream
    from qtm_action.results.readers.tally import Tally
    from qtm_action.results.readers.xml_stream import Attributes, Document, Handlers

_ROOTS = {
    "testsuites": Format.JUNIT,
    "testsuite": Format.JUNIT,
    "testng-results": Format.TESTNG,
    "Results": Format.HPUFT,
    "ReportNode": Format.HPUFT,
}


def read(
    chunks: Iterator[bytes], tally: Tally, *, expected: Format | None, extension: str, folder: Path | None
) -> None:
    """Recognise the file and read it into ``tally``; raise UnreadableError where it can't be right."""
    head = next(chunks, b"")
    while len(head) < _ENOUGH and (more := next(chunks, b"")):
        head += more
    if not head:
        raise UnreadableError("the file is empty", hint=_LEFT_EMPTY)
    chunks = chain([head], chunks)
    if _is_xml(head):
        if extension.lower() == ".json":
            tally.warn("the file is named .json and holds XML")
        _read_xml(chunks, tally, expected)
    else:
        if extension.lower() == ".xml":
            tally.warn("the file is named .xml and holds JSON")
        _read_json(chunks, tally, expected, folder)


_ENOUGH = 1024  # bytes that show what a file is, and in which encoding
_LEFT_EMPTY = "was the test run killed before it wrote its results?"


def _is_xml(head: bytes) -> bool:
    """Tell XML from JSON; raise UnreadableError for anything else."""
    begin = head[:4096].replace(b"\0", b"")  # UTF-16 and UTF-32 look like ASCII without them
    begin = re.sub(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*", b"", begin)
    if begin.startswith(b"<"):
        if re.match(rb"<!doctype html|<html", begin, re.IGNORECASE):
            raise foreign.wrong_root("html")
        return True
    if begin.startswith((b"[", b"{")):
        return False
    if not begin:
        what = "nothing but white space" if head.strip(b"\0") else "nothing but zero bytes"
        raise UnreadableError(f"the file holds {what}", hint=_LEFT_EMPTY)
    raise foreign.neither_xml_nor_json(head)


def _read_xml(chunks: Iterable[bytes], tally: Tally, expected: Format | None) -> None:
    from qtm_action.results.readers import xml_stream  # noqa: PLC0415 - loaded when a file needs it

    def opening(document: Document, root: str, _attributes: Attributes, /) -> Handlers:
        found = _ROOTS.get(root.rpartition(":")[2])
        if found is None and expected is Format.HPUFT and root not in foreign.ROOTS:
            found = expected  # a tree of ReportNode, whatever its root is called
        if found is None:
            raise foreign.wrong_root(root, expected, line=document.line)
        _settle(tally, found, expected)
        return _xml_reader(found, document, tally)

    xml_stream.parse(chunks, opening)


def _xml_reader(found: Format, document: Document, tally: Tally) -> Handlers:
    match found:
        case Format.TESTNG:
            from qtm_action.results.readers.testng import TestNGReader  # noqa: PLC0415 - see above

            return TestNGReader(document, tally).handlers()
        case Format.HPUFT:
            from qtm_action.results.readers.hpuft import UftReader  # noqa: PLC0415 - see above

            return UftReader(document, tally).handlers()
        case _:
            from qtm_action.results.readers.junit import JUnitReader  # noqa: PLC0415 - see above

            return JUnitReader(document, tally).handlers()


def _read_json(chunks: Iterable[bytes], tally: Tally, expected: Format | None, folder: Path | None) -> None:
    from qtm_action.results.readers.json_stream import JsonStream  # noqa: PLC0415 - see above

    stream = JsonStream(chunks, tally.warn)
    if stream.peek() == "[":
        _read_array(stream, tally, expected)
    else:
        _read_object(stream, tally, expected, folder)
    stream.finish()


def _read_array(stream: JsonStream, tally: Tally, expected: Format | None) -> None:
    from qtm_action.results.readers import cucumber  # noqa: PLC0415 - see above

    if expected in (None, Format.CUCUMBER):
        cucumber.read(stream, tally, lambda: _settle(tally, Format.CUCUMBER, expected))
    elif cucumber.begins_with_a_feature(stream):
        _settle(tally, Format.CUCUMBER, expected)
    else:
        raise foreign.wrong_json("an array", expected)


def _read_object(stream: JsonStream, tally: Tally, expected: Format | None, folder: Path | None) -> None:
    from qtm_action.results.readers import qaf, specflow  # noqa: PLC0415 - see above

    keys: set[str] = set()
    for key in stream.members():
        if len(keys) < _MAX_KEYS_SEEN:
            keys.add(key)
        if key.lower() == "features" and stream.peek() == "[":
            _settle(tally, Format.SPECFLOW, expected)
            specflow.read_features(stream, tally)
        elif key == "methods" and stream.peek() == "[":
            _settle(tally, Format.QAF, expected)
            qaf.read_methods(stream, tally, folder)
        else:
            stream.skip()
    if tally.format is None and any(mark <= keys for mark in qaf.MARKS):
        _settle(tally, Format.QAF, expected)
    if tally.format is None:
        if expected is not Format.QAF or "elements" in keys:
            raise foreign.wrong_object(keys, expected)
        tally.format = expected
        tally.warn("this is not a file that QAF writes", hint="the server may pass over it")


_MAX_KEYS_SEEN = 1000


def _settle(tally: Tally, found: Format, expected: Format | None) -> None:
    tally.format = found
    if expected is not None and found is not expected:
        raise UnreadableError(
            f"this is a {found.title} report; the import says {expected.value}",
            hint=f"write `format: {found.value}`, or let the patterns match {expected.title} reports only",
        )
