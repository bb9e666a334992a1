"""JSON read as a stream: one value at a time by the standard library's C scanner, in bounded memory.

A value is decoded whole while it is short; a longer one is walked into, so that no file, feature,
scenario or embedded picture is ever held whole. What is skipped is checked all the same.
"""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, Any, Final

from qtm_action.results.readers import json_text
from qtm_action.results.readers.tally import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MAX_VALUE = 1 << 18  # characters; a longer value is not decoded at once
MAX_DEPTH = 64  # levels that are walked into; what is decoded at once is bounded by Python itself

TOO_LONG: Final = object()
"""What :meth:`JsonStream.value` returns in place of a value longer than ``MAX_VALUE``."""

_MANY = 1 << 16  # characters of short items that are skipped at once
_PATIENCE = 100  # items that are skipped one by one after a wrong guess
_CLOSING = {"{": "},", "[": "],", '"': '",'}
_OUTLINED = 1000  # characters of a short value, and what is kept of a long string
_OUTLINED_MEMBERS = 100  # members of an object that are kept
_OUTLINED_LEVELS = 2  # levels of objects whose short members are kept in any case
_NEAR_END = 16  # a literal, number or escape that the end of a chunk cuts is at most this long
_SPACE = re.compile(r"[ \t\n\r]*")
_STRING_BODY = re.compile(r"""(?:[^"\\\x00-\x1f]++|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*+""")


