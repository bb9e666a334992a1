"""Before the first request: the spec is read, and every result file of every import is checked."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qtm_action.errors import InvalidInputError, InvalidSpecError, Problem, ResultFilesError, Severity
from qtm_action.inputs.settings import IfNoFiles
from qtm_action.outcome.report import ErrorReport, ImportReport, error_report

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qtm_action.errors import QtmActionError
    from qtm_action.results.model import ResultSet
    from qtm_action.run import Run
    from qtm_action.spec.model import ImportSpec, Spec


@dataclass(frozen=True, slots=True)
class Work:
    """One import that is ready to be made: its place on the board, its spec and its checked files."""

    place: int
    spec: ImportSpec
    files: ResultSet


def read_spec(run: Run) -> Spec:
    """Return the spec, from its file or from inputs; tell its warnings.

    Raises InvalidSpecError with everything wrong with it, InvalidInputError when there is none.
    """
    from qtm_action.spec import load_spec, spec_from_inputs  # noqa: PLC0415 - start-up

    settings = run.settings
    if settings.spec is not None:
        spec = load_spec(
            settings.spec,
            shown_as=settings.spec_shown_as,
            environ=run.environ,
            inputs=settings.spec_inputs,
            secret_variables=settings.secret_variables,
        )
    elif "files" in settings.spec_inputs:
        spec = spec_from_inputs(
            environ=run.environ, inputs=settings.spec_inputs, secret_variables=settings.secret_variables
        )
    else:
        raise InvalidInputError(
            f"nothing to import: no qtm-import.yml in {settings.working_directory}, and no files given",
            hint="Write a qtm-import.yml, name one with the input spec, or give the inputs format and files.",
        )
    run.warn(spec.warnings)
    run.jira_url = settings.jira_url or spec.jira_url
    return replace(spec, imports=_chosen(spec, settings.only)) if settings.only else spec


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


def check_files(run: Run, spec: Spec, *, show_patterns: bool = False) -> list[Work]:
    """Find and check the files of every import; return those that have some, in order.

    ``show_patterns``: tell for each pattern how many files it matched (the log at debug level does too).
    What is wrong with an import's files becomes that import's error on the board.
    """
    works = []
    for each in spec.imports:
        place = run.board.add(ImportReport(name=each.name, format=each.format.value if each.format else None))
        with run.platform.group(f"Check {each.name}"):
            files = _check_one(run, each, place)
            for count in files.patterns if files is not None and show_patterns else ():
                run.platform.info(f"pattern {count.pattern}: {count.files:,} matched")
        if files is not None:
            works.append(Work(place, each, files))
    return works


def _check_one(run: Run, each: ImportSpec, place: int) -> ResultSet | None:
    from qtm_action.results import Request, collect  # noqa: PLC0415 - start-up
    from qtm_action.spec import check_parameters  # noqa: PLC0415 - start-up

    started = time.monotonic()
    files = collect(
        Request(
            format=each.format,
            files=each.files,
            attachments=each.attachments,
            zip=each.zip,
            attach_file=bool(each.parameters.get("attachFile", False)),
            root=run.settings.working_directory,
            max_age=each.max_age,
            if_older=each.if_older,
            now=time.time(),
        ),
        log=run.platform,
    )
    if files.nothing_matched and run.settings.if_no_files is not IfNoFiles.ERROR:
        _skip(run, each, place)
        return None
    rules: tuple[Problem, ...] = ()
    if each.format is None and files.format is not None:
        rules = check_parameters(files.format, each.parameters, zip=each.zip, origins=each.origins)
    run.warn(problem for problem in (*rules, *files.problems) if problem.severity is Severity.WARNING)
    error = _error(rules, InvalidSpecError, "the spec") or _error(
        files.problems, ResultFilesError, "the result files"
    )
    run.board.update(
        place,
        format=files.format.value if files.format else None,
        files=tuple(_shown(member.path, run.settings.working_directory) for member in files.members),
        tests=files.counts if files.members else None,
        failures=files.failures,
        seconds={"check": time.monotonic() - started},
        error=error,
    )
    if error is None:
        run.platform.info(_counted(files))
    return files


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _counted(files: ResultSet) -> str:
    counts = files.counts
    kinds = (
        ("passed", counts.passed),
        ("failed", counts.failed),
        ("with errors", counts.errors),
        ("skipped", counts.skipped),
    )
    told = ", ".join(f"{number} {kind}" for kind, number in kinds if number)
    keys = f"; keys: {', '.join(files.keys)}" if files.keys else ""
    return f"{counts.total} test{'' if counts.total == 1 else 's'}{': ' if told else ''}{told}{keys}"


def _error(problems: Sequence[Problem], kind: type[QtmActionError], what: str) -> ErrorReport | None:
    """Return the errors among ``problems`` as one error of ``kind``; None when there are none."""
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if not errors:
        return None
    if len(errors) == 1:
        return error_report(kind(str(errors[0]), hint=errors[0].hint, problems=errors))
    return error_report(kind(f"{len(errors)} problems with {what}", problems=errors))


def _skip(run: Run, each: ImportSpec, place: int) -> None:
    why = "no file matches, nothing to import"
    run.board.update(place, import_status="SKIPPED", message=why)
    told = f"{each.name}: {why}"
    if run.settings.if_no_files is IfNoFiles.WARN:
        run.warn([Problem(told, severity=Severity.WARNING, file=each.file, line=each.line)])
    else:
        run.platform.info(told)


def hold_back(run: Run) -> None:
    """Say of the imports that could have been made that nothing of them was sent."""
    imports = run.board.imports
    first = next(each.error for each in imports if each.error is not None)
    run.board.fill_errors(
        ErrorReport(
            "not-sent",
            "nothing was sent, because another import of this run has errors",
            "Mend those and run again; every import is then made once.",
            first.exit_code,
        )
    )
