"""Every import that was started, and the thread that reads what was uploaded for it.

Reading happens beside the requests, as on the real server, and in the order of the uploads; a request
for progress waits a moment for it, so that small files have their outcome at once.
"""

from __future__ import annotations

import queue
import threading
import time
import uuid
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from qtm_action.sandbox.cases import plan_cases
from qtm_action.sandbox.import_progress import progress_at
from qtm_action.sandbox.library import Library
from qtm_action.sandbox.received import SUCCESS_MESSAGE, Outcome, Phase, ReceivedImport, ResultsError
from qtm_action.sandbox.uploads import WrongUploadError, read_upload

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from qtm_action.log import Log
    from qtm_action.sandbox.import_progress import ImportProgress
    from qtm_action.sandbox.options import SandboxOptions
    from qtm_action.sandbox.parameters import Parameters
    from qtm_action.sandbox.received import ReceivedUpload

#: How long, in seconds, a request for progress waits for the reading of an upload to end.
PATIENCE = 2.0


class UploadUrlState(Enum):
    """Why an upload URL takes no file; the value is a sentence."""

    UNKNOWN = "The upload URL is not known"
    USED = "The upload URL has been used already"
    EXPIRED = "The upload URL has expired"


class UploadRefusedError(Exception):
    """The upload URL takes no file, for the reason that ``state`` gives."""

    def __init__(self, state: UploadUrlState) -> None:
        super().__init__(state.value)
        self.state = state


@dataclass(slots=True)
class StartedImport:
    """One import under way; fields change under the ledger's lock only."""

    upload_id: str
    parameters: Parameters
    received: ReceivedImport
    claimed: bool = False
    outcome: Outcome | None = None
    settled: threading.Event = field(default_factory=threading.Event)

    @property
    def tracking_id(self) -> str:
        """Its tracking id."""
        return self.received.tracking_id


