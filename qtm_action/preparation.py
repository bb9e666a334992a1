"""Before the first request: the spec is read, and every result file of every import is checked."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qtm_action.errors import (
    InvalidInputError,
    InvalidSpecError,
    Problem,
    QtmActionError,
    ResultFilesError,
    Severity,
)
from qtm_action.formats import IfNoFiles
from qtm_action.inputs.settings import Settings
from qtm_action.inputs.table import SECRET_VARIABLES
from qtm_action.log import GroupedLog
from qtm_action.outcome.counts import tests_in_words
from qtm_action.outcome.import_verdict import NotSentError
from qtm_action.outcome.recorder import Recorder
from qtm_action.outcome.report import ImportReport
from qtm_action.results.collecting import collect
from qtm_action.results.result_files import ResultSet, Selection
from qtm_action.spec.import_spec import ImportSpec, Spec
from qtm_action.spec.loading import load_spec, spec_from_inputs
from qtm_action.spec.rules import check_parameters
from qtm_action.words import counted


@dataclass(frozen=True, slots=True)
class PreparedImport:
    """One import that is ready to run: its index in the record, its spec and its checked files."""

    index: int
    spec: ImportSpec
    files: ResultSet


def read_spec(settings: Settings, environ: Mapping[str, str]) -> Spec:
    """Return the spec, from its file or from inputs, with the imports that the input ``only`` names.

    Raises InvalidSpecError with everything wrong with it, InvalidInputError when there is none.
    """
    if settings.spec is not None:
        spec = load_spec(
            settings.spec,
            shown_as=settings.spec_shown_as,
            within=settings.spec_within,
            environ=environ,
            inputs=settings.spec_inputs,
            secret_variables=SECRET_VARIABLES,
            deployment=settings.deployment,
        )
    elif "files" in settings.spec_inputs:
        spec = spec_from_inputs(
            environ=environ,
            inputs=settings.spec_inputs,
            secret_variables=SECRET_VARIABLES,
            deployment=settings.deployment,
        )
    else:
        raise InvalidInputError(
            f"nothing to import: no qtm-import.yml in {settings.working_directory}, and files is not set",
            hint=_misplaced_spec(settings.working_directory)
            or "Run `qtm-action init` to create qtm-import.yml, set spec to the path of a spec, "
            "or set format and files.",
        )
    return spec._replace(imports=_chosen(spec, settings.only)) if settings.only else spec


def _misplaced_spec(directory: Path) -> str:
    """Return a hint that names the spec that was probably meant: of another ending, or one folder up."""
    for name in ("qtm-import.yaml", "../qtm-import.yml", "../qtm-import.yaml"):
        if (directory / name).is_file():
            return f"Found a spec at {name}. Set spec to {name}, or move it to qtm-import.yml."
    return ""


def _chosen(spec: Spec, only: Sequence[str]) -> tuple[ImportSpec, ...]:
    """Return the imports that the input ``only`` names, in the order of the spec."""
    names = [each.name for each in spec.imports]
    for name in only:
        if name not in names:
            raise InvalidInputError(
                f'input "only": the spec has no import named {name!r}',
                hint=f"Its imports are: {', '.join(names[:20])}.",
            )
    return tuple(each for each in spec.imports if each.name in only)


def check_files(
    spec: Spec, settings: Settings, recorder: Recorder, platform: GroupedLog, *, show_patterns: bool = False
) -> list[PreparedImport]:
    """Find and check the files of every import; return the imports that have files, in order.

    ``show_patterns``: log for each pattern how many files it matched (the log at debug level does too).
    What is wrong with an import's patterns or files becomes that import's error in the record.
    """
    prepared = []
    for each in spec.imports:
        index = recorder.add(ImportReport(name=each.name, format=each.format.value if each.format else None))
        with platform.group(f"Check {each.name}"):
            files = _check_one(each, index, settings, recorder, platform)
            for count in files.patterns if files is not None and show_patterns else ():
                platform.info(f"pattern {count.pattern} matched {counted(count.files, 'file')}")
        if files is not None:
            prepared.append(PreparedImport(index, each, files))
    return prepared


def _check_one(
    each: ImportSpec, index: int, settings: Settings, recorder: Recorder, platform: GroupedLog
) -> ResultSet | None:
    started = time.monotonic()
    selection = Selection(
        format=each.format,
        files=each.files,
        attachments=each.attachments,
        zip=each.zip,
        attach_file=bool(each.parameters.get("attachFile", False)),
        root=settings.working_directory,
        max_age=each.max_age,
        if_older=each.if_older,
        repair=each.repair,
        now=time.time(),
    )
    try:
        files = collect(selection, log=platform)
    except InvalidInputError as refused:
        recorder.update(index, error=refused)
        return None
    if files.nothing_matched and settings.if_no_files is not IfNoFiles.ERROR:
        _skip(each, index, settings.if_no_files, recorder, platform)
        return None
    rules: tuple[Problem, ...] = ()
    if each.format is None and files.format is not None:
        rules = check_parameters(files.format, each.parameters, zip=each.zip, locations=each.locations)
    recorder.warn(*(one for one in (*rules, *files.problems) if one.severity is Severity.WARNING))
    wrong_files = _error(files.problems, ResultFilesError, "the result files")
    error = _error(rules, InvalidSpecError, "the spec") or wrong_files
    recorder.update(
        index,
        format=files.format.value if files.format else None,
        files=tuple(member.source for member in files.members),
        tests=files.counts if files.members and wrong_files is None else None,  # else they are not all known
        failures=files.failures if wrong_files is None else (),
        repaired=files.repaired,
        seconds={"check": time.monotonic() - started},
        error=error,
    )
    if error is None:
        platform.info(_counted(files))
    return files


def _skip(
    each: ImportSpec, index: int, if_no_files: IfNoFiles, recorder: Recorder, platform: GroupedLog
) -> None:
    why = "no file matches, nothing to import"
    recorder.update(index, import_status="SKIPPED", message=why)
    message = f"{each.name}: {why}"
    if if_no_files is IfNoFiles.WARN:
        recorder.warn(Problem(message, severity=Severity.WARNING, file=each.file, line=each.line))
    else:
        platform.info(message)


def _counted(files: ResultSet) -> str:
    keys = ""
    if files.keyed:
        have = f"{counted(files.keyed, 'test')} {'has' if files.keyed == 1 else 'have'}"
        noun = "a Jira key" if len(files.keys) == 1 else "Jira keys"
        keys = f"; {have} {noun}: {', '.join(files.keys)}"
    elif files.keys:
        keys = f"; no test has a Jira key itself, but the files contain {', '.join(files.keys)}"
    elif files.counts.total:
        keys = "; no test has a Jira key"
    return tests_in_words(files.counts) + keys


def _error(problems: Sequence[Problem], kind: type[QtmActionError], what: str) -> QtmActionError | None:
    """Return the errors among ``problems`` as one error of ``kind``; None when there are none."""
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if not errors:
        return None
    if len(errors) == 1:
        return kind(str(errors[0]), hint=errors[0].hint, problems=errors)
    return kind(f"{len(errors)} problems with {what}", problems=errors)


def hold_back(recorder: Recorder) -> None:
    """Record the imports without errors as not sent."""
    first = next(each.error for each in recorder.imports if each.error is not None)
    recorder.fail_unfinished(
        NotSentError(
            "not sent because another import has errors",
            hint="Fix those errors and run again.",
            exit_code=first.exit_code,
        )
    )
