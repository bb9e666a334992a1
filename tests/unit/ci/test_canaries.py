"""No secret, in any encoding, leaves through any writer on any platform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from qtm_action.ci.publishing import Destinations
from qtm_action.outcome.outputs import outputs, report_json
from qtm_action.outcome.summary import markdown, page
from tests.unit.ci.conftest import ENVIRONMENTS
from tests.unit.ci.test_hostile_text import hostile_report, say_everything
from tests.unit.test_redaction import ENCODINGS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.ci.conftest import Opened

CANARIES = {
    "a key": "cAnArY-7f3b9a2c+0d41/==",
    "a password": "cAnArY  p@ss \"w\\o/rd\" <&> '100%' |`$x`",
    "not ASCII": "cAnArY-Pässwörd-€-😀",
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
@pytest.mark.parametrize("secret", CANARIES.values(), ids=CANARIES)
def test_a_canary_is_found_nowhere(
    opened: Callable[..., Opened], tmp_path: Path, name: str, secret: str
) -> None:
    files = {"GITHUB_OUTPUT": tmp_path / "output", "GITHUB_STEP_SUMMARY": tmp_path / "summary"}
    told = opened(name, {variable: str(path) for variable, path in files.items()}, secrets=[secret])
    texts = [f"planted: {encode(secret)} :planted" for encode in ENCODINGS.values()]
    basic = [encode(f"jane:{secret}") for encode in (ENCODINGS["Base64"], ENCODINGS["Base64 for URLs"])]
    # What is cut in the middle of a secret, and what is spread over lines, is planted too.
    cut = [f"{'x' * room}{secret}" for room in (190, 596, 7_990)]
    lines = "\n".join([*texts, *basic, *cut])
    for text in (*texts, *basic, *cut, lines):
        say_everything(told.platform, text)
    clean = told.platform.redacted(hostile_report(lines))
    told.platform.publish(
        outputs(clean),
        summary=markdown(clean),
        page=lambda: page(clean),
        report_json=report_json(clean),
        destinations=Destinations(
            tmp_path / "report.json", tmp_path / "out.env", (tmp_path / "s.md", tmp_path / "s.html")
        ),
    )

    left = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    left["log"] = told.output
    assert {"report.json", "out.env", "s.md", "s.html", "log"} <= left.keys()
    forms = [*(encode(secret) for encode in ENCODINGS.values()), *basic, secret[:10], "cAnAr", "Y0FuQXJ"]
    for where, text in left.items():
        for form in forms:
            assert form not in text, where
    json.loads(left["report.json"])


def test_a_report_that_nobody_cleaned_is_cleaned_by_the_writers(
    opened: Callable[..., Opened], tmp_path: Path
) -> None:
    secret = CANARIES["a key"]
    told = opened("plain", secrets=[secret])
    report = hostile_report(f"planted: {secret}")
    told.platform.publish(
        outputs(report),
        summary=markdown(report),
        page=lambda: page(report),
        report_json=report_json(report),
        destinations=Destinations(
            tmp_path / "report.json", tmp_path / "out.env", (tmp_path / "s.md", tmp_path / "s.html")
        ),
    )

    for path in tmp_path.iterdir():
        assert "cAnArY" not in path.read_text(encoding="utf-8"), path.name
