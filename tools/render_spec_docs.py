"""Write what follows from the schema, the rules and the messages of the spec.

    python -m tools.render_spec_docs [--check]

The tables of ``docs/spec.md`` between their markers, and the messages of ``tests/data/specs/wrong``.
``--check`` writes nothing and fails where a file differs. Read what changes in the messages before it is
committed: they are what users see.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from qtm_action.errors import InvalidSpecError, Severity
from qtm_action.spec.json_schema import (
    IMPORT,
    choices,
    referred,
    resolved,
    schema,
    types,
)
from qtm_action.spec.loading import load_spec
from qtm_action.spec.rules import RULES
from tools.rendering import ROOT, cell, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REFERENCE = ROOT / "docs" / "spec.md"
WRONG = ROOT / "tests" / "data" / "specs" / "wrong"

# What the wrong specs are read in; the messages depend on it.
TODAY = date(2026, 5, 20)
ENVIRON = {"GITHUB_RUN_NUMBER": "42", "GITHUB_REF_NAME": "main", "QTM_TOKEN": "a secret of the job"}
SECRETS = frozenset({"QTM_TOKEN"})

# What a key is on Server and Data Center, and on Cloud; the rules are in qtm_action/spec/deployment_rules.py.
DIFFERENCES = (
    ("jiraUrl", "Jira's base URL", "the Jira site, for links only"),
    ("region", "not set", "`us`, `au`, or a base URL"),
    ("folderPath", "the folder's path", "an error: use `folderId`"),
    (
        "folderId",
        "an error: use `folderPath`",
        "the folder's number (right-click the folder in QTM4J and choose Copy Folder Id)",
    ),
    ("estimatedTime", "`HH:mm`", "`HH:mm:ss`"),
    ("actualTime", "`HH:mm`", "`HH:mm:ss`"),
    ("assignee", "account key: `JIRAUSER11801`", "account ID: `712020:0b1f…`"),
    ("reporter", "account key: `JIRAUSER11801`", "account ID: `712020:0b1f…`"),
    ("useFeatureName", "QTM4J 4.13.1 or later", "not sent, with a warning"),
    ("useFeatureDescription", "QTM4J 4.13.1 or later", "not sent, with a warning"),
)


def table_of_keys(part: dict[str, Any], left_out: frozenset[str] = frozenset()) -> str:
    """Return the keys of an object of the schema as a Markdown table."""
    rows = ["| key | type | default | |", "| --- | --- | --- | --- |"]
    for key, each in part["properties"].items():
        if key not in left_out:
            own = resolved(each)
            default = f"`{json.dumps(own['default'])}`" if "default" in own else ""
            rows.append(f"| `{key}` | {kind(own)} | {default} | {cell(own['description'])}{example(own)} |")
    return "\n".join(rows) + "\n"


def kind(own: dict[str, Any]) -> str:
    """Return the type of a value in words."""
    words = {
        "string": "string",
        "integer": "number",
        "number": "number",
        "boolean": "true or false",
        "array": "list",
        "object": "mapping",
    }
    if known := choices(own):
        return ", ".join(f"`{each}`" for each in known)
    if "array" in types(own) and types(own["items"]) == ("string",):
        return "list of strings" if types(own) == ("array",) else "list of strings, or one string"
    return " or ".join(words[each] for each in types(own))


def example(own: dict[str, Any]) -> str:
    """Return the first example of a value, empty where its choices say as much."""
    if choices(own) or types(own) in (("boolean",), ("object",)):
        return ""
    return f" Example: `{cell(json.dumps(own['examples'][0], ensure_ascii=False))}`"


def keys() -> str:
    """Return the tables of all keys."""
    one = referred(IMPORT)
    sections = one["properties"]["fields"]["properties"]
    of_imports = frozenset(one["properties"])
    parts = [
        ("At the top level", table_of_keys(schema(), of_imports)),
        ("Of an import", table_of_keys(one)),
        *((f"`fields.{name}`", table_of_keys(each)) for name, each in sections.items()),
        ("Of a custom field", table_of_keys(resolved(referred("#/$defs/customFields")["items"]))),
    ]
    return "\n".join(f"### {title}\n\n{table}" for title, table in parts)


def rules() -> str:
    """Return the rules of the API as a Markdown table."""
    rows = ["| | message |", "| --- | --- |"]
    for rule in RULES:
        level = "**error**" if rule.severity is Severity.ERROR else "warning"
        rows.append(f"| {level} | {cell(rule.message.format(format='other formats'))} |")
    return "\n".join(rows) + "\n"


def deployments() -> str:
    """Return how the deployments differ as a Markdown table."""
    rows = ["| key | Server, Data Center | Cloud |", "| --- | --- | --- |"]
    rows += [f"| `{key}` | {cell(server)} | {cell(cloud)} |" for key, server, cloud in DIFFERENCES]
    return "\n".join(rows) + "\n"


def reference(present: str) -> str:
    """Return ``docs/spec.md`` with its tables renewed."""
    for name, text in (("deployments", deployments()), ("keys", keys()), ("rules", rules())):
        begin, end = f"<!-- {name}: written by tools/render_spec_docs.py -->\n", f"<!-- end of {name} -->"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        if not pattern.search(present):
            raise SystemExit(f"docs/spec.md has no markers of {name}")
        present = pattern.sub(f"{begin}\n{text}\n{end}".replace("\\", r"\\"), present)
    return present


def messages_of(path: Path) -> str:
    """Return the messages about the wrong spec in ``path``, hints indented below their messages."""
    try:
        load_spec(
            path,
            shown_as="qtm-import.yml",
            environ=ENVIRON,
            inputs={},
            secret_variables=SECRETS,
            today=TODAY,
        )
    except InvalidSpecError as error:
        return "".join(
            f"{problem}\n" + (f"    {problem.hint}\n" if problem.hint else "") for problem in error.problems
        )
    raise SystemExit(f"{path} is not wrong")


def files() -> Iterator[tuple[Path, str]]:
    """Yield each file that is written here, with its text."""
    yield REFERENCE, reference(REFERENCE.read_text(encoding="utf-8"))
    for path in sorted(WRONG.glob("*.yml")):
        yield path.with_suffix(".txt"), messages_of(path)


if __name__ == "__main__":
    sys.exit(write(dict(files())))
