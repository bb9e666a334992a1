"""JSON documents of any size from a stream: whole within a bound, or one array element at a time."""

from __future__ import annotations

import codecs
import json
import re
from typing import IO, TYPE_CHECKING, Any

from qtm_action.sandbox.model import ResultsError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The largest document or array element that is read, in bytes or characters.
LARGEST_VALUE = 256 << 20

_BLOCK = 1 << 18
_SPACE = re.compile(r"[ \t\r\n]*")


def read_json(stream: IO[bytes]) -> Any:
    """Read a whole document; raises :class:`ResultsError`."""
    data = stream.read(LARGEST_VALUE + 1)
    if len(data) > LARGEST_VALUE:
        raise ResultsError(f"larger than the {LARGEST_VALUE >> 20} MiB of JSON that the sandbox reads")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"not valid JSON: {error}") from None


def array_elements(stream: IO[bytes]) -> Iterator[Any]:
    """Yield the elements of an array one after the other; memory holds the largest of them.

    Raises :class:`ResultsError`, for a document that is no array too.
    """
    text = _Text(stream)
    if text.next_character() != "[":
        raise ResultsError("not valid JSON, or not an array")
    text.at += 1
    if text.next_character() != "]":
        while True:
            yield text.value()
            separator = text.next_character()
            if separator != ",":
                break
            text.at += 1
    if text.next_character() != "]":
        raise ResultsError("not valid JSON: the array does not end")
    text.at += 1
    if text.next_character():
        raise ResultsError("not valid JSON: something follows the array")


class _Text:
    """The part of the stream that is looked at, decoded; ``at`` is the place in it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._scan = json.JSONDecoder().raw_decode
        first = stream.read(_BLOCK)
        self._exhausted = not first
        self._decoder = codecs.getincrementaldecoder(json.detect_encoding(first))()
        self._text = self._decode(first)
        self.at = 0

    def next_character(self) -> str:
        """Skip white space; empty at the end."""
        while True:
            space = _SPACE.match(self._text, self.at)
            self.at = space.end() if space else self.at
            if self.at < len(self._text) or not self._read_more():
                return self._text[self.at : self.at + 1]

    def value(self) -> Any:
        """Read the value that starts here."""
        self.next_character()
        while True:
            try:
                value, self.at = self._scan(self._text, self.at)
            except json.JSONDecodeError as error:
                if len(self._text) - self.at > LARGEST_VALUE:
                    raise ResultsError(f"no valid JSON value within {LARGEST_VALUE >> 20} MiB") from None
                if not self._read_more():
                    raise ResultsError(f"not valid JSON: {error.msg}") from None
            except RecursionError:
                raise ResultsError("not valid JSON: nested too deeply") from None
            else:
                return value

    def _read_more(self) -> bool:
        """Read as much again as is left, so that the work stays linear; False at the end."""
        if self._exhausted:
            return False
        block = self._stream.read(max(_BLOCK, len(self._text) - self.at))
        self._exhausted = not block
        self._text = self._text[self.at :] + self._decode(block)
        self.at = 0
        return True

    def _decode(self, block: bytes) -> str:
        try:
            return self._decoder.decode(block, final=self._exhausted)
        except UnicodeDecodeError as error:
            raise ResultsError(f"not valid JSON: {error}") from None
