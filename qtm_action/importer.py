"""The story of one run, readable top to bottom.

The spec is read, every file of every import is checked, and only then is the first request made.
Imports run side by side; one that fails does not stop the next.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING

from qtm_action import __version__
from qtm_action.delivery import body, deliver, follow, note_followed, pack
from qtm_action.errors import (
    InterruptedRunError,
    InvalidInputError,
    Problem,
    QtmActionError,
    ResultFilesError,
    Severity,
    TerminatedRunError,
)
from qtm_action.outcome.report import error_report
from qtm_action.preparation import check_files, hold_back, read_spec
from qtm_action.qtm4j.model import Connection
from qtm_action.scratch import scratch_base, scratch_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from qtm_action.outcome.report import Report
    from qtm_action.preparation import Work
    from qtm_action.qtm4j import Qtm4j
    from qtm_action.run import Run
    from qtm_action.spec.model import Spec

USER_AGENT = f"qtm-action/{__version__}"


def import_all(run: Run) -> Report:
    """Make the imports of the spec, or follow those of ``tracking-id``, and return the outcome."""
    return _told(run, _follow_story if run.settings.tracking_ids else _import_story)


def validate(run: Run, *, show_effective: bool) -> Report:
    """Check spec, inputs and result files without a request, and return the outcome."""

    def story(run: Run) -> None:
        spec = read_spec(run)
        _check_address(run)
        if show_effective:
            _show_effective(run, spec)
        for work in check_files(run, spec, show_patterns=True):
            run.board.update(work.place, import_status="SKIPPED", message="checked; nothing was sent")

    return _told(run, story)


def _told(run: Run, story: Callable[[Run], None]) -> Report:
    """Run ``story``; an expected failure of it becomes the run's error."""
    try:
        story(run)
    except (InterruptedRunError, TerminatedRunError) as stop:
        run.error = error_report(stop)
        run.board.stop(run.error)
    except QtmActionError as error:
        run.error = error_report(error)
    return run.report()


def _import_story(run: Run) -> None:
    spec = read_spec(run)
    _check_address(run)
    if not run.settings.dry_run and not _has_credentials(run):
        return
    works = check_files(run, spec)
    if run.settings.fail_on_tests and not run.settings.wait:
        _warn(run, "fail-on-tests is not looked at: it judges finished imports, and wait is false")
    if any(each.error for each in run.board.imports):
        hold_back(run)
        return
    with ExitStack() as stack:
        client = None if run.settings.dry_run or not works else _connect(run, stack)
        folder = _archive_folder(run, works, stack)
        if client is not None:
            deliver(run, works, client, folder)
        else:
            _show_dry_run(run, works, folder)


def _follow_story(run: Run) -> None:
    run.platform.info("tracking-id is given: imports made earlier are followed, and nothing is uploaded")
    if run.settings.fail_on_tests:
        _warn(
            run, "fail-on-tests is not looked at: how the tests went is known only to the run that uploaded"
        )
    if not run.settings.wait:
        _warn(run, "wait: false is not looked at: to follow an import is to wait for it, at most for timeout")
    if run.settings.dry_run:
        note_followed(run, import_status="SKIPPED", message="dry run: nothing was asked")
        return
    if run.jira_url is None and run.settings.spec is not None:
        read_spec(run)
    _check_address(run)
    if _has_credentials(run):
        with ExitStack() as stack:
            follow(run, _connect(run, stack))


def _check_address(run: Run) -> None:
    """Raise InvalidInputError for an address of Jira that can't be one, with or without a network."""
    from qtm_action.qtm4j.transport.origins import parse_jira_url  # noqa: PLC0415 - start-up

    if run.jira_url:
        parse_jira_url(run.jira_url)


def _has_credentials(run: Run) -> bool:
    """Return whether the run can go on; raise when credentials are missing and that is an error."""
    missing = run.settings.missing_credentials
    if not missing:
        return True
    if not run.settings.skip_without_credentials:
        raise InvalidInputError(f"missing: {missing}", hint=run.platform.credentials_hint())
    _warn(run, f"nothing was imported: {missing} not given, and if-no-credentials says skip")
    return False


def _warn(run: Run, told: str) -> None:
    run.warn([Problem(told, severity=Severity.WARNING)])


def _connect(run: Run, stack: ExitStack) -> Qtm4j:
    from qtm_action.qtm4j import Qtm4j  # noqa: PLC0415 - start-up

    settings = run.settings
    if not run.jira_url:
        raise InvalidInputError(
            "Jira's address is not given",
            hint="Set the input jira-url (QTM_JIRA_URL), or jiraUrl in the spec.",
        )
    assert settings.credentials is not None  # noqa: S101 - _has_credentials looked
    client = Qtm4j(
        Connection(
            jira_url=run.jira_url,
            credentials=settings.credentials,
            tls=settings.tls,
            proxies=settings.proxies,
            retry_for=settings.retry_for,
        ),
        user_agent=USER_AGENT,
        log=run.platform,
    )
    stack.callback(client.close)
    return client


def _archive_folder(run: Run, works: Sequence[Work], stack: ExitStack) -> Path | None:
    """Return a temporary folder where an archive is to be made, else None."""
    if not any(work.files.is_zip and not work.files.as_is for work in works):
        return None
    base = scratch_base(run.environ)
    try:
        return stack.enter_context(scratch_folder(base))
    except OSError as error:
        raise ResultFilesError(
            f"no archive can be made in {base}: {error.strerror}",
            hint="Mount a writable folder there (docker run --tmpfs /tmp), or name one in TMPDIR.",
        ) from error


def _show_dry_run(run: Run, works: Sequence[Work], folder: Path | None) -> None:
    from qtm_action.results import listing  # noqa: PLC0415 - start-up

    for work in works:
        with run.platform.group(f"Dry run of {work.spec.name}"):
            payload = pack(run, work, folder, run.platform)
            run.platform.info("Step 1 would send this body:")
            run.platform.document(json.dumps(body(work, is_zip=payload.is_zip), indent=2, ensure_ascii=False))
            run.platform.info(
                f"Step 2 would upload {payload.file_name}: {payload.size} bytes, sha256 {payload.sha256}"
            )
            run.platform.document(listing(work.files))
        run.board.update(work.place, import_status="SKIPPED", message="dry run: nothing was sent")


def _show_effective(run: Run, spec: Spec) -> None:
    from qtm_action.spec import effective  # noqa: PLC0415 - start-up

    for each in spec.imports:
        with run.platform.group(f"Effective spec of {each.name}"):
            run.platform.document(effective(each))
