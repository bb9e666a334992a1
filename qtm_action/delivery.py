"""Making the imports: each is packed, submitted and followed to its end; its outcome is recorded."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qtm_action.errors import QtmActionError
from qtm_action.outcome.conclusion import conclude
from qtm_action.outcome.report import ImportReport
from qtm_action.qtm4j.values import Upload
from qtm_action.results import pack
from qtm_action.side_by_side import Job, run_side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from qtm_action.ci.platform import Platform
    from qtm_action.inputs.settings import Settings
    from qtm_action.log import Log
    from qtm_action.outcome.recorder import Recorder
    from qtm_action.preparation import PreparedImport
    from qtm_action.qtm4j.addresses import Address
    from qtm_action.qtm4j.client import Qtm4j
    from qtm_action.qtm4j.values import Progress
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
    """Makes or follows imports side by side over one client."""

    client: Qtm4j
    settings: Settings
    recorder: Recorder
    platform: Platform

    def make(self, prepared: Sequence[PreparedImport], folder: Path | None) -> None:
        """Make the imports; those into the same test cycle one after the other, in order.

        ``folder`` takes the archives; None when no import needs one.
        """
        self._run([self._task(work, folder) for work in prepared])

    def follow(self, tracking_ids: Sequence[str]) -> None:
        """Follow imports that an earlier run started to their end."""

        def task(index: int, tracking_id: str) -> _Task:
            name = f"import {tracking_id}"
            return _Task(
                index, name, name, lambda log: self._wait(index, tracking_id, log, just_uploaded=False)
            )

        indexes = record_followed(tracking_ids, self.recorder)
        self._run([task(*each) for each in zip(indexes, tracking_ids, strict=True)])

    def _task(self, work: PreparedImport, folder: Path | None) -> _Task:
        reused = work.spec.parameters.get("testCycleToReuse")
        lane = f"cycle {reused}" if reused else f"import {work.index}"
        return _Task(work.index, work.spec.name, lane, lambda log: self._make(work, folder, log))

    def _run(self, tasks: Sequence[_Task]) -> None:
        logs = self.platform.ordered([f"Import {task.name}" for task in tasks])
        jobs = [
            Job(task.lane, lambda task=task, log=log: self._guarded(task, log))  # type: ignore[misc]
            for task, log in zip(tasks, logs, strict=True)
        ]
        run_side_by_side(jobs, most=self.settings.max_parallel)

    def _guarded(self, task: _Task, log: Any) -> None:
        """Run a task with its own log; an expected failure becomes its import's error."""
        started = time.monotonic()
        with log:
            try:
                task.run(log)
            except QtmActionError as error:
                self.recorder.update(task.index, error=error)
        self.recorder.update(task.index, seconds={"total": time.monotonic() - started})

    def _make(self, work: PreparedImport, folder: Path | None, log: Log) -> None:
        payload = pack_import(work, folder, self.client.address, self.recorder, log)
        tracking_id = self._submit(work, payload, log)
        if payload.path.parent == folder:
            payload.path.unlink(missing_ok=True)
        if self.settings.wait:
            self._wait(work.index, tracking_id, log, just_uploaded=True)

    def _submit(self, work: PreparedImport, payload: Payload, log: Log) -> str:
        """Make steps 1 and 2 and return the tracking id."""

        def record_tracking_id(found: str) -> None:
            self.recorder.update(work.index, tracking_id=found)

        started = time.monotonic()
        tracking_id = self.client.submit(
            start_body(work, payload),
            Upload(payload.path, payload.file_name, payload.size),
            log=log,
            on_tracking_id=record_tracking_id,
        )
        self.recorder.update(
            work.index,
            tracking_id=tracking_id,
            import_status="INPROCESS",
            seconds={"upload": time.monotonic() - started},
        )
        return tracking_id

    def _wait(self, index: int, tracking_id: str, log: Log, *, just_uploaded: bool) -> None:
        """Make step 3: follow an import to its final status, and record what it came to."""

        def record_progress(seen: Progress) -> None:
            self.recorder.update(
                index,
                import_status="INPROCESS",
                process_status=seen.process_status or None,
                message=seen.message,
                summary=seen.summary,
                record=seen.record,
            )

        started = time.monotonic()
        try:
            progress = self.client.wait_until_done(
                tracking_id,
                timeout=self.settings.timeout,
                log=log,
                just_uploaded=just_uploaded,
                on_progress=record_progress,
            )
        finally:
            self.recorder.update(index, seconds={"wait": time.monotonic() - started})
        tests = self.recorder.imports[index].tests
        changes = conclude(progress, tests, fail_on_tests=self.settings.fail_on_tests)
        self.recorder.update(index, **changes)
        for warning in changes["warnings"]:
            log.warning(warning)


@dataclass(frozen=True, slots=True)
class _Task:
    """One import to make or to follow; ``lane`` groups those that must not run at the same time."""

    index: int
    name: str
    lane: str
    run: Callable[[Log], None]
