"""A real run's summary as a page of its own: by day, by night, on a phone, from a disk, and in Jenkins."""

from __future__ import annotations

import io
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.browser.chromium import DESKTOP, PHONE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.browser.chromium import Watched
    from tests.browser.runs import Run
    from tests.browser.site import Site

# What Jenkins sends with files of a build unless an administrator says otherwise (its handbook, "Configuring
# Content Security Policy"), and the same without the one thing that it allows.
SOURCES = "default-src 'none'; img-src 'self'; style-src 'self';"
JENKINS = {"Content-Security-Policy": f"sandbox allow-same-origin; {SOURCES}"}
STRICTEST = {"Content-Security-Policy": f"sandbox; {SOURCES}"}
POLICIES = pytest.mark.parametrize("policy", [JENKINS, STRICTEST], ids=["Jenkins", "strictest"])
GREEN, RED, ORANGE, GREY = (0x1F, 0x88, 0x3D), (0xCF, 0x22, 0x2E), (0xBC, 0x4C, 0x00), (0x81, 0x8B, 0x98)
SMALL, WIDE = (400, 850), (1200, 900)  # CSS pixels


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_is_whole_and_readable(
    window: Callable[..., Watched], red: Run, site: Site, size: tuple[int, int], scheme: str
) -> None:
    watched = window(size, color_scheme=scheme).open(site.put(red.page))
    watched.unfold()

    text = watched.text()
    for part in ("The import failed", "4 of 5 imports", "SBX-TR-404", "shop in QAF", "assert 2.67 == 2.68"):
        assert part in text
    assert watched.overflow() == 0
    assert watched.unreadable() == []
    for selector in ("h1", "h2", "td", "td code", "a code", "summary", "dt", "dd"):
        assert contrast(watched, selector) >= 4.5, selector
    assert luminance(watched.style("body", "background-color")) == pytest.approx(
        1.0 if scheme == "light" else 0.005, abs=0.005
    )
    assert watched.happened == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["400", "1200"])
def test_axe_finds_nothing_serious(  # noqa: PLR0917 - a table's columns
    browser: Browser, axe: str, red: Run, site: Site, size: tuple[int, int], scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )
    page = context.new_page()
    page.goto(site.put(red.page))
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.evaluate(axe)
    found = page.evaluate("() => axe.run()")
    context.close()

    assert found["passes"]
    assert [(one["id"], one["impact"], one["nodes"][0]["html"]) for one in found["violations"]] == []


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["400", "1200"])
def test_no_word_is_broken_inside(
    window: Callable[..., Watched], red: Run, site: Site, size: tuple[int, int]
) -> None:
    page = window(size).open(site.put(red.page)).page
    broken = page.evaluate(
        """() => [...document.querySelectorAll("td, th, dt, h1, h2, p, li")].flatMap(one =>
            [...one.childNodes].filter(each => each.nodeType === 3).flatMap(text =>
                [...text.data.matchAll(/[\\w]+/g)].filter(word => {
                    const range = document.createRange();
                    range.setStart(text, word.index);
                    range.setEnd(text, word.index + word[0].length);
                    return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1;
                }).map(word => word[0])))"""
    )

    assert broken == []


def test_a_card_on_a_phone_names_its_cells_and_the_bar_is_as_wide_as_the_page(
    window: Callable[..., Watched], green: Run, site: Site
) -> None:
    page = window(SMALL).open(site.put(green.page)).page

    assert page.evaluate(
        """() => [...document.querySelectorAll("tbody tr:first-child td")].slice(0, 6)
            .map(one => getComputedStyle(one, "::before").content)"""
    ) == [f'"{name}"' for name in ("Import", "Status", "Test cycle", "Tests", "In Jira", "Time")]
    bar, title = (page.locator(each).first.bounding_box() for each in ("p > svg", "h1"))
    assert bar is not None
    assert title is not None
    assert bar["width"] == pytest.approx(title["width"], abs=1)


def test_the_focus_is_visible(watched: Watched, green: Run, site: Site) -> None:
    page = watched.open(site.put(green.page)).page
    page.keyboard.press("Tab")

    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_bar_shows_the_share_of_each_outcome(watched: Watched, green: Run, site: Site) -> None:
    watched.open(site.put(green.page))

    assert shares(watched) == pytest.approx([20 / 38, 10 / 38, 1 / 38, 7 / 38], abs=0.01)


