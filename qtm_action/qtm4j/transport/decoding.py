"""The text of a server's answer, in any encoding, with every character that a secret may contain."""

from __future__ import annotations

import re

from qtm_action.redaction import redacted

LONGEST_TEXT = 16 * 1024
# More than that is searched for secrets, so that none is cut in two where the shown text ends.
LOOKED_THROUGH = 2 * LONGEST_TEXT
# What Python decodes these bytes as where they are not UTF-8, and the Latin-1 that they then are.
_LATIN_1 = {0xDC00 + byte: chr(byte) for byte in range(0x80, 0x100)}
_LONGEST_CHARACTER = 4  # bytes, in UTF-8
# Latin-1 is what all else is read as anyway; two are no character sets of pages, and slow.
_CHARSET = re.compile(
    r"charset\s*=\s*[\"']?(?!iso-8859-1\b|latin-?1\b|idna|punycode)([A-Za-z0-9._-]{1,40})", re.IGNORECASE
)


def beginning(text: str, *, is_cut: bool = False) -> str:
    """Return the beginning of a server's text, without secrets; 16 Ki characters at most.

    ``is_cut``: it was cut already.
    """
    is_longer = len(text) > LOOKED_THROUGH
    return redacted(text[:LOOKED_THROUGH], is_cut=is_cut or is_longer)[:LONGEST_TEXT]


def decode_text(data: bytes, content_type: str = "", *, is_cut: bool = False) -> str:
    """Return ``data`` as text: UTF-8, else in the ``charset`` of ``content_type``, else Latin-1.

    Without a charset, what is valid UTF-8 in a mixture is read as that, and each other byte as Latin-1.
    ``is_cut``: the last character may be there in part, and is left out.
    """
    for left_out in range(_LONGEST_CHARACTER if is_cut else 1):
        try:
            return data[: len(data) - left_out].decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
    charset = _CHARSET.search(content_type)
    if charset is not None:
        try:
            return data.decode(charset[1])
        except (LookupError, ValueError):  # unknown, no encoding of texts, or another one
            pass
    return data.decode("utf-8", "surrogateescape").translate(_LATIN_1)


def decode_header(value: str) -> str:
    """Return a header's value, or a status line's text, which ``http.client`` reads as Latin-1."""
    try:
        return decode_text(value.encode("latin-1"))
    except UnicodeEncodeError:
        return value
