"""Every message that the troubleshooting page quotes is one that the program can say."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUOTED = sorted(
    set(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE))
    | set(re.findall(r"^\| `([^`]+)` \|", README.partition("## Troubleshooting")[2], re.MULTILINE))
)


# How the client's messages name the server and the setting of its address; on Server these are always so.
PEER = {"server": "Jira", "name": "Jira", "setting": "jira-url"}


def filled_in(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    expression = ast.unparse(part).strip("f'{}\"") if isinstance(part, ast.FormattedValue) else ""
    words = expression.split(".")
    if words in (["server"], ["setting"]) or words[-2:-1] in (["peer"], ["_peer"]):
        return PEER.get(words[-1], "…")
    return "…"


def said() -> str:
    """Return every text in the package, a line each; what is filled in at run time is one ``…``."""
    texts = []
    for path in (ROOT / "qtm_action").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value.replace("{server}", "Jira").replace("{setting}", "jira-url"))
            elif isinstance(node, ast.JoinedStr):
                texts.append("".join(map(filled_in, node.values)))
    return "\n".join(" ".join(text.split()) for text in texts)


# What is said about a spec is put together at run time; these messages are held to it by a test of their own.
OF_SPECS = [
    path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "data" / "specs" / "wrong").glob("*.txt")
]


def test_the_page_quotes_many_messages() -> None:
    assert len(QUOTED) >= 50


def test_a_quoted_message_can_be_said() -> None:
    said_by_the_program = "\n".join([said(), *OF_SPECS])
    fixed = {message: [part.strip(" :,()`") for part in message.split("…")] for message in QUOTED}
    assert {
        message: part
        for message, parts in fixed.items()
        for part in parts
        if len(part) > 3 and part not in said_by_the_program
    } == {}
