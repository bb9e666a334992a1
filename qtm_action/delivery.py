"""Making the imports: each is packed, submitted and tracked; its outcome goes onto the board."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from qtm_action.errors import QtmActionError
from qtm_action.outcome.final_status import judge, made
from qtm_action.outcome.report import ImportReport, UploadReport, error_report
from qtm_action.parallel import Job, run_side_by_side
from qtm_action.qtm4j.model import Upload
from qtm_action.words import format_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from qtm_action.log import Log
    from qtm_action.preparation import Work
    from qtm_action.qtm4j import Qtm4j
    from qtm_action.qtm4j.model import Progress
    from qtm_action.results.model import Payload
    from qtm_action.run import Run


def deliver(run: Run, works: Sequence[Work], client: Qtm4j, folder: Path | None) -> None:
    """Make the imports side by side; those into the same test cycle one after the other.

    ``folder`` takes the archives; None when no import needs one.
    """

    def action(work: Work) -> Callable[[Log], None]:
        return lambda log: _import(run, work, client, folder, log)

    def lane(work: Work) -> str:
        reused = work.spec.parameters.get("testCycleToReuse")
        return f"cycle {reused}" if reused else f"import {work.place}"

    _side_by_side(run, [(work.place, lane(work), work.spec.name, action(work)) for work in works])


def follow(run: Run, client: Qtm4j) -> None:
    """Follow the imports of ``tracking-id``, started by an earlier run, to their end."""

    def action(place: int, tracking_id: str) -> Callable[[Log], None]:
        return lambda log: _wait(run, place, tracking_id, client, log, just_uploaded=False)

    jobs = [
        (place, name, name, action(place, tracking_id))
        for (place, name), tracking_id in zip(note_followed(run), run.settings.tracking_ids, strict=True)
    ]
    _side_by_side(run, jobs)


def note_followed(run: Run, **known: Any) -> list[tuple[int, str]]:
    """Put the imports of ``tracking-id`` on the board; return the place and the name of each."""
    names = [(f"import {each}", each) for each in run.settings.tracking_ids]
    return [
        (run.board.add(ImportReport(name=name, tracking_id=tracking_id, **known)), name)
        for name, tracking_id in names
    ]


def body(work: Work, *, is_zip: bool) -> dict[str, Any]:
    """Return the JSON body of step 1 (vendor page, step 2.1)."""
    assert work.files.format is not None  # noqa: S101 - checked files have a format
    return {"format": work.files.format.value, "isZip": is_zip, **work.spec.parameters}


def pack(run: Run, work: Work, folder: Path | None, log: Log) -> Payload:
    """Return the file to upload, and note it in the report."""
    from qtm_action.results import pack as pack_files  # noqa: PLC0415 - start-up

    started = time.monotonic()
    payload = pack_files(work.files, folder, log=log)
    run.board.update(
        work.place,
        upload=UploadReport(payload.file_name, payload.size, payload.is_zip, payload.sha256),
        seconds={"archive": time.monotonic() - started},
    )
    return payload


def _side_by_side(run: Run, jobs: Sequence[tuple[int, str, str, Callable[[Log], None]]]) -> None:
    logs = run.platform.ordered([f"Import {name}" for _, _, name, _ in jobs])

    def guarded(place: int, log: Any, action: Callable[[Log], None]) -> Callable[[], None]:
        def call() -> None:
            started = time.monotonic()
            with log:
                try:
                    action(log)
                except QtmActionError as error:
                    run.board.update(place, error=error_report(error))
                    log.info(f"failed: {error.message}")
            run.board.update(place, seconds={"total": time.monotonic() - started})

        return call

    run_side_by_side(
        [
            Job(lane, guarded(place, log, action))
            for (place, lane, _, action), log in zip(jobs, logs, strict=True)
        ],
        most=run.settings.max_parallel,
    )


def _import(run: Run, work: Work, client: Qtm4j, folder: Path | None, log: Log) -> None:
    def note_tracking_id(found: str) -> None:
        run.board.update(work.place, tracking_id=found)

    payload = pack(run, work, folder, log)
    started = time.monotonic()
    tracking_id = client.submit(
        body(work, is_zip=payload.is_zip),
        Upload(payload.path, payload.file_name, payload.size),
        log=log,
        on_tracking_id=note_tracking_id,
    )
    run.board.update(
        work.place,
        tracking_id=tracking_id,
        import_status="INPROCESS",
        seconds={"upload": time.monotonic() - started},
    )
    if payload.path.parent == folder:
        payload.path.unlink(missing_ok=True)
    if run.settings.wait:
        _wait(run, work.place, tracking_id, client, log, just_uploaded=True)
    else:
        log.info(f"not waited for; follow it later with the input tracking-id: {tracking_id}")


def _wait(run: Run, place: int, tracking_id: str, client: Qtm4j, log: Log, *, just_uploaded: bool) -> None:
    def note_progress(seen: Progress) -> None:
        run.board.update(
            place,
            import_status="INPROCESS",
            process_status=seen.process_status or None,
            message=seen.message,
            summary=seen.summary,
            record=seen.record,
        )

    started = time.monotonic()
    try:
        progress = client.wait_until_done(
            tracking_id,
            timeout=run.settings.timeout,
            log=log,
            just_uploaded=just_uploaded,
            on_progress=note_progress,
        )
    finally:
        run.board.update(place, seconds={"wait": time.monotonic() - started})
    tests = run.board.imports[place].tests
    told = run.board.update(place, **judge(progress, tests, fail_on_tests=run.settings.fail_on_tests))
    for warning in told.warnings:
        log.warning(warning)
    made_words = made(progress.summary)
    log.info(
        f"{progress.import_status}{': ' if made_words else ''}{made_words} "
        f"(the server took {format_duration(time.monotonic() - started)})"
    )
