"""JSON read as a stream: one value at a time by the standard library's C scanner, in bounded memory.

A value is decoded whole while it is short; a longer one is walked into, so that no file, feature,
scenario or embedded picture is ever held whole. What is skipped is checked all the same.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from json import JSONDecodeError, JSONDecoder
from typing import Any, Final, NamedTuple

from qtm_action.redaction import redacted
from qtm_action.results.readers.tally import UnreadableError

MAX_VALUE = 1 << 18  # characters that are decoded at once in any case; not more than these and a chunk
MAX_OUTLINE = 1 << 20  # characters of JSON that an outline keeps
MAX_DEPTH = 64  # levels that are walked into; what is decoded at once is bounded by Python itself

TOO_LONG: Final = object()
"""What :meth:`JsonStream.value` returns in place of a value that is too long to be decoded at once."""

_MAX_STRING = 1000  # characters that are kept of a long string
_NEAR_END = 16  # a literal, number or escape that the end of the text cuts is at most this long
_SPACE = re.compile(r"[ \t\n\r]*")
_STRING_BODY = re.compile(r"""(?:[^"\\\x00-\x1f]++|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*+""")


class Position(NamedTuple):
    """A place in the text; both count from 1."""

    line: int
    column: int


class JsonStream:
    """A cursor over one JSON document.

    :meth:`items` and :meth:`members` walk into the array or object at the cursor: at each step the
    caller takes the value there, by :meth:`value`, :meth:`outline`, :meth:`skip` or walking on. Everything
    raises UnreadableError where the text is not JSON or ends too soon. ``warn`` hears what is unusual.
    """

    def __init__(self, chunks: Iterable[bytes], warn: Callable[..., None]) -> None:
        chunks = iter(chunks)
        head = next(chunks, b"")
        # A mark of the order of bytes, or where the zeros are (RFC 4627, section 3), shows the encoding.
        self._decoder = codecs.getincrementaldecoder(json.detect_encoding(head))()
        self._chunks = chain([head], chunks)
        self._warn = warn
        self._scanner = JSONDecoder(parse_constant=self._constant)
        self._text = ""
        self._at = 0
        self._ended = False  # no more chunks
        self._depth = 0
        self._budget = 0  # characters that the outline at hand may still keep
        # Lines are counted up to here, and this one began there; it may have begun before the text at hand.
        self._counted = self._line_start = 0
        self._line = 1

    @property
    def position(self) -> Position:
        """Where the cursor is."""
        ends = self._text.count("\n", self._counted, self._at)
        if ends:
            self._line += ends
            self._line_start = self._text.rindex("\n", self._counted, self._at) + 1
        self._counted = self._at
        return Position(self._line, self._at - self._line_start + 1)

    def peek(self) -> str:
        """Return the first character of what follows, white space aside; empty at the end.

        More text is taken as needed, so that what a value is decoded from holds MAX_VALUE characters of it.
        """
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr] # matches nothing, too
            if self._ended or len(self._text) - self._at >= MAX_VALUE + _NEAR_END:
                return self._text[self._at : self._at + 1]
            self._read_on()

    def items(self) -> Iterator[None]:
        """Walk into the array at the cursor; stops at each item."""
        return self._walk("]")

    def members(self) -> Iterator[str]:
        """Walk into the object at the cursor; yields the name of each member."""
        for _ in self._walk("}"):
            self._expect('"', "a name in double quotes is expected")
            name = self.value()
            if not isinstance(name, str):
                raise self._malformed("a name is longer than 256 KiB")
            self._expect(":", "a colon is expected")
            self._at += 1
            yield name

    def value(self) -> Any:
        """Decode the value at the cursor and go past it; TOO_LONG (and stay) where it is too long."""
        self._something()
        try:
            value, end = self._scan()
        except JSONDecodeError as error:
            if len(self._text) - error.pos > _NEAR_END and not error.msg.startswith("Unterminated string"):
                raise self._malformed(_sentence(error), error.pos) from None
            if self._ended:
                raise self._last_words(error) from None
            return TOO_LONG
        except RecursionError:
            raise self._too_deep() from None
        if not self._ended and len(self._text) - end < _NEAR_END:
            return TOO_LONG  # a number there may go on: 1 may become 1.5, 1e may become 1e9
        self._at = end
        return value

    def skip(self) -> None:
        """Go past the value at the cursor, whatever its length."""
        if self.value() is not TOO_LONG:
            return
        match self.peek():
            case "[":
                for _ in self.items():
                    self.skip()
            case "{":
                for _ in self.members():
                    self.skip()
            case _:
                self._long_string()

    def outline(self) -> Any:
        """Decode the value at the cursor and go past it, whatever its length; of a long one, a part.

        Long strings are cut. What exceeds MAX_OUTLINE characters is left out; arrays share the first half of
        them, so that there is room for the members after a long array.
        """
        self._budget = MAX_OUTLINE
        return self._outline()

    def finish(self) -> None:
        """Check that nothing but white space follows."""
        if self.peek():
            raise self._malformed("unexpected text after the end of the document")

    def _outline(self) -> Any:
        self.peek()
        start = self._at
        value = self.value()
        if value is not TOO_LONG:
            size = self._at - start
            if size > self._budget:
                return None
            self._budget -= size
            return value
        match self.peek():
            case "[":
                items = []
                for _ in self.items():
                    if self._budget > MAX_OUTLINE // 2:
                        items.append(self._outline())
                    else:
                        self.skip()
                return items
            case "{":
                members: dict[str, Any] = {}
                for name in self.members():
                    self._budget -= len(name)
                    if self._budget > 0:
                        members[name] = self._outline()
                    else:
                        self.skip()
                return members
            case _:
                return self._long_string()

    def _long_string(self) -> str:
        """Go past a long string; return its beginning, with its escapes as they are."""
        if self.peek() != '"':
            raise self._malformed("a number is longer than 256 KiB")
        head = ""
        self._at += 1
        while True:
            end = _STRING_BODY.match(self._text, self._at).end()  # type: ignore[union-attr] # matches nothing, too
            head += self._text[self._at : min(end, self._at + _MAX_STRING - len(head))]
            self._at = end
            if self._text[end : end + 1] == '"':
                self._at += 1
                return redacted(head, is_cut=len(head) == _MAX_STRING)
            if len(self._text) - end > _NEAR_END:
                raise self._malformed("a string contains a control character or an invalid escape")
            if self._ended:
                raise self._cut_off()
            self._read_on()

    def _walk(self, closing: str) -> Iterator[None]:
        """Go into the array or object at the cursor, stop at each item or member, and go past the end."""
        self._something()
        self._at += 1
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._too_deep()
        is_first = True
        while (following := self._something()) != closing:
            if not is_first:
                if following != ",":
                    raise self._malformed(f"a comma or {closing} is expected")
                self._at += 1
                if self._something() == closing:
                    raise self._malformed("a value is expected after the comma")
            is_first = False
            yield
        self._at += 1
        self._depth -= 1

    def _something(self) -> str:
        """Return the first character of what follows, which there has to be."""
        following = self.peek()
        if not following:
            raise self._cut_off()
        return following

    def _expect(self, character: str, sentence: str) -> None:
        if self._something() != character:
            raise self._malformed(sentence)

    def _scan(self) -> tuple[Any, int]:
        try:
            return self._scanner.raw_decode(self._text, self._at)
        except ValueError as error:
            if isinstance(error, JSONDecodeError):
                raise
            # an integer of more digits than Python converts
            return JSONDecoder(parse_int=float).raw_decode(self._text, self._at)

    def _read_on(self) -> None:
        """Take more text behind what is not used up, or note that there is none."""
        chunk = next(self._chunks, b"")
        self._ended = not chunk
        more = self._decoded(chunk)
        _ = self.position  # counts the lines of what is used up
        self._text = self._text[self._at :] + more
        self._line_start -= self._at
        self._counted = self._at = 0

    def _decoded(self, chunk: bytes) -> str:
        """Return the text of ``chunk``. Bytes that are not of the encoding become question marks."""
        try:
            return self._decoder.decode(chunk, final=self._ended)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(error.encoding, "replace")
            byte = error.object[error.start]
            self._warn(
                f"the text is not {error.encoding.upper()}: {error.reason} (0x{byte:02x})",
                hint="JSON is UTF-8. Other bytes may be displayed as question marks.",
                line=self._line + self._text.count("\n", self._counted) + good.count("\n"),
            )
            self._decoder.errors = "replace"
            return self._decoder.decode(chunk, final=self._ended)

    def _constant(self, name: str) -> None:
        self._warn(
            f"{name} is not a JSON number",
            hint="Strict JSON parsers reject it.",
            line=self.position.line,
        )

    def _malformed(self, sentence: str, at: int | None = None) -> UnreadableError:
        self._at = self._at if at is None else at
        return self._error(f"the JSON is not valid: {sentence}")

    def _cut_off(self) -> UnreadableError:
        return self._error(
            "the file is cut off: the JSON is not complete",
            hint="The test run may have been killed, or the file is still being written.",
        )

    def _last_words(self, error: JSONDecodeError) -> UnreadableError:
        """Distinguish an end that came too soon from a mistake in the last characters."""
        rest = self._text[error.pos :].strip()
        partial_literal = any(word.startswith(rest) for word in ("true", "false", "null"))
        if partial_literal or error.msg.startswith(("Unterminated", r"Invalid \uXXXX")):
            self._at = error.pos
            return self._cut_off()
        return self._malformed(_sentence(error), error.pos)

    def _too_deep(self) -> UnreadableError:
        return self._error("the JSON is nested too deeply")

    def _error(self, message: str, hint: str = "") -> UnreadableError:
        line, column = self.position
        return UnreadableError(message, hint=hint, line=line, column=column)


_SENTENCES = {
    "Expecting value": "a value is expected",
    "Expecting property name enclosed in double quotes": "a name in double quotes is expected",
    "Expecting ':' delimiter": "a colon is expected",
    "Expecting ',' delimiter": "a comma is expected",
    "Invalid control character at": "a string contains a control character",
    "Illegal trailing comma before end of object": "a value is expected after the comma",
    "Illegal trailing comma before end of array": "a value is expected after the comma",
}


def _sentence(error: JSONDecodeError) -> str:
    return _SENTENCES.get(error.msg, error.msg[:1].lower() + error.msg[1:])
