"""The CI platforms: how each masks secrets, groups and annotates the log, and publishes the outcome."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

from qtm_action.ci.azure import Azure
from qtm_action.ci.github import GitHub
from qtm_action.ci.gitlab import GitLab
from qtm_action.ci.jenkins import Jenkins
from qtm_action.ci.platform import Platform
from qtm_action.ci.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qtm_action.redaction import Redactor

__all__ = ["PLATFORMS", "Platform", "detect", "open_platform"]

# The first that knows its environment is taken. A new platform: a file beside these, and a name here.
PLATFORMS: tuple[type[Platform], ...] = (GitHub, GitLab, Azure, Jenkins, Shell)


def detect(environ: Mapping[str, str]) -> type[Platform]:
    """Return the platform that ``environ`` is of."""
    return next(platform for platform in PLATFORMS if platform.is_current(environ))


def open_platform(
    environ: Mapping[str, str],
    *,
    stdout: TextIO,
    redactor: Redactor,
    debug: bool,
    clock: Callable[[], float] = time.monotonic,
) -> Platform:
    """Return the platform that ``environ`` is of; nothing is printed yet."""
    return detect(environ)(environ, stdout=stdout, redactor=redactor, debug=debug, clock=clock)
