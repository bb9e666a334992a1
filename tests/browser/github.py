"""Markdown as GitHub shows it: its own renderer, what its sanitiser lets through, and its style sheet.

The renderer is GitHub's fork of cmark. Which elements and attributes pass is what GitHub published
(html-pipeline, ``SanitizationFilter``; later ones of its documentation: ``details`` and ``summary``).
The style sheet is the one that ``github-markdown-css`` takes from GitHub's pages.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nh3

_HERE = Path(__file__).parent
_ELEMENTS = (
    "h1 h2 h3 h4 h5 h6 h7 h8 br b i strong em a pre code img tt div ins del sup sub p picture ol ul table "
    "thead tbody tfoot blockquote dl dt dd kbd q samp var hr ruby rt rp li tr td th s strike summary details "
    "caption figure figcaption abbr bdo cite dfn mark small source span time wbr"
)
_ANYWHERE = (
    "abbr accept accept-charset accesskey action align alt aria-describedby aria-hidden aria-label "
    "aria-labelledby axis border char charoff charset checked clear cols colspan compact coords datetime dir "
    "disabled enctype for frame headers height hreflang hspace id ismap label lang maxlength media method "
    "multiple name nohref noshade nowrap open progress prompt readonly rev role rows rowspan rules scope "
    "selected shape size span start summary tabindex title type usemap valign value width itemprop"
)
_ATTRIBUTES = {
    "*": set(_ANYWHERE.split()),
    "a": {"href"},
    "img": {"src", "longdesc", "loading"},
    "div": {"itemscope", "itemtype"},
    "blockquote": {"cite"},
    "del": {"cite"},
    "ins": {"cite"},
    "q": {"cite"},
    "source": {"srcset"},
}
# What GitHub and GitLab look for in the text of a rendered page, to make links, pictures or formulas of it.
FOUND_IN_TEXT = r"""() => {
    const kinds = [/(^|[^\w`])@[a-z\d]/i, /#\d/, /\bGH-\d/i, /(^|\s)[!&~%]\w/, /:[\w+-]+:/, /\$/,
                   /https?:|www\.|mailto:/i, /\S@\S+\.\S/, /\b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{7,40}\b/];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) {
        const node = texts.currentNode;
        if (!node.parentElement.closest("a, code, pre, tt, style, script"))
            found.push(...kinds.filter(one => one.test(node.data)).map(one => `${one}: ${node.data}`));
    }
    return found;
}"""


def rendered(markdown: str) -> str:
    """Return the HTML that cmark-gfm makes of Markdown; not sanitised."""
    cmarkgfm: Any = importlib.import_module("cmarkgfm")  # has no types
    unsafe: int = importlib.import_module("cmarkgfm.cmark").Options.CMARK_OPT_UNSAFE
    html: str = cmarkgfm.github_flavored_markdown_to_html(markdown, options=unsafe)
    return html


def sanitised(html: str) -> str:
    """Return what GitHub lets through of a fragment of HTML."""
    kept: str = nh3.clean(
        html,
        tags=set(_ELEMENTS.split()),
        clean_content_tags={"script", "style"},
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return kept


def style_sheet(folder: Path) -> str:
    """Install GitHub's style sheet, as locked, into an empty folder, and return it."""
    return (installed(folder) / "github-markdown-css/github-markdown.css").read_text(encoding="utf-8")


def installed(folder: Path) -> Path:
    """Install the locked packages into an empty folder, and return the folder that holds them."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(_HERE / name, folder)
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"],
        cwd=folder,
        check=True,
        timeout=300,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "npm_config_update_notifier": "false"},
    )
    return folder / "node_modules"


def page(fragment: str, styles: str) -> str:
    """Return a page that holds a rendered fragment as GitHub's job page does: a box of at most 1012 px."""
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Summary</title>
<link rel="icon" href="data:,">
<style>
{styles}
body {{ margin: 0; background: Canvas; color-scheme: light dark; }}
.markdown-body {{ box-sizing: border-box; max-width: 1012px; margin: 0 auto; padding: 24px; }}
</style>
</head>
<body>
<article class="markdown-body">
{fragment}
</article>
</body>
</html>
"""
