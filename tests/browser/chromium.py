"""Chromium as it is installed here, and a watch on what a page does in it."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Dialog, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing outside this machine is reached: not by Chromium, not by what a page asks for.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
DESKTOP, PHONE = (1280, 900), (390, 844)  # CSS pixels

_SHAPE = """root => [...document.querySelectorAll(root), ...document.querySelectorAll(root + " *")].map(
    one => [one.tagName.toLowerCase(), ...one.getAttributeNames().sort()].join(" "))"""
# What a person's pointer does on its way over a page, short of clicking.
_TOUCH = """() => {
    for (const one of document.querySelectorAll("*"))
        for (const kind of ["mouseover", "mouseenter", "mousemove", "focus", "toggle", "load", "error"])
            one.dispatchEvent(new Event(kind, {bubbles: true}));
}"""
_OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_UNREADABLE = """() => [...document.querySelectorAll("th, td, h2, h3, p, summary")]
    .filter(one => one.checkVisibility() && one.textContent.trim()
            && (one.clientWidth < 24 || getComputedStyle(one).visibility !== "visible"))
    .map(one => one.outerHTML)"""


def chromium_path() -> str:
    """Return the browser's path; raises RuntimeError with what to install."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise RuntimeError("no Chromium on this machine; on Debian: apt-get install chromium")


@contextmanager
def started_browser() -> Iterator[Browser]:
    """Start the installed Chromium, headless, with a profile of its own, and end it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A page, and everything that happened beside showing what was asked for."""

    page: Page
    happened: list[str] = field(default_factory=list)
    _asked_for: str = "about:blank"

    def __post_init__(self) -> None:
        """Listen to the page."""
        page = self.page
        page.on("dialog", self._dismiss)
        page.on("request", lambda request: self._expect("request", request.url))
        page.on("framenavigated", lambda frame: self._expect("navigation", frame.url))
        page.on("popup", lambda popup: self._note("popup", popup.url))
        page.on("download", lambda download: self._note("download", download.url))
        page.on("worker", lambda worker: self._note("worker", worker.url))
        page.on("pageerror", lambda error: self._note("error of a script", error.message))

    def open(self, url: str) -> Watched:
        """Show a page; from now on, everything else that happens is noted."""
        self._asked_for = url
        self.happened.clear()
        self.page.goto(url, wait_until="load")
        self.page.evaluate(_TOUCH)
        return self

    def resize(self, size: tuple[int, int]) -> None:
        """Change the size of the window: width and height in CSS pixels."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def unfold(self) -> None:
        """Open whatever is folded."""
        self.page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")

    def text(self, selector: str = "body") -> str:
        """Return what a person can read, as one line."""
        return " ".join(self.page.locator(selector).first.inner_text().split())

    def shape(self, root: str) -> list[str]:
        """Return the elements under ``root``, each with the names of its attributes."""
        found: list[str] = self.page.evaluate(_SHAPE, root)
        return found

    def overflow(self) -> int:
        """Return by how many CSS pixels the page is wider than the window."""
        amount: int = self.page.evaluate(_OVERFLOW)
        return amount

    def unreadable(self) -> list[str]:
        """Return the elements with text that are too narrow for a word."""
        found: list[str] = self.page.evaluate(_UNREADABLE)
        return found

    def style(self, selector: str, name: str) -> str:
        """Return the computed value of a CSS property of the first match."""
        value: Any = self.page.locator(selector).first.evaluate(
            "(one, name) => getComputedStyle(one).getPropertyValue(name)", name
        )
        return str(value)

    def _dismiss(self, dialog: Dialog) -> None:
        self._note("dialog", dialog.message)
        dialog.dismiss()

    def _expect(self, what: str, url: str) -> None:
        if url != self._asked_for and not url.startswith("data:,"):
            self._note(what, url)

    def _note(self, what: str, detail: str) -> None:
        self.happened.append(f"{what}: {detail[:200]}")
