"""Polling: what asking adds to the server's time, and how often it asks, over simulated imports.

The server's times are drawn from a log-normal distribution (median 8 s, 95 % under 57 s); time is
simulated, the client's own waiting is run. python -m bench.polling [--quick] [--json]
"""

from __future__ import annotations

import math
import random
import statistics
import sys
from typing import TYPE_CHECKING

from bench.pairing import Row, tell
from qtm_action.errors import NotFinishedError
from qtm_action.log import Silence
from qtm_action.qtm4j.deployment import Connection
from qtm_action.qtm4j.polling import Poller
from qtm_action.qtm4j.progress import read_progress
from qtm_action.qtm4j.retry import Clock, RetryPolicy
from qtm_action.qtm4j.server import JiraServer, parse_jira_url
from qtm_action.qtm4j.values import Credentials

if TYPE_CHECKING:
    from qtm_action.log import Log
    from qtm_action.qtm4j.tracking import Tracker
    from qtm_action.qtm4j.values import Progress

MEDIAN, NINETY_FIVE = 8.0, 57.0
SIGMA = math.log(NINETY_FIVE / MEDIAN) / statistics.NormalDist().inv_cdf(0.95)
TIMEOUT = 900.0
RUNNING = read_progress({"importStatus": "INPROCESS", "processStatus": "PARSING"}, "id")
ADDRESS = parse_jira_url("https://jira.example")
DONE = read_progress({"importStatus": "SUCCESS"}, "id")


class SimulatedServer(Clock):
    """A clock, and an import on it that takes ``seconds``; questions take no time."""

    deployment = JiraServer(ADDRESS, Connection(ADDRESS, Credentials("key")), "bench")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._time = 0.0
        self.asked = 0

    def ask(self, _tracking_id: str, _log: Log, *, whole: float | None = None) -> Progress:
        """Answer a question, as the tracker would."""
        assert whole is not None
        self.asked += 1
        return DONE if self._time >= self._seconds else RUNNING

    def monotonic(self) -> float:
        """Return the simulated time."""
        return self._time

    def sleep(self, seconds: float) -> None:
        """Let simulated time pass."""
        self._time += seconds


def wait_for(seconds: float) -> tuple[float, int]:
    """Follow an import that takes ``seconds``; return the seconds added and the questions asked."""
    server = SimulatedServer(seconds)
    tracker: Tracker = server  # type: ignore[assignment]  # all that a poller asks of one
    poller = Poller(tracker, RetryPolicy(60, server), "id", Silence(), just_uploaded=True)
    try:
        poller.wait_until_done(timeout=TIMEOUT)
    except NotFinishedError:
        return 0.0, server.asked
    return server.monotonic() - seconds, server.asked


def measure(*, quick: bool) -> list[Row]:
    """Return the rows of polling."""
    dice = random.Random(0)  # noqa: S311 - a simulation, the same for every run
    times = [MEDIAN * math.exp(SIGMA * dice.gauss(0, 1)) for _ in range(500 if quick else 2_000)]
    results = [(seconds, *wait_for(seconds)) for seconds in times if seconds < TIMEOUT]
    shares = statistics.quantiles((added / seconds for seconds, added, _ in results), n=20)
    added = [each for _, each, _ in results]
    asked = [count for _, _, count in results]
    whole = wait_for(TIMEOUT * 2)[1]
    return [
        Row("polling, time added", "the server's time", shares[9], shares[0], shares[18], target=0.08),
        _against("polling, time added at worst", "10 s", added, 10),
        _against(
            "polling, questions at worst",
            "100",
            asked,
            100,
            note=f"{statistics.mean(asked):.0f} on average, {whole} where nothing ends within 15 minutes",
        ),
    ]


def _against(name: str, against: str, values: list[float] | list[int], limit: float, note: str = "") -> Row:
    worst = max(values) / limit
    return Row(name, against, worst, min(values) / limit, worst, target=1.0, note=note)


def main(words: list[str]) -> int:
    """Print the rows; return 0."""
    tell(measure(quick="--quick" in words), words)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
