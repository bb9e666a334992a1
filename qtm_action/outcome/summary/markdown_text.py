"""The summary as Markdown: HTML blocks that GitHub renders, with a bar of signs."""

from __future__ import annotations

from qtm_action.outcome.counts import result_in_words
from qtm_action.outcome.report import Mark, Report
from qtm_action.outcome.summary.fitting import fitted
from qtm_action.outcome.summary.markup import unbroken
from qtm_action.outcome.summary.sections import SummaryStyle, sections
from qtm_action.results.result_files import TestCounts
from qtm_action.words import counted

_LENGTH = 20  # signs of the bar
_SIGNS = {Mark.GOOD: "✅", Mark.BAD: "❌", Mark.BUSY: "⏳", Mark.IDLE: "⏭️"}
_KINDS = {"passed": "✅", "failed": "❌", "errors": "⚠️", "skipped": "\N{HEAVY MINUS SIGN}"}


def markdown(report: Report, *, limit: int = 1_000_000) -> str:
    """Return the summary in at most ``limit`` bytes; whole rows are left out, and it shows how many.

    Take the secrets out of ``report`` before (``Redactor.apply``).
    """
    return "\n".join(fitted(sections(report, SummaryStyle(bar, _SIGNS.__getitem__)), limit))


def bar(counts: TestCounts) -> str:
    """Return the outcome of tests as a line of signs, and a line with a legend."""
    legend = [
        unbroken(f"{sign} {result_in_words(counts, kind)}")
        for kind, sign in _KINDS.items()
        if getattr(counts, kind)
    ]
    return f"{signs(counts)}<br>{counted(counts.total, 'test')}: {', '.join(legend)}"


def signs(counts: TestCounts) -> str:
    """Return the outcome of tests as a row of signs, at least one for each kind that there is."""
    amounts = {sign: getattr(counts, kind) for kind, sign in _KINDS.items()}
    present = {sign: amount for sign, amount in amounts.items() if amount}
    if not present:
        return ""
    shares = {sign: max(1, round(_LENGTH * amount / counts.total)) for sign, amount in present.items()}
    while sum(shares.values()) != _LENGTH:
        largest = max(shares, key=lambda sign: shares[sign])
        shares[largest] += 1 if sum(shares.values()) < _LENGTH else -1
    return "".join(sign * share for sign, share in shares.items())
