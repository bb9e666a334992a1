"""No secret, in any encoding, leaves through any writer on any platform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from qtm_action.ci.publishing import Destinations
from qtm_action.outcome.outputs import outputs, report_json
from qtm_action.outcome.summary import markdown, page
from tests.unit.ci.conftest import ENVIRONMENTS
from tests.unit.ci.test_hostile_text import hostile_report, log_everything
from tests.unit.test_redaction import ENCODINGS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from qtm_action.outcome.report import Report
    from tests.unit.ci.conftest import Opened

CANARIES = {
    "a key": "cAnArY-7f3b9a2c+0d41/==",
    "a password": "cAnArY  p@ss \"w\\o/rd\" <&> '100%' |`$x`",
    "not ASCII": "cAnArY-Pässwörd-€-😀",
}
BASE64 = ("Base64", "Base64 for URLs")


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_canary_is_found_nowhere(opened: Callable[..., Opened], tmp_path: Path, name: str) -> None:
    files = {"GITHUB_OUTPUT": tmp_path / "output", "GITHUB_STEP_SUMMARY": tmp_path / "summary"}
    secrets = CANARIES.values()
    ci = opened(name, {variable: str(path) for variable, path in files.items()}, secrets=secrets)
    forms = [encode(secret) for secret in secrets for encode in ENCODINGS.values()]
    forms += [ENCODINGS[alphabet](f"jane:{secret}") for secret in secrets for alphabet in BASE64]
    # One platform stands for what all have in common.
    planted = [f"planted: {form} :planted" for form in forms[:: 1 if name == "plain" else 5]]
    # What is cut in the middle of a secret, and what is spread over lines, is planted too.
    rooms = (190, 596, 7_990) if name == "plain" else (190,)
    cut = [f"{'x' * room}{CANARIES['a key']}" for room in rooms]
    for text in ("\n".join(planted), " ".join(planted[::9]), *cut):
        log_everything(ci.platform, text)
    publish(ci, ci.platform.redacted(hostile_report("\n".join([*planted[::9], *cut]))), tmp_path)

    left = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    left["log"] = ci.output
    assert {"report.json", "out.env", "s.md", "s.html", "log"} <= left.keys()
    for where, text in left.items():
        for form in (*forms, "cAnAr", "Y0FuQXJ"):
            assert form not in text, where
    json.loads(left["report.json"])


def test_a_report_that_no_one_cleaned_is_cleaned_by_the_writers(
    opened: Callable[..., Opened], tmp_path: Path
) -> None:
    secret = CANARIES["a key"]
    ci = opened("plain", secrets=[secret])
    report = hostile_report(f"planted: {secret}")
    publish(ci, report, tmp_path)

    for path in tmp_path.iterdir():
        assert "cAnArY" not in path.read_text(encoding="utf-8"), path.name


def publish(ci: Opened, report: Report, folder: Path) -> None:
    ci.platform.publish(
        outputs(report),
        summary=markdown(report),
        page=lambda: page(report),
        report_json=report_json(report),
        destinations=Destinations(
            folder / "report.json", folder / "out.env", (folder / "s.md", folder / "s.html")
        ),
    )
