"""The summary as Markdown: HTML blocks that GitHub renders, with a bar of coloured squares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtm_action.outcome.counts import result_in_words
from qtm_action.outcome.report import Mark
from qtm_action.outcome.summary.fitting import fitted
from qtm_action.outcome.summary.sections import SummaryStyle, sections
from qtm_action.words import counted

if TYPE_CHECKING:
    from qtm_action.outcome.report import Report
    from qtm_action.results.result_files import TestCounts

_SQUARES = 20  # how many make the bar
_SIGNS = {Mark.GOOD: "✅", Mark.BAD: "❌", Mark.BUSY: "⏳", Mark.IDLE: "⏭️"}
_KINDS = {"passed": "🟩", "failed": "🟥", "errors": "🟧", "skipped": "⬜"}


def markdown(report: Report, *, limit: int = 1_000_000) -> str:
    """Return the summary in at most ``limit`` bytes; whole rows are left out, and it shows how many.

    Take the secrets out of ``report`` before (``Redactor.apply``).
    """
    return "\n".join(fitted(sections(report, SummaryStyle(bar, _SIGNS.__getitem__)), limit))


def bar(counts: TestCounts) -> str:
    """Return the outcome of tests as a line of squares, and a line with a legend."""
    legend = [
        f"{square} {result_in_words(counts, kind)}"
        for kind, square in _KINDS.items()
        if getattr(counts, kind)
    ]
    return f"{squares(counts)}<br>{counted(counts.total, 'test')}: {', '.join(legend)}"


def squares(counts: TestCounts) -> str:
    """Return the outcome of tests as coloured squares, at least one for each kind that there is."""
    amounts = {square: getattr(counts, kind) for kind, square in _KINDS.items()}
    present = {square: amount for square, amount in amounts.items() if amount}
    if not present:
        return ""
    shares = {square: max(1, round(_SQUARES * amount / counts.total)) for square, amount in present.items()}
    while sum(shares.values()) != _SQUARES:
        largest = max(shares, key=lambda square: shares[square])
        shares[largest] += 1 if sum(shares.values()) < _SQUARES else -1
    return "".join(square * share for square, share in shares.items())
