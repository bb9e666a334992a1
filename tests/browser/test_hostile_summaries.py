"""What a server, a result file or a spec says is shown in a summary, and does nothing in a browser.

The Markdown is shown twice: as GitHub shows it, and as rendered with nothing taken out, so that no
sanitiser hides what would act elsewhere. Scripts may run in these pages; none must be there.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import pytest

from qtm_action.outcome.summary import markdown, page
from tests.browser import github
from tests.browser.chromium import DESKTOP, PHONE
from tests.unit.ci.hostile import HOSTILE, words
from tests.unit.ci.test_hostile_text import HARMLESS, hostile_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.chromium import Watched
    from tests.browser.site import Site

JIRA = "https://jira.example.com/jira/"
hostile_texts = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
# What depends on whether a text is empty, and what only marks foreign text.
_VARY = ("code", "em", "br", "li", "ul", "a href")

ACTING = {
    "a dialog": "<script>alert(1)</script>",
    "a request": "<img src=x>",
    "a handler": "<p onmouseover='alert(1)'>x</p>",
    "a navigation": "<script>location = '/elsewhere'</script>",
    "another page": "<iframe src=/elsewhere></iframe>",
    "an error": "<script>throw new Error('x')</script>",
}


class Kind(Enum):
    """The kinds of summary, by the element that holds them."""

    GITHUB = "article"
    NOT_SANITISED = "article "
    PAGE = "html"


@pytest.fixture(scope="module")
def shown(lasting: Watched, site: Site, styles: str) -> Callable[[Kind, str], Watched]:
    """Return a function that shows a summary in which a text stands wherever foreign text can be."""

    def show(kind: Kind, text: str) -> Watched:
        report = hostile_report(text)
        match kind:
            case Kind.GITHUB:
                html = github.page(github.sanitised(github.rendered(markdown(report))), styles)
            case Kind.NOT_SANITISED:
                html = github.page(github.rendered(markdown(report)), styles)
            case Kind.PAGE:
                html = page(report)
        lasting.resize(DESKTOP)
        return lasting.open(site.put(html))

    return show


@pytest.fixture(scope="module")
def harmless(shown: Callable[[Kind, str], Watched]) -> dict[Kind, list[str]]:
    """The layout of each kind of summary where nothing in it is hostile."""
    return {kind: layout(shown(kind, HARMLESS), kind) for kind in Kind}


@pytest.mark.parametrize("html", ACTING.values(), ids=ACTING)
def test_the_watch_sees_what_acts(lasting: Watched, site: Site, html: str) -> None:
    lasting.open(site.put(github.page(html, "")))
    lasting.page.wait_for_timeout(50)

    assert lasting.happened


@pytest.mark.parametrize("kind", Kind)
@hostile_texts
def test_a_summary_shows_it_and_nothing_acts(
    shown: Callable[[Kind, str], Watched], harmless: dict[Kind, list[str]], text: str, kind: Kind
) -> None:
    watched = shown(kind, text)

    assert layout(watched, kind) == harmless[kind]
    watched.unfold()
    visible = watched.text()
    for word in words(text[:200]):
        assert word in visible
    links = [link.get_attribute("href") or "" for link in watched.page.locator("a").all()]
    assert len(links) >= 1
    assert all(link.startswith(JIRA) for link in links)
    if kind is Kind.GITHUB:
        assert watched.page.evaluate(github.FOUND_IN_TEXT) == []
    for size in (DESKTOP, PHONE):
        watched.resize(size)
        assert watched.overflow() == 0
    assert watched.happened == []


def layout(watched: Watched, kind: Kind) -> list[str]:
    """Return the elements that make up the layout, in their order."""
    return [element for element in watched.shape(kind.value) if element not in _VARY]
