"""The CI platforms: how each masks secrets, groups and annotates the log, and publishes the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qtm_action.ci.azure import Azure
from qtm_action.ci.github import GitHub
from qtm_action.ci.gitlab import GitLab
from qtm_action.ci.jenkins import Jenkins
from qtm_action.ci.platform import Platform

__all__ = ["PLATFORMS", "Platform", "open_platform"]

# By the variable that their jobs have; the first match counts. A new platform: a file here, and a line below.
PLATFORMS: Mapping[str, type[Platform]] = {
    "GITHUB_ACTIONS": GitHub,
    "GITLAB_CI": GitLab,
    "TF_BUILD": Azure,
    "JENKINS_URL": Jenkins,
}
# Any value of GITLAB_CI counts: gitlab-ci-local, a runner for the desk, sets it to false.
_NOT_GITHUB = ("GITHUB_ACTIONS", "false")


def open_platform(environ: Mapping[str, str], **settings: Any) -> Platform:
    """Return the platform that ``environ`` is of, made with ``settings``; nothing is printed yet."""
    known = (
        platform
        for variable, platform in PLATFORMS.items()
        if (value := environ.get(variable)) and (variable, value) != _NOT_GITHUB
    )
    return next(known, Platform)(environ, **settings)
