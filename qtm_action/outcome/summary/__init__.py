"""The job summary: what became of a run, for a person who has half a minute.

:func:`markdown` is for GitHub's job summary and Markdown files; :func:`page` is the same as an HTML page
of its own. Both consist of the same blocks.
"""

from qtm_action.outcome.summary.html_page import page
from qtm_action.outcome.summary.markdown_text import markdown

__all__ = ["markdown", "page"]
