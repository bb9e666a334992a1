"""The sandbox's page after real imports: what a person sees of them, and that nothing they hold acts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SandboxOptions
from tests.browser import github
from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.runs import import_from, workspace_with_examples
from tests.unit.ci.hostile import HOSTILE, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.browser.chromium import Watched
    from tests.browser.runs import Run

EVIL = (
    "fine <img src=/pwned onerror=alert(1)><script>alert(1)</script></td></table></details></section>"
    "<a href='http://pwned.example'>pwned</a> \u202edenwp \x1b[2J \" onmouseover='alert(1)' $content"
)


@pytest.fixture
def page(watched: Watched, sandbox: Sandbox, green: Run) -> Watched:
    """The page of a sandbox that received the shipped examples."""
    assert green.code == 0
    return watched.open(f"{sandbox.url}/")


def test_it_lists_every_import_with_its_cases_and_steps(page: Watched) -> None:
    sections = page.page.locator("section.import")
    junit = sections.filter(has_text="junit-results.zip")
    cucumber = sections.filter(has_text="cucumber.json")

    assert "4 imports received" in page.text("header")
    assert sections.count() == 4
    assert all(title.startswith("SUCCESS") for title in sections.locator("header").all_inner_texts())
    assert "Unit tests of main" in junit.locator("summary").first.inner_text()
    checkout = junit.locator("tbody tr").filter(has_text="checkout")
    assert checkout.locator("li").all_inner_texts() == [
        "Pass test_invoice_address_is_required",
        "Not Executed test_tax_of_reduced_goods",
        "Fail test_pay_by_card",
    ]
    assert checkout.locator("td").last.inner_text() == "created"
    assert cucumber.locator("tbody tr").count() == 3
    assert page.happened == []


def test_what_was_sent_and_answered_unfolds(page: Watched) -> None:
    section = page.page.locator("section.import").filter(has_text="cucumber.json")
    body, record = section.locator("pre").all()

    assert (body.is_visible(), record.is_visible()) == (False, False)
    section.get_by_text("Request body of step 1").click()
    section.get_by_text("Record of step 3").click()
    assert json.loads(body.inner_text())["attachFile"] is True
    assert json.loads(record.inner_text())["importStatus"] == "SUCCESS"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_fits_the_window(
    window: Callable[..., Watched], sandbox: Sandbox, green: Run, size: tuple[int, int], scheme: str
) -> None:
    assert green.code == 0
    watched = window(size, color_scheme=scheme).open(f"{sandbox.url}/")
    watched.unfold()

    assert watched.overflow() == 0
    assert watched.unreadable() == []


def test_a_new_import_appears_by_itself_and_folds_stay_as_they_are(watched: Watched, tmp_path: Path) -> None:
    workspace = workspace_with_examples(tmp_path / "workspace")
    with Sandbox(SandboxOptions()) as fresh:
        page = watched.open(f"{fresh.url}/").page
        expect(page.get_by_text("No import yet")).to_be_visible()
        assert import_from(workspace, fresh.url, only="smoke").code == 0
        first = page.locator("section.import").filter(has_text="testng-results.xml")
        expect(first.locator("tbody tr")).to_have_count(10, timeout=10_000)
        first.get_by_text("Request body of step 1").click()
        assert import_from(workspace, fresh.url, only="acceptance").code == 0
        expect(page.locator("section.import")).to_have_count(2, timeout=10_000)
        assert first.locator("pre").first.is_visible()
        assert not first.locator("pre").last.is_visible()


def cucumber_report() -> str:
    """Return a report with each hostile text as the name of a feature, a scenario and a step."""
    features = [
        {
            "keyword": "Feature",
            "name": text,
            "description": text,
            "uri": "a.feature",
            "elements": [
                {
                    "keyword": "Scenario",
                    "type": "scenario",
                    "name": f"{number}. {text}",
                    "steps": [
                        {
                            "keyword": "Given ",
                            "name": text,
                            "result": {"status": "failed", "error_message": text},
                        }
                    ],
                }
            ],
        }
        for number, text in enumerate(HOSTILE.values())
    ]
    return json.dumps(features)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Run]]:
    """A sandbox that received an import in which every name is hostile, and the run that sent it."""
    workspace = tmp_path_factory.mktemp("hostile") / "workspace"
    workspace.mkdir()
    (workspace / "report.json").write_text(cucumber_report(), encoding="utf-8")
    spec = {
        "version": 1,
        "imports": [
            {
                "name": EVIL,
                "format": "cucumber",
                "files": ["*.json"],
                "environment": EVIL,
                "build": EVIL,
                "useFeatureName": True,
                "useFeatureDescription": True,
                "fields": {"testCycle": {"summary": EVIL, "description": EVIL}},
            }
        ],
    }
    (workspace / "qtm-import.yml").write_text(json.dumps(spec), encoding="utf-8")
    with Sandbox(SandboxOptions()) as sandbox:
        yield sandbox, import_from(workspace, sandbox.url)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_hostile_names_are_shown_and_do_nothing(
    window: Callable[..., Watched], hostile: tuple[Sandbox, Run], size: tuple[int, int]
) -> None:
    sandbox, run = hostile
    assert run.code == 0, run.log
    watched = window(size, bypass_csp=True).open(f"{sandbox.url}/")
    watched.unfold()
    page = watched.page

    assert page.locator("section.import").count() == 1
    rows = page.locator("tbody > tr")
    assert rows.count() == len(HOSTILE)
    told = rows.all_inner_texts()
    for row, text in zip(told, HOSTILE.values(), strict=True):
        for word in words(text[:200]):
            assert word in row
    assert {element.split(" ")[0] for element in watched.shape("main")} == {
        *("main", "section", "header", "span", "h2", "p", "dl", "div", "dt", "dd", "details", "summary", "b"),
        *("small", "table", "thead", "tbody", "tr", "th", "td", "ol", "li", "pre"),
    }
    assert watched.overflow() == 0
    assert watched.happened == []


def test_a_real_run_with_hostile_names_leaves_a_summary_that_does_nothing(
    watched: Watched, hostile: tuple[Sandbox, Run], on_github: Callable[[str], str]
) -> None:
    sandbox, run = hostile
    watched.open(on_github(run.markdown)).unfold()

    assert watched.page.locator("table").first.locator("tr td").count() == 6
    assert [link.get_attribute("href") for link in watched.page.locator("a").all()] == [
        f"{sandbox.url}/secure/QTMAction.jspa#/TestCycleDetail/{cycle_id(watched, sandbox)}"
    ]
    assert watched.page.evaluate(github.FOUND_IN_TEXT) == []
    assert watched.overflow() == 0
    assert watched.happened == []


def cycle_id(watched: Watched, sandbox: Sandbox) -> str:
    answer = watched.page.request.get(f"{sandbox.url}/sandbox/imports.json").json()
    return str(answer[0]["record"]["summary"]["testCycle"])
