"""The text of a JSON file: its encoding, and the lines that characters of it stand on."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator


# glibc gives each freed block of over 128 KiB back to the system, and the next one costs page faults
# again, a tenth of the time of reading in all. Once it has freed a larger one, it keeps them.
bytes(8 << 20)


def decoded(chunks: Iterable[bytes], warn: Callable[..., None]) -> Iterator[str]:
    """Yield the text of ``chunks``. Bytes that are not of the encoding become question marks.

    ``warn`` hears of the first of them.
    """
    decoder: codecs.IncrementalDecoder | None = None
    before = 0  # characters
    for chunk in chunks:
        if decoder is None:
            decoder = codecs.getincrementaldecoder(encoding_of(chunk))()
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            _warn_of_bytes(error, before, warn)
            decoder.errors = "replace"
            text = decoder.decode(chunk)
        yield text
        before += len(text)
    if decoder is not None:
        try:
            yield decoder.decode(b"", True)
        except UnicodeDecodeError as error:
            _warn_of_bytes(error, before, warn)
            yield "\ufffd"


def _warn_of_bytes(error: UnicodeDecodeError, before: int, warn: Callable[..., None]) -> None:
    good = error.object[: error.start].decode(error.encoding, "replace")
    warn(
        f"the text is not {error.encoding.upper()}: {error.reason} (0x{error.object[error.start]:02x})",
        hint="JSON is UTF-8; other bytes may arrive as question marks",
        place=before + len(good),
    )


def encoding_of(head: bytes) -> str:
    """Return the encoding of a JSON text by its first bytes (RFC 4627, section 3), or their mark."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return encoding
    if head[:2] == b"\0\0":
        return "utf-32-be"
    if head[:1] == b"\0":
        return "utf-16-be"
    if head[1:4] == b"\0\0\0":
        return "utf-32-le"
    return "utf-16-le" if head[1:2] == b"\0" else "utf-8"


def locate(chunks: Iterable[bytes], places: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return line and column, from 1, of characters that have so many before them.

    This reads the text once more: lines are counted only when somebody is to be told of one, which
    is rare, and counting them all would cost a tenth of the time.
    """
    found: dict[int, tuple[int, int]] = {}
    waiting = sorted(places, reverse=True)
    before = lines = column = 0
    for text in decoded(chunks, lambda *_, **__: None):
        while waiting and waiting[-1] <= before + len(text):
            place = waiting.pop()
            at = place - before
            ends = text.count("\n", 0, at)
            found[place] = (
                lines + ends + 1,
                at - text.rfind("\n", 0, at) if ends else column + at + 1,
            )
        if not waiting:
            break
        before += len(text)
        ends = text.count("\n")
        lines += ends
        column = len(text) - text.rfind("\n") - 1 if ends else column + len(text)
    return found
