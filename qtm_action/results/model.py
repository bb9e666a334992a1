"""Result files as values: what the other rooms see of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from qtm_action.errors import Problem
    from qtm_action.formats import Format


@dataclass(frozen=True, slots=True)
class TestCounts:
    """How many tests a result file holds, each counted once; ``total`` is the sum of the four."""

    __test__ = False  # not a test class, whatever its name makes pytest think

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    errors: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.passed + self.failed + self.skipped + self.errors

    def __add__(self, other: TestCounts) -> TestCounts:
        """Both counts together."""
        return TestCounts(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.errors + other.errors,
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """A test that failed or had an error: its full name, and the first line of what it said."""

    name: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one result file holds. ``problems`` may be errors (it can't be imported) or warnings.

    ``failures`` are the first few only; ``keys`` the ``testcasekey``/``storykey`` values found,
    unique and in order, the first few only.
    """

    format: Format | None
    counts: TestCounts = TestCounts()
    failures: tuple[Failure, ...] = ()
    keys: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an upload: where it lies, its ``/``-separated name in the archive, size in bytes.

    ``source`` is its name for people, relative to the working directory. ``modified`` is the time of its
    last change in nanoseconds since the epoch: what is uploaded has to be what was checked.
    """

    path: Path
    name: str
    size: int
    source: str = ""
    modified: int = 0


@dataclass(frozen=True, slots=True)
class PatternCount:
    """How many files one pattern matched, and for one that matched none the nearest miss."""

    pattern: str
    files: int
    nearest_miss: str = ""


@dataclass(frozen=True, slots=True)
class ResultSet:
    """The result files of one import: found, checked, and how they would be uploaded.

    ``upload_name`` is the file name of the upload; with ``is_zip`` and not ``as_is`` the members
    have yet to be packed. ``oldest`` and ``newest`` are modification times, seconds since the
    epoch, with the file's name.
    """

    format: Format | None
    members: tuple[Member, ...]
    counts: TestCounts
    failures: tuple[Failure, ...]
    keys: tuple[str, ...]
    patterns: tuple[PatternCount, ...]
    problems: tuple[Problem, ...]
    is_zip: bool
    as_is: bool
    upload_name: str
    oldest: tuple[float, str] | None = None
    newest: tuple[float, str] | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """The file that is uploaded: size in bytes, and the SHA-256 of its bytes in hexadecimal."""

    path: Path
    file_name: str
    size: int
    sha256: str
    is_zip: bool
