"""Result files as values: their interface to the other packages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from qtm_action.errors import Problem
from qtm_action.formats import Format, StaleFiles, ZipMode


@dataclass(frozen=True, slots=True)
class TestCounts:
    """How many tests a result file holds, each counted once; ``total`` is the sum of the first four.

    ``outside`` are errors that belong to no test. ``recovered`` of the failures and errors are tries of tests
    whose last try passed.
    """

    __test__ = False  # not a test class, whatever its name makes pytest think

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    errors: int = 0
    outside: int = 0
    recovered: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.passed + self.failed + self.skipped + self.errors

    def __add__(self, other: TestCounts) -> TestCounts:
        """Both counts together."""
        return TestCounts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Failure:
    """A test that failed or had an error: its full name, and the line of its message that explains it."""

    name: str
    message: str = ""


class FileReading(NamedTuple):
    """What one result file holds. ``problems`` may be errors (it can't be imported) or warnings.

    ``failures`` are the first few only; ``keys`` the ``testcasekey``/``storykey`` values found,
    unique and in order, the first few only, and ``keyed`` the number of tests that carry any.
    ``is_empty``: it is valid and contains no tests, which is unusual.
    ``repaired`` counts the characters that XML forbids: the file was read without them, as it is to be
    uploaded.
    """

    format: Format | None
    counts: TestCounts = TestCounts()
    failures: tuple[Failure, ...] = ()
    keys: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_empty: bool = False
    repaired: int = 0
    keyed: int = 0


class Member(NamedTuple):
    """One file of an upload.

    ``source`` is its ``/``-separated path from ``root``, the working directory, and its name for people;
    ``name`` is its name in the archive. ``size`` is in bytes, ``modified`` the time of its last change in
    nanoseconds since the epoch: what is uploaded has to be what was checked. ``real`` is the file itself
    where ``source`` is a link to it, ``identity`` its device and inode.
    """

    root: Path
    source: str
    name: str
    size: int
    modified: int
    real: str = ""
    identity: tuple[int, int] | None = None

    @property
    def path(self) -> Path:
        """The path of the file, or of a link to it."""
        return self.root / self.source

    @property
    def changed_at(self) -> float:
        """The time of its last change in seconds since the epoch."""
        return self.modified / 1e9


@dataclass(frozen=True, slots=True)
class PatternCount:
    """How many files one pattern matched, and for one that matched none why.

    ``is_near`` is true where something was found that resembles the pattern.
    """

    pattern: str
    files: int
    nearest_miss: str = ""
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class ResultSet:
    """The result files of one import: found, checked, and how they would be uploaded.

    ``upload_name`` is the file name of the upload; with ``is_zip`` and not ``as_is`` the members
    have yet to be packed. ``keyed`` tests carry a key. ``nothing_matched`` is true when the patterns are
    right and no file matches any of them; ``problems`` then has that as an error too. ``repaired`` is how
    many characters that XML forbids are to be replaced in the uploaded copy of each file that has any.
    """

    format: Format | None
    members: tuple[Member, ...]
    counts: TestCounts
    failures: tuple[Failure, ...]
    keys: tuple[str, ...]
    keyed: int
    patterns: tuple[PatternCount, ...]
    problems: tuple[Problem, ...]
    is_zip: bool
    as_is: bool
    upload_name: str
    nothing_matched: bool = False
    repaired: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_users_zip(self) -> bool:
        """Whether the one member is a ZIP that the user made."""
        return self.is_zip and self.as_is

    @property
    def needs_copy(self) -> bool:
        """Whether the upload is an archive or a repaired copy that has yet to be written."""
        return (self.is_zip and not self.as_is) or bool(self.repaired)


class Selection(NamedTuple):
    """Which result files one import is made from.

    ``format`` None: recognised from the files. ``files`` and ``attachments`` are patterns, relative to
    ``root``, the working directory. ``max_age`` is in seconds, ``now`` in seconds since the epoch.
    ``attach_file`` is the API's ``attachFile``. ``repair``: of XML files a copy without the
    characters that XML forbids is uploaded.
    """

    format: Format | None
    files: tuple[str, ...]
    root: Path
    now: float
    attachments: tuple[str, ...] = ()
    zip: ZipMode = ZipMode.AUTO
    attach_file: bool = False
    max_age: float | None = None
    if_older: StaleFiles = StaleFiles.WARN
    repair: bool = False


@dataclass(frozen=True, slots=True)
class Payload:
    """The file that is uploaded: size in bytes, and the SHA-256 of its bytes in hexadecimal.

    ``opener``, as the built-in ``open`` takes one, opens the file only if it is still what was
    checked; None for an archive of our own, to which no one else has access.
    """

    path: Path
    file_name: str
    size: int
    sha256: str
    is_zip: bool
    opener: Callable[[str, int], int] | None = field(default=None, repr=False, compare=False)