class JsonStream:
    """A cursor over one JSON document.

    :meth:`items` and :meth:`members` walk into the array or object at the cursor: at each step the
    caller takes the value there, by :meth:`value`, :meth:`skip` or walking on. Everything raises
    UnreadableError where the text is not JSON or ends too soon. ``warn`` hears what is unusual.
    """

    def __init__(self, chunks: Iterable[bytes], warn: Callable[..., None]) -> None:
        self._texts = json_text.decoded(chunks, warn)
        self._warn = warn
        self._scanner = JSONDecoder(parse_constant=self._constant)
        self._text = ""
        self._at = 0
        self._patience = 0  # items that are skipped one by one before the next guess
        self._budget = 0  # characters that the outline at hand may still keep
        self._value_at = 0  # where the last value began
        self._usual = 0  # characters that are enough for most values
        self._ended = False  # no more chunks
        self._before = 0  # characters before the text at hand
        self._depth = 0

    @property
    def place(self) -> int:
        """How many characters are before the cursor; :func:`json_text.locate` makes a line of that."""
        return self._before + self._at

    def peek(self) -> str:
        """Return the first character of what follows, white space aside; empty at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr] # matches nothing, too
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_on():
                return ""

    def items(self) -> Iterator[int]:
        """Walk into the array at the cursor; yields the index of each item."""
        self._open()
        index = 0
        while self._step("]", first=not index):
            yield index
            index += 1
        self._depth -= 1

    def members(self) -> Iterator[str]:
        """Walk into the object at the cursor; yields the name of each member."""
        self._open()
        first = True
        while self._step("}", first=first):
            first = False
            self._expect('"', "a name in double quotes is expected")
            name = self.value()
            if not isinstance(name, str):
                raise self._malformed("a name is longer than 256 KiB")
            self._expect(":", "a colon is expected")
            self._at += 1
            yield name
        self._depth -= 1

    def value(self) -> Any:
        """Decode the value at the cursor and go past it; TOO_LONG (and stay) where it is too long."""
        if not self.peek():
            raise self._cut_off()
        if len(self._text) - self._at < self._usual:
            self._read_on()  # rather than begin what is likely to be cut off
        while (decoded := self._decoded()) is None:
            if len(self._text) - self._at > MAX_VALUE:
                return TOO_LONG
            self._read_on()
        value, end = decoded
        self._value_at, self._at = self._at, end
        if end - self._value_at > self._usual:
            self._usual = min(2 * (end - self._value_at), MAX_VALUE)
        return value

    def skip(self) -> None:
        """Go past the value at the cursor, whatever its length."""
        if self.value() is not TOO_LONG:
            return
        match self._text[self._at]:
            case "[":
                for _ in self.items():
                    self._skip_item()
            case "{":
                for _ in self.members():
                    self.skip()
            case '"':
                self.text(0)
            case _:
                raise self._malformed("a number is longer than 256 KiB")

    def _skip_item(self) -> None:
        if self._patience:
            self._patience -= 1
        elif self._skip_many():
            return
        else:
            self._patience = _PATIENCE
        self.skip()

    def _skip_many(self) -> bool:
        """Go past as many short items of an array as are likely to be complete; False if none are.

        The guess is that items are of one kind; a wrong one does not decode, and does no harm.
        """
        closing = _CLOSING.get(self.peek(), ",")
        end = self._text.rfind(closing, self._at, self._at + _MANY) + len(closing) - 1
        if end <= self._at:
            return False
        try:
            JSONDecoder().decode(f"[{self._text[self._at : end]}]")
        except (ValueError, RecursionError):
            return False
        self._at = end
        return True

    def text(self, limit: int) -> str:
        """Return the string at the cursor, cut to about ``limit`` characters, and go past it.

        Anything else is skipped and gives an empty text.
        """
        if self.peek() != '"':
            self.skip()
            return ""
        opening = self._at
        head = ""
        self._at += 1
        while True:
            end = _STRING_BODY.match(self._text, self._at).end()  # type: ignore[union-attr] # matches nothing, too
            if len(head) < limit:
                head += self._text[self._at : min(end, self._at + limit)]
            self._at = end
            if end < len(self._text) and self._text[end] == '"':
                self._at += 1
                return head
            if len(self._text) - end > _NEAR_END:
                raise self._malformed(
                    "a string holds a control character or an escape that JSON does not know"
                )
            if not self._read_on():
                raise self._cut_off(opening if opening < len(self._text) else None)

    def outline(self) -> Any:
        """Decode the value at the cursor and go past it, whatever its length; of a long one, a part.

        Long strings are cut. Of a long object the short members are kept, and those of its members;
        of anything else about 256 KiB in all.
        """
        self._budget = MAX_VALUE
        return self._outline(0)

    def _outline(self, level: int) -> Any:
        value = self.value()
        if value is not TOO_LONG:
            size = self._at - self._value_at
            if level > _OUTLINED_LEVELS or size > _OUTLINED:
                if self._budget <= 0:
                    return None
                self._budget -= size
            return value
        match self._text[self._at]:
            case "[":
                items = []
                for _ in self.items():
                    if self._budget > 0:
                        items.append(self._outline(_OUTLINED_LEVELS + 1))
                    else:
                        self._skip_item()
                return items
            case "{":
                members: dict[str, Any] = {}
                for name in self.members():
                    if len(members) < _OUTLINED_MEMBERS:
                        members[name] = self._outline(level + 1)
                    else:
                        self.skip()
                return members
            case _:
                return self.text(_OUTLINED)

    def finish(self) -> None:
        """Check that nothing but white space follows."""
        if self.peek():
            raise self._malformed("something follows the end of the document")

    def _open(self) -> None:
        self.peek()
        self._at += 1
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._too_deep()

    def _expect(self, character: str, sentence: str) -> None:
        following = self.peek()
        if not following:
            raise self._cut_off()
        if following != character:
            raise self._malformed(sentence)

    def _step(self, closing: str, *, first: bool) -> bool:
        """Go to the next item or member; False (and past the end) where there is none."""
        following = self.peek()
        if following == closing:
            self._at += 1
            return False
        if not following:
            raise self._cut_off()
        if first:
            return True
        if following != ",":
            raise self._malformed(f"a comma or {closing} is expected")
        self._at += 1
        if self.peek() == closing:
            raise self._malformed("a value is expected after the comma")
        return True

    def _decoded(self) -> tuple[Any, int] | None:
        """Return the value at the cursor and where it ends; None where more text may complete it."""
        try:
            value, end = self._scan()
        except JSONDecodeError as error:
            if self._ended:
                raise self._last_words(error) from None
            if len(self._text) - error.pos > _NEAR_END and not error.msg.startswith("Unterminated string"):
                raise self._malformed(_sentence(error), error.pos) from None
            return None
        except RecursionError:
            raise self._too_deep() from None
        # A number near the end may go on: 1 may become 1.5, 1e may become 1e9.
        if not self._ended and len(self._text) - end < _NEAR_END and self._text[end - 1] not in ']}"':
            return None
        return value, end

    def _scan(self) -> tuple[Any, int]:
        try:
            return self._scanner.raw_decode(self._text, self._at)
        except ValueError as error:
            if isinstance(error, JSONDecodeError):
                raise
            # an integer of more digits than Python converts
            return JSONDecoder(parse_int=float).raw_decode(self._text, self._at)

    def _read_on(self) -> bool:
        """Take more text behind what is not used up; False where there is none."""
        more = next(self._texts, None)
        if more is None:
            self._ended = True
            return False
        self._before += self._at
        self._text = self._text[self._at :] + more
        self._at = 0
        return True

    def _constant(self, name: str) -> None:
        self._warn(
            f"{name} is not a JSON number",
            hint="strict JSON parsers reject it",
            place=self.place,
        )

    def _malformed(self, sentence: str, at: int | None = None) -> UnreadableError:
        place = self._before + (self._at if at is None else at)
        return UnreadableError(f"the JSON is not valid: {sentence}", place=place)

    def _cut_off(self, at: int | None = None) -> UnreadableError:
        return UnreadableError(
            "the file is cut off: the JSON is not complete",
            hint="the test run may have been killed, or the file is still being written",
            place=self._before + (len(self._text) if at is None else at),
        )

    def _last_words(self, error: JSONDecodeError) -> UnreadableError:
        """Tell an end that came too soon from a mistake in the last characters."""
        rest = self._text[error.pos :].strip()
        partial_literal = any(word.startswith(rest) for word in ("true", "false", "null"))
        if partial_literal or error.msg.startswith(("Unterminated", r"Invalid \uXXXX")):
            return self._cut_off(error.pos)
        return self._malformed(_sentence(error), error.pos)

    def _too_deep(self) -> UnreadableError:
        return UnreadableError("the JSON is nested too deep", place=self.place)


_SENTENCES = {
    "Expecting value": "a value is expected",
    "Expecting property name enclosed in double quotes": "a name in double quotes is expected",
    "Expecting ':' delimiter": "a colon is expected",
    "Expecting ',' delimiter": "a comma is expected",
    "Invalid control character at": "a string holds a control character",
    "Illegal trailing comma before end of object": "a value is expected after the comma",
    "Illegal trailing comma before end of array": "a value is expected after the comma",
}


def _sentence(error: JSONDecodeError) -> str:
    return _SENTENCES.get(error.msg, error.msg)
