"""The reason of a failure: the first informative line of what a framework wrote about it.

That is not a generic word, not the test's own name, not a bare place in a file and not the header of a
stack. Where such a line only announces what follows (``got:``), the lines after it are taken along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from qtm_action.redaction import redacted
from qtm_action.words import one_line

MAX_READ = 20_000  # characters of a message that are looked through
MAX_REASON = 300  # characters of a reason that are kept
_MAX_TAKEN_ALONG = 8

# Escape sequences of a terminal as frameworks spell them: raw or replaced by one character; bare, where the
# escape was left out (PHPUnit, GoogleTest); #x1B (pytest), \x1B (Catch2, doctest), \e (RSpec),
# [NON-XML-CHAR-0x1B] (CTest).
_COLOUR = re.compile(
    r"(?:[\x1b\ufffd?]|&\#(?:27|x1b);|\#x1b|(?<!['\"])\\(?:x1b|e|033)|\[NON-XML-CHAR-0x1B\])\[[0-9;?]*[a-z]"
    r"|(?<!\\x1b)(?<!\\e)\[[0-9]{1,3}(?:;[0-9]{1,3})*m(?!\])",
    re.IGNORECASE,
)
# Other control characters in the same spellings.
_CONTROL = re.compile(r"\#x0[0-8]|\\x0[0-8](?![0-9a-f])|\\a\b|\[NON-XML-CHAR-0x[0-9A-F]+\]", re.IGNORECASE)

_GENERIC = re.compile(
    r"""[\ .:!]*(?:
      fail(?:ed|ure)? | error(?:ed)? | exception | assert(?:ion)? | crash | exit | none | null | unknown
    | check | require | throw | test_case | testcodefailure | testfailed | test\ (?:failure|failed|error)
    | (?:unexpected|uncaught)\ exception | assertion\ (?:failure|error|failed) | fatal\ error | unknown\ file
    )[\ .:!]*""",
    re.VERBOSE | re.IGNORECASE,
)
_NOISE = re.compile(
    r"""
      [-=~*_.\s>]*                                            # a ruler, the begin and end of YAML
    | [0-9]+\ assertion\(s\)\ failed\.?                       # Criterion
    | [^\s:]*\.\w{1,5}(?::[0-9]+){1,2}:?                      # a place: cart.cpp:4
    | [^:]*\(?\b[\w./\\-]+\.\w+,?\ line\ [0-9]+\)?            # a place in words
    | \(?(?:from\ function|in\ (?:test\ )?file)\b.*           # Bats
    | (?:::)?in\ (?:function|call\ from)\b.*                  # EUnit
    | at\ .* | \#[0-9]+\ .* | \u276f\ .*                           # lines of a stack
    | (?:.*:\s*)?Traceback\ \(most\ recent\ call\ last\):.* | File\ ".*
    | stack\ traceback: | goroutine\ [0-9]+\ .* | EXCEPTION\ STACK\ TRACE:.*
    | Failure/Error:.*                                        # RSpec
    | .*\.{2,}(?:passed|skipped)                             # a step of cucumber-js
    | -\ (?:file|line)\s*:.* | (?:UNCAUGHT|UNEXPECTED)\ EXCEPTION:   # Boost.Test
    | (?:severity|at|stack|Error\ Trace|Test)\s*:.*           # YAML of TAP, testify
    | ===\ .* | ---\ (?:FAIL|PASS|SKIP):.* | (?:FAIL|ok)\t.* | exit\ status\ [0-9]+   # go test
    | (?:not\ )?ok\ [0-9]+.* | [0-9]+\.\.[0-9]+.* | \#\ Subtest:.*          # TAP
    """,
    re.VERBOSE,
)
_LABEL = re.compile(r"(?:(?:-\s*)?message\s*:|Error: *\t|Messages: *\t)\s*(?=\S)|\*\*(?=\w+:)")
# A line that is not informative without those after it, and lines that belong to the one before them.
_ANNOUNCES = re.compile(r".*[:,{\[(]")
_BELONGS = re.compile(r"(?:expected|actual|received|got|want|but was|which is|found)\b.*", re.IGNORECASE)
_ENDS = re.compile(r"(?:\s*at\s|\s*\u276f|stack traceback|goroutine |--- |=== |\s*\(compared using)")

_TRACEBACK = "Traceback (most recent call last):"
_RAISED = re.compile(r"^E {2,}(\S.*)$", re.MULTILINE)  # pytest marks what was raised
_MESSAGE = re.compile(r"^Message:[ \t]*$", re.MULTILINE)  # cucumber-ruby
_GO_TEST = re.compile(r"^=== RUN |^[ \t]*--- FAIL: ", re.MULTILINE)
_GO_LINE = re.compile(r"^[ \t]+[\w.-]+\.go:[0-9]+: ", re.MULTILINE)
_GO_PANIC = re.compile(r"^panic: ", re.MULTILINE)


def reason(*texts: str, names: Iterable[str] = ()) -> str:
    """Return the first line of the first of ``texts`` that says why a test failed, on one line.

    ``names`` are those of the test, which are not informative. Where no line is, the first one of all is
    returned; empty where there is none.
    """
    own = tuple(name.strip() for name in names if name.strip())
    cleaned = [_clean(text) for text in texts if text]
    for text in cleaned:
        lines = _beginning_at_the_reason(text)
        if found := _informative(lines, own):
            return one_line(_continued(found, cleaned, own) or found, MAX_REASON)
    for text in cleaned:
        if text.strip() and text.strip() not in ("None", "null"):
            return one_line(text.strip().splitlines()[0], MAX_REASON)
    return ""


def without_colours(text: str) -> str:
    """Return ``text`` without the escape sequences of a terminal, in whatever spelling."""
    return _CONTROL.sub("", _COLOUR.sub("", text))


def _clean(text: str) -> str:
    shown = redacted(text[:MAX_READ], is_cut=len(text) >= MAX_READ)
    return redacted(without_colours(shown))  # again: colours may have stood within a secret


def _beginning_at_the_reason(text: str) -> list[str]:
    """Return the lines of ``text`` from where its kind of message has the reason."""
    if _TRACEBACK in text:
        last = text.rpartition(_TRACEBACK)[2].splitlines()[1:]
        raised = next((place for place, line in enumerate(last) if re.match(r"[^\s|+]", line)), None)
        # In an attribute all is one line, and what was raised can't be distinguished from the rest.
        return last[raised:] if raised is not None else text.partition(_TRACEBACK)[0].splitlines()
    if raised_lines := list(_RAISED.finditer(text)):
        last_block = raised_lines[-1]
        for before in reversed(raised_lines[:-1]):
            if text[before.end() : last_block.start()].strip("\nE "):
                break
            last_block = before
        return [match[1] for match in _RAISED.finditer(text, last_block.start())]
    if message := _MESSAGE.search(text):
        return text[message.end() :].splitlines()
    if _GO_TEST.search(text):
        start = _GO_PANIC.search(text) or next(iter([*_GO_LINE.finditer(text)][-1:]), None)
        if start is not None:
            return text[start.start() :].splitlines()
    return text.splitlines()


def _informative(lines: Sequence[str], own: tuple[str, ...]) -> str:
    for place, written in enumerate(lines):
        line = _without_label(written.strip())
        if line and not _is_uninformative(line, own):
            return " ".join([line, *islice(_taken_along(line, lines[place + 1 :]), _MAX_TAKEN_ALONG)])
    return ""


def _without_label(line: str) -> str:
    label = _LABEL.match(line)
    return line[label.end() :] if label else line


def _is_uninformative(line: str, own: tuple[str, ...]) -> bool:
    if _GENERIC.fullmatch(line) or _is_noise(line):
        return True
    return any(
        line.startswith((f"{name} with data set", f"{name} (")) or _is_generic_about(line, name)
        for name in own
    )


def _is_generic_about(line: str, name: str) -> bool:
    """Return whether a line is the name alone, or a generic word with it: ``failed add one``."""
    before = line.removesuffix(name)
    return not before or (before != line and _GENERIC.fullmatch(before) is not None)


def _continued(found: str, texts: Sequence[str], own: tuple[str, ...]) -> str:
    """Return the whole line of which ``found`` is the beginning, with ``...``; empty where there is none."""
    beginning = found.removesuffix("...").rstrip()
    if beginning == found:
        return ""
    for text in texts:
        lines = text.splitlines()
        for place, line in enumerate(map(str.strip, lines)):
            if line.startswith(beginning) and not line.endswith("..."):
                return _informative(lines[place:], own)
    return ""


def _is_noise(line: str) -> bool:
    return _NOISE.fullmatch(line[:MAX_REASON]) is not None  # the expression may not meet what is longer


def _taken_along(line: str, rest: Sequence[str]) -> Iterator[str]:
    announced = _ANNOUNCES.fullmatch(line) is not None
    for written in rest:
        following = written.strip()
        if not following:
            continue
        if _ENDS.match(written) or _is_noise(following):
            return
        if not announced and not _BELONGS.fullmatch(following):
            return
        yield following
