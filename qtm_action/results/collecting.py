"""Collecting: the result files of one import are found, checked, and given their names in the upload."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath

from qtm_action.errors import Problem, ResultFilesError, Severity
from qtm_action.formats import RESULT_EXTENSIONS, Format, ZipMode
from qtm_action.log import Log
from qtm_action.results import readers
from qtm_action.results.ant_total import HEAD, repeating_totals
from qtm_action.results.archive.reading import open_checked
from qtm_action.results.archive.user_zip import check_zip
from qtm_action.results.attachments import find_attachments
from qtm_action.results.checking import Total
from qtm_action.results.find.finding import Found, find, shortened
from qtm_action.results.freshness import check_age, format_time
from qtm_action.results.paths import common_folder, extension_of, is_inside, why_unreadable
from qtm_action.results.qaf_runs import HINT as MISSING_RUN_HINT
from qtm_action.results.qaf_runs import QafRuns, choose_runs, is_run_there, missing_run, several_homes
from qtm_action.results.result_files import Member, ResultSet, Selection
from qtm_action.words import counted, format_size

_ZIP = ".zip"


def collect(selection: Selection, *, log: Log) -> ResultSet:
    """Find and check the result files of one import.

    What a user did wrong is in the result's ``problems``, errors and warnings; when no file matches,
    ``nothing_matched`` is set, too. Raises InvalidInputError where the patterns stand for too much.
    """
    extensions = (selection.format.extension,) if selection.format else RESULT_EXTENSIONS
    found = find(selection.root, selection.files, extensions, log=log)
    if found.nothing_matched and selection.format is Format.QAF and is_run_there(selection.root):
        *others, nothing = found.problems
        nothing = replace(nothing, hint=f"{nothing.hint} {MISSING_RUN_HINT}".lstrip())
        found = found._replace(problems=(*others, nothing))
    collector = _Collector(selection, found, log, Total(selection.format))
    if any(extension_of(file) == _ZIP for file in found.files):
        return collector.take_zip()
    return collector.take_files() if found.files else collector.result()


@dataclass(slots=True)
class _Collector:
    """Collects the files of one import; the methods are its steps, in order."""

    selection: Selection
    found: Found
    log: Log
    total: Total
    problems: list[Problem] = field(default_factory=list)
    files: Sequence[Member] = ()

    def take_zip(self) -> ResultSet:
        """Check a ZIP that the user made; it is uploaded as it is, but for what is repaired in it."""
        files = self.found.files
        if len(files) > 1:
            zips = [file for file in files if extension_of(file) == _ZIP]
            self.problems.append(
                Problem(
                    f"{zips[0]} is one of {len(files):,} matching files; a ZIP must be imported separately",
                    "Use one import per ZIP, or exclude it with `!**/*.zip`.",
                )
            )
            return self.result()
        if self.selection.attachments:
            self.problems.append(
                Problem(
                    f"attachments can't be added to {files[0]}",
                    "Add them to the ZIP, or match the files in it instead of the ZIP.",
                )
            )
        self._take(files, together=True)
        for member in self.files:
            check_zip(member, self.total, repair=self.selection.repair, log=self.log)
        self._log_empty()
        self._report_repairs()
        return self.result(self.files, _upload_name(files[0]), is_zip=True, as_is=True)

    def take_files(self) -> ResultSet:
        """Check result files, and decide how they are uploaded."""
        runs = QafRuns()
        if self.selection.format in (None, Format.QAF):
            runs = choose_runs(self.selection.root, self.found.files, log=self.log)
            self.problems += several_homes(runs)
        self._take(self._sources(runs), together=bool(runs.newest))
        self._read()
        if not runs.newest:
            self._check_run()
        pictures: list[Member] = []
        if self.files:
            names, faults = find_attachments(self.selection, self.total.format, runs, log=self.log)
            self.problems += faults
            pictures = self._stat(names)
        is_zip, problems = plan_upload(
            self.selection.zip,
            self.total.format,
            files=len(self.files),
            by_folder=self.found.by_folder,
        )
        self.problems += problems
        if not self.files:
            return self.result()
        kind = self.total.format.value if self.total.format else "test"
        name = f"{kind}-results.zip" if is_zip else _upload_name(self.files[0].source)
        return self.result(self._members(runs, pictures), name, is_zip=is_zip, as_is=not is_zip)

    def result(
        self,
        members: Sequence[Member] = (),
        upload_name: str = "",
        *,
        is_zip: bool = False,
        as_is: bool = False,
    ) -> ResultSet:
        """Return what was collected."""
        return ResultSet(
            format=self.total.format,
            members=tuple(members),
            counts=self.total.counts,
            failures=tuple(self.total.failures),
            keys=tuple(self.total.keys),
            keyed=self.total.keyed,
            patterns=self.found.patterns,
            problems=(*self.found.problems, *self.problems, *(self.total.problems() if self.files else ())),
            is_zip=is_zip,
            as_is=as_is,
            upload_name=upload_name,
            nothing_matched=self.found.nothing_matched,
            repaired=self.total.repaired,
        )

    def _sources(self, runs: QafRuns) -> Sequence[str]:
        """Choose the files of the newest runs; with the format QAF others are left out, with a warning."""
        if not runs.newest:
            return self.found.files
        chosen, older, lists, others = runs.split(self.found.files)
        if older:
            self.log.info(f"ignored {counted(len(older), 'file')} of older runs")
        if lists:
            verb = "lists" if len(lists) == 1 else "list"
            self.log.info(f"ignored {shortened(lists)}, which {verb} the runs")
        if self.selection.format is None:
            return sorted(chosen + others)  # the readers report what they are
        if others:
            self.problems.append(
                Problem(
                    f"ignored {counted(len(others), 'file')} outside of QAF runs: {shortened(others)}",
                    "A QAF archive contains the json folder of a run. Match that folder.",
                    Severity.WARNING,
                )
            )
        return chosen

    def _take(self, sources: Iterable[str], *, together: bool) -> None:
        """Take those files, unless they are too old, and log which they are."""
        self.files, problems = check_age(
            self._stat(sources),
            max_age=self.selection.max_age,
            if_older=self.selection.if_older,
            now=self.selection.now,
            together=together,
        )
        self.problems += problems
        if self.files:
            self.log.info(_summary(self.files))

    def _stat(self, sources: Iterable[str]) -> list[Member]:
        members = []
        for source in sources:
            try:
                members.append(_member(self.selection.root, source))
            except OSError as error:
                why = why_unreadable(error, self.selection.root / source)
                self.problems.append(Problem(f"{source} can't be read: {why}"))
        return members

    def _read(self) -> None:
        """Read every file; one after the other, since two readers would wait for each other's interpreter."""
        for number, member in enumerate(self.files, 1):
            if extension_of(member.source) not in RESULT_EXTENSIONS:
                self.total.add_problem(
                    Problem(
                        f"QTM4J accepts only {', '.join(RESULT_EXTENSIONS)} and {_ZIP} files",
                        "Match only result files, or rename the report.",
                        file=member.source,
                    )
                )
                continue
            reading = readers.read(
                member.path,
                shown_as=member.source,
                expected=self.selection.format,
                opener=partial(_open_checked, member),
                repair=self.selection.repair,
            )
            self.total.add(member.source, reading)
            self.log.progress(f"checked {number:,} of {len(self.files):,} files")
        self._log_empty()
        by_name = {member.source: member for member in self.files}
        self.problems += repeating_totals(list(by_name), lambda name: _head(by_name[name]))
        self._report_repairs()

    def _report_repairs(self) -> None:
        if self.total.repaired:
            self.problems.append(_repairs(self.total.repaired))

    def _log_empty(self) -> None:
        if self.total.empty and self.total.counts.total:
            # Surefire writes one for each outer class of JUnit 5's @Nested.
            self.log.info(
                f"no tests in {len(self.total.empty):,} of the files: {shortened(self.total.empty)}"
            )

    def _check_run(self) -> None:
        """Check that the files of QAF include a run's own, unless what is wrong with them is known."""
        tests = self.total.counts.total
        if self.files and self.total.format is Format.QAF and (tests or not self.total.has_errors):
            names = [file.source for file in self.files]
            for problem in missing_run(self.selection.root, names, tests=tests):
                self.total.add_problem(problem)

    def _members(self, runs: QafRuns, pictures: Sequence[Member]) -> list[Member]:
        """Name every file as it is to be in the archive, in the order of the names."""
        sources = [member.source for member in self.files]
        if self.total.format is Format.QAF:
            names = list(runs.archive_names(sources, [picture.source for picture in pictures]))
        else:
            root = common_folder(sources)
            names = [source.removeprefix(f"{root}/") for source in sources]
        members: dict[str, Member] = {}
        for member, name in zip((*self.files, *pictures), names, strict=True):
            if name in members:
                self.problems.append(
                    Problem(f"{members[name].source} and {member.source} would both be {name} in the archive")
                )
            members[name] = member._replace(name=name)
        return [members[name] for name in sorted(members)]


