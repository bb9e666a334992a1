"""Wrong specs as hurried users write them: the messages are kept, shown in the docs, and understood."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qtm_action.spec.json_schema import IMPORT, referred
from qtm_action.spec.rules import RULES

ROOT = Path(__file__).parents[3]
WRONG = sorted((ROOT / "tests" / "data" / "specs" / "wrong").glob("*.yml"))
JARGON = (
    "schema",
    "is not valid under",
    "is not of type",
    "NoneType",
    "str'",
    "dict",
    "scalar",
    "sequence",
    "token",
)


def test_there_are_enough_of_them() -> None:
    assert len(WRONG) >= 20


@pytest.mark.parametrize("spec", WRONG, ids=lambda path: path.stem)
def test_the_first_line_says_where_and_what_without_jargon(spec: Path) -> None:
    first = spec.with_suffix(".txt").read_text(encoding="utf-8").splitlines()[0]
    place = re.match(r"qtm-import\.yml:(\d+):(\d+): ", first)
    assert place is not None
    lines = spec.read_text(encoding="utf-8").splitlines()
    assert int(place[1]) <= len(lines)
    assert int(place[2]) <= len(lines[int(place[1]) - 1]) + 1
    assert not [word for word in JARGON if word in first]
    assert len(first) < 180


def test_the_common_ones_are_on_the_troubleshooting_page() -> None:
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `+ ?(.+?) ?`+ \|", page.partition("## The spec")[2].partition("\n## ")[0], re.MULTILINE
    )
    messages = "\n".join(path.with_suffix(".txt").read_text(encoding="utf-8") for path in WRONG)
    assert len(rows) == 8
    for row in rows:
        assert re.search(".+".join(re.escape(part) for part in row.split("…")), messages), row


def test_no_secret_is_in_its_messages() -> None:
    for spec in WRONG:
        messages = spec.with_suffix(".txt").read_text(encoding="utf-8")
        for secret in ("Passw0rd", "1f2e3d4c5b6a", "a secret of the job"):
            assert secret not in messages


def test_the_reference_has_every_key_and_every_rule() -> None:
    text = (ROOT / "docs" / "spec.md").read_text(encoding="utf-8")
    for key in referred(IMPORT)["properties"]:
        assert f"| `{key}` |" in text
    for rule in RULES:
        assert rule.message.split("{format}")[0] in text


@pytest.mark.parametrize(
    "variable",
    [
        "GITHUB_RUN_NUMBER",
        "CI_PIPELINE_IID",
        "BUILD_NUMBER",
        "BUILD_BUILDNUMBER",
        "BITBUCKET_BRANCH",
        "CIRCLE_SHA1",
    ],
)
def test_the_reference_names_variables_of_each_platform(variable: str) -> None:
    assert f"`{variable}`" in (ROOT / "docs" / "spec.md").read_text(encoding="utf-8")
