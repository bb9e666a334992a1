r"""Text made safe to print: text of a server, a file or a spec is shown, and does nothing.

Three steps, in this order, after secrets are taken out: the text is cut to a length that a person
reads, what can't be seen is written as an escape (``\x1b``, ``\u202e``), and what a CI platform would
take for a command is broken by a space.
"""

from __future__ import annotations

import json
import re

LINE_LIMIT = 8_000  # characters of one line of a log
MOST_LINES = 1_000  # lines of one message
TEXT_LIMIT = 1_000_000  # characters of one message
# Control characters, line and paragraph separators, everything that reorders or hides text, and halves
# of surrogate pairs. Variation selectors and the joiner may stand behind what they belong to, an emoji.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
    "|(?:(?<=[\x00-\x7f])|^)[\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
)
# GitHub's and Azure's runners look for these anywhere in a line; TeamCity's is of the same kind.
_BRACKETED = re.compile(r"(##\w*)\[")
# GitHub's runner drops white space, and with it what its locale ignores, before it looks for "::".
_COLONS = re.compile(r"[^0-9A-Za-z]*?::")


def visible(text: str) -> str:
    """Return ``text`` with everything invisible written as an escape; line feeds stay, tabs become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub(_escape, text.replace("\r\n", "\n").expandtabs(4))


def cut(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of ``text``, and a note of how many were left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit} more characters)"


def one_visible_line(text: str, limit: int) -> str:
    """Return ``text`` visible, on one line with single spaces, cut to ``limit`` characters."""
    looked_at = text[: 10 * limit]
    shown = " ".join(visible(looked_at).split())
    if len(shown) <= limit and len(looked_at) == len(text):
        return shown
    return f"{shown[:limit]}… ({len(text)} characters in all)"


def inert(line: str) -> str:
    """Return ``line`` so that no CI platform takes it, or a part of it, for a command."""
    if "##" in line:
        line = _BRACKETED.sub(r"\1 [", line)
    if "::" in line and _COLONS.match(line):
        line = f"| {line}"
    return line


def log_lines(message: str, *, limit: int = LINE_LIMIT, most: int = MOST_LINES) -> list[str]:
    """Return the lines of a message, safe to print; lines after the first are indented by two spaces.

    ``limit`` is the longest a line may be, ``most`` how many lines are shown.
    """
    first, *rest = visible(cut(message, TEXT_LIMIT)).rstrip("\n").split("\n")
    lines = [inert(cut(first, limit)), *(f"  {inert(cut(line, limit))}" for line in rest[: most - 1])]
    if len(rest) >= most:
        lines.append(f"  … ({len(rest) - most + 1} more lines)")
    return lines


def json_visible(text: str) -> str:
    """Return JSON with everything invisible written as JSON's escapes, so that it means the same."""
    return _INVISIBLE.sub(_json_escape, text)


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii").replace("\\r", "\\x0d")


def _json_escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
