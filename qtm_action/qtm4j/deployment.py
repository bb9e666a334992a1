"""What a deployment of QTM4J owns: everything in which two of them differ.

The three steps, the retries and the polling are the same for all, and ask no deployment which one it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qtm_action.errors import AuthenticationError, RefusedError
    from qtm_action.qtm4j.transport.answers import Answer
    from qtm_action.qtm4j.transport.body import UploadBody
    from qtm_action.qtm4j.transport.origins import Origin, Peer, Target
    from qtm_action.qtm4j.transport.request import HttpRequest
    from qtm_action.qtm4j.values import Progress, Upload


class Deployment(Protocol):
    """One QTM4J, at one address, with the credentials of one user."""

    @property
    def peer(self) -> Peer:
        """What messages call it, and the setting that holds its address."""
        ...

    @property
    def origin(self) -> Origin:
        """Where the credentials belong."""
        ...

    @property
    def start_prefixes(self) -> Sequence[str]:
        """The paths below which step 1 may be; the likelier first."""
        ...

    @property
    def track_prefixes(self) -> Sequence[str]:
        """The paths below which step 3 may be; the likelier first."""
        ...

    @property
    def upload_url_is_for_one_use(self) -> bool:
        """Whether an upload URL is never sent the whole of a file twice; another needs another step 1."""
        ...

    @property
    def not_found_hint(self) -> str:
        """What to do where QTM4J does not answer at any prefix."""
        ...

    @property
    def address_hint(self) -> str:
        """What to check where answers make no sense."""
        ...

    def start_request(self, prefix: str, body: Mapping[str, Any]) -> HttpRequest:
        """Return step 1's request."""
        ...

    def upload_body(self, upload: Upload, on_sent: Callable[[int], None]) -> UploadBody:
        """Return a new body for step 2."""
        ...

    def upload_request(self, url: str, body: UploadBody) -> HttpRequest:
        """Return step 2's request to the URL of step 1's answer.

        Raises :class:`UnexpectedAnswerError` for a URL that nothing may be sent to.
        """
        ...

    def upload_warning(self, target: Target) -> str | None:
        """Return what is worth a warning about where the file goes."""
        ...

    def is_upload_accepted(self, answer: Answer) -> bool:
        """Tell whether an answer that came whole, to an upload that was sent in full, accepts it."""
        ...

    def upload_url_refusal(self, answer: Answer, target: Target) -> RefusedError | None:
        """Return the error if an answer says that the upload URL is of no use, but another may be."""
        ...

    def upload_refusal(self, answer: Answer, target: Target) -> RefusedError | None:
        """Return the error if a refusal of an upload means something else than it does elsewhere."""
        ...

    def track_request(self, prefix: str, tracking_id: str, *, whole: float | None = None) -> HttpRequest:
        """Return step 3's request; ``whole`` limits the exchange, in seconds."""
        ...

    def history_request(self, start_at: int, *, whole: float | None = None) -> HttpRequest | None:
        """Return the request for a page of the imports made so far; None where there is no such list."""
        ...

    def upload_secrets(self, url: str, tracking_id: str) -> tuple[str, ...]:
        """Return what of an upload URL nobody may see, the tracking id apart."""
        ...

    def read_progress(self, record: Mapping[str, Any], tracking_id: str) -> Progress:
        """Read a progress record, wherever this deployment has its parts."""
        ...

    def authentication_failure(self, answer: Answer) -> AuthenticationError | None:
        """Return the error if an answer says that the credentials were not accepted."""
        ...
