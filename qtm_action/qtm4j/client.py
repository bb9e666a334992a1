"""The client of QTM4J's import protocol: start and upload exactly once, then follow to the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qtm_action.log import Log
from qtm_action.qtm4j.deployment import Connection, Deployment
from qtm_action.qtm4j.polling import Poller
from qtm_action.qtm4j.retry import Clock, RetryPolicy
from qtm_action.qtm4j.start_request import Starter
from qtm_action.qtm4j.tracking import Tracker
from qtm_action.qtm4j.transport.http import Transport
from qtm_action.qtm4j.transport.proxies import proxy_for
from qtm_action.qtm4j.uploading import Uploader
from qtm_action.qtm4j.values import Progress, Upload

_CLOCK = Clock()


class Qtm4j:
    """One QTM4J; safe to use from several threads."""

    def __init__(self, connection: Connection, *, user_agent: str, log: Log, clock: Clock = _CLOCK) -> None:
        """Check what can be checked without a network.

        Raises :class:`InvalidInputError` for a proxy or certificate file that can't be used.
        """
        self.address = connection.address
        deployment = connection.address.deployment(connection, user_agent)
        self._transport = Transport(connection.tls, connection.proxies, connection.timeouts)
        proxy_for(deployment.origin, connection.proxies)  # raises for one that can't be used
        self._policy = RetryPolicy(connection.retry_for, clock, connection.timeout)
        self._starter = Starter(deployment, self._transport, self._policy)
        self._tracker = Tracker(deployment, self._transport)
        _warn(connection, deployment, log)

    def submit(
        self,
        body: Mapping[str, Any],
        upload: Upload,
        *,
        log: Log,
        on_tracking_id: Callable[[str], None],
    ) -> str:
        """Start an import and upload its file (steps 1 and 2), exactly once; return the tracking id.

        ``on_tracking_id`` is called with each tracking id before its upload begins; where an upload URL was
        refused there may be a second, which replaces the first. Raises
        :class:`OutcomeUnknownError` where the file may or may not have been imported; after any other
        error nothing was imported.
        """
        uploader = Uploader(self._starter, self._tracker, self._transport, self._policy, upload, log=log)
        return uploader.submit(body, on_tracking_id)

    def wait_until_done(
        self,
        tracking_id: str,
        *,
        timeout: float,
        log: Log,
        just_uploaded: bool,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Progress:
        """Follow an import to its final status, whatever that is, for at most ``timeout`` seconds.

        ``just_uploaded``: this program has just uploaded it, so QTM4J may not have registered it yet.
        Raises :class:`NotFinishedError` after ``timeout``.
        """
        poller = Poller(self._tracker, self._policy, tracking_id, log, just_uploaded=just_uploaded)
        return poller.wait_until_done(timeout=timeout, on_progress=on_progress)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def _warn(connection: Connection, deployment: Deployment, log: Log) -> None:
    origin = deployment.origin
    if origin.scheme == "http" and not origin.is_loopback:
        log.warning(
            f"{deployment.peer.setting} uses plain http: the API key and credentials are sent to {origin} "
            "unencrypted"
        )
    if origin.scheme == "https" and not connection.tls.verify:
        log.warning(
            f"tls-verify is false: anyone who can impersonate {origin} receives the API key and credentials; "
            "set ca-bundle to your company's CA certificate instead"
        )
