"""A deployment of QTM4J: its address, how to connect to it, and what all deployments have in common.

The differences are in :mod:`~qtm_action.qtm4j.server` and :mod:`~qtm_action.qtm4j.cloud`. The three steps,
the retries and the polling are the same for both.
"""

from __future__ import annotations

import json
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote

from qtm_action.errors import AuthenticationError, RefusedError
from qtm_action.qtm4j.progress import read_progress
from qtm_action.qtm4j.transport.answers import Answer
from qtm_action.qtm4j.transport.request import HttpRequest, UploadBody
from qtm_action.qtm4j.transport.urls import BaseUrl, Peer, Target
from qtm_action.qtm4j.values import Credentials, Progress, Proxies, Timeouts, Tls, Upload

# What both deployments say of an API key, and the form of a test cycle's internal id.
API_KEY_PAGE = "QMetry > Automation > the project > Automation API > Rest API > Generate"
CHECK_PERMISSIONS = "Check api-key (valid for one user and one project) and that user's permissions."
INTERNAL_ID = re.compile(r"[A-Za-z0-9_-]{4,64}")
# A zip of some 50,000 files has a record of about 15 MB.
_LARGEST_RECORD = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Address(BaseUrl, ABC):
    """Where a QTM4J is: its origin, to which the credentials belong, and the path of its API."""

    peer: ClassVar[Peer]

    def target(self, path: str) -> Target:
        """Return where ``path`` (beginning with a slash, below the base URL) is."""
        return Target(self.origin, self.path + path, self.peer)

    @staticmethod
    @abstractmethod
    def missing_credentials(credentials: Credentials) -> str:
        """Name the inputs that are missing; empty for none."""

    @staticmethod
    def unused_credentials(credentials: Credentials) -> tuple[str, ...]:  # noqa: ARG004 - Cloud looks at them
        """Return the inputs whose values are not sent."""
        return ()

    @staticmethod
    def size_warning(size: int) -> str | None:  # noqa: ARG004 - Cloud looks at it
        """Return what is worth a warning about an upload of ``size`` bytes."""
        return None

    @abstractmethod
    def deployment(self, connection: Connection, user_agent: str) -> Deployment:
        """Return the deployment at this address."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Everything needed to talk to one QTM4J.

    ``retry_for`` is in seconds, for each request; ``timeout`` is how long an import may take, in seconds.
    """

    address: Address
    credentials: Credentials
    tls: Tls = field(default_factory=Tls)
    proxies: Proxies = field(default_factory=Proxies)
    timeouts: Timeouts = field(default_factory=Timeouts)
    retry_for: float = 0.0
    timeout: float = math.inf


class Deployment(ABC):
    """One QTM4J, at one address, with the credentials of one user."""

    # The paths below which step 1 and step 3 may be; the likelier first.
    start_prefixes: ClassVar[Sequence[str]]
    track_prefixes: ClassVar[Sequence[str]]
    # The path below a prefix.
    import_result: ClassVar[str]
    # What to do where QTM4J does not answer at any prefix, and what to check where answers make no sense.
    not_found_hint: ClassVar[str]
    address_hint: ClassVar[str]
    # Whether an upload URL is never sent the whole of a file twice; another needs another step 1.
    upload_url_is_for_one_use: ClassVar[bool] = False

    def __init__(
        self, address: Address, connection: Connection, user_agent: str, credentials: Mapping[str, str]
    ) -> None:
        """``credentials`` are the headers that authenticate."""
        self.address = address
        self.origin = address.origin
        self.peer = address.peer
        self.timeouts = connection.timeouts
        self._common = {"User-Agent": user_agent, "Accept": "application/json"}
        self._credentials = credentials

    def start_request(self, prefix: str, body: Mapping[str, Any]) -> HttpRequest:
        """Return step 1's request (vendor page, 2.1)."""
        return HttpRequest(
            "POST",
            self.address.target(f"/{prefix}/{self.import_result}"),
            {**self._common, **self._credentials, "Content-Type": "application/json"},
            whole=self.timeouts.whole,
            body=json.dumps(body).encode(),
        )

    @abstractmethod
    def upload_body(self, upload: Upload, on_sent: Callable[[int], None]) -> UploadBody:
        """Return a new body for step 2."""

    @abstractmethod
    def upload_request(self, url: str, body: UploadBody) -> HttpRequest:
        """Return step 2's request to the URL of step 1's answer.

        Raises :class:`UnexpectedAnswerError` for a URL that nothing may be sent to.
        """

    def upload_warning(self, target: Target) -> str | None:  # noqa: ARG002 - Server looks at it
        """Return what is worth a warning about where the file goes."""
        return None

    def upload_secrets(self, url: str, tracking_id: str) -> tuple[str, ...]:  # noqa: ARG002 - Cloud's
        """Return the secret parts of an upload URL, except the tracking id."""
        return ()

    def is_upload_accepted(self, answer: Answer) -> bool:
        """Return whether a whole answer to an upload that was sent in full accepts it.

        That is a 2xx without a body, or with JSON that is no error. (Server answers 204, Cloud 200.)
        """
        says_nothing = not answer.body.strip() or (answer.json() is not None and answer.app_error() is None)
        return answer.is_success and says_nothing

    @abstractmethod
    def upload_url_refusal(self, answer: Answer, target: Target) -> RefusedError | None:
        """Return the error if an answer says that the upload URL is invalid, but another may be valid."""

    @abstractmethod
    def upload_refusal(self, answer: Answer, target: Target) -> RefusedError | None:
        """Return the error if a refusal of an upload means something else than it does elsewhere."""

    def track_request(self, prefix: str, tracking_id: str, *, whole: float | None = None) -> HttpRequest:
        """Return step 3's request (vendor page, 2.3); ``whole`` limits the exchange, in seconds."""
        return self._question(
            f"{prefix}/{self.import_result}/track?trackingId={quote(tracking_id, '')}", whole
        )

    def history_request(self, start_at: int, *, whole: float | None = None) -> HttpRequest | None:  # noqa: ARG002 - Cloud's
        """Return the request for a page of the imports made so far; None where there is no such list."""
        return None

    def read_progress(self, record: Mapping[str, Any], tracking_id: str) -> Progress:
        """Read a progress record, or an entry of the history."""
        return read_progress(record, tracking_id, cycle_url=self._cycle_url)

    @abstractmethod
    def authentication_failure(self, answer: Answer) -> AuthenticationError | None:
        """Return the error if an answer says that the credentials were not accepted."""

    @abstractmethod
    def _cycle_url(self, entry: Mapping[str, Any]) -> str | None:
        """Return the page of a test cycle, an entry of the progress record's ``summary``."""

    def _question(self, path: str, whole: float | None) -> HttpRequest:
        return HttpRequest(
            "GET",
            self.address.target(f"/{path}"),
            {**self._common, **self._credentials},
            whole=self.timeouts.whole if whole is None else min(whole, self.timeouts.whole),
            max_answer=_LARGEST_RECORD,
        )
