"""The fault matrix: every step, every fault, at the first, the second or all attempts.

Each combination is one whole import over real sockets, against a server that follows the script; time
is only waited for where a socket times out. What is expected of each is the table in
``docs/RELIABILITY.md``; ``python -m tests.faults.matrix`` prints that table as it really comes out.
"""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from qtm_action.errors import OutcomeUnknownError, QtmActionError
from qtm_action.formats import DeploymentKind
from qtm_action.log import Silence
from qtm_action.qtm4j.client import Qtm4j
from qtm_action.qtm4j.cloud import parse_region
from qtm_action.qtm4j.deployment import Connection
from qtm_action.qtm4j.server import parse_jira_url
from qtm_action.qtm4j.values import Credentials, ImportStatus, Timeouts, Upload
from tests.faults.cloud_fault_server import CloudFaultServer
from tests.faults.fault_server import START, TRACK, UPLOAD, Fault, FaultServer, http, json_answer
from tests.faults.virtual_clock import VirtualClock

DOCUMENT = Path(__file__).parents[2] / "docs" / "RELIABILITY.md"
STEPS = (START, UPLOAD, TRACK)
SERVER, CLOUD = DeploymentKind.SERVER, DeploymentKind.CLOUD
# The heading below which the document has the table of a deployment.
HEADINGS = {"## The fault matrix": SERVER, "### The fault matrix on Cloud": CLOUD}
ATTEMPTS = ("first", "second", "all")
REFUSED = "the connection is refused"
# Longer than what the kernel takes off the client's hands, so that a fault while sending is one.
BODY = b"<testsuite>" + b" " * 8_000_000 + b"</testsuite>"
_CUT = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
_PAGE = "<!DOCTYPE html><html><head><title>A page</title></head><body>…</body></html>"
_SIMPLE = Fault(read=-1, then="reset")

# "not acted": the server did not do what it was asked; "acted": it did, and only the answer went wrong.
FAULTS: dict[str, Fault] = {
    REFUSED: _SIMPLE,
    "reset before the request was read": Fault(read=-1, then="reset"),
    "closed before the request was read": Fault(read=-1),
    "stalled without reading": Fault(read=-1, then="stall"),
    "reset in the middle of the body": Fault(read=100_000, then="reset"),
    "closed in the middle of the body": Fault(read=100_000),
    "reset ten bytes before the body's end": Fault(read=-10, then="reset"),
    "reset after all was read, not acted": Fault(then="reset"),
    "reset after all was read, acted": Fault(acts=True, then="reset"),
    "reset, acted, and known 20 s later": Fault(acts=True, then="reset", registers_after=20),
    "closed after all was read, not acted": Fault(),
    "closed after all was read, acted": Fault(acts=True),
    "no answer in time, not acted": Fault(then="stall"),
    "no answer in time, acted": Fault(acts=True, then="stall"),
    "no answer in time, acted, and known 50 s later": Fault(acts=True, then="stall", registers_after=50),
    "a byte of the answer a second, acted": Fault(acts=True, answer=b"HTTP/1.1 200 OK\r\n" * 9, drip=0.1),
    "an answer that is not HTTP, not acted": Fault(answer=b"\x00\xffnonsense\r\n\r\n"),
    "an answer that is not HTTP, acted": Fault(acts=True, answer=b"\x00\xffnonsense\r\n\r\n"),
    "an answer cut off, not acted": Fault(answer=_CUT),
    "an answer cut off, acted": Fault(acts=True, answer=_CUT),
    "500, not acted": Fault(answer=http(500, "Internal Server Error")),
    "500, acted": Fault(acts=True, answer=http(500, "Internal Server Error")),
    "502, not acted": Fault(answer=http(502, "<html><title>502 Bad Gateway</title></html>")),
    "502, acted": Fault(acts=True, answer=http(502, "<html><title>502 Bad Gateway</title></html>")),
    "503 with Retry-After, not acted": Fault(answer=http(503, "maintenance", Retry_After="3")),
    "503, acted": Fault(acts=True, answer=http(503, "busy")),
    "503 before the body was read": Fault(read=1000, answer=http(503, "busy"), then="linger"),
    "504, not acted": Fault(answer=http(504, "<html><title>504 Gateway Time-out</title></html>")),
    "504, acted": Fault(acts=True, answer=http(504, "<html><title>504 Gateway Time-out</title></html>")),
    "429 with Retry-After": Fault(answer=http(429, "slow down", Retry_After="2")),
    "408": Fault(answer=http(408, "Request Timeout")),
    "413 before the body was read, then reset": Fault(read=1000, answer=http(413, "too large"), then="reset"),
    "400 of QTM4J": Fault(answer=json_answer(400, {"status": 400, "errorMessage": "The file is empty"})),
    "401": Fault(answer=json_answer(401, {"message": "Unauthorized", "status-code": 401})),
    "403": Fault(answer=http(403, "Forbidden")),
    "404, a page": Fault(answer=http(404, _PAGE)),
    "410": Fault(answer=http(410, "Gone")),
    "a redirect to the login page": Fault(answer=http(302, Location="/login.jsp?os_destination=x")),
    "200 and a page for a browser": Fault(answer=http(200, _PAGE, Content_Type="text/html")),
    "200 and JSON of another shape, acted": Fault(acts=True, answer=json_answer(200, {"ok": True})),
    "200 and 10 MB of text, not acted": Fault(answer=http(200, "x" * 10_000_000)),
}


