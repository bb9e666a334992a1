"""One run, readable top to bottom.

The spec is read, every file of every import is checked, and only then is the first request made.
Imports run in parallel; one that fails does not stop the next. What is known of each import goes into
the :class:`~qtm_action.outcome.recorder.Recorder`, which a signal may ask for the report at any moment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from qtm_action import __version__
from qtm_action.ci.platform import Platform
from qtm_action.delivery import Delivery, pack_import, record_followed, start_body
from qtm_action.errors import InvalidInputError
from qtm_action.inputs.settings import Settings
from qtm_action.outcome.recorder import Recorder
from qtm_action.preparation import PreparedImport, check_files, hold_back, read_spec
from qtm_action.qtm4j.addresses import is_cloud_site, needs_region, parse_address
from qtm_action.qtm4j.client import Qtm4j
from qtm_action.qtm4j.deployment import Address, Connection
from qtm_action.qtm4j.server import ServerAddress
from qtm_action.results.archive.payload import listing
from qtm_action.results.archive.scratch import scratch_base, scratch_folder
from qtm_action.spec.effective_text import effective
from qtm_action.spec.import_spec import Spec

USER_AGENT = f"qtm-action/{__version__}"


def import_all(
    settings: Settings, environ: Mapping[str, str], recorder: Recorder, platform: Platform
) -> None:
    """Run the imports of the spec, or follow those of ``tracking-id``; the outcome is in ``recorder``."""
    if settings.tracking_ids:
        _follow_earlier(settings, environ, recorder, platform)
        return
    spec, address = _spec_and_address(settings, environ, recorder)
    if not settings.dry_run and not _has_credentials(address, settings, recorder, platform):
        return
    prepared = check_files(spec, settings, recorder, platform)
    if settings.fail_on_tests and not settings.wait:
        recorder.warn("fail-on-tests is ignored because wait: false does not wait for results")
    if any(each.error for each in recorder.imports):
        hold_back(recorder)
        return
    with ExitStack() as stack:
        client = None
        if prepared and not settings.dry_run:
            client = stack.enter_context(closing(_connect(address, settings, platform)))
        folder = _archive_folder(prepared, settings.working_directory, environ, stack)
        if client is None:
            _show_dry_run(prepared, folder, address, recorder, platform)
        else:
            Delivery(client, settings, recorder, platform).make(prepared, folder)


def validate(
    settings: Settings,
    environ: Mapping[str, str],
    recorder: Recorder,
    platform: Platform,
    *,
    show_effective: bool,
) -> None:
    """Check spec, inputs and result files without a request; the outcome is in ``recorder``."""
    settings = settings._replace(dry_run=True)
    spec, _ = _spec_and_address(settings, environ, recorder)
    for each in spec.imports if show_effective else ():
        with platform.group(f"Effective spec of {each.name}"):
            platform.document(effective(each))
    for work in check_files(spec, settings, recorder, platform, show_patterns=True):
        if recorder.imports[work.index].error is None:
            recorder.update(work.index, import_status="SKIPPED", message="valid")


def _spec_and_address(
    settings: Settings, environ: Mapping[str, str], recorder: Recorder
) -> tuple[Spec, Address | None]:
    """Return the spec, and where QTM4J is by the inputs or the spec; its warnings are recorded."""
    recorder.begin(jira_url=settings.jira_url, dry_run=settings.dry_run)
    spec = read_spec(settings, environ)
    recorder.warn(*spec.warnings)
    jira_url, region = given_address(spec, settings)
    recorder.begin(jira_url=jira_url, dry_run=settings.dry_run)
    return spec, resolve_address(jira_url, region, settings)


def is_address_given(settings: Settings) -> bool:
    """Return whether the inputs say where QTM4J is, whatever the spec says."""
    return bool(settings.region or (settings.jira_url and not needs_region(settings.jira_url)))


def given_address(spec: Spec | None, settings: Settings) -> tuple[str | None, str | None]:
    """Return Jira's base URL and the region, each from the inputs, else from the spec."""
    return (
        settings.jira_url or (spec.jira_url if spec else None),
        settings.region or (spec.region if spec else None),
    )


