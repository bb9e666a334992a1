"""Ant's ``junitreport`` gathers the reports of a run, ``TEST-*.xml``, in one file.

Both together count every test twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from posixpath import basename

from qtm_action.errors import Problem, Severity

HEAD = 4096
"""Bytes at the beginning of a file by which a total is recognised."""

_REPORT = re.compile(r"TEST-.*\.xml")
_FIRST_SUITE = re.compile(rb"<testsuites\s*>\s*<testsuite\s([^>]*)>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


def repeating_totals(files: Sequence[str], head_of: Callable[[str], bytes]) -> Iterator[Problem]:
    """Warn of each of ``files`` that repeats others; ``head_of`` reads the beginning of one.

    A total may have any name and be in any folder: it is recognised by its content.
    """
    reports = {basename(file) for file in files if _REPORT.fullmatch(basename(file))}
    for file in files if reports else ():
        name = basename(file)
        if name not in reports and (first := _first_report(head_of(file))) in reports:
            yield Problem(
                f"{file} repeats {first} and the other TEST-*.xml files, so their tests are counted twice",
                f"Exclude it with the pattern `!**/{name}`.",
                Severity.WARNING,
            )


def _first_report(head: bytes) -> str:
    """Return the name of the first report that a total gathers; empty if the file is none.

    Only ``junitreport`` numbers the suites and cuts their names into ``package`` and ``name``.
    """
    if (suite := _FIRST_SUITE.search(head)) is None:
        return ""
    attributes = dict(_ATTRIBUTE.findall(suite[1].decode("utf-8", "replace")))
    if not {"id", "package", "name"} <= attributes.keys():
        return ""
    return f"TEST-{attributes['package']}.{attributes['name']}.xml".replace("-.", "-", 1)
