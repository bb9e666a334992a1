"""The job summary as an HTML page of its own, to keep as an artifact.

It needs no other file and runs no script. Jenkins serves artifacts with a policy that drops styles;
so bars and signs are pictures whose colours are attributes, tables have lines by attributes, and the page
reads well without its style sheet. Signs are drawn because not every machine has a font with emoji.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from qtm_action.outcome.counts import result_in_words, tests_in_words
from qtm_action.outcome.report import Mark, Report
from qtm_action.outcome.run_verdict import run_title
from qtm_action.outcome.summary.fitting import Block, fitted
from qtm_action.outcome.summary.markup import code, escaped, link
from qtm_action.outcome.summary.sections import SummaryStyle, sections
from qtm_action.results.result_files import TestCounts

_LIMIT = 20_000_000  # bytes; what a browser still shows at once
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_WIDTH, _HEIGHT = 600, 16
_TABLE = '<table border="1" cellpadding="6" cellspacing="0">'
_GREEN, _RED, _ORANGE, _BLUE, _GREY = "#1f883d", "#cf222e", "#bc4c00", "#0969da", "#818b98"
# The shapes of signs, in a square of 16: they differ also for who does not see colours.
_DISC = '<circle cx="8" cy="8" r="8" fill="{}"></circle>'
_SQUARE = '<rect width="16" height="16" rx="2" fill="{}"></rect>'
_TRIANGLE = '<path d="M8 0L16 15H0z" fill="{}"></path>'
_CHECK, _CROSS = "M4 8.5L7 11.5L12 5", "M5 5L11 11M11 5L5 11"
_DASH, _DOTS, _EXCLAMATION = "M4 8H12", "M3.5 8H5M7.25 8H8.75M11 8H12.5", "M8 5V10M8 12V13.5"
_SIGNS = {
    Mark.GOOD: (_DISC, _GREEN, _CHECK),
    Mark.BAD: (_SQUARE, _RED, _CROSS),
    Mark.BUSY: (_DISC, _BLUE, _DOTS),
    Mark.IDLE: (_DISC, _GREY, _DASH),
}
_RESULTS = {
    "passed": (_DISC, _GREEN, _CHECK),
    "failed": (_SQUARE, _RED, _CROSS),
    "errors": (_TRIANGLE, _ORANGE, _EXCLAMATION),
    "skipped": (_DISC, _GREY, _DASH),
}


def page(report: Report) -> str:
    """Return the summary as a page; take the secrets out of ``report`` before."""
    css = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
    style = SummaryStyle(bar, sign, heading=1, table=_TABLE, cell_labels=True)
    content = "".join(fitted([*sections(report, style), _job(report)], _LIMIT))
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="referrer" content="no-referrer">
<title>{_title(report)}</title>
<link rel="icon" href="data:,">
<style>
{css}</style>
</head>
<body>
<main>
{content}</main>
</body>
</html>
"""


def _title(report: Report) -> str:
    """Return the outcome and what it is of: the project, or Jira's host where no job is known."""
    job = report.job
    of = job.project or (urlsplit(report.jira_url).hostname or "" if report.jira_url else "")
    build = f"#{job.build}" if job.build else ""
    words = " ".join(filter(None, (of, job.branch, build)))
    return f"{run_title(report)} - {escaped(words, 200)}" if words else run_title(report)


def _job(report: Report) -> Block:
    """Return the CI job that the page is of, and when."""
    job = report.job
    facts = {
        "Project": code(job.project) if job.project else "",
        "Branch": code(job.branch) if job.branch else "",
        "Build": code(job.build) if job.build else "",
        "Job": link(job.address, job.address, 500) if job.address else "",
        "Jira": code(report.jira_url) if report.jira_url else "",
        "Time": escaped(report.ended),
    }
    known = [f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts.items() if value]
    return Block("<h2>About this run</h2>\n<dl>", tuple(known), "</dl>") if known else Block("")


def sign(mark: Mark) -> str:
    """Return a mark as a coloured shape."""
    return _drawn(*_SIGNS[mark], label=mark.value)


def bar(counts: TestCounts) -> str:
    """Return the outcome of tests as a bar as wide as the page, with a legend below it."""
    left, parts, legend = 0.0, [], []
    for kind, drawing in _RESULTS.items():
        if amount := getattr(counts, kind):
            width = _WIDTH * amount / counts.total
            parts.append(
                f'<rect x="{left:.2f}" width="{width:.2f}" height="{_HEIGHT}" fill="{drawing[1]}"></rect>'
            )
            left += width
            legend.append(f"<span>{_drawn(*drawing)}&nbsp;{result_in_words(counts, kind)}</span>")
    words = tests_in_words(counts)
    return (
        f'<svg role="img" aria-label="{words}" width="100%" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none">{"".join(parts)}</svg>'
        f"<span>{words.partition(':')[0]}:</span> {' '.join(legend)}"
    )


def _drawn(shape: str, colour: str, line: str, *, label: str = "") -> str:
    """Return a small picture: decoration without ``label``."""
    named = f'role="img" aria-label="{label}"' if label else 'aria-hidden="true"'
    return (
        f'<svg {named} width="14" height="14" viewBox="0 0 16 16">{shape.format(colour)}'
        f'<path d="{line}" fill="none" stroke="#fff" stroke-width="2"></path></svg>'
    )
