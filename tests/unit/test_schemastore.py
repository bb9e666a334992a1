"""The schema in the form that SchemaStore takes, and the entry of its catalog in docs/RELEASING.md."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA: dict[str, Any] = json.loads(
    (ROOT / "qtm_action" / "spec" / "schema.json").read_text(encoding="utf-8")
)


def catalog_entry() -> dict[str, Any]:
    """Return the JSON block of the page that has a ``fileMatch``."""
    page = (ROOT / "docs" / "RELEASING.md").read_text(encoding="utf-8")
    blocks = [
        json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    ]
    [entry] = [block for block in blocks if "fileMatch" in block]
    return dict(entry)


def properties(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property that the schema describes in place, at any depth."""
    if isinstance(node, dict):
        described = node.get("properties")
        if isinstance(described, dict) and node.get("type") == "object":
            yield from ((name, each) for name, each in described.items() if "$ref" not in each)
        for keyword, each in node.items():
            if keyword not in {"examples", "default"}:
                yield from properties(each)


def examples(node: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Yield every example of a part of the schema, with the part and where it stands."""
    if isinstance(node, dict):
        for keyword, each in node.items():
            if keyword == "examples" and isinstance(each, list):
                yield from ((f"{path}/{keyword}/{n}", node, example) for n, example in enumerate(each))
            elif keyword != "default":
                yield from examples(each, f"{path}/{keyword}")


def test_the_catalogs_entry_leads_to_the_schema_by_its_own_name() -> None:
    entry = catalog_entry()

    assert set(entry) == {"name", "description", "fileMatch", "url"}
    assert entry["url"] == SCHEMA["$id"]
    assert SCHEMA["$id"].startswith("https://")
    assert SCHEMA["$id"].endswith("/v1/qtm_action/spec/schema.json")


def test_the_line_for_editors_names_the_schema_by_the_same_address() -> None:
    assert f"$schema={SCHEMA['$id']}\n" in (ROOT / "docs" / "github.md").read_text(encoding="utf-8")


def test_the_catalogs_entry_takes_the_specs_name_and_no_one_elses() -> None:
    """SchemaStore refuses patterns that are as wide as ``*.yml``."""
    patterns = catalog_entry()["fileMatch"]

    assert patterns == ["qtm-import.yml"]
    assert any(fnmatchcase((ROOT / "examples" / "qtm-import.yml").name, each) for each in patterns)


@pytest.mark.parametrize("text", ["name", "description"])
def test_the_catalogs_entry_is_worded_as_its_rules_ask(text: str) -> None:
    worded = catalog_entry()[text]

    assert worded == " ".join(worded.split())
    assert not worded.endswith((".", ":"))
    assert not re.search(r"(?i)\bjson\b|\bschema\b", worded)


def test_the_schema_refers_to_nothing_outside_itself() -> None:
    """SchemaStore can't resolve a reference to another schema that is hosted elsewhere."""
    references = re.findall(r'"\$ref": "([^"]*)"', json.dumps(SCHEMA))

    assert references
    assert all(each.startswith("#/") for each in references)


def test_every_property_has_a_title_that_reads_as_one() -> None:
    for name, part in properties(SCHEMA):
        assert part["title"], name
        assert not part["title"].endswith((".", ":")), name
        assert not part["title"].startswith(("A ", "An ", "The ")), name
        assert not part["description"].endswith(":"), name


def test_every_example_is_valid_where_it_stands() -> None:
    """An editor offers the examples of a property, which a check of whole specs does not see."""
    for path, part, example in examples(SCHEMA):
        validator = Draft202012Validator({**part, "$defs": SCHEMA["$defs"]})
        assert list(validator.iter_errors(example)) == [], path


def test_the_shipped_spec_is_valid() -> None:
    document = yaml.safe_load((ROOT / "examples" / "qtm-import.yml").read_text(encoding="utf-8"))

    assert list(Draft202012Validator(SCHEMA).iter_errors(document)) == []
