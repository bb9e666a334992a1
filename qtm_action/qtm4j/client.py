"""The client of QTM4J's import protocol: start and upload exactly once, then follow to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtm_action.qtm4j.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qtm_action.log import Log
    from qtm_action.qtm4j.clock import Clock
    from qtm_action.qtm4j.model import Connection, Progress, Upload

_SYSTEM_CLOCK = SystemClock()


class Qtm4j:
    """One Jira with QTM4J; safe to use from several threads."""

    def __init__(
        self, connection: Connection, *, user_agent: str, log: Log, clock: Clock = _SYSTEM_CLOCK
    ) -> None:
        """Check what can be checked without a network.

        Raises :class:`InvalidInputError` for a Jira URL, proxy, certificate file or key that can't be used.
        """
        # The libraries behind these take most of the time that a short run takes: only for a client.
        from random import random  # noqa: PLC0415 - start-up

        from qtm_action.qtm4j.polling import Poller  # noqa: PLC0415 - start-up
        from qtm_action.qtm4j.retry import Pace  # noqa: PLC0415 - start-up
        from qtm_action.qtm4j.server import JiraServer  # noqa: PLC0415 - start-up
        from qtm_action.qtm4j.starting import Starter  # noqa: PLC0415 - start-up
        from qtm_action.qtm4j.tracking import Tracker  # noqa: PLC0415 - start-up
        from qtm_action.qtm4j.transport.exchange import Transport  # noqa: PLC0415 - start-up
        from qtm_action.qtm4j.transport.proxies import proxy_for  # noqa: PLC0415 - start-up
        from qtm_action.qtm4j.uploading import Uploader  # noqa: PLC0415 - start-up

        server = JiraServer(connection, user_agent)
        pace = Pace(connection.retry_for, clock, random)
        self._transport = Transport(connection)
        proxy_for(server.jira.origin, connection.proxies)
        tracker = Tracker(server, self._transport, clock)
        self._uploader = Uploader(
            server, self._transport, Starter(server, self._transport, pace), tracker, pace
        )
        self._poller = Poller(tracker, pace)
        _warn(connection, server.jira.origin, log)

    def submit(
        self,
        body: Mapping[str, Any],
        upload: Upload,
        *,
        log: Log,
        on_tracking_id: Callable[[str], None],
    ) -> str:
        """Start an import and upload its file (steps 1 and 2), exactly once; return the tracking id.

        ``on_tracking_id`` is told each tracking id before its upload begins; where an upload URL was
        refused there may be a second, which then is the one that counts. Raises
        :class:`OutcomeUnknownError` where the file may or may not have been imported; after any other
        error nothing was imported.
        """
        return self._uploader.submit(body, upload, log=log, on_tracking_id=on_tracking_id)

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

        ``just_uploaded``: this program uploaded it a moment ago, so that QTM4J may not know it yet.
        Raises :class:`NotFinishedError` (with the last ``progress``) when the time is up.
        """
        return self._poller.wait_until_done(
            tracking_id, timeout=timeout, log=log, just_uploaded=just_uploaded, on_progress=on_progress
        )

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def _warn(connection: Connection, origin: Any, log: Log) -> None:
    if origin.scheme == "http" and not origin.is_loopback:
        log.warning(
            f"jira-url is plain http: everyone on the way to {origin} can read the API key and credentials"
        )
    if origin.scheme == "https" and not connection.tls.verify:
        log.warning(
            f"tls-verify is false: whoever answers as {origin} gets the API key and credentials; "
            "give your company's CA as ca-bundle instead"
        )