def plan_upload(
    mode: ZipMode, format_: Format | None, *, files: int, by_folder: bool
) -> tuple[bool, tuple[Problem, ...]]:
    """Decide whether to zip, as described for ``zip`` in docs/spec.md; return the problem with that, too.

    ``files`` is how many result files there are; ``by_folder``: a pattern names a folder.
    """
    reason = ""
    if format_ is not None and format_.needs_zip:
        reason = f"QTM4J accepts {format_.title} only as a ZIP"
    elif files > 1:
        reason = f"{files:,} files match, and several files require a ZIP"
    if mode is not ZipMode.NEVER:
        return mode is ZipMode.ALWAYS or by_folder or bool(reason), ()
    problem = Problem(f"zip is never, but {reason}", "Remove `zip: never`, or match one file.")
    return False, (problem,) if reason else ()


def _open_checked(member: Member, _path: str, _flags: int) -> int:
    try:
        return open_checked(member)
    except ResultFilesError:
        raise OSError(errno.EAGAIN, "it changed since it was found") from None


def _member(root: Path, source: str) -> Member:
    """Return the file as it is now; raise OSError where it is none, or a link out of ``root`` by now."""
    path = real = os.path.join(root, source)  # noqa: PTH118 - a Path costs more
    state = os.lstat(path)
    if stat.S_ISLNK(state.st_mode):
        real = os.path.realpath(path)
        if not is_inside(root, path):
            raise OSError(errno.ELOOP, "it is now a link that leads outside the working directory")
        state = os.lstat(real)
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EINVAL, "it is no longer a regular file")
    identity = (state.st_dev, state.st_ino)
    return Member(root, source, source, state.st_size, state.st_mtime_ns, real, identity)


