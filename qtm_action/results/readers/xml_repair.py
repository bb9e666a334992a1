"""A copy of an XML document without the characters that XML forbids, which frameworks write all the same.

Each becomes U+FFFD; the escape sequence of a terminal's colour is dropped whole, and so are NULs at the end
of the file. ``]]>`` in text becomes ``]]&gt;``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from qtm_action.results.readers.xml_encoding import XmlEncoding, decoded, encoding_of, referenced

_ESCAPE = r"(?:\x1b|&\#0{0,9}27;|&\#x0{0,9}1[bB];)"
_PIECE = re.compile(
    rf"(?P<colour>{_ESCAPE}\[[0-9;?]{{0,30}}[A-Za-z])"
    r"|(?P<character>[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff])"
    r"|(?P<reference>&\#(?:0{0,9}(?P<decimal>[0-9]{1,7})|x0{0,9}(?P<hex>[0-9a-fA-F]{1,6}));)"
    r"|(?P<mark><!\[CDATA\[|\]\]>|<!--|-->|<|>|[\"'])"
)
# The end of a text that may be the beginning of a piece.
_UNFINISHED = re.compile(
    rf"(?:{_ESCAPE}(?:\[[0-9;?]{{0,30}})?|&(?:\#x?[0-9a-fA-F]{{0,16}})?|<(?:!(?:-|\[[CDATA]{{0,5}})?)?|\]\]?|(?<!<!)(?<!<!-)--?)\Z"
)
_LONGEST_PIECE = 60
_WIDE = ("utf-16", "utf-32")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->", "<": ">"}


class Repair:
    """Repairs one document; ``count`` is how many characters or sequences were replaced."""

    def __init__(self) -> None:
        self.count = 0
        self._allows_control_references = False
        self._open = ""  # the mark that ends what the text is in: a CDATA section, a comment, a tag
        self._quote = ""  # in a tag

    def text(self, chunks: Iterable[bytes], encoding: XmlEncoding) -> Iterator[str]:
        """Yield the repaired text of a document."""
        self._allows_control_references = encoding.is_version_1_1
        # Bytes that are not of the encoding become lone surrogates, and then U+FFFD.
        errors = "replace" if encoding.codec.startswith(_WIDE) else "surrogateescape"
        kept = ""
        for piece in decoded(chunks, encoding.codec, errors):
            text = kept + piece
            end = len(text.rstrip("\0"))
            unfinished = _UNFINISHED.search(text, max(0, end - _LONGEST_PIECE), end)
            end = unfinished.start() if unfinished else end
            kept = text[end:]
            yield _PIECE.sub(self._replaced, text[:end])
        rest = kept.rstrip("\0")
        self.count += rest != kept
        yield _PIECE.sub(self._replaced, rest)

    def _replaced(self, match: re.Match[str]) -> str:
        text = match[0]
        if match["mark"]:
            return self._at_mark(text)
        if text[0] == "&" and (self._is_verbatim or not self._is_forbidden(match)):
            return text
        self.count += 1
        return "" if match["colour"] else "\ufffd"

    @property
    def _is_verbatim(self) -> bool:
        return self._open in ("]]>", "-->")

    def _is_forbidden(self, reference: re.Match[str]) -> bool:
        if reference["colour"]:
            return not self._allows_control_references
        number = referenced(reference)
        if number < 0x20:  # noqa: PLR2004 - the control characters
            return number not in (9, 10, 13) and not (number and self._allows_control_references)
        return 0xD800 <= number < 0xE000 or number in (0xFFFE, 0xFFFF) or number > 0x10FFFF  # noqa: PLR2004

    def _at_mark(self, mark: str) -> str:
        """Follow where the text is, since ``]]>`` and references mean something else in each place."""
        if self._quote:
            self._quote = "" if mark == self._quote else self._quote
        elif not self._open:
            self._open = _ENDS.get(mark, "")
            if mark == "]]>":
                self.count += 1
                return "]]&gt;"
        elif mark == self._open or (self._open == ">" and mark.endswith(">")):
            self._open = ""
        elif self._open == ">" and mark in "\"'":
            self._quote = mark
        return mark


def can_repair(encoding: XmlEncoding, head: bytes) -> bool:
    """Return whether a repaired copy can be written in the document's own encoding."""
    return not (encoding.codec.startswith(_WIDE) and head.startswith(b"<?xml"))


def repaired(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a repaired document in its own encoding; characters that it does not have as references."""
    head = next(chunks, b"")
    encoding = encoding_of(head)
    encoder = codecs.getincrementalencoder(encoding.codec)("xmlcharrefreplace")
    for text in Repair().text(chain([head], chunks), encoding):
        yield encoder.encode(text)
    yield encoder.encode("", final=True)
