"""A platform that prints into memory."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from qtm_action.ci import open_platform
from qtm_action.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from qtm_action.ci import Platform

ENVIRONMENTS: dict[str, dict[str, str]] = {
    "github": {"GITHUB_ACTIONS": "true"},
    "gitlab": {"GITLAB_CI": "true"},
    "azure": {"TF_BUILD": "True"},
    "jenkins": {"JENKINS_URL": "https://jenkins.example.com/"},
    "plain": {},
}


@dataclass
class Opened:
    """A platform, and what it printed."""

    platform: Platform
    stdout: io.StringIO

    @property
    def output(self) -> str:
        return self.stdout.getvalue()

    @property
    def lines(self) -> list[str]:
        return self.output.splitlines()


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(clock: Clock) -> Callable[..., Opened]:
    """Return a function that opens a platform by its name."""

    def open_(
        name: str,
        environ: Mapping[str, str] | None = None,
        *,
        secrets: Iterable[str] = (),
        debug: bool = True,
    ) -> Opened:
        stdout = io.StringIO()
        platform = open_platform(
            {**ENVIRONMENTS[name], **(environ or {})},
            stdout=stdout,
            redactor=Redactor(secrets),
            debug=debug,
            clock=clock,
        )
        return Opened(platform, stdout)

    return open_
