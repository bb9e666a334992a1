"""Shape: how the result files of an import are uploaded, as they are or in an archive. Decides only."""

from __future__ import annotations

from typing import NamedTuple

from qtm_action.errors import Problem, Severity
from qtm_action.formats import Format, ZipMode


class Shape(NamedTuple):
    """Whether the upload is a ZIP, and the problems with that."""

    is_zip: bool
    problems: tuple[Problem, ...] = ()


def shape_of(
    mode: ZipMode, format_: Format | None, *, files: int, by_folder: bool, attachments: bool
) -> Shape:
    """Decide whether to zip (README, "zip").

    ``files`` is how many result files there are; ``by_folder``: a pattern names a folder;
    ``attachments``: pictures go along.
    """
    needed = [
        reason
        for reason, holds in (
            ("QTM4J takes QAF only as a ZIP", format_ is Format.QAF),
            ("attachments need one", attachments),
            (f"{files:,} files match, and only a ZIP holds more than one", files > 1),
        )
        if holds
    ]
    if mode is ZipMode.NEVER:
        problems = tuple(
            Problem(f"zip is never, but {reason}", "Remove `zip: never`, or match one file.")
            for reason in needed
        )
        return Shape(is_zip=False, problems=problems[:1])
    return Shape(is_zip=mode is ZipMode.ALWAYS or by_folder or bool(needed))


def judge_attachments(format_: Format | None, *, asked: bool, attach_file: bool) -> tuple[Problem, ...]:
    """Judge pictures that go along with the result files (``attachments``).

    An archive may hold only files of the format, and pictures for QAF (vendor page, step 2.1, note);
    the server attaches them when ``attachFile`` is true.
    """
    if not asked or format_ is None:
        return ()
    if format_ is not Format.QAF:
        hint = "Remove `attachments`."
        if format_ is Format.CUCUMBER:
            hint += " Cucumber keeps its pictures in the JSON; `attachFile: true` has them attached."
        problem = Problem(
            f"attachments are for QAF; a ZIP of {format_.title} holds {format_.title} files only", hint
        )
        return (problem,)
    if not attach_file:
        problem = Problem(
            "attachments are sent, but the server attaches them only with `attachFile: true`",
            "Set `attachFile: true`, or remove `attachments`.",
            Severity.WARNING,
        )
        return (problem,)
    return ()
