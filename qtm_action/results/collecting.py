"""Collecting: the result files of one import are found, checked, and given their place in the upload."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from qtm_action.errors import Problem, Severity
from qtm_action.formats import Format
from qtm_action.results import pictures, readers
from qtm_action.results.checking import Total
from qtm_action.results.find.finding import find, shortened
from qtm_action.results.freshness import Aged, judge_age, moment
from qtm_action.results.layout import (
    LIST_OF_RUNS,
    archive_names,
    extension_of,
    folder_of,
    is_in,
    qaf_folders,
    qaf_runs,
)
from qtm_action.results.model import Member, ResultSet
from qtm_action.results.shape import judge_attachments, shape_of
from qtm_action.words import format_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qtm_action.log import Log
    from qtm_action.results.find.finding import Found
    from qtm_action.results.model import Request

_EXTENSIONS = (".xml", ".json")
_ZIP = ".zip"
_TELL_EVERY = 100


def collect(request: Request, *, log: Log) -> ResultSet:
    """Find and check the result files of one import; what is wrong is in the result's ``problems``."""
    extensions = (request.format.extension,) if request.format else _EXTENSIONS
    found = find(request.root, request.files, extensions, log=log)
    collection = _Collection(request, found, log, Total(request.format))
    if any(extension_of(file) == _ZIP for file in found.files):
        collection.take_zip()
    elif found.files:
        collection.take_files()
    return collection.result()


