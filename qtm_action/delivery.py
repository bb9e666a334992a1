"""Running the imports: each is packed, submitted and followed to its end; its outcome is recorded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from qtm_action.ci.ordered_log import OrderedLog
from qtm_action.ci.platform import Platform
from qtm_action.errors import QtmActionError
from qtm_action.inputs.settings import Settings
from qtm_action.log import Log
from qtm_action.outcome.import_verdict import conclude, fields_of
from qtm_action.outcome.recorder import Recorder
from qtm_action.outcome.report import ImportReport
from qtm_action.parallel import run_in_parallel
from qtm_action.preparation import PreparedImport
from qtm_action.qtm4j.client import Qtm4j
from qtm_action.qtm4j.deployment import Address
from qtm_action.qtm4j.values import Upload
from qtm_action.results.archive.payload import pack
from qtm_action.results.result_files import Payload


def start_body(work: PreparedImport, payload: Payload) -> dict[str, Any]:
    """Return the JSON body of step 1 (vendor page, step 2.1)."""
    assert work.files.format is not None  # noqa: S101 - checked files have a format
    return {"format": work.files.format.value, "isZip": payload.is_zip, **work.spec.parameters}


def pack_import(
    work: PreparedImport, folder: Path | None, address: Address | None, recorder: Recorder, log: Log
) -> Payload:
    """Return the file to upload to ``address``, and record it; an archive is made in ``folder``."""
    started = time.monotonic()
    payload = pack(work.files, folder, log=log)
    recorder.update(
        work.index,
        upload=payload,
        seconds={"archive": time.monotonic() - started},
    )
    warning = None if address is None else address.size_warning(payload.size)
    if warning is not None:
        log.warning(warning)
        recorder.update(work.index, warnings=(warning,))
    return payload


def record_followed(tracking_ids: Iterable[str], recorder: Recorder, **known: Any) -> list[int]:
    """Record the imports of ``tracking-id``; return their indexes."""
    return [
        recorder.add(ImportReport(name=f"import {each}", tracking_id=each, **known)) for each in tracking_ids
    ]


@dataclass(frozen=True, slots=True)
class Delivery:
    """Runs or follows imports in parallel over one client."""

    client: Qtm4j
    settings: Settings
    recorder: Recorder
    platform: Platform

    def make(self, prepared: Sequence[PreparedImport], folder: Path | None) -> None:
        """Run the imports; those into the same test cycle one after the other, in order.

        ``folder`` takes the archives; None when no import needs one.
        """
        logs = self.platform.ordered([f"Import {work.spec.name}" for work in prepared])
        lanes: dict[str, list[Callable[[], None]]] = {}
        for work, log in zip(prepared, logs, strict=True):
            reused = work.spec.parameters.get("testCycleToReuse")
            lane = lanes.setdefault(f"cycle {reused}" if reused else f"import {work.index}", [])
            lane.append(partial(self._guarded, work.index, log, partial(self._make, work, folder, log)))
        run_in_parallel(lanes.values(), most=self.settings.max_parallel)

    def follow(self, tracking_ids: Sequence[str]) -> None:
        """Follow imports that an earlier run started to their end."""
        logs = self.platform.ordered([f"Wait for import {each}" for each in tracking_ids])
        indexes = record_followed(tracking_ids, self.recorder)
        lanes = []
        for index, tracking_id, log in zip(indexes, tracking_ids, logs, strict=True):
            wait = partial(self._wait, index, tracking_id, log, just_uploaded=False)
            lanes.append([partial(self._guarded, index, log, wait)])
        run_in_parallel(lanes, most=self.settings.max_parallel)

    def _guarded(self, index: int, log: OrderedLog, run: Callable[[], None]) -> None:
        """Run one import with its own log; an expected failure becomes its error."""
        started = time.monotonic()
        with log:
            try:
                run()
            except QtmActionError as error:
                self.recorder.update(index, error=error)
        self.recorder.update(index, seconds={"total": time.monotonic() - started})

    def _make(self, work: PreparedImport, folder: Path | None, log: Log) -> None:
        payload = pack_import(work, folder, self.client.address, self.recorder, log)
        started = time.monotonic()
        tracking_id = self.client.submit(
            start_body(work, payload),
            Upload(payload.path, payload.file_name, payload.size, payload.opener),
            log=log,
            on_tracking_id=lambda found: self.recorder.update(work.index, tracking_id=found),
        )
        self.recorder.update(
            work.index,
            tracking_id=tracking_id,
            import_status="INPROCESS",
            seconds={"upload": time.monotonic() - started},
        )
        if payload.path.parent == folder:
            payload.path.unlink(missing_ok=True)
        if self.settings.wait:
            self._wait(work.index, tracking_id, log, just_uploaded=True)

    def _wait(self, index: int, tracking_id: str, log: Log, *, just_uploaded: bool) -> None:
        """Make step 3: follow an import to its final status, and record what it came to."""
        started = time.monotonic()
        try:
            progress = self.client.wait_until_done(
                tracking_id,
                timeout=self.settings.timeout,
                log=log,
                just_uploaded=just_uploaded,
                on_progress=lambda seen: self.recorder.update(index, **fields_of(seen)),
            )
        finally:
            self.recorder.update(index, seconds={"wait": time.monotonic() - started})
        tests = self.recorder.imports[index].tests
        changes = conclude(progress, tests, fail_on_tests=self.settings.fail_on_tests)
        self.recorder.update(index, **changes)
        for warning in changes["warnings"]:
            log.warning(warning)