@dataclass(frozen=True)
class Combination:
    """One line and column of the matrix."""

    step: str
    fault: str
    attempts: str
    deployment: DeploymentKind = SERVER

    def __str__(self) -> str:
        return f"{self.deployment.name.lower()}: {self.step}: {self.fault}: {self.attempts}"


@dataclass(frozen=True)
class Outcome:
    """What came of a combination.

    ``end`` is one of the signs of the table: ``✓`` imported once; ``!N`` nothing imported, exit code N;
    ``?N`` unknown, and said so; ``…N`` uploaded, the end not learned, and said so.
    """

    end: str
    imported: int
    message: str = ""
    hint: str = ""
    seconds: float = 0.0


def combinations() -> list[Combination]:
    """Return the whole matrix."""
    return [Combination(*one) for one in product(STEPS, FAULTS, ATTEMPTS, (SERVER, CLOUD))]


def run(combination: Combination, folder: Path, *, patience: float = 1.0) -> Outcome:
    """Run one whole import through a combination. Raises AssertionError if it breaks a promise.

    ``patience`` stretches the limits on sockets, which are short so that the matrix is quick.
    """
    clock = VirtualClock()
    with _server(combination, clock) as server:
        path = folder / "results.xml"
        connection = Connection(
            (parse_region if combination.deployment is CLOUD else parse_jira_url)(server.url),
            Credentials(api_key="the-api-key", token="the-token"),
            timeouts=Timeouts(connect=2.0 * patience, read=0.5 * patience, whole=1.0 * patience),
            retry_for=60.0,
        )
        client = Qtm4j(connection, user_agent="qtm-action/test", log=Silence(), clock=clock)
        try:
            outcome = _import(client, Upload(path, path.name, len(BODY)), server)
        finally:
            client.close()
    assert outcome.imported <= 1, f"imported {outcome.imported} times"
    if isinstance(server, CloudFaultServer):
        server.assert_no_url_was_used_twice()
    return outcome


def run_all(wanted: list[Combination]) -> dict[Combination, Outcome | AssertionError]:
    """Run combinations side by side.

    One that ends otherwise than documented is run once more, alone and with patience: on a busy machine a
    short limit can be over before the fault was seen. A broken promise is not run again.
    """
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(16) as pool:
        folder = Path(name)
        (folder / "results.xml").write_bytes(BODY)

        def one(combination: Combination, *, patience: float = 1.0) -> Outcome | AssertionError:
            try:
                return run(combination, folder, patience=patience)
            except AssertionError as broken:
                return broken

        outcomes = dict(zip(wanted, pool.map(one, wanted), strict=True))
        expected = documented()
        for combination, outcome in outcomes.items():
            if isinstance(outcome, Outcome) and outcome.end != expected.get(combination):
                outcomes[combination] = one(combination, patience=8.0)
        return outcomes


def _import(client: Qtm4j, upload: Upload, server: FaultServer) -> Outcome:
    tracking_ids: list[str] = []
    uploaded = False
    try:
        tracking_id = client.submit(
            {"format": "junit"}, upload, log=Silence(), on_tracking_id=tracking_ids.append
        )
        uploaded = True
        progress = client.wait_until_done(tracking_id, timeout=90, log=Silence(), just_uploaded=True)
    except QtmActionError as error:
        return _failure(error, tracking_ids, server, uploaded=uploaded)
    assert progress.status is ImportStatus.SUCCESS
    assert server.imported == 1, "success without an import"
    assert tracking_id == tracking_ids[-1]
    return Outcome("✓", server.imported)