@dataclass(slots=True)
class _Collection:
    """One collection under way; the methods are its steps, in order."""

    request: Request
    found: Found
    log: Log
    total: Total
    problems: list[Problem] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    files: list[Member] = field(default_factory=list)
    is_zip: bool = False
    as_is: bool = False
    upload_name: str = ""

    def take_zip(self) -> None:
        """Check a ZIP that the user made; it is uploaded as it is."""
        from qtm_action.results.archive.user_zip import check_zip  # noqa: PLC0415 - start-up

        files = self.found.files
        if len(files) > 1:
            zips = [file for file in files if extension_of(file) == _ZIP]
            self.problems.append(
                Problem(
                    f"{zips[0]} is one of {len(files):,} files that match; a ZIP is imported by itself",
                    "Make one import for each ZIP, or exclude it: `!**/*.zip`.",
                )
            )
            return
        if self.request.attachments:
            self.problems.append(
                Problem(
                    f"attachments can't be added to {files[0]}",
                    "Put them into the ZIP, or let the files be zipped.",
                )
            )
        self.files = self._look_at(files)
        self._judge_age(together=True)
        self._tell()
        for member in self.files:
            check_zip(member.path, self.total, shown_as=member.source, log=self.log)
        self.members = self.files
        self.is_zip = self.as_is = True
        self.upload_name = _upload_name(files[0])

    def take_files(self) -> None:
        """Check result files, and decide how they are uploaded."""
        homes = qaf_runs(self.found.files) if self.request.format in (None, Format.QAF) else {}
        runs, older = self._newest(homes)
        sources = self._sources(runs, older, homes) if runs else self.found.files
        self.files = self._look_at(sources)
        self._judge_age(together=bool(runs))
        self._tell()
        self._check()
        format_ = self.total.format
        extras = self._pictures(format_, runs, older) if self.files else []
        shape = shape_of(
            self.request.zip,
            format_,
            files=len(self.files),
            by_folder=self.found.by_folder,
            attachments=bool(extras),
        )
        self.problems += shape.problems
        if self.files:
            self._lay_out(format_, runs, extras)
            self.is_zip = shape.is_zip
            self.as_is = not shape.is_zip
            kind = format_.value if format_ else "test"
            self.upload_name = f"{kind}-results.zip" if shape.is_zip else _upload_name(self.files[0].source)

    def result(self) -> ResultSet:
        """Return what was collected."""
        ages = [(member.modified / 1e9, member.source) for member in self.files]
        return ResultSet(
            format=self.total.format,
            members=tuple(self.members),
            counts=self.total.counts,
            failures=tuple(self.total.failures),
            keys=tuple(self.total.keys),
            patterns=self.found.patterns,
            problems=(*self.found.problems, *self.problems, *(self.total.problems() if self.files else ())),
            is_zip=self.is_zip,
            as_is=self.as_is,
            upload_name=self.upload_name,
            oldest=min(ages, default=None),
            newest=max(ages, default=None),
            nothing_matched=self.found.nothing_matched,
        )

    def _newest(self, homes: dict[str, list[str]]) -> tuple[list[str], list[str]]:
        """Choose the newest QAF run of each folder of runs; return them, and the folders of the others."""
        from qtm_action.results.readers.qaf_runs import newest_run  # noqa: PLC0415 - start-up

        chosen, older = [], []
        for home, runs in homes.items():
            started = {}
            for run in runs:
                try:
                    known = newest_run(self.request.root / run)
                except OSError:
                    known = None
                started[run] = known.started if known else 0.0
            newest = max(runs, key=lambda run: (started[run], run))
            chosen.append(newest)
            older += [folder_of(run) for run in runs if run != newest]
            if len(runs) > 1:
                self.log.info(
                    f"QAF: of {len(runs)} runs in {home or '.'} the newest is imported, "
                    f"{folder_of(newest)}, started {moment(started[newest])}"
                )
        if len(chosen) > 1:
            self.problems.append(
                Problem(
                    f"the patterns match QAF runs in {len(chosen)} folders ({', '.join(homes)}); "
                    "the newest run of each goes into one archive",
                    "Make one import for each folder if they are not one test cycle.",
                    Severity.WARNING,
                )
            )
        return chosen, older

    def _sources(self, runs: Sequence[str], older: Sequence[str], homes: Iterable[str]) -> list[str]:
        """Choose the files of the newest runs. Others are left out where the format is QAF, and told."""
        lists = {f"{home}/{LIST_OF_RUNS}".lstrip("/") for home in homes}
        chosen, strangers = [], []
        for file in self.found.files:
            if any(is_in(file, run) for run in runs):
                chosen.append(file)
            elif file not in lists and not any(is_in(file, run) for run in older):
                strangers.append(file)
        if self.request.format is None:
            return sorted(chosen + strangers)  # what they are is for the readers to say
        if strangers:
            self.problems.append(
                Problem(
                    f"{len(strangers):,} of the files are in no QAF run and left out: {shortened(strangers)}",
                    "A QAF archive holds the json folder of a run; let the patterns match that.",
                    Severity.WARNING,
                )
            )
        return chosen

    def _look_at(self, sources: Iterable[str]) -> list[Member]:
        members = []
        for source in sources:
            try:
                state = os.stat(os.path.join(self.request.root, source))  # noqa: PTH116, PTH118 - a Path costs more
            except OSError as error:
                self.problems.append(Problem(f"{source} can't be read: {error.strerror or error}"))
                continue
            members.append(Member(self.request.root, source, source, state.st_size, state.st_mtime_ns))
        return members

    def _judge_age(self, *, together: bool) -> None:
        judged = judge_age(
            [Aged(member.source, member.modified / 1e9) for member in self.files],
            max_age=self.request.max_age,
            if_older=self.request.if_older,
            now=self.request.now,
            together=together,
        )
        self.problems += judged.problems
        self.files = [member for member in self.files if member.source not in judged.dropped]

    def _tell(self) -> None:
        if not self.files:
            return
        size = format_size(sum(member.size for member in self.files))
        if len(self.files) == 1:
            only = self.files[0]
            self.log.info(f"1 result file, {size}: {only.source} of {moment(only.modified / 1e9)}")
            return
        oldest = min(self.files, key=lambda member: member.modified)
        newest = max(self.files, key=lambda member: member.modified)
        self.log.info(
            f"{len(self.files):,} result files, {size}; "
            f"the oldest is {oldest.source} of {moment(oldest.modified / 1e9)}, "
            f"the newest {newest.source} of {moment(newest.modified / 1e9)}"
        )

    def _check(self) -> None:
        """Read every file; one after the other, since two readers would wait for each other's interpreter."""
        for number, member in enumerate(self.files, 1):
            if extension_of(member.source) not in _EXTENSIONS:
                self.total.blame(
                    Problem(
                        "QTM4J takes .xml, .json and .zip files only",
                        "Let the pattern match result files only, or have the test run name its report so.",
                        file=member.source,
                    )
                )
                continue
            self.total.add(
                member.source, readers.read(member.path, shown_as=member.source, expected=self.request.format)
            )
            if number % _TELL_EVERY == 0:
                self.log.progress(f"checked {number:,} of {len(self.files):,} files")

    def _pictures(self, format_: Format | None, runs: Sequence[str], older: Sequence[str]) -> list[Member]:
        root, attachments = self.request.root, self.request.attachments
        faults = judge_attachments(format_, asked=bool(attachments), attach_file=self.request.attach_file)
        self.problems += faults
        if format_ is not Format.QAF:
            return []
        found = []
        if self.request.attach_file:
            found.append(pictures.of_runs(root, runs, log=self.log))
        if attachments:
            found.append(pictures.of_patterns(root, attachments, older, log=self.log))
        for each in found:
            self.problems += each.problems
        return self._look_at(sorted({file for each in found for file in each.files}))

    def _lay_out(self, format_: Format | None, runs: Sequence[str], extras: Sequence[Member]) -> None:
        """Name every file as it is to be in the archive, in the order of the names."""
        sources = [member.source for member in self.files]
        folders = qaf_folders(runs, sources) if format_ is Format.QAF else None
        names = archive_names(sources, [extra.source for extra in extras], folders)
        members: dict[str, Member] = {}
        for member, name in zip((*self.files, *extras), names, strict=True):
            if name in members:
                self.problems.append(
                    Problem(f"{members[name].source} and {member.source} would both be {name} in the archive")
                )
            members[name] = Member(member.root, member.source, name, member.size, member.modified)
        self.members = [members[name] for name in sorted(members)]


def _upload_name(source: str) -> str:
    """Return the name of an upload of that file: its own, the extension in lower case as QTM4J wants it."""
    path = PurePosixPath(source)
    return path.with_suffix(path.suffix.lower()).name
