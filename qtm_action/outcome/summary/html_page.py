"""The job summary as an HTML page of its own, to keep as an artifact.

It needs nothing beside it and runs no script. Jenkins serves artifacts with a policy that drops styles;
so bars and signs are pictures whose colours are attributes, tables have lines by attributes, and the page
reads well without its style sheet. Signs are drawn because not every machine has a font with emoji.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtm_action.outcome.assessment import Mark, run_title
from qtm_action.outcome.counts import tests_in_words
from qtm_action.outcome.summary.fitting import fitted
from qtm_action.outcome.summary.sections import Style, sections

if TYPE_CHECKING:
    from qtm_action.outcome.report import Report
    from qtm_action.results.model import TestCounts

_LIMIT = 20_000_000  # bytes; what a browser still shows at once
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_WIDTH = 600
_TABLE = '<table border="1" cellpadding="6" cellspacing="0">'
_SIGNS = {Mark.GOOD: "#1f883d", Mark.BAD: "#cf222e", Mark.BUSY: "#0969da", Mark.IDLE: "#818b98"}
_COLOURS = (("passed", "#1f883d"), ("failed", "#cf222e"), ("errors", "#e16f24"), ("skipped", "#a8b1bb"))


def page(report: Report) -> str:
    """Return the summary as a page; take the secrets out of ``report`` before."""
    style = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
    content = "".join(fitted(sections(report, Style(bar, sign, _TABLE)), _LIMIT))
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="referrer" content="no-referrer">
<title>{run_title(report)}</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
</head>
<body>
<main>
{content}</main>
</body>
</html>
"""


def sign(mark: Mark) -> str:
    """Return a coloured dot."""
    return (
        f'<svg role="img" aria-label="{mark.value}" width="12" height="12" viewBox="0 0 12 12">'
        f'<circle cx="6" cy="6" r="6" fill="{_SIGNS[mark]}"></circle></svg>'
    )


def bar(counts: TestCounts) -> str:
    """Return the outcome of tests as a drawn bar."""
    left, parts = 0.0, []
    for kind, colour in _COLOURS:
        if amount := getattr(counts, kind):
            width = _WIDTH * amount / counts.total
            parts.append(f'<rect x="{left:.2f}" width="{width:.2f}" height="14" fill="{colour}"></rect>')
            left += width
    return (
        f'<svg role="img" aria-label="{tests_in_words(counts)}" width="{_WIDTH}" height="14" '
        f'viewBox="0 0 {_WIDTH} 14" preserveAspectRatio="none">{"".join(parts)}</svg>'
    )
