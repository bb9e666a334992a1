"""The CI job that a run is part of, as far as its platform says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CiJob:
    """A job: the project it is of, the branch, the build's number, and the address of its page."""

    project: str = ""
    branch: str = ""
    build: str = ""
    address: str = ""