def resolve_address(jira_url: str | None, region: str | None, settings: Settings) -> Address | None:
    """Return where QTM4J is, by what :func:`given_address` returned.

    Raises InvalidInputError for an address that can't be one, and for a region in the spec together with
    the input jira-url of a server.
    """
    if region and settings.jira_url and not settings.region and not is_cloud_site(settings.jira_url):
        # Who changes the spec must not lead the credentials away from the server that the pipeline names.
        raise InvalidInputError(
            f"jira-url is set as an input, but the spec sets region {region!r}",
            hint="For Cloud, set the input region too; for Server or Data Center, remove it from the spec.",
        )
    return parse_address(jira_url, region)


def _has_credentials(
    address: Address | None, settings: Settings, recorder: Recorder, platform: Platform
) -> bool:
    """Return whether the run can go on; raise when credentials are missing and that is an error."""
    error = missing_credentials(address, settings, platform)
    if error is None:
        unused = () if address is None else address.unused_credentials(settings.credentials)
        if unused:
            recorder.warn(f"{' and '.join(unused)} not used: QTM4J Cloud uses only api-key")
        return True
    if not settings.skip_without_credentials:
        raise error
    recorder.warn(f"nothing was imported because if-no-credentials is skip; {error.message}")
    return False


def missing_credentials(
    address: Address | None, settings: Settings, platform: Platform
) -> InvalidInputError | None:
    """Return the error that names the credentials which are not set; None where none is missing."""
    missing = (address or ServerAddress).missing_credentials(settings.credentials)
    return InvalidInputError(f"not set: {missing}", hint=platform.credentials_hint()) if missing else None


def connection_to(address: Address | None, settings: Settings) -> Connection:
    """Return how to connect to QTM4J at ``address``; raise InvalidInputError where there is none."""
    if address is None:
        raise InvalidInputError(
            "jira-url is not set",
            hint="Set jira-url (QTM_JIRA_URL), or jiraUrl in the spec. For Cloud, set region instead.",
        )
    return Connection(
        address,
        credentials=settings.credentials,
        tls=settings.tls,
        proxies=settings.proxies,
        retry_for=settings.retry_for,
        timeout=settings.timeout,
    )


def _connect(address: Address | None, settings: Settings, platform: Platform) -> Qtm4j:
    return Qtm4j(connection_to(address, settings), user_agent=USER_AGENT, log=platform)


def _archive_folder(
    prepared: Sequence[PreparedImport], workspace: Path, environ: Mapping[str, str], stack: ExitStack
) -> Path | None:
    """Return a temporary folder where archives and copies are made; None where no import needs one."""
    if not any(each.files.needs_copy for each in prepared):
        return None
    return stack.enter_context(scratch_folder(scratch_base(environ, workspace)))


def _show_dry_run(
    prepared: Sequence[PreparedImport],
    folder: Path | None,
    address: Address | None,
    recorder: Recorder,
    platform: Platform,
) -> None:
    for work in prepared:
        with platform.group(f"Dry run of {work.spec.name}"):
            payload = pack_import(work, folder, address, recorder, platform)
            platform.info("Step 1 would send this body:")
            platform.document(json.dumps(start_body(work, payload), indent=2, ensure_ascii=False))
            platform.info(
                f"Step 2 would upload {payload.file_name}: {payload.size} bytes, sha256 {payload.sha256}"
            )
            platform.document(listing(work.files))
        recorder.update(work.index, import_status="SKIPPED", message="valid")


def _follow_earlier(
    settings: Settings, environ: Mapping[str, str], recorder: Recorder, platform: Platform
) -> None:
    """Follow the imports of ``tracking-id``, started by an earlier run, to their end."""
    recorder.begin(jira_url=settings.jira_url, dry_run=settings.dry_run)
    platform.info("tracking-id is set: waiting for earlier imports; nothing is uploaded")
    if settings.fail_on_tests:
        recorder.warn("fail-on-tests is ignored: test results are available only in the run that uploaded")
    if not settings.wait:
        recorder.warn("wait: false is ignored: with tracking-id, the step always waits, up to timeout")
    if settings.dry_run:
        record_followed(
            settings.tracking_ids, recorder, import_status="SKIPPED", message="dry run, nothing was sent"
        )
        return
    if settings.spec is not None and not is_address_given(settings):
        _, address = _spec_and_address(settings, environ, recorder)
    else:
        address = resolve_address(*given_address(None, settings), settings)
    if not _has_credentials(address, settings, recorder, platform):
        return
    with closing(_connect(address, settings, platform)) as client:
        Delivery(client, settings, recorder, platform).follow(settings.tracking_ids)
