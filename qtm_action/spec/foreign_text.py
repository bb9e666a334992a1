"""Text that others wrote, as messages show it; nothing else in this package shortens it.

Secrets are masked first: one that was cut, or whose characters were escaped, would no longer be found.
"""

from __future__ import annotations

import re

from qtm_action.redaction import BLOT, MASK, redacted

_LONGEST_KEY = 40
_LONGEST = 60
# So much is looked at, so that secrets are found whole and a text of 1 MiB costs nothing.
_LOOKED_AT = 8192
_BLOTS = re.compile(f"{BLOT}+")
_USERINFO = re.compile(r"//[^/\s]*@")


def printable(text: str, *, longest: int = _LONGEST) -> str:
    """Return at most ``longest`` characters of ``text`` without secrets and users of URLs, in one line."""
    text = redacted(text[:_LOOKED_AT], is_cut=len(text) > _LOOKED_AT)
    text = _USERINFO.sub("//…@", _BLOTS.sub(MASK, text))
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
