"""What the platforms make of what they are given, after their own sources and documentation."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser

# What .NET's culture-sensitive comparison does not see: format characters and variation selectors.
_FORMAT = "".join(char for char in map(chr, range(0x110000)) if unicodedata.category(char) in ("Cf", "Cc"))
_UNSEEN = re.compile(
    f"[{re.escape(_FORMAT)}\ufe00-\ufe0f\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\U000e0100-\U000e01ef]"
)
_V2 = re.compile(r"::([A-Za-z-]+)(?: ([^:]*?))?::(.*)", re.DOTALL)
_V1 = re.compile(r"##\[([A-Za-z-]+)([^\]]*)\](.*)", re.DOTALL)
_AZURE = re.compile(r"##(?:vso)?\[([A-Za-z.-]+)(?: ([^\]]*))?\](.*)", re.DOTALL)
_SECTION = re.compile(r"section_(start|end):(\d+):([a-zA-Z0-9_.-]+)(?:\[[^\]]*\])?\r\x1b\[0K")


@dataclass(frozen=True)
class Command:
    """A command that a runner found."""

    name: str
    properties: dict[str, str] = field(default_factory=dict)
    data: str = ""


def _seen(text: str) -> str:
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub("", text)


def lines(output: str) -> list[str]:
    """Return lines as .NET's StreamReader reads them: a bare CR ends one too."""
    return re.split(r"\r\n|\r|\n", output)


def github_commands(output: str) -> list[Command]:
    """Return what actions/runner takes for commands (ActionCommand.TryParseV2, TryParse)."""
    found = []
    for line in lines(output):
        seen = _seen(line).lstrip()
        if seen.startswith("::") and (match := _V2.match(seen)):
            properties = dict(each.split("=", 1) for each in (match[2] or "").split(",") if "=" in each)
            found.append(
                Command(
                    match[1],
                    {name: _unescape(value, "%3A :", "%2C ,") for name, value in properties.items()},
                    _unescape(match[3]),
                )
            )
        elif match := _V1.search(seen):
            found.append(Command(f"##{match[1]}", {}, match[3]))
    return found


def _unescape(text: str, *more: str) -> str:
    for token, char in (("%0D", "\r"), ("%0A", "\n"), *(each.split(" ") for each in more), ("%25", "%")):
        text = text.replace(token, char)
    return text


def azure_commands(output: str) -> list[Command]:
    """Return what the agent of Azure Pipelines takes for commands."""
    found = []
    for line in lines(output):
        if match := _AZURE.search(_seen(line)):
            properties = dict(each.split("=", 1) for each in (match[2] or "").split(";") if "=" in each)
            found.append(Command(match[1], properties, match[3]))
    return found


def gitlab_sections(output: str) -> list[tuple[str, str]]:
    """Return the section marks that GitLab sees: start or end, and the name."""
    return [(match[1], match[3]) for match in _SECTION.finditer(output)]


def github_file(text: str) -> dict[str, str]:
    """Return what the runner reads from GITHUB_OUTPUT (FileCommandManager); raise as it does."""
    found = {}
    rest = text.split("\n")
    while rest:
        line = rest.pop(0)
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, value = line.split("=", 1)
        elif heredoc > 0:
            name, delimiter = line.split("<<", 1)
            end = rest.index(delimiter)
            value = "\n".join(rest[:end])
            del rest[: end + 1]
        else:
            raise ValueError(line)
        found[name] = value
    return found


def gitlab_dotenv(data: bytes) -> dict[str, str]:
    """Return what GitLab reads from a dotenv report (Ci::ParseDotenvArtifactService); raise as it does."""
    assert len(data) <= 5 * 1024
    found = {}
    for line in data.decode("utf-8").splitlines():
        match = re.fullmatch(r"(.*)=(.*)", line)
        assert match is not None, line
        assert re.fullmatch(r"[a-zA-Z0-9_]+", match[1].strip())
        found[match[1].strip()] = match[2].strip()
    assert len(found) <= 20
    return found


class Structure(HTMLParser):
    """The elements of a page, without those that only mark foreign text, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src"):
                self.addresses.append(value or "")
        if tag not in ("code", "em"):
            self.tags.append(" ".join([tag, *(name for name, _ in attrs)]))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("code", "em"):
            self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.tags.append(f"!{data}")


def rendered(markdown: str) -> Structure:
    """Return what a renderer makes of Markdown that is nothing but blocks of HTML (CommonMark 4.6).

    A line that starts with one of these elements starts a block that passes as it is up to an empty
    line; anything else would be Markdown, and is refused here.
    """
    for block in re.split(r"\n[ \t]*\n", markdown.strip()):
        assert re.match(r"<(h2|h3|details)>", block), block[:200]
    return Structure(markdown)
