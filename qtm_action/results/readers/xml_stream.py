"""XML read as a stream by expat: bounded memory, no entities, depth and names capped.

Nothing outside the file is ever opened: external DTDs are passed over and entity declarations
refused. The encodings that the XML may declare are honoured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple
from xml.parsers import expat

from qtm_action.redaction import beginning
from qtm_action.results.readers.reasons import MAX_READ
from qtm_action.results.readers.tally import UnreadableError
from qtm_action.results.readers.xml_encoding import XmlEncoding, as_version_1_0, decoded, encoding_of
from qtm_action.results.readers.xml_repair import Repair, can_repair

MAX_DEPTH = 1000
MAX_NAMES = 10_000
MAX_TAG = 32 << 20  # bytes of one tag or comment; text is not bounded, it passes through

Attributes = dict[str, str]


class Handlers(NamedTuple):
    """What a format's reader does at each element.

    ``depth`` says how many elements are open; it is called after each chunk. ``finish`` is called once at
    the end of a document that is well-formed.
    """

    start: Callable[[str, Attributes], None]
    end: Callable[[str], None]
    depth: Callable[[], int]
    finish: Callable[[], None] = lambda: None


class Document:
    """The document being read: where the reader is in it, and the text of elements it asks for."""

    def __init__(self, encoding: str | None) -> None:
        self.names: dict[str, str] = {}
        """Every element and attribute name met so far, in order."""
        parser = expat.ParserCreate(encoding, None, self.names)
        parser.specified_attributes = True  # defaults of a DTD could multiply a long value
        parser.EntityDeclHandler = self._refuse_entity
        self.parser = parser
        self.fed = 0  # bytes that the parser has got
        self._pieces: list[str] = []
        self._captured = 0

    @property
    def line(self) -> int:
        """The line of the element at hand, from 1."""
        return self.parser.CurrentLineNumber

    @property
    def unfinished(self) -> int:
        """How many bytes the parser keeps since the tag or comment they begin is not complete."""
        return self.fed - self.parser.CurrentByteIndex

    def capture(self, deliver: Callable[[str], None]) -> None:
        """Deliver the text that follows the start tag at hand, up to the next end tag."""
        end = self.parser.EndElementHandler

        def ended(name: str) -> None:
            self.parser.EndElementHandler = end
            self.parser.CharacterDataHandler = None
            deliver("".join(self._pieces))
            self._pieces.clear()
            if end is not None:
                end(name)

        self._pieces.clear()
        self._captured = 0
        self.parser.EndElementHandler = ended
        self.parser.CharacterDataHandler = self._text

    def _text(self, piece: str) -> None:
        if not self._pieces:
            piece = piece.lstrip()
        if piece:
            self._pieces.append(piece[:MAX_READ])
            self._captured += len(piece)
            if self._captured >= MAX_READ:
                self.parser.CharacterDataHandler = None

    def _refuse_entity(self, name: str, *_: object) -> None:
        raise UnreadableError(
            f"the XML declares an entity ({beginning(name, 100)!r}); entities are refused",
            hint="No test framework writes entity declarations. Check which tool wrote this file.",
            line=self.line,
        )


Opening = Callable[[Document, str, Attributes], Handlers]


def parse(chunks: Iterable[bytes], opening: Opening, *, repair: Repair | None = None) -> None:
    """Parse a document from its chunks, as ``repair`` repairs it; raise UnreadableError where it is wrong.

    ``opening`` chooses the handlers by the root's name and attributes, which they get then. A chunk is best
    about 256 KiB: depth and names are checked after each, not at each element.
    """
    chunks = iter(chunks)
    head = next(chunks, b"")
    encoding = encoding_of(head)
    if not encoding.codec:
        raise _unknown_encoding(encoding.declared)
    for_the_parser, chunks = _decoded(encoding, head, chunks, repair)
    document = Document(for_the_parser)
    parser = document.parser
    handlers: Handlers | None = None

    def root(name: str, attributes: Attributes) -> None:
        nonlocal handlers
        handlers = opening(document, name, attributes)
        parser.EndElementHandler = handlers.end
        parser.StartElementHandler = handlers.start
        handlers.start(name, attributes)

    parser.StartElementHandler = root
    before = chunk = b""
    try:
        for chunk in _gathered(chunks, document):
            parser.Parse(chunk, False)
            document.fed += len(chunk)
            before = (before + chunk[-2:])[-2:]
            _check_bounds(document, handlers)
        chunk = b""
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        at = len(before) + max(0, parser.ErrorByteIndex - document.fed)
        raise _malformed(error, before + chunk, at) from None
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise UnreadableError(
            f"the text can't be decoded: the byte 0x{byte:02x} is not {error.encoding}",
            hint=_WRITE_UTF_8,
            line=parser.CurrentLineNumber,
        ) from None
    except (LookupError, ValueError):  # what the parser makes of an encoding that it can't be taught
        raise _unknown_encoding(encoding.declared) from None
    if handlers is not None:
        handlers.finish()


def _gathered(chunks: Iterable[bytes], document: Document) -> Iterator[bytes]:
    """Yield chunks as they are, or several at once while a long tag is unfinished.

    The parser begins such a tag again with each chunk: doubling what it gets keeps that linear.
    """
    waiting: list[bytes] = []
    size = 0
    for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= document.unfinished:
            yield chunk if size == len(chunk) else b"".join(waiting)
            waiting.clear()
            size = 0
    if waiting:
        yield b"".join(waiting)


def _check_bounds(document: Document, handlers: Handlers | None) -> None:
    if handlers is not None and handlers.depth() > MAX_DEPTH:
        raise UnreadableError(f"elements are nested more than {MAX_DEPTH:,} levels deep", line=document.line)
    if len(document.names) > MAX_NAMES:
        raise UnreadableError(
            f"more than {MAX_NAMES:,} different element and attribute names", line=document.line
        )
    if document.unfinished > MAX_TAG:
        raise UnreadableError("one tag or comment is longer than 32 MiB", line=document.line)


_WRITE_UTF_8 = "Write the file as UTF-8, and declare it in the XML declaration."


def _unknown_encoding(name: str) -> UnreadableError:
    shown = beginning(name, 40)
    return UnreadableError(f"the text can't be decoded: unknown encoding: {shown}", hint=_WRITE_UTF_8, line=1)


def _decoded(
    encoding: XmlEncoding, head: bytes, rest: Iterator[bytes], repair: Repair | None
) -> tuple[str | None, Iterator[bytes]]:
    """Return the encoding to set on the parser (None: the one that the XML declares), and the chunks."""
    chunks = chain([head], rest)
    if repair is not None and can_repair(encoding, head):
        text = repair.text(chunks, encoding)
    elif encoding.is_version_1_1 or not encoding.is_for_the_parser:
        text = decoded(chunks, encoding.codec)
    else:
        # The parser knows UTF-8 by that name alone; Java has utf8 and UTF8 too.
        return ("utf-8" if encoding.codec == "utf-8" else None), chunks
    if encoding.is_version_1_1:
        text = as_version_1_0(text)
    return "utf-8", (piece.encode("utf-8", "surrogatepass") for piece in text)


_ERRORS = expat.errors
_CUT_OFF = (
    _ERRORS.XML_ERROR_NO_ELEMENTS,
    _ERRORS.XML_ERROR_UNCLOSED_TOKEN,
    _ERRORS.XML_ERROR_UNCLOSED_CDATA_SECTION,
    _ERRORS.XML_ERROR_PARTIAL_CHAR,
)
_FORBIDDEN = (_ERRORS.XML_ERROR_INVALID_TOKEN, _ERRORS.XML_ERROR_BAD_CHAR_REF)
_HINTS = {
    _ERRORS.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: "A file holds only one report. Was a second one appended?",
    _ERRORS.XML_ERROR_MISPLACED_XML_PI: "Remove everything before `<?xml`, blank lines included.",
    _ERRORS.XML_ERROR_INCORRECT_ENCODING: "The XML declaration names a different encoding than the file is "
    "written in. Write it as UTF-8.",
    _ERRORS.XML_ERROR_UNDEFINED_ENTITY: "XML has no HTML entities. Write the character itself, or a number "
    "such as `&#160;`.",
}


def _malformed(error: expat.ExpatError, text: bytes, at: int) -> UnreadableError:
    sentence = expat.ErrorString(error.code)
    message = f"the XML is not well-formed: {sentence}"
    hint = forbidden = _forbidden(text, at) if sentence in _FORBIDDEN else ""
    if sentence in _CUT_OFF:
        message = f"the file is cut off: the XML is not complete ({sentence})"
        hint = "The test run may have been killed, or the file is still being written."
    hint = hint or _HINTS.get(sentence, "")
    return UnreadableError(message, hint, error.lineno, error.offset + 1, can_be_repaired=bool(forbidden))


_NAMED = {
    0x00: "NUL",
    0x07: "BEL, the terminal bell",
    0x08: "backspace",
    0x1B: "ESC, as in terminal color codes",
}


def _forbidden(text: bytes, at: int) -> str:
    """Return a sentence on what XML forbids and ``text`` has there; empty where that is not known."""
    rest, what = text[at:], ""
    if rest and not rest.strip(b"\0"):
        return "The file ends in NUL bytes. Did the machine or the disk fail while it was written?"
    if text[max(0, at - 2) : at + 1] == b"]]>":  # the parser stops at its end
        what = "XML does not allow `]]>` in text"
    elif reference := re.match(rb"&#(?:([0-9]{1,8})|x([0-9A-Fa-f]{1,8}));", rest):
        number = int(reference[1]) if reference[1] else int(reference[2], 16)
        what = f"XML does not allow the character {reference[0].decode()}{_named(number)}"
    elif rest.startswith((b"\xef\xbf\xbe", b"\xef\xbf\xbf")):
        what = f"XML does not allow U+FFF{'EF'[rest[2] - 0xBE]} (a noncharacter)"
    elif rest[:1] > b"~":
        what = f"The byte 0x{rest[:1].hex()} is not of the declared encoding (UTF-8 where none is)"
    elif rest[:1] < b" " and rest:
        what = f"XML does not allow the character 0x{rest[:1].hex()}{_named(rest[0])}"
    return what and f"{what}."


def _named(number: int) -> str:
    return f" ({_NAMED[number]})" if number in _NAMED else ""
