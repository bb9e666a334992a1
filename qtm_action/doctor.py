"""Check whether an import would work, without importing.

The settings and the spec are read, the server is contacted, and the result files are checked as an import
checks them. Each check is a line, also one that could not be made. Nothing is imported.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from qtm_action.ci.platform import Platform
from qtm_action.ci.publishing import Destinations
from qtm_action.errors import InvalidInputError, QtmActionError, UnreachableError
from qtm_action.exit_codes import ExitCode
from qtm_action.importer import (
    USER_AGENT,
    connection_to,
    given_address,
    is_address_given,
    missing_credentials,
    resolve_address,
)
from qtm_action.inputs.reporting import soft_fail
from qtm_action.inputs.settings import Settings, read_settings
from qtm_action.log import Silence
from qtm_action.outcome.counts import tests_in_words
from qtm_action.outcome.doctor_checks import (
    Check,
    Stage,
    Verdict,
    ending,
    exit_code,
    line,
    not_checked,
    table,
    wrong,
)
from qtm_action.outcome.recorder import Recorder
from qtm_action.outcome.report import ImportReport
from qtm_action.preparation import check_files, read_spec
from qtm_action.qtm4j.addresses import needs_region
from qtm_action.qtm4j.probe import probe
from qtm_action.qtm4j.probe_findings import CLOUD_SUBJECTS, Finding, Subject
from qtm_action.session import Session
from qtm_action.spec.import_spec import Spec
from qtm_action.words import counted

_LONGEST_PROBE = 9.0  # seconds for all network checks; a name server may take longer than any timeout
_INPUTS, _SPEC, _FILES = "inputs", "spec", "files"


def doctor(session: Session) -> ExitCode:
    """Check everything that an import needs, log and publish it; return the exit code of an import."""
    checks = _examine(session)
    for check in checks:
        session.platform.info(line(check))
    code = exit_code(checks)
    session.platform.info(ending(checks))
    session.platform.publish({}, summary=table(checks), page=str, report_json="", destinations=Destinations())
    return ExitCode.OK if soft_fail(session.inputs) else code


def _examine(session: Session) -> list[Check]:
    try:
        settings = read_settings(session.inputs, session.environ, session.started_in)
    except QtmActionError as error:
        names = [*(subject.value for subject in Subject), _SPEC, _FILES]
        return [wrong(_INPUTS, error), *(not_checked(name, _INPUTS) for name in names)]
    spec, spec_check = _check_spec(settings, session)
    may_hold_region = settings.spec is not None and not is_address_given(settings)
    if spec_check.verdict is Verdict.WRONG and may_hold_region:
        unknown = [not_checked(subject.value, _SPEC) for subject in Subject]
        return [*unknown, spec_check, not_checked(_FILES, _SPEC)]
    address = _address(spec, settings, session)
    network = _Network(address, settings, session.platform)
    network.start()
    files = _check_files(spec, settings, session.platform)
    return [*_in_order(network.checks(), address.checks), spec_check, *files]


@dataclass(frozen=True, slots=True)
class _Address:
    """The address as it was given, and where it was given."""

    jira_url: str | None
    region: str | None
    source: str

    @property
    def is_cloud(self) -> bool:
        return self.region is not None or needs_region(self.jira_url)

    @property
    def checks(self) -> list[str]:
        """The names of the checks, in their order."""
        return [self.name_of(subject) for subject in (CLOUD_SUBJECTS if self.is_cloud else Subject)]

    def name_of(self, subject: Subject) -> str:
        """Return a check's name: that of the address is the input which holds it on Cloud."""
        return "region" if subject is Subject.ADDRESS and self.is_cloud else subject.value


def _address(spec: Spec | None, settings: Settings, session: Session) -> _Address:
    jira_url, region = given_address(spec, settings)
    name, key = ("region", "region") if region else ("jira-url", "jiraUrl")
    source = session.inputs[name].source if name in session.inputs else f"the spec's {key}"
    return _Address(jira_url, region, source)


def _in_order(checks: Sequence[Check], names: Sequence[str]) -> list[Check]:
    """Return a check for each name; those that an error prevented are shown as not checked."""
    by_name = {check.name: check for check in checks}
    stops = [check.name for check in checks if check.verdict is Verdict.WRONG]
    reason = stops[-1] if stops else checks[0].name  # the first is that credentials are missing, if they are
    return [by_name.get(name) or not_checked(name, reason) for name in names]


def _check_spec(settings: Settings, session: Session) -> tuple[Spec | None, Check]:
    if settings.tracking_ids and (is_address_given(settings) or settings.spec is None):
        return None, Check(_SPEC, Verdict.NOT_KNOWN, "skipped: tracking-id is set")
    try:
        spec = read_spec(settings, session.environ)
    except QtmActionError as error:
        return None, wrong(_SPEC, error)
    for warning in spec.warnings:
        session.platform.problem(warning)
    names = ", ".join(each.name for each in spec.imports)
    source = settings.spec_shown_as or "built from the inputs"
    return spec, Check(_SPEC, Verdict.FINE, f"{source}; {counted(len(spec.imports), 'import')}: {names}")


