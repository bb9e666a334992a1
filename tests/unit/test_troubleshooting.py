"""Every message that the troubleshooting page quotes is one that the program can say."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUOTED = sorted(
    set(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE))
    | set(re.findall(r"^\| `([^`]+)` \|", README.partition("## Troubleshooting")[2], re.MULTILINE))
)


def said() -> str:
    """Return every text in the package, a line each; what is filled in at run time is one ``…``."""
    texts = []
    for path in (ROOT / "qtm_action").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
                texts.append("".join(str(part) for part in parts))
    return "\n".join(" ".join(text.split()) for text in texts)


SAID = said()


def test_the_page_quotes_many_messages() -> None:
    assert len(QUOTED) >= 50


@pytest.mark.parametrize("message", QUOTED)
def test_a_quoted_message_can_be_said(message: str) -> None:
    fixed = [part.strip(" :,()`") for part in message.split("…")]
    missing = [part for part in fixed if len(part) > 3 and part not in SAID]
    assert missing == []
