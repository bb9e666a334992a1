"""A real run's job summary, as GitHub renders and shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.faults import parse_fault
from qtm_action.sandbox.options import SandboxOptions
from tests.browser import github
from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.runs import import_from, workspace_with_examples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.chromium import Watched
    from tests.browser.runs import Run
    from tests.browser.site import Site


def test_a_reader_sees_the_outcome_first(
    watched: Watched, green: Run, on_github: Callable[[str], str]
) -> None:
    text = watched.open(on_github(green.markdown)).text()

    assert text.startswith("✅ Imported; 11 tests failed 4 of 4 imports succeeded. 23 test cases created")
    assert "38 tests: ✅ 20 passed, ❌ 10 failed, ⚠️ 1 error, \N{HEAVY MINUS SIGN} 7 skipped" in text
    assert "✅" * 10 + "❌" * 5 + "⚠️" + "\N{HEAVY MINUS SIGN}" * 4 in text
    assert watched.happened == []


def test_every_import_is_a_row_and_its_test_cycle_a_link_to_jira(
    watched: Watched, green: Run, on_github: Callable[[str], str], sandbox: Sandbox
) -> None:
    page = watched.open(on_github(green.markdown)).page
    table = page.locator("table").first

    assert table.locator("th").all_inner_texts() == [
        "Import",
        "Status",
        "Test cycle",
        "Tests",
        "In Jira",
        "Time",
    ]
    rows = table.locator("tbody tr").all()
    assert [row.locator("td").count() for row in rows] == [6, 6, 6, 6]
    assert [row.locator("code").first.inner_text() for row in rows] == [
        "unit tests",
        "acceptance",
        "smoke",
        "shop in QAF",
    ]
    assert all("✅\N{NO-BREAK SPACE}SUCCESS" in row.inner_text() for row in rows)
    links = {link.inner_text(): link.get_attribute("href") for link in page.locator("a").all()}
    assert len(links) == 4
    made = cycles_made(sandbox)
    assert links == {
        key: f"{sandbox.url}/secure/QTMAction.jspa#/TestCycleDetail/{made[key]}" for key in links
    }


def test_failed_tests_and_uploads_unfold(
    watched: Watched, green: Run, on_github: Callable[[str], str]
) -> None:
    page = watched.open(on_github(green.markdown)).page
    failure, digest = page.get_by_text("assert 2.67 == 2.68"), page.get_by_text("junit-results.zip")

    assert (failure.is_visible(), digest.is_visible()) == (False, False)
    page.get_by_text("Failed tests").click()
    page.get_by_text("Uploaded", exact=True).click()
    assert (failure.is_visible(), digest.is_visible()) == (True, True)
    assert watched.happened == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_is_wider_than_the_window(
    window: Callable[..., Watched],
    red: Run,
    on_github: Callable[[str], str],
    size: tuple[int, int],
    scheme: str,
) -> None:
    watched = window(size, color_scheme=scheme).open(on_github(red.markdown))
    watched.unfold()

    assert watched.overflow() == 0
    assert watched.unreadable() == []


def test_the_sanitiser_takes_nothing_away(
    watched: Watched, red: Run, site: Site, on_github: Callable[[str], str]
) -> None:
    kept = watched.open(on_github(red.markdown)).shape("article")
    whole = watched.open(site.put(github.page(github.rendered(red.markdown), ""))).shape("article")

    assert kept == whole


def test_nothing_becomes_a_mention_an_emoji_or_a_formula(
    watched: Watched, red: Run, on_github: Callable[[str], str]
) -> None:
    assert watched.open(on_github(red.markdown)).page.evaluate(github.FOUND_IN_TEXT) == []


def test_what_went_wrong_stands_above_the_table(
    watched: Watched, red: Run, on_github: Callable[[str], str]
) -> None:
    page = watched.open(on_github(red.markdown)).page

    assert page.locator("h2, h3").all_inner_texts() == [
        "❌ The import failed",
        "What went wrong",
        "Retry only the failed imports",
        "Imports",
    ]
    error = page.get_by_role("listitem").first.inner_text()
    assert error.startswith("regression: QTM4J reported FAILED: ")
    assert "SBX-TR-404" in error
    assert "❌\N{NO-BREAK SPACE}FAILED" in page.locator("table").first.locator("tbody tr").first.inner_text()


def test_an_unfinished_import_shows_how_to_follow_it(
    watched: Watched, on_github: Callable[[str], str], tmp_path: Path
) -> None:
    workspace = workspace_with_examples(tmp_path / "workspace")
    with Sandbox(SandboxOptions(faults=(parse_fault("track:never-finishes"),))) as endless:
        run = import_from(workspace, endless.url, timeout="1s", only="smoke")
    assert run.code == 6, run.log
    text = watched.open(on_github(run.markdown)).text()

    assert text.startswith("❌ Not finished in time")
    assert "smoke: " in text
    assert "tracking-id: " in text
    assert watched.happened == []


def cycles_made(sandbox: Sandbox) -> dict[str, str]:
    """Return the internal id of every test cycle that the sandbox made, by its key."""
    imports = requests.get(f"{sandbox.url}/sandbox/imports.json", timeout=10).json()
    summaries = [one["record"]["summary"] for one in imports]
    return {each["testCycleIssueKey"]: each["testCycle"] for each in summaries}
