"""XML read as a stream by expat: bounded memory, no entities, depth and names capped.

Nothing outside the file is ever opened: external DTDs are passed over and entity declarations
refused. The encodings that the XML may declare are honoured.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple, Protocol
from xml.parsers import expat

from qtm_action.results.readers.tally import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MAX_DEPTH = 1000
MAX_NAMES = 10_000
MAX_TAG = 64 << 20  # bytes of one tag or comment; text is not bounded, it passes through
MAX_CAPTURED = 2000  # characters of an element's text that are kept

Attributes = list[str]
"""Names and values in turn."""


class Handlers(NamedTuple):
    """What a format's reader does at each element.

    ``end`` may be a function of C for speed. ``chunk_read`` is called after each chunk and says how
    many elements are open; ``finish`` is called once at the end of a document that is well-formed.
    """

    start: Callable[[str, Attributes], None]
    end: Callable[[str], object]
    chunk_read: Callable[[], int]
    finish: Callable[[], None]


class Opening(Protocol):
    """Chooses the handlers by the root element; called once, and its ``start`` once more for the root."""

    def __call__(self, document: Document, root: str, attributes: Attributes, /) -> Handlers:
        """Return the handlers; raise UnreadableError where the root is wrong."""
        ...


class Document:
    """The document being read: where the reader is in it, and the text of elements it asks for."""

    def __init__(self, encoding: str | None) -> None:
        self.names: dict[str, str] = {}
        """Every element and attribute name met so far, in order."""
        parser = expat.ParserCreate(encoding, None, self.names)
        parser.ordered_attributes = True
        parser.specified_attributes = True  # defaults of a DTD could multiply a long value
        parser.EntityDeclHandler = self._refuse_entity
        self.parser = parser
        self._pieces: list[str] = []
        self._captured = 0

    @property
    def line(self) -> int:
        """The line of the element at hand, from 1."""
        return self.parser.CurrentLineNumber

    def capture(self, deliver: Callable[[str], None]) -> None:
        """Hand on the text that follows the start tag at hand, up to the next end tag."""
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
            self._pieces.append(piece[:MAX_CAPTURED])
            self._captured += len(piece)
            if self._captured >= MAX_CAPTURED:
                self.parser.CharacterDataHandler = None

    def _refuse_entity(self, name: str, *_: object) -> None:
        raise UnreadableError(
            f"the XML declares an entity ({name!r}); entities are refused",
            hint="no test framework writes entity declarations; find out what wrote this file",
            line=self.line,
        )


def parse(chunks: Iterable[bytes], opening: Opening) -> None:
    """Parse a document from chunks of at most 1 MiB; raise UnreadableError where it can't be right."""
    chunks = iter(chunks)
    head = next(chunks, b"")
    encoding, decoder = _decoding(head)
    document = Document(encoding)
    parser = document.parser
    handlers: Handlers | None = None

    def root(name: str, attributes: Attributes) -> None:
        nonlocal handlers
        handlers = opening(document, name, attributes)
        parser.EndElementHandler = handlers.end
        parser.StartElementHandler = handlers.start
        handlers.start(name, attributes)

    parser.StartElementHandler = root
    fed = 0
    chunk = head
    try:
        while chunk:
            data = chunk if decoder is None else decoder.decode(chunk).encode()
            # Small steps bound what a step can open, so that depth need not be checked at each element.
            for at in range(0, len(data), _STEP):
                step = data[at : at + _STEP]
                parser.Parse(step, False)
                fed += len(step)
                _check_bounds(document, handlers, pending=fed - parser.CurrentByteIndex)
            chunk = next(chunks, b"")
        if decoder is not None:
            parser.Parse(decoder.decode(b"", True).encode(), False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _malformed(error) from None
    except (LookupError, ValueError) as error:  # an encoding that Python does not have, or not for XML
        raise UnreadableError(f"the text can't be decoded: {error}", line=parser.CurrentLineNumber) from None
    if handlers is not None:
        handlers.chunk_read()
        handlers.finish()


_STEP = 1 << 18


def _check_bounds(document: Document, handlers: Handlers | None, *, pending: int) -> None:
    if handlers is not None and handlers.chunk_read() > MAX_DEPTH:
        raise UnreadableError(f"elements are nested more than {MAX_DEPTH} deep", line=document.line)
    if len(document.names) > MAX_NAMES:
        raise UnreadableError(
            f"there are more than {MAX_NAMES} different element and attribute names", line=document.line
        )
    if pending > MAX_TAG:
        raise UnreadableError("one tag or comment is longer than 64 MiB", line=document.line)


_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
# Encodings of several bytes a character, which expat can't be taught; the others it knows or learns.
_WIDE = frozenset(
    {"gbk", "gb2312", "gb18030", "big5", "big5hkscs", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949"}
)


def _decoding(head: bytes) -> tuple[str | None, codecs.IncrementalDecoder | None]:
    if match := _DECLARED.match(head):
        name = codecs.lookup(match[1].decode()).name if _is_codec(match[1].decode()) else ""
        if name in _WIDE:
            return "utf-8", codecs.getincrementaldecoder(name)()
    return None, None


def _is_codec(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


_CUT_OFF = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)


def _malformed(error: expat.ExpatError) -> UnreadableError:
    sentence = expat.errors.messages.get(error.code, "not well-formed")
    if error.code in _CUT_OFF:
        return UnreadableError(
            f"the file is cut off: the XML is not complete ({sentence})",
            hint="was the test run killed, or is the file still being written?",
            line=error.lineno,
            column=error.offset + 1,
        )
    return UnreadableError(f"not well-formed XML: {sentence}", line=error.lineno, column=error.offset + 1)


def pairs(attributes: Attributes) -> Iterator[tuple[str, str]]:
    """Return attributes as pairs of name and value."""
    return zip(attributes[::2], attributes[1::2], strict=True)
