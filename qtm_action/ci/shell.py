"""A shell, a terminal, and every CI that has no file of its own here."""

from __future__ import annotations

from typing import ClassVar

from qtm_action.ci.platform import Platform


class Shell(Platform):
    """Readable lines, which any CI shows; a terminal gets colours and a live line of progress."""

    may_be_terminal: ClassVar[bool] = True

    def credentials_hint(self) -> str:
        """Return what to do when credentials are missing."""
        return (
            "Set QTM_API_KEY and QTM_TOKEN (or QTM_USERNAME and QTM_PASSWORD) in the environment; "
            "with docker run, pass them with -e QTM_API_KEY -e QTM_TOKEN."
        )
