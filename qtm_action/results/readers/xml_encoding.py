"""The encoding of an XML document, by the names that Java's parser takes: QTM4J reads with one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from qtm_action.redaction import part_of

_DECLARATION = re.compile(r"""\ufeff?<\?xml(?P<rest>[^>]{0,200})""")
_ENCODING = re.compile(r"""encoding\s*=\s*["']([A-Za-z0-9._:-]{1,180})["']""")
_VERSION = re.compile(r"""(\sversion\s*=\s*["'])1\.1(["'])""")
_LONGEST = 1024  # bytes in which the declaration ends

# Names of Java's that Python does not have (charsets of JDK 17, "Supported Encodings").
_JAVAS = {
    "windows-31j": "cp932",
    "x-windows-iso2022jp": "iso2022_jp",
    "x-sjis": "cp932",
    "x-euc-jp": "euc_jp",
}
EBCDIC = b"\x4c\x6f\xa7\x94\x93"  # <?xml in every EBCDIC, the encodings of mainframes

# What the parser can't be taught: several bytes a character, states, or another place for ASCII.
_DECODED_HERE = re.compile(
    r"gbk|gb2312|gb18030|big5.*|shift_jis|cp932|euc_.*|cp949|cp950|johab|iso2022_.*"
    r"|utf-32.*|cp(?:037|273|424|500|875|1026|1140)"
)
# Python's own: no name of theirs is one of Java's.
_NOT_JAVAS = re.compile(
    r"utf-7|utf-8-sig|(?:raw-)?unicode-escape|punycode|idna|palmos|charmap|hz|hp-roman8|koi8-t|kz1048|ptcp154"
    r"|cp720|cp1125|iso8859-1[04]|mac-(?:arabic|croatian|farsi|romanian)"
    r"|euc_jis.*|shift_jisx?_?.+|iso2022_jp_(?:1|3|2004|ext)"
)


class XmlEncoding(NamedTuple):
    """How a document is written.

    ``declared`` is the name that it declares; ``codec`` is Python's name, empty where there is none for it.
    ``is_version_1_1``: it is XML 1.1, which has references to control characters.
    """

    declared: str
    codec: str
    is_version_1_1: bool

    @property
    def is_for_the_parser(self) -> bool:
        """Whether the parser decodes it itself."""
        return not _DECODED_HERE.fullmatch(self.codec)


def encoding_of(head: bytes) -> XmlEncoding:
    """Return the encoding of a document that begins with ``head``."""
    sniffed = _sniffed(head)
    text = head[:_LONGEST].decode(sniffed or "latin-1", "replace")
    declaration = _DECLARATION.match(text)
    rest = declaration["rest"] if declaration else ""
    match = _ENCODING.search(rest)
    declared = match[1] if match else ""
    codec = sniffed or "utf-8"
    if declared and (sniffed is None or sniffed == "cp037"):
        codec = _codec_of(declared)
        if not codec:  # the name will be shown
            declared = part_of(text, declared)
    return XmlEncoding(declared, codec, _VERSION.search(rest) is not None)


def _sniffed(head: bytes) -> str | None:
    """Return the codec that the first bytes show; None where they are like ASCII."""
    for begin, codec in (
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (b"<\0\0\0", "utf-32-le"),
        (b"\0\0\0<", "utf-32-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
        (EBCDIC, "cp037"),
    ):
        if head.startswith(begin):
            return codec
    return None


def _codec_of(declared: str) -> str:
    try:
        codec = codecs.lookup(_JAVAS.get(declared.lower(), declared)).name
        "".encode(codec)  # which codecs that are not of text refuse, such as hex
    except (LookupError, UnicodeError):
        return ""
    return "" if _NOT_JAVAS.fullmatch(codec) else codec


def decoded(chunks: Iterable[bytes], codec: str, errors: str = "strict") -> Iterator[str]:
    """Yield the text of a document."""
    decoder = codecs.getincrementaldecoder(codec)(errors)
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


_REFERENCE = re.compile(r"&#(?:0*(?P<decimal>[0-9]{1,7})|x0*(?P<hex>[0-9a-fA-F]{1,6}));")
_LONGEST_REFERENCE = 16


def as_version_1_0(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the text of an XML 1.1 document as the parser reads it, which knows 1.0 only.

    References to the control characters that 1.1 allows become U+FFFD; the places of what follows in the
    same line move.
    """
    pieces = iter(pieces)
    text = _VERSION.sub(r"\g<1>1.0\2", next(pieces, ""), count=1)
    for piece in pieces:
        unfinished = text.find("&", max(0, len(text) - _LONGEST_REFERENCE))
        end = len(text) if unfinished < 0 else unfinished
        yield _REFERENCE.sub(_allowed_in_1_1, text[:end])
        text = text[end:] + piece
    yield _REFERENCE.sub(_allowed_in_1_1, text)


def _allowed_in_1_1(reference: re.Match[str]) -> str:
    return "\ufffd" if 0 < referenced(reference) < 0x20 else reference[0]  # noqa: PLR2004 - the control characters


def referenced(reference: re.Match[str]) -> int:
    """Return the number of the character that a reference names."""
    return int(reference["decimal"]) if reference["decimal"] else int(reference["hex"], 16)
