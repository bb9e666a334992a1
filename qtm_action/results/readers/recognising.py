"""What a result file is, by its content: kind of text, then root element or keys; then its reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

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
from qtm_action.results.readers.tally import Tally, UnreadableError
from qtm_action.results.readers.xml_encoding import EBCDIC
from qtm_action.results.readers.xml_stream import Attributes, Document, Handlers

_ENOUGH = 1024  # bytes that show what a file is, and in which encoding
_LEFT_EMPTY = "Was the test run killed before it wrote its results?"
_MAX_KEYS_SEEN = 1000


class _Format(NamedTuple):
    """How the files of a format are recognised, and what reads them.

    For messages, ``looks_like`` is what a file of it is or begins with.
    """

    looks_like: str
    signs: tuple[str, ...]
    """The root elements; of JSON the member in lower case that is the array, none where the document is."""
    read: Callable[[Any, Tally], Any]
    """Of XML, the file with its handlers, by the document; of JSON, what reads the cursor at the array."""


_XML = {
    Format.JUNIT: _Format("<testsuites> or <testsuite>", ("testsuites", "testsuite"), junit.JUnitFile),
    Format.TESTNG: _Format("<testng-results>", ("testng-results",), testng.TestNGFile),
    Format.HPUFT: _Format("<Results>, with <ReportNode> in it", ("Results", "ReportNode"), hpuft.UftFile),
}
_JSON = {
    Format.CUCUMBER: _Format("an array of features", (), cucumber.read),
    Format.QAF: _Format(
        "a folder of objects, with `methods` in its meta-info.json files", ("methods",), qaf.read_methods
    ),
    Format.SPECFLOW: _Format("an object with `features`", ("features",), specflow.read_features),
}
_BY_ROOT = {sign: format_ for format_, known in _XML.items() for sign in known.signs}
_BY_MEMBER = {sign: format_ for format_, known in _JSON.items() for sign in known.signs}


def read(chunks: Iterator[bytes], tally: Tally, *, extension: str) -> None:
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
        _read_xml(chunks, tally)
    else:
        if extension.lower() == ".xml":
            tally.warn("the file is named .xml but contains JSON")
        _read_json(chunks, tally)
    # Of QAF's files those of a run or a class hold no tests.
    tally.is_empty = not tally.total and tally.format not in (None, Format.QAF)


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


def _read_xml(chunks: Iterable[bytes], tally: Tally) -> None:
    def opening(document: Document, root: str, attributes: Attributes) -> Handlers:
        if known := unsupported_files.known_root(root, attributes.get("xmlns", ""), document.line):
            raise known
        found = _BY_ROOT.get(root.rpartition(":")[2])  # without the prefix of a namespace
        if found is None and tally.expected is Format.HPUFT:
            found = Format.HPUFT  # a tree of ReportNode, whatever its root is called
        if found is None:
            raise _wrong_root(root, tally.expected, document.line)
        _settle(tally, found)
        handlers: Handlers = _XML[found].read(document, tally).handlers()
        return handlers

    xml_stream.parse(chunks, opening, repair=tally.repair)


def _wrong_root(root: str, expected: Format | None, line: int) -> UnreadableError:
    if expected is None:
        what = "a result file"
        hint = f"QTM4J accepts XML that begins with {', '.join(each.looks_like for each in _XML.values())}."
    else:
        what = _report(expected)
        begins = f"begin with {_XML[expected].looks_like}" if expected in _XML else "are JSON"
        hint = f"{expected.title} reports {begins}."
    return UnreadableError(
        f"this is not {what}: its root element is <{beginning(root, 40)}>", hint=hint, line=line
    )


def _read_json(chunks: Iterable[bytes], tally: Tally) -> None:
    stream = JsonStream(chunks, tally.warn)
    if stream.peek() != "[":
        _read_object(stream, tally)
    elif tally.expected in (None, Format.CUCUMBER):
        cucumber.read(stream, tally)
    elif cucumber.begins_with_a_feature(stream):
        _settle(tally, Format.CUCUMBER)
    else:
        raise _wrong_json("an array", tally.expected)
    stream.finish()


def _read_object(stream: JsonStream, tally: Tally) -> None:
    keys: set[str] = set()
    for key in stream.members():
        if len(keys) < _MAX_KEYS_SEEN:
            keys.add(key)
        found = _BY_MEMBER.get(key.lower())
        if found is not None and stream.peek() == "[":
            _settle(tally, found)
            _JSON[found].read(stream, tally)
        else:
            stream.skip()
    if tally.format is not None:
        return
    if qaf.holds_no_tests(keys):
        _settle(tally, Format.QAF)
    elif tally.expected is Format.QAF and "elements" not in keys:
        tally.format = Format.QAF
        tally.warn("this is not a file that QAF writes", hint="The server may ignore it.")
    else:
        wrong = _wrong_json("an object" if keys else "an empty object", tally.expected)
        raise unsupported_files.known_object(keys) or wrong


def _wrong_json(what: str, expected: Format | None) -> UnreadableError:
    if expected is None:
        known = "; ".join(f"{format_.title}: {each.looks_like}" for format_, each in _JSON.items())
        return UnreadableError(
            f"this is not a result file: it contains other JSON, {what}",
            hint=f"QTM4J accepts JSON of these kinds: {known}.",
        )
    return UnreadableError(
        f"this is not {_report(expected)}: it contains JSON, {what}",
        hint=f"It has to be {_JSON[expected].looks_like if expected in _JSON else 'XML'}.",
    )


def _report(of: Format) -> str:
    return f"{'an' if of is Format.HPUFT else 'a'} {of.title} report"  # HP is spoken letter by letter


def _settle(tally: Tally, found: Format) -> None:
    """Note the format of the file; raise UnreadableError where the import has another."""
    tally.format, expected = found, tally.expected
    if expected is not None and found is not expected:
        raise UnreadableError(
            f"this is {_report(found)}; the import says {expected.value}",
            hint=f"Set `format: {found.value}`, or match only {expected.title} reports.",
        )
