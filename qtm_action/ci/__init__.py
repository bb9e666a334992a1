"""The CI platforms: how each masks secrets, groups and annotates the log, and hands on outputs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

from qtm_action.ci.platform import Platform, PlatformName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qtm_action.redaction import Redactor

__all__ = ["Platform", "PlatformName", "detect", "open_platform"]


def detect(environ: Mapping[str, str]) -> PlatformName:
    """Return the platform that ``environ`` tells of; PLAIN for a shell and for every other CI."""
    if environ.get("GITHUB_ACTIONS") == "true":
        return PlatformName.GITHUB
    if environ.get("GITLAB_CI"):
        return PlatformName.GITLAB
    if environ.get("TF_BUILD"):
        return PlatformName.AZURE
    if environ.get("JENKINS_URL"):
        return PlatformName.JENKINS
    return PlatformName.PLAIN


def open_platform(
    environ: Mapping[str, str],
    *,
    name: PlatformName | None = None,
    stdout: TextIO,
    redactor: Redactor,
    debug: bool,
    clock: Callable[[], float] = time.monotonic,
) -> Platform:
    """Return the platform named, else the one detected; nothing is printed yet."""
    chosen = _class(name or detect(environ))
    return chosen(environ, stdout=stdout, redactor=redactor, debug=debug, clock=clock)


def _class(name: PlatformName) -> type[Platform]:
    """Return the platform's class; only that one's module is loaded."""
    match name:
        case PlatformName.GITHUB:
            from qtm_action.ci.github import GitHub  # noqa: PLC0415 - start-up

            return GitHub
        case PlatformName.GITLAB:
            from qtm_action.ci.gitlab import GitLab  # noqa: PLC0415 - start-up

            return GitLab
        case PlatformName.AZURE:
            from qtm_action.ci.azure import Azure  # noqa: PLC0415 - start-up

            return Azure
        case PlatformName.JENKINS:
            from qtm_action.ci.jenkins import Jenkins  # noqa: PLC0415 - start-up

            return Jenkins
        case PlatformName.PLAIN:
            return Platform
