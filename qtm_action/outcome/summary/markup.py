"""HTML made from foreign text, for the job summary and the page: shown as it is, nothing of it acts.

GitHub and GitLab render Markdown that consists of HTML blocks, and inside such a block Markdown means
nothing: no link, no image, no table's ``|``, no emphasis. What they still look for in the finished
page (``@mentions``, ``#references``, ``:emoji:``, formulas) they skip inside ``<code>``; so foreign text
stands there, word by word, wherever it holds a character that could mean something.
"""

from __future__ import annotations

import re
from itertools import groupby

from qtm_action.ci.printable import one_visible_line

NAME_LIMIT = 200  # characters of a name
TEXT_LIMIT = 600  # characters of a message
_LONGEST_ADDRESS = 2_000  # characters
_ADDRESS = re.compile(rf"https?://[\x21-\x7e]{{1,{_LONGEST_ADDRESS - len('https://')}}}")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_MEANS_SOMETHING = re.compile(
    r"[@#$&<\\`*_~|\[\]{}^]|\S>|>\S|[!%]\w|:\S|www\.|\bGH-|\b[0-9a-f]{7,}\b|\S{30}", re.IGNORECASE
)


def escaped(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return ``text`` for the inside of an element or an attribute: visible, on one line, cut."""
    return one_visible_line(text, limit).translate(_ENTITIES)


def code(text: str, limit: int = NAME_LIMIT) -> str:
    """Return foreign text, such as a name or an id, as an element."""
    return f"<code>{escaped(text, limit)}</code>" if text.strip() else "<em>(empty)</em>"


def sentence(text: str) -> str:
    """Return a sentence that may quote foreign text: as code those of its words that could mean something.

    A word that is too long for a narrow column is one of them: only code is broken inside.
    """
    words = one_visible_line(text, TEXT_LIMIT).split(" ")
    parts = [
        (is_code, " ".join(found).translate(_ENTITIES))
        for is_code, found in groupby(words, key=lambda word: _MEANS_SOMETHING.search(word) is not None)
    ]
    return " ".join(f"<code>{part}</code>" if is_code else part for is_code, part in parts)


def unbroken(counts: str) -> str:
    """Return counts such that a line breaks behind a comma or colon only, not between number and noun."""
    return re.sub(r"(?<![,:]) ", "&nbsp;", counts)


def link(address: str | None, text: str, limit: int = NAME_LIMIT) -> str:
    """Return foreign text as a link, or without one where ``address`` is no web address."""
    if address is None or not _ADDRESS.fullmatch(address):
        return code(text, limit)
    return f'<a href="{escaped(address, _LONGEST_ADDRESS)}">{code(text, limit)}</a>'
