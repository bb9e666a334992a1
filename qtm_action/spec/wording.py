"""What others wrote, as messages show it: short, in one line, and without what may be a password."""

from __future__ import annotations

import re

_LONGEST_KEY = 40
_LONGEST = 60
_USERINFO = re.compile(r"//[^/\s]*@")


def printable(text: str, *, longest: int = _LONGEST) -> str:
    """Return at most ``longest`` characters of ``text``, in one line and without a URL's password."""
    text = _USERINFO.sub("//…@", text[: 10 * longest])
    text = text if len(text) <= longest else f"{text[:longest]}…"
    return text if text.isprintable() else "".join(_shown(each) for each in text)


def short_key(key: str) -> str:
    """Return a key, or the name of something, as messages show it."""
    return printable(key, longest=_LONGEST_KEY)


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the basic plane
