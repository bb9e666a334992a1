"""The import protocol as values: what the other packages see of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple


class ImportStatus(Enum):
    """What an import has come to. ``OTHER`` is a final status this version does not know."""

    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    INPROCESS = "INPROCESS"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What authenticates: the QTM4J API key, and for Jira Server a token or a username with password."""

    api_key: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)


class Tls(NamedTuple):
    """PEM paths, and whether the server's certificate is verified."""

    ca_bundle: Path | None = None
    client_cert: Path | None = None
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Proxies:
    """Proxy URLs by the scheme of the target, and the hosts that go without (as curl reads them)."""

    http: str | None = field(default=None, repr=False)
    https: str | None = field(default=None, repr=False)
    no_proxy: str = ""


class Timeouts(NamedTuple):
    """Limits in seconds: to connect, between two blocks of an answer, for the whole of a small request."""

    connect: float = 10.0
    read: float = 60.0
    whole: float = 120.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to upload under a name ending in ``.xml``, ``.json`` or ``.zip``; size in bytes.

    ``opener``, as the built-in ``open`` takes one, may refuse a file that is not the one meant.
    """

    path: Path
    file_name: str
    size: int
    opener: Callable[[str, int], int] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CycleSummary:
    """One entry of the progress record's ``summary``; what the server left out is None.

    ``url`` is the page where a person finds the test cycle; None where it is not known.
    """

    test_cycle_key: str | None = None
    test_cycle_summary: str | None = None
    test_cases_created: int | None = None
    test_case_versions_created: int | None = None
    test_case_versions_reused: int | None = None
    test_steps_created: int | None = None
    url: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress record of step 3, read; ``record`` is the whole of it as the server sent it."""

    tracking_id: str
    status: ImportStatus
    import_status: str
    process_status: str = ""
    message: str = ""
    summary: tuple[CycleSummary, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_final(self) -> bool:
        """Whether the server is done with the import."""
        return self.status is not ImportStatus.INPROCESS