def _failure(
    error: QtmActionError, tracking_ids: list[str], server: FaultServer, *, uploaded: bool
) -> Outcome:
    code = int(error.exit_code)
    text = f"{error.message} {error.hint}"
    assert "the-api-key" not in text
    assert "the-token" not in text
    if isinstance(error, OutcomeUnknownError):
        assert tracking_ids, "unknown, without a tracking id to follow"
        sign = "?"
    elif uploaded:
        sign = "…"
    else:
        assert server.imported == 0, f"imported, but said to have failed: {error.message}"
        sign = "!"
    return Outcome(f"{sign}{code}", server.imported, error.message, error.hint)


def _server(combination: Combination, clock: VirtualClock) -> FaultServer:
    fault = FAULTS[combination.fault]
    if combination.fault == REFUSED:
        return _refusing_server(combination, clock)
    script = {"first": [fault], "second": [_SIMPLE, fault], "all": [fault]}[combination.attempts]
    return _kind_of_server(combination)(
        {combination.step: script},
        repeats_last=combination.attempts == "all",
        clock=clock.monotonic,
        keep_alive=False,
    )


def _kind_of_server(combination: Combination) -> type[FaultServer]:
    return CloudFaultServer if combination.deployment is CLOUD else FaultServer


def _refusing_server(combination: Combination, clock: VirtualClock) -> FaultServer:
    """Return a server that stops listening before the step, for one wait, two waits or for ever."""
    before = {UPLOAD: START, TRACK: UPLOAD}
    waits = {"first": 1, "second": 2, "all": -1}[combination.attempts]
    server = _kind_of_server(combination)(
        clock=clock.monotonic,
        keep_alive=False,
        after_request=lambda received: stop() if received.step == before.get(combination.step) else None,
    )
    left = [0]

    def stop() -> None:
        left[0] = waits
        server.stop_listening()

    def count_down() -> None:
        left[0] -= 1
        if left[0] == 0:
            server.listen_again()

    clock.on_sleep = count_down
    if combination.step == START:
        stop()
    return server


def table(outcomes: dict[Combination, Outcome | AssertionError], deployment: DeploymentKind) -> list[str]:
    """Return the rows of a deployment's table, as Markdown."""
    rows = ["| fault | start | upload | track |", "| --- | --- | --- | --- |"]
    for fault in FAULTS:
        cells = []
        for step in STEPS:
            ends = [outcomes[Combination(step, fault, attempts, deployment)] for attempts in ATTEMPTS]
            cells.append(" ".join(end.end if isinstance(end, Outcome) else "BROKEN" for end in ends))
        rows.append(f"| {fault} | {' | '.join(cells)} |")
    return rows


def documented() -> dict[Combination, str]:
    """Return the ends that ``docs/RELIABILITY.md`` tells, combination by combination."""
    ends: dict[Combination, str] = {}
    deployment = SERVER
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        deployment = HEADINGS.get(line, deployment)
        fault, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        if fault not in FAULTS or len(cells) != len(STEPS):
            continue
        for step, cell in zip(STEPS, cells, strict=True):
            for attempts, end in zip(ATTEMPTS, cell.split(), strict=True):
                ends[Combination(step, fault, attempts, deployment)] = end
    return ends


def main(words: list[str]) -> int:
    """Print the table as it comes out, and what promise a combination broke; return how many did."""
    outcomes = run_all(combinations())
    lines = [line for heading, kind in HEADINGS.items() for line in (heading, *table(outcomes, kind))]
    for combination, outcome in outcomes.items():
        if isinstance(outcome, AssertionError):
            lines.append(f"{combination}: {outcome}")
        elif outcome.message and "--messages" in words:
            lines.append(f"{combination}\n    {outcome.end} {outcome.message}\n    {outcome.hint}")
    lines.append(f"{len(outcomes)} combinations")
    sys.stdout.write("\n".join(lines) + "\n")
    return sum(isinstance(outcome, AssertionError) for outcome in outcomes.values())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