def test_a_row_on_a_phone_is_read_from_top_to_bottom(
    window: Callable[..., Watched], green: Run, site: Site
) -> None:
    watched = window(PHONE).open(site.put(green.page))
    cells = watched.page.locator("tbody tr").first.locator("td").all()
    boxes = [box for cell in cells if (box := cell.bounding_box())]

    assert len(boxes) == 6
    assert len({box["x"] for box in boxes}) == 1
    assert all(above["y"] + above["height"] <= below["y"] for above, below in pairwise(boxes))


@POLICIES
def test_under_jenkins_policy_only_the_style_sheet_is_lost(
    window: Callable[..., Watched], red: Run, site: Site, policy: dict[str, str]
) -> None:
    free, bound = window().open(site.put(red.page)), window().open(site.put(red.page, policy))
    assert bound.overflow() == 0
    for one in (free, bound):
        one.unfold()

    assert bound.text() == free.text()
    assert bound.shape("html") == free.shape("html")
    assert free.style("table", "border-collapse") == "collapse"
    assert bound.style("table", "border-collapse") == "separate"  # the style sheet is not applied
    assert bound.style("td", "border-top-width") == "1px"  # the table has lines all the same
    assert shares(bound) == pytest.approx([22 / 40, 10 / 40, 1 / 40, 7 / 40], abs=0.01)
    assert signs(bound) == ["failed", "failed", *["succeeded"] * 4]
    assert bound.happened == []


@POLICIES
def test_under_jenkins_policy_folds_open_and_links_lead_to_jira(
    watched: Watched, green: Run, site: Site, sandbox: Sandbox, policy: dict[str, str]
) -> None:
    page = watched.open(site.put(green.page, policy)).page
    failure = page.get_by_text("assert 2.67 == 2.68")

    assert not failure.is_visible()
    page.get_by_text("Failed tests").click()
    assert failure.is_visible()
    with page.expect_navigation(url=re.compile(re.escape(sandbox.url))):
        page.locator("a").first.click()
    assert "/secure/QTMAction.jspa#/TestCycleDetail/" in page.url


def test_a_downloaded_page_needs_no_other_file(
    watched: Watched, red: Run, site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "qtm-import.html"
    file.write_text(red.page, encoding="utf-8")
    served = watched.open(site.put(red.page)).text()

    assert watched.open(file.as_uri()).text() == served
    assert watched.style("table", "border-collapse") == "collapse"
    assert watched.happened == []


def shares(watched: Watched) -> list[float]:
    """Return how much of the bar, as it is painted, is green, red, orange and grey."""
    picture = watched.page.locator("p > svg").screenshot(scale="css")
    with Image.open(io.BytesIO(picture)) as image:
        middle = image.height // 2
        row = image.convert("RGB").crop((0, middle, image.width, middle + 1))
        pixels = list(row.get_flattened_data())
    return [pixels.count(colour) / len(pixels) for colour in (GREEN, RED, ORANGE, GREY)]


def signs(watched: Watched) -> list[str]:
    """Return what each painted sign says, by its colour and not by its label."""
    said = []
    for dot in watched.page.locator("h1 svg, td svg").all():
        with Image.open(io.BytesIO(dot.screenshot(scale="css"))) as image:
            colour = image.convert("RGB").getpixel((2, image.height // 2))  # next to the white line
        said.append("succeeded" if colour == GREEN else "failed" if colour == RED else str(colour))
    return said


def contrast(watched: Watched, selector: str) -> float:
    """Return the contrast of a string with what is behind it, as WCAG 2 defines it."""
    ink = luminance(watched.style(selector, "color"))
    behind = luminance(
        str(
            watched.page.locator(selector).first.evaluate(
                """one => {
                    for (let each = one; each; each = each.parentElement) {
                        const colour = getComputedStyle(each).backgroundColor;
                        if (colour !== "rgba(0, 0, 0, 0)") return colour;
                    }
                    return "rgb(255, 255, 255)";
                }"""
            )
        )
    )
    return (max(ink, behind) + 0.05) / (min(ink, behind) + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of ``rgb(r, g, b)``: 0 is black, 1 is white (WCAG 2)."""
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
