"""What others wrote, as messages show it; nothing else in this room shortens it on the way there."""

from __future__ import annotations

import re

_LONGEST_KEY = 40
_LONGEST = 60
_USERINFO = re.compile(r"//[^/\s]*@")


def printable(text: str, *, longest: int = _LONGEST) -> str:
    """Return at most ``longest`` characters of ``text``, in one line and without a URL's password."""
    # Ten times as much is looked at, so that a password is found whole and a text of 1 MiB costs nothing.
    text = _USERINFO.sub("//…@", text[: 10 * longest])
    return escaped(text if len(text) <= longest else f"{text[:longest]}…")


def short_key(key: str) -> str:
    """Return a key, or the name of something, as messages show it."""
    return printable(key, longest=_LONGEST_KEY)


def escaped(text: str) -> str:
    """Return ``text`` with each character that can't be printed as the escape that YAML and JSON know."""
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the basic plane