def _head(member: Member) -> bytes:
    try:
        with os.fdopen(open_checked(member), "rb") as stream:
            return stream.read(HEAD)
    except (OSError, ResultFilesError):
        return b""  # the reader reports what is wrong with the file


def _repairs(repaired: Mapping[str, int]) -> Problem:
    names = [f"{name} ({number:,})" for name, number in repaired.items()]
    number = sum(repaired.values())
    copies = "copy" if len(repaired) == 1 else "copies"
    return Problem(
        f"replaced {counted(number, 'character')} that XML does not allow in the uploaded {copies} of "
        f"{shortened(names)}",
        "The original files are unchanged.",
        Severity.WARNING,
    )


def _summary(files: Sequence[Member]) -> str:
    size = format_size(sum(file.size for file in files))
    if len(files) == 1:
        return f"1 result file, {size}: {files[0].source} ({format_time(files[0].changed_at)})"
    oldest = min(files, key=lambda file: file.modified)
    newest = max(files, key=lambda file: file.modified)
    return (
        f"{len(files):,} result files, {size}; "
        f"oldest: {oldest.source} ({format_time(oldest.changed_at)}), "
        f"newest: {newest.source} ({format_time(newest.changed_at)})"
    )


def _upload_name(source: str) -> str:
    """Return the name of an upload of that file: its own, the extension in lower case as QTM4J wants it."""
    path = PurePosixPath(source)
    return path.with_suffix(path.suffix.lower()).name
