"""Every import that was started, and the thread that reads what was uploaded for it.

Uploads are read on that thread, as on the real server, and in their order; a request for progress waits a
moment for it, so that small files have their outcome at once.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from qtm_action.log import Log
from qtm_action.sandbox.cases import Library, plan_cases
from qtm_action.sandbox.options import SandboxOptions
from qtm_action.sandbox.parameters import Parameters
from qtm_action.sandbox.progress_record import progress_record
from qtm_action.sandbox.received import (
    Outcome,
    Phase,
    ReceivedImport,
    ReceivedUpload,
    RefusedResultsError,
    ResultsError,
)
from qtm_action.sandbox.uploads import UploadContent, read_upload

#: How long, in seconds, a request for progress waits for the reading of an upload to end.
PATIENCE = 2.0


class UploadRefusedError(Exception):
    """The upload URL takes no file; the message says why."""


class UploadExpiredError(UploadRefusedError):
    """The upload URL has expired."""


class Ledger:
    """The imports of one sandbox; safe to use from several threads."""

    def __init__(self, options: SandboxOptions, clock: Callable[[], float], log: Log) -> None:
        self._options = options
        self._clock = clock
        self._log = log
        self._lock = threading.Lock()
        self._imports: dict[str, ReceivedImport] = {}
        self._by_upload: dict[str, ReceivedImport] = {}
        self._library = Library(options.project, options.test_cycles)
        self._reader = ThreadPoolExecutor(1, "sandbox-reader")

    def stop(self) -> None:
        """Wait until what was uploaded is read."""
        self._reader.shutdown()

    def open(
        self, body: Mapping[str, Any], headers: Mapping[str, str], parameters: Parameters
    ) -> ReceivedImport:
        """Step 1: a new import with its tracking ID and the ID in its upload URL."""
        one = ReceivedImport(
            str(uuid.uuid4()), self._clock(), body, headers, parameters, upload_id=uuid.uuid4().hex
        )
        with self._lock:
            self._imports[one.tracking_id] = one
            self._by_upload[one.upload_id] = one
        return one

    @contextmanager
    def claimed(self, upload_id: str) -> Iterator[ReceivedImport]:
        """Step 2: take the upload URL, which may be used again if no file is accepted meanwhile.

        Raises :class:`UploadRefusedError`.
        """
        with self._lock:
            one = self._by_upload.get(upload_id)
            if one is None:
                raise UploadRefusedError("The upload URL is not known")
            one.upload_attempts += 1
            if one.claimed:
                raise UploadRefusedError("The upload URL has been used already")
            if self._clock() - one.at > self._options.upload_url_life:
                raise UploadExpiredError("The upload URL has expired")
            one.claimed = True
        try:
            yield one
        finally:
            with self._lock:
                one.claimed = one.upload is not None

    def accept(self, one: ReceivedImport, upload: ReceivedUpload, path: Path) -> None:
        """Step 2 is done: the file is read on the ledger's thread."""
        with self._lock:
            one.upload = upload
            one.reading = self._reader.submit(self._read, one, upload.file_name, path)

    def track(self, tracking_id: str) -> Mapping[str, Any] | None:
        """Step 3: the progress record; None when no upload is known for the id (yet)."""
        with self._lock:
            one = self._imports.get(tracking_id)
            if one is None:
                return None
            one.tracked += 1
        return self._visible_record(one)

    def history(self) -> list[Mapping[str, Any]]:
        """Return the progress records of all imports that step 3 knows, newest first."""
        with self._lock:
            newest_first = list(self._imports.values())[::-1]
        records = (self._visible_record(one) for one in newest_first)
        return [record for record in records if record is not None]

    def snapshot(self) -> tuple[ReceivedImport, ...]:
        """Return copies of all imports in the order they were started, as they are now."""
        with self._lock:
            imports = list(self._imports.values())
        wait([one.reading for one in imports if one.reading], PATIENCE)
        return tuple(self._copy(one) for one in imports)

    def _visible_record(self, one: ReceivedImport) -> Mapping[str, Any] | None:
        """Return the record that a client sees: none before the upload, nor for a moment after it."""
        if one.upload is None or one.reading is None:
            return None
        if self._clock() - one.upload.at < self._options.not_yet:
            return None
        wait([one.reading], PATIENCE)
        return self._copy(one).record

    def _copy(self, one: ReceivedImport) -> ReceivedImport:
        """Return the import with its record, and without an outcome that a client must not see yet."""
        with self._lock:
            if one.upload is None:
                return replace(one)
            record = progress_record(one, one.upload, self._clock(), self._options)
            return replace(one, record=record, outcome=one.outcome if record["endTime"] else None)

    def _read(self, one: ReceivedImport, file_name: str, path: Path) -> None:
        content = UploadContent()
        try:
            content = read_upload(path, file_name, one.parameters)
            outcome = self._create(content, one.parameters)
        except ResultsError as error:
            outcome = Outcome(str(error), error.phase, members=content.members)
        except Exception as error:  # noqa: BLE001 - after a defect the import ends too
            outcome = Outcome(f"The sandbox failed to read the upload: {error!r}", Phase.PARSING)
        if not self._options.keep_uploads:
            path.unlink(missing_ok=True)
        self._log.info(f"import {one.tracking_id}: {outcome.message}")
        with self._lock:
            one.outcome = outcome

    def _create(self, content: UploadContent, parameters: Parameters) -> Outcome:
        """Create what is in an upload; raises :class:`ResultsError`."""
        planned = plan_cases(content.tests, parameters)
        if not planned:
            raise ResultsError("No test case found in the uploaded results")
        if self._options.fail_import is not None:
            raise RefusedResultsError(self._options.fail_import)
        message, status = "File is imported successfully.", "SUCCESS"
        if self._options.partial:
            message = f"1 of {len(planned)} test cases could not be imported: '{planned.pop().summary}'"
            status = "PARTIALLY_SUCCESS"
        cycles = self._library.import_cases(planned, parameters)
        return Outcome(
            message, None, status, cycles, content.members, content.result_files, content.attachments
        )
