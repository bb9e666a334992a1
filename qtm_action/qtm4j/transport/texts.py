"""Bytes of a server as text, in whatever encoding: nothing gets lost that a secret could be known by."""

from __future__ import annotations

import re

# What Python decodes these bytes as where they are not UTF-8, and the Latin-1 that they then are.
_LATIN_1 = {0xDC00 + byte: chr(byte) for byte in range(0x80, 0x100)}
_LONGEST_CHARACTER = 4  # bytes, in UTF-8
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]{1,40})", re.IGNORECASE)


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
