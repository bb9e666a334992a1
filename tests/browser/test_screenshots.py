"""The pictures in the README are what the script makes of real runs, and stay small."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.browser.runs import ROOT
from tools.screenshots import IMAGES, LARGEST, missing_fonts

if TYPE_CHECKING:
    from pathlib import Path

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
SHOWN = [
    (said, f"docs/{path}")
    for page in PAGES
    for said, path in re.findall(
        r"!\[([^\]]+)\]\((?:docs/)?(images/[^)]+)\)", page.read_text(encoding="utf-8")
    )
]


def test_the_pages_show_every_picture_once_and_say_what_is_on_it() -> None:
    assert sorted(ROOT / path for _, path in SHOWN) == sorted(IMAGES.iterdir())
    assert all(len(said.split()) > 4 for said, _ in SHOWN)


@pytest.mark.parametrize("path", [path for _, path in SHOWN])
def test_a_picture_is_small_and_sharp(path: str) -> None:
    assert (ROOT / path).stat().st_size <= LARGEST
    with Image.open(ROOT / path) as picture:
        assert picture.format == "PNG"
        assert picture.width == 2024  # two pixels for each of the page's
        colours = picture.convert("RGB").getcolors(1 << 16)
    assert colours is not None
    assert len(colours) > 20  # it is not blank


def test_the_script_makes_the_pictures(tmp_path: Path) -> None:
    assert missing_fonts() == []
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "screenshots.py", "--into", tmp_path],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in IMAGES.iterdir())
    for path in tmp_path.iterdir():
        with Image.open(path) as made, Image.open(IMAGES / path.name) as kept:
            assert made.width == kept.width
            assert made.height == pytest.approx(kept.height, rel=0.05)
