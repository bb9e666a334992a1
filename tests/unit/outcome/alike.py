"""Holds what a person reads in the log against the summary, the outputs and the report."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROW = re.compile(r"<tr><td><code>(?P<name>.*?)</code><br>.*?</td><td>(?P<status>.*?)</td>")
_TAG = re.compile(r"<[^>]*>")


def assert_alike(log: str, summary: str, outputs: Mapping[str, str], report: Mapping[str, Any]) -> None:
    """Fail where two of them differ on the run, or of one of its imports."""
    shown = " ".join(html.unescape(_TAG.sub(" ", summary)).split())
    logged = " ".join(log.replace("%25", "%").replace("%0A", " ").split())
    code = report["exitCode"]
    assert outputs["exit-code"] == str(code)
    assert f"Exit code {code} after " in shown
    assert outputs["import-status"] == report["status"]
    if report["dryRun"] and code == 0:
        assert "VALID: " in logged
        assert "checked, nothing was sent" in shown
    else:
        assert re.search(rf"{report['status']}: (?:[^:]*; )?exit code {code} after ", logged)
    assert summary.startswith("<h2>❌") == (code != 0)

    rows = {match["name"]: match["status"] for match in _ROW.finditer(summary)}
    assert sorted(rows) == sorted(each["name"] for each in report["imports"])
    for each in report["imports"]:
        _assert_import_alike(each, rows[each["name"]], logged, shown, report["error"])
    for error in [report["error"], *(each["error"] for each in report["imports"])]:
        # A longer message is cut, and its hint with it.
        if error is not None and len(error["message"]) < 1_000:
            # The log has the import's name between the place of a single problem and its message.
            texts = [one["message"] for one in error["problems"] if error["message"].endswith(one["message"])]
            for text in (*(texts or [error["message"]]), error["hint"]):
                start = " ".join(text.split())[:60]
                assert start in logged
                assert start in shown


def _assert_import_alike(
    each: Mapping[str, Any], status: str, logged: str, shown: str, of_the_run: Mapping[str, Any] | None
) -> None:
    shown_status = html.unescape(re.sub(r"<br>.*|</?code>", "", status)).replace("\xa0", " ")
    sign, _, headline = shown_status.partition(" ")
    if "VALID: " not in logged and (each["error"] is None or each["error"] == of_the_run):
        assert re.search(rf"(^| ){re.escape(each['name'])}: {re.escape(headline)}(;| |$)", logged)
    if each["importStatus"] not in (None, "SKIPPED"):
        assert headline.startswith(each["importStatus"])
    done = each["error"] is None or each["importStatus"] == "INPROCESS"
    assert (sign != "❌") == (done and each["importStatus"] in ("SUCCESS", "INPROCESS", "SKIPPED"))
    if each["trackingId"]:
        wanted = f"tracking-id: {each['trackingId']}"
        assert (wanted in logged) == (wanted in shown)
        if "tracking-id" not in (each["error"] or {"hint": ""})["hint"]:
            assert (wanted in shown) == (sign == "⏳" or headline in ("not confirmed", "unknown"))
        if each["upload"] and each["importStatus"] not in (None, "SKIPPED"):
            assert "Uploaded" in shown
    for cycle in each["summary"]:
        assert (cycle["testCycleIssueKey"] or "") in logged
        assert (cycle["testCycleIssueKey"] or "") in shown
