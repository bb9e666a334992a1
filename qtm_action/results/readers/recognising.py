"""What a result file is, by its content: kind of text, then root element or keys; then its reader."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from qtm_action.formats import Format
from qtm_action.redaction import beginning
from qtm_action.results.readers import (
    cucumber,
    hpuft,
    junit,
    qaf,
    specflow,
    testng,
    unsupported_files,
    xml_stream,
)
from qtm_action.results.readers.json_stream import JsonStream
from qtm_action.results.readers.reader import JsonReader, XmlReader
from qtm_action.results.readers.tally import UnreadableError
from qtm_action.results.readers.xml_encoding import EBCDIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qtm_action.results.readers.reader import ReadSibling
    from qtm_action.results.readers.tally import Tally
    from qtm_action.results.readers.xml_stream import Attributes, Document, Handlers

_ENOUGH = 1024  # bytes that show what a file is, and in which encoding
_LEFT_EMPTY = "Was the test run killed before it wrote its results?"
_MAX_KEYS_SEEN = 1000

_XML = (junit.READER, testng.READER, hpuft.READER)
_JSON = (cucumber.READER, qaf.READER, specflow.READER)
_READERS: dict[Format, XmlReader | JsonReader] = {reader.format: reader for reader in (*_XML, *_JSON)}
_BY_ROOT = {root: reader for reader in _XML for root in reader.roots}
_BY_MEMBER = {reader.member: reader for reader in _JSON if reader.member}


def read(
    chunks: Iterator[bytes],
    tally: Tally,
    *,
    expected: Format | None,
    extension: str,
    read_sibling: ReadSibling,
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
            tally.warn("the file is named .json but contains XML")
        _read_xml(chunks, tally, expected)
    else:
        if extension.lower() == ".xml":
            tally.warn("the file is named .xml but contains JSON")
        _read_json(chunks, tally, expected, read_sibling)
    unit = _READERS[tally.format].unit if tally.format else ""
    if unit and not tally.total:
        tally.emptiness = f"the file contains no {unit}"


def _is_xml(head: bytes) -> bool:
    """Return whether it is XML, not JSON; raise UnreadableError for anything else."""
    if head.startswith(EBCDIC):
        return True
    begin = head[:4096].replace(b"\0", b"")  # UTF-16 and UTF-32 look like ASCII without them
    begin = re.sub(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*", b"", begin)
    if begin.startswith(b"<"):
        if re.match(rb"<!doctype html|<html", begin, re.IGNORECASE):
            raise unsupported_files.not_a_result_file(*unsupported_files.HTML)
        return True
    if begin.startswith((b"[", b"{")):
        return False
    if not begin:
        what = "only whitespace" if head.strip(b"\0") else "only NUL bytes"
        raise UnreadableError(f"the file contains {what}", hint=_LEFT_EMPTY)
    raise unsupported_files.neither_xml_nor_json(head)


def _read_xml(chunks: Iterable[bytes], tally: Tally, expected: Format | None) -> None:
    def opening(document: Document, root: str, attributes: Attributes) -> Handlers:
        if known := unsupported_files.known_root(root, attributes.get("xmlns", ""), document.line):
            raise known
        reader = _BY_ROOT.get(root.rpartition(":")[2])  # without the prefix of a namespace
        if reader is None and expected is Format.HPUFT:
            reader = hpuft.READER  # a tree of ReportNode, whatever its root is called
        if reader is None:
            raise _wrong_root(root, expected, document.line)
        _settle(tally, reader.format, expected)
        return reader.handlers(document, tally)

    xml_stream.parse(chunks, opening, repair=tally.repair)


def _wrong_root(root: str, expected: Format | None, line: int) -> UnreadableError:
    if expected is None:
        what = "a result file"
        hint = f"QTM4J accepts XML that begins with {', '.join(reader.looks_like for reader in _XML)}."
    else:
        what = _report(expected)
        reader = _READERS[expected]
        begins = f"begin with {reader.looks_like}" if isinstance(reader, XmlReader) else "are JSON"
        hint = f"{expected.title} reports {begins}."
    return UnreadableError(
        f"this is not {what}: its root element is <{beginning(root, 40)}>", hint=hint, line=line
    )


def _read_json(
    chunks: Iterable[bytes], tally: Tally, expected: Format | None, read_sibling: ReadSibling
) -> None:
    stream = JsonStream(chunks, tally.warn)
    if stream.peek() != "[":
        _read_object(stream, tally, expected, read_sibling)
    elif expected in (None, Format.CUCUMBER):
        cucumber.read(stream, tally, read_sibling)
    elif cucumber.begins_with_a_feature(stream):
        _settle(tally, Format.CUCUMBER, expected)
    else:
        raise _wrong_json("an array", expected)
    stream.finish()


def _read_object(
    stream: JsonStream, tally: Tally, expected: Format | None, read_sibling: ReadSibling
) -> None:
    keys: set[str] = set()
    for key in stream.members():
        if len(keys) < _MAX_KEYS_SEEN:
            keys.add(key)
        reader = _BY_MEMBER.get(key.lower())
        if reader is not None and stream.peek() == "[":
            _settle(tally, reader.format, expected)
            reader.read(stream, tally, read_sibling)
        else:
            stream.skip()
    if tally.format is not None:
        return
    if qaf.holds_no_tests(keys):
        _settle(tally, Format.QAF, expected)
    elif expected is Format.QAF and "elements" not in keys:
        tally.format = Format.QAF
        tally.warn("this is not a file that QAF writes", hint="The server may ignore it.")
    else:
        wrong = _wrong_json("an object" if keys else "an empty object", expected)
        raise unsupported_files.known_object(keys) or wrong


def _wrong_json(what: str, expected: Format | None) -> UnreadableError:
    if expected is None:
        known = "; ".join(f"{reader.format.title}: {reader.looks_like}" for reader in _JSON)
        return UnreadableError(
            f"this is not a result file: it contains other JSON, {what}",
            hint=f"QTM4J accepts JSON of these kinds: {known}.",
        )
    reader = _READERS[expected]
    return UnreadableError(
        f"this is not {_report(expected)}: it contains JSON, {what}",
        hint=f"It has to be {reader.looks_like if isinstance(reader, JsonReader) else 'XML'}.",
    )


def _report(of: Format) -> str:
    return f"{'an' if of is Format.HPUFT else 'a'} {of.title} report"  # HP is spoken letter by letter


def _settle(tally: Tally, found: Format, expected: Format | None) -> None:
    """Note the format of the file; raise UnreadableError where the import has another."""
    tally.format = found
    if expected is not None and found is not expected:
        raise UnreadableError(
            f"this is {_report(found)}; the import says {expected.value}",
            hint=f"Set `format: {found.value}`, or match only {expected.title} reports.",
        )
