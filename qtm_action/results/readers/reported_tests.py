"""The tests of a result file as values: what every reader makes of its format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple


class Status(IntEnum):
    """How a test or a step of it ended, from best to worst: of several the worst counts."""

    PASSED = 0
    SKIPPED = 1
    ERROR = 2
    FAILED = 3

    @property
    def is_bad(self) -> bool:
        """Whether it is a failure or an error."""
        return self >= Status.ERROR


@dataclass(slots=True, eq=False)
class Suite:
    """What surrounds tests: JUnit's suite, TestNG's ``test``, a feature.

    Not frozen, and a value of its own even where two have one name: some formats write a suite's name
    after its tests, so it is complete when the file has been read. ``parent`` is the suite around it,
    as far as the format has two levels; ``key`` is the test case key that the suite itself names.
    """

    name: str = ""
    parent: str = ""
    key: str = ""
    description: str = ""


class StepResult(NamedTuple):
    """A step of a test."""

    name: str
    status: Status


class TestResult(NamedTuple):
    """One test, as its framework reported it.

    ``class_name`` is its class, or what takes its place; ``arguments`` distinguish runs of one method;
    ``reason`` is the line that says why it failed; ``keys`` are the test case and story keys that it
    names; ``attachments`` counts the files embedded in it.
    """

    suite: Suite
    name: str
    status: Status
    class_name: str = ""
    arguments: str = ""
    reason: str = ""
    keys: tuple[str, ...] = ()
    steps: tuple[StepResult, ...] = ()
    attachments: int = 0

    @property
    def full_name(self) -> str:
        """The name that people look for: with its class, or else with its feature."""
        name, owner = self.name + self.arguments, self.class_name
        # jest-junit writes the whole name into both, mocha-junit-reporter its end into classname.
        if owner:
            return name if name.startswith(owner) or name.endswith(owner) else f"{owner}.{name}"
        return f"{self.suite.name}: {name}" if self.suite.name else name
