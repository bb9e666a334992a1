"""Make the pictures in the README from what the program really leaves: ``docs/images/*.png``.

    python tools/screenshots.py [--into FOLDER]

The shipped examples are imported into a sandbox; what the run left is shown in Chromium and photographed.
Needed beside the packages of ``make browser-test``: Chromium, npm, and Debian's fonts-liberation and
fonts-noto-color-emoji, so that the pictures look alike wherever they are made.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402 - beside the project's own, which are found from the line above

from qtm_action.sandbox.embedded_server import Sandbox  # noqa: E402 - as above
from qtm_action.sandbox.options import SandboxOptions  # noqa: E402 - as above
from tests.browser import github  # noqa: E402 - as above
from tests.browser.chromium import started_browser  # noqa: E402 - as above
from tests.browser.runs import import_from, workspace_with_examples  # noqa: E402 - as above
from tests.browser.site import Site  # noqa: E402 - as above

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect

IMAGES = ROOT / "docs" / "images"
LARGEST = 150 * 1024  # bytes of one picture
_COLOURS = 128
_FONTS = {"Liberation Sans": "fonts-liberation", "Noto Color Emoji": "fonts-noto-color-emoji"}
# An import that fails, beside those of the examples.
_FAILING = """
  - name: regression
    format: junit
    files: ["results/junit/TEST-search.xml"]
    testCycleToReuse: SBX-TR-404
"""
_FONT = "<style>:root { font-family: 'Liberation Sans' } body { font-family: inherit !important }</style>"


def make_pictures(folder: Path) -> list[Path]:
    """Write every picture into ``folder`` and return their paths."""
    with (
        tempfile.TemporaryDirectory(prefix="qtm-screenshots-") as scratch,
        Sandbox(SandboxOptions(duration=1.0)) as sandbox,
        Sandbox(SandboxOptions()) as shown,
        Sandbox(SandboxOptions(duration=1.0, test_cycles=("SBX-TR-1",))) as strict,
        Site() as site,
        started_browser() as browser,
    ):
        workspaces = Path(scratch)
        good = import_from(workspace_with_examples(workspaces / "good"), sandbox.url, max_parallel="1")
        bad = import_from(workspace_with_examples(workspaces / "bad", _FAILING), strict.url, max_parallel="1")
        two = workspace_with_examples(workspaces / "two")
        for name in ("acceptance", "unit tests"):
            import_from(two, shown.url, only=name)
        (workspaces / "styles").mkdir()
        styles = github.style_sheet(workspaces / "styles")
        camera = Camera(browser, folder)
        return [
            camera.picture(
                "job-summary",
                site.put(github.page(github.sanitised(github.rendered(good.markdown)), styles)),
                width=1012,
                unfolded="Failed tests",
                height=820,
            ),
            camera.picture("summary-page", site.put(bad.page), width=1012, scheme="dark"),
            camera.picture("sandbox", f"{shown.url}/", width=1012, height=940),
        ]


class Camera:
    """A browser that photographs pages into a folder."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser = browser
        self._folder = folder

    def picture(
        self, name: str, url: str, *, width: int, scheme: str = "light", unfolded: str = "", height: int = 0
    ) -> Path:
        """Photograph a page, ``width`` CSS pixels wide; ``height`` cuts it, else it is whole."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 200},
            device_scale_factor=2,
            color_scheme="dark" if scheme == "dark" else "light",
            bypass_csp=True,  # the font is set from outside
        )
        page = context.new_page()
        page.goto(url)
        page.evaluate("html => document.head.insertAdjacentHTML('beforeend', html)", _FONT)
        if unfolded:
            page.get_by_text(unfolded).click()
            page.mouse.move(0, 0)
        whole = page.evaluate("() => document.documentElement.scrollHeight")
        clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": height or whole}
        png = page.screenshot(full_page=True, clip=clip, animations="disabled")
        context.close()
        return self._save(name, png)

    def _save(self, name: str, png: bytes) -> Path:
        path = self._folder / f"{name}.png"
        with Image.open(io.BytesIO(png)) as image:
            small = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
            small.save(path, optimize=True)
        size = path.stat().st_size
        if size > LARGEST:
            sys.exit(f"{path} has {size:,} bytes; at most {LARGEST:,} are wanted")
        print(f"{path}: {small.width} by {small.height} pixels, {size:,} bytes")
        return path


def missing_fonts() -> list[str]:
    """Return the Debian packages of the fonts that are not installed."""
    listed = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=True).stdout
    return [package for font, package in _FONTS.items() if font not in listed]


def main() -> None:
    """Read the command line and make the pictures."""
    parser = argparse.ArgumentParser(description="Make the pictures in the README.")
    parser.add_argument("--into", type=Path, default=IMAGES, metavar="FOLDER", help="default: docs/images")
    folder: Path = parser.parse_args().into
    if missing := missing_fonts():
        sys.exit(f"fonts are missing: apt-get install {' '.join(missing)}")
    folder.mkdir(parents=True, exist_ok=True)
    make_pictures(folder)


if __name__ == "__main__":
    main()
