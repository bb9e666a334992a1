"""SECURITY.md and docs/security.md promise what a test holds, and name what can't be held.

The promises and their tests are in security_claims.py. A sentence without a test fails here: write one, or
correct the sentence.
"""

from __future__ import annotations

import ast
import base64
import re
import unicodedata
import urllib.parse
from typing import TYPE_CHECKING

import pytest

from qtm_action.redaction import MASK, Redactor
from tests.unit.security_claims import HELD, NO_PROMISE, PAGES, ROOT, one_line, promises

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = PAGES["SECURITY.md"]
SECRET = "Tok3n-für-das-Projekt"


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def every_byte(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def quoted(text: str, times: int) -> str:
    text = every_byte(text)
    for _ in range(times - 1):
        text = urllib.parse.quote(text, safe="")
    return text


NOT_MASKED: dict[str, Callable[[str], str]] = {
    "reversed": lambda text: text[::-1],
    "in hexadecimal": lambda text: text.encode().hex(),
    "in Base64 of Base64": lambda text: base64_of(base64_of(text)),
    "in more than four layers of escapes": lambda text: quoted(text, 5),
    "in uppercase where it has lowercase letters": str.upper,
    "in parts with other characters between them": "|".join,
    "with an escape that is itself split by white space": lambda text: every_byte(text).replace("%", "% "),
    r"with Python's names of characters, such as `\N{SOLIDUS}`": lambda text: re.sub(
        ".", lambda match: rf"\N{{{unicodedata.name(match[0])}}}", text
    ),
    "with HTML's names of characters beyond ASCII, such as `&uuml;`": lambda text: text.replace(
        "ü", "&uuml;"
    ),
    "split by a tag that has `<` or `>` in an attribute": '<i title=">">'.join,
}
MASKED: dict[str, Callable[[str], str]] = {
    "escapes of URLs": every_byte,
    "JSON": lambda text: "".join(f"\\u{ord(each):04x}" for each in text),
    "HTML, XML": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "Markdown": lambda text: re.sub(r"(\W)", r"\\\1", text),
    "Python": lambda text: "".join(f"\\x{ord(each):02x}" for each in text),
    "mixture": lambda text: "%54" + "&#x6f;" + "\\u006b" + text[3:],
    "four layers deep": lambda text: quoted(text, 4),
    "white": "\n\t".join,
    "control characters": "\x07".join,
    "terminal sequences": "\x1b[31m\x1b[?25h\x1b]0;title\x07".join,
    "invisible characters": "\xad\u200b\u202e".join,
    "tags": f'<b title="{"x" * 300}">'.join,
    "Base64": base64_of,
}


def test_the_page_lists_what_is_not_masked() -> None:
    section = PAGE.partition("## What is not masked\n")[2].partition("\n## ")[0]
    assert re.findall(r"^- (.*)$", section, re.MULTILINE) == list(NOT_MASKED)


@pytest.mark.parametrize("written", NOT_MASKED.values(), ids=NOT_MASKED)
def test_what_the_page_says_is_not_masked_is_not(written: Callable[[str], str]) -> None:
    assert MASK not in Redactor([SECRET]).redact(f"before {written(SECRET)} after")


@pytest.mark.parametrize(("words", "written"), MASKED.items(), ids=MASKED)
def test_what_the_page_says_is_masked_is(words: str, written: Callable[[str], str]) -> None:
    promise = PAGE.partition("- **Secrets**")[2].partition("\n- ")[0]
    assert words in promise
    assert Redactor([SECRET]).redact(f"before {written(SECRET)} after") == f"before {MASK} after"


@pytest.mark.parametrize("page", PAGES)
def test_every_promise_is_held_by_a_test(page: str) -> None:
    sentences = promises(page)
    assert len(sentences) > 10
    phrases = (*HELD, *NO_PROMISE)
    assert [each for each in sentences if not any(phrase in each for phrase in phrases)] == []


def test_what_is_held_stands_on_a_page() -> None:
    pages = [one_line(text) for text in PAGES.values()]
    unwritten = [phrase for phrase in (*HELD, *NO_PROMISE) if not any(phrase in page for page in pages)]
    assert unwritten == [], "remove them here too, or correct the page"


def test_what_holds_a_promise_is_a_test() -> None:
    for path, _, function in {node.partition("::") for nodes in HELD.values() for node in nodes}:
        module = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
        found = {each.name for each in module.body if isinstance(each, ast.FunctionDef)}
        assert function in found, path