class Ledger:
    """The imports of one sandbox; safe to use from several threads.

    ``write_record`` gives the progress record of an import in the form that clients expect.
    """

    def __init__(
        self,
        options: SandboxOptions,
        clock: Callable[[], float],
        log: Log,
        write_record: Callable[[ImportProgress], dict[str, Any]],
    ) -> None:
        self._options = options
        self._clock = clock
        self._log = log
        self._write_record = write_record
        self._lock = threading.Lock()
        self._entries: dict[str, StartedImport] = {}
        self._by_upload: dict[str, StartedImport] = {}
        self._library = Library(options.project, options.test_cycles)
        self._uploads: queue.SimpleQueue[tuple[StartedImport, Path] | None] = queue.SimpleQueue()
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread that reads uploads."""
        self._reader = threading.Thread(target=self._read_uploads, name="sandbox-reader", daemon=True)
        self._reader.start()

    def stop(self, *, patience: float = PATIENCE) -> None:
        """End that thread when it has read what it has; wait at most ``patience`` seconds for it."""
        if self._reader:
            self._uploads.put(None)
            self._reader.join(patience)
            self._reader = None

    def open(
        self, body: Mapping[str, Any], headers: Mapping[str, str], parameters: Parameters
    ) -> StartedImport:
        """Step 1: a new import with its tracking id and the id in its upload URL."""
        received = ReceivedImport(str(uuid.uuid4()), self._clock(), body, headers, notes=parameters.notes)
        entry = StartedImport(uuid.uuid4().hex, parameters, received)
        with self._lock:
            self._entries[entry.tracking_id] = entry
            self._by_upload[entry.upload_id] = entry
        return entry

    def claim(self, upload_id: str) -> StartedImport:
        """Step 2 begins: take the upload URL; raises :class:`UploadRefusedError`."""
        with self._lock:
            entry = self._by_upload.get(upload_id)
            if entry is None:
                raise UploadRefusedError(UploadUrlState.UNKNOWN)
            entry.received = replace(entry.received, upload_attempts=entry.received.upload_attempts + 1)
            if entry.claimed:
                raise UploadRefusedError(UploadUrlState.USED)
            if self._clock() - entry.received.at > self._options.upload_url_life:
                raise UploadRefusedError(UploadUrlState.EXPIRED)
            entry.claimed = True
            return entry

    def release(self, entry: StartedImport) -> None:
        """Step 2 came to nothing (a broken or refused upload): its URL may be used again."""
        with self._lock:
            entry.claimed = False

    def accept(self, entry: StartedImport, upload: ReceivedUpload, path: Path) -> None:
        """Step 2 is done: hand the file to the reading thread."""
        with self._lock:
            entry.received = replace(entry.received, upload=upload)
        self._uploads.put((entry, path))

    def track(self, tracking_id: str) -> dict[str, Any] | None:
        """Step 3: the progress record; None when no upload is known for the id (yet)."""
        with self._lock:
            entry = self._entries.get(tracking_id)
            if entry is None:
                return None
            entry.received = replace(entry.received, tracked=entry.received.tracked + 1)
        return self._visible_record(entry)

    def history(self) -> list[dict[str, Any]]:
        """Return the progress records of all imports that step 3 knows, newest first."""
        with self._lock:
            newest_first = list(self._entries.values())[::-1]
        records = (self._visible_record(entry) for entry in newest_first)
        return [record for record in records if record is not None]

    def snapshot(self) -> tuple[ReceivedImport, ...]:
        """Return all imports in the order they were started, as they are now."""
        with self._lock:
            entries = list(self._entries.values())
        give_up_at = time.monotonic() + PATIENCE
        for entry in entries:
            if entry.received.upload:
                entry.settled.wait(max(0.0, give_up_at - time.monotonic()))
        return tuple(self._received(entry) for entry in entries)

    def _visible_record(self, entry: StartedImport) -> dict[str, Any] | None:
        """Return the record that a client sees: none before the upload, nor for a moment after it."""
        upload = entry.received.upload
        if upload is None or self._clock() - upload.at < self._options.not_yet:
            return None
        entry.settled.wait(PATIENCE)
        progress = self._progress(entry)
        return self._write_record(progress) if progress else None

    def _progress(self, entry: StartedImport) -> ImportProgress | None:
        upload = entry.received.upload
        if upload is None:
            return None
        return progress_at(
            self._clock(),
            entry.tracking_id,
            entry.parameters,
            upload,
            entry.outcome,
            duration=self._options.duration,
        )

    def _received(self, entry: StartedImport) -> ReceivedImport:
        with self._lock:
            progress = self._progress(entry)
            received = entry.received
        if progress is None:
            return received
        received = replace(received, record=self._write_record(progress))
        outcome = progress.outcome
        if outcome is None:
            return received
        return replace(
            received, cycles=outcome.cycles, members=outcome.members, attachments=outcome.attachments
        )

    def _read_uploads(self) -> None:
        while item := self._uploads.get():
            entry, path = item
            upload = entry.received.upload
            file_name = upload.file_name if upload else ""
            try:
                outcome = self._import(path, file_name, entry.parameters)
            except Exception as error:  # noqa: BLE001 - a defect must not end the thread: nothing would finish
                outcome = Outcome(f"The sandbox failed to read the upload: {error!r}", Phase.PARSING)
            if not self._options.keep_uploads:
                path.unlink(missing_ok=True)
            self._log.info(f"import {entry.tracking_id}: {outcome.message}")
            with self._lock:
                entry.outcome = outcome
            entry.settled.set()

    def _import(self, path: Path, file_name: str, parameters: Parameters) -> Outcome:
        """Read an upload and create what is in it; a failure becomes an outcome too."""
        try:
            content = read_upload(path, file_name, parameters)
        except WrongUploadError as error:
            return Outcome(str(error), Phase.VALIDATION)
        except ResultsError as error:
            return Outcome(str(error), Phase.PARSING)
        planned = plan_cases(content.tests, parameters)
        if not planned:
            return Outcome(
                "No test case found in the uploaded results", Phase.PARSING, members=content.members
            )
        if self._options.fail_import is not None:
            return Outcome(self._options.fail_import, Phase.CREATING_ASSETS, members=content.members)
        message, status = SUCCESS_MESSAGE, "SUCCESS"
        if self._options.partial:
            message = f"1 of {len(planned)} test cases could not be imported: '{planned.pop().summary}'"
            status = "PARTIALLY_SUCCESS"
        try:
            cycles = self._library.import_cases(planned, parameters)
        except ResultsError as error:
            return Outcome(str(error), Phase.CREATING_ASSETS, members=content.members)
        return Outcome(
            message, None, status, cycles, content.members, content.result_files, content.attachments
        )