def _check_files(spec: Spec | None, settings: Settings, platform: Platform) -> list[Check]:
    if settings.tracking_ids:
        return [Check(_FILES, Verdict.NOT_KNOWN, "skipped: tracking-id is set")]
    if spec is None:
        return [not_checked(_FILES, _SPEC)]
    recorder = Recorder(platform.problem)
    check_files(spec, settings, recorder, _Details(platform))
    return [_of_files(each) for each in recorder.imports]


def _of_files(each: ImportReport) -> Check:
    if each.error is not None:
        check = wrong(_FILES, each.error, Stage.FILES)
        return replace(check, seen=f"{each.name}: {check.seen}")
    if each.import_status is not None:
        return Check(_FILES, Verdict.NOT_KNOWN, f"{each.name}: {each.message}")
    tests = f", {tests_in_words(each.tests)}" if each.tests else ""
    return Check(_FILES, Verdict.FINE, f"{each.name}: {counted(len(each.files), 'file')}{tests}")


@dataclass(frozen=True, slots=True)
class _Details(Silence):
    """The log of an import's file checks, at level debug, since one line here summarizes it."""

    platform: Platform

    def debug(self, message: str) -> None:
        self.platform.debug(message)

    info = debug

    def warning(self, message: str) -> None:
        self.platform.warning(message)

    def progress(self, message: str) -> None:
        self.platform.progress(message)

    def group(self, title: str) -> AbstractContextManager[None]:
        self.platform.debug(title)
        return nullcontext()


class _Network:
    """The checks that need the network, made on a separate thread, so none can block the run."""

    def __init__(self, address: _Address, settings: Settings, platform: Platform) -> None:
        self._address = address
        self._settings = settings
        self._platform = platform
        self._found: list[Check] = []
        self._defect: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="doctor", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._began = time.monotonic()
        self._thread.start()

    def checks(self) -> list[Check]:
        """Return the checks once all are made, or those made in time."""
        self._thread.join(max(0.0, self._began + _LONGEST_PROBE - time.monotonic()))
        is_late = self._thread.is_alive()
        found = list(self._found)
        if self._defect is not None:
            raise self._defect
        known = {check.name for check in found}
        pending = [name for name in self._address.checks if name not in known]
        if is_late and pending:
            error = UnreachableError(
                f"no response within {_LONGEST_PROBE:g} s",
                hint="Check this runner's DNS, firewall and proxy.",
            )
            found.append(wrong(pending[0], error, Stage.CONNECTION))
        return found

    def _run(self) -> None:
        try:
            for check in _probe(self._address, self._settings, self._platform):
                self._found.append(check)
        except Exception as error:  # noqa: BLE001 - raised again by the thread that asks for the checks
            self._defect = error


def _probe(given: _Address, settings: Settings, platform: Platform) -> Iterator[Check]:
    """Yield the checks of the server at the address; without credentials, those that need none."""
    try:
        address = resolve_address(given.jira_url, given.region, settings)
    except InvalidInputError as error:
        yield wrong(given.name_of(Subject.ADDRESS), error)
        return
    missing = missing_credentials(address, settings, platform)
    if missing is not None:
        yield _of_missing_credentials(missing, given, settings)
    try:
        connection = connection_to(address, settings)
    except InvalidInputError as error:
        yield wrong(Subject.ADDRESS.value, error, Stage.CONNECTION)
        return
    has_credentials = missing is None
    for finding in probe(connection, USER_AGENT, platform, has_credentials=has_credentials):
        yield _of_finding(finding, given)


def _of_missing_credentials(missing: InvalidInputError, address: _Address, settings: Settings) -> Check:
    is_key = address.is_cloud or missing.message == "not set: api-key"
    name = (Subject.API_KEY if is_key else Subject.CREDENTIALS).value
    if not settings.skip_without_credentials:
        return wrong(name, missing)
    seen = f"{missing.message}; if-no-credentials is skip, so nothing would be imported"
    return Check(name, Verdict.NOT_KNOWN, seen)


def _of_finding(finding: Finding, address: _Address) -> Check:
    name = address.name_of(finding.subject)
    if finding.error is not None:
        return wrong(name, finding.error, Stage.CONNECTION)
    source = f" ({address.source})" if finding.subject is Subject.ADDRESS else ""
    verdict = Verdict.FINE if finding.is_known else Verdict.NOT_KNOWN
    return Check(name, verdict, f"{finding.seen}{source}", finding.hint)
