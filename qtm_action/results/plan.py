"""The upload plan: whether the result files of an import go as they are or in an archive. Decides only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qtm_action.errors import Problem
from qtm_action.formats import ZipMode

if TYPE_CHECKING:
    from qtm_action.formats import Format


class UploadPlan(NamedTuple):
    """Whether the upload is a ZIP, and the problem with that, if there is one."""

    is_zip: bool
    problems: tuple[Problem, ...] = ()


def plan_upload(
    mode: ZipMode, format_: Format | None, *, files: int, by_folder: bool, attachments: bool
) -> UploadPlan:
    """Decide whether to zip, as docs/spec.md says of ``zip``.

    ``files`` is how many result files there are; ``by_folder``: a pattern names a folder;
    ``attachments``: pictures go along.
    """
    reason = ""
    if format_ is not None and format_.needs_zip:
        reason = f"QTM4J takes {format_.title} only as a ZIP"
    elif attachments:
        reason = "attachments need one"
    elif files > 1:
        reason = f"{files:,} files match, and only a ZIP holds more than one"
    if mode is ZipMode.NEVER:
        problem = Problem(f"zip is never, but {reason}", "Remove `zip: never`, or match one file.")
        return UploadPlan(is_zip=False, problems=(problem,) if reason else ())
    return UploadPlan(is_zip=mode is ZipMode.ALWAYS or by_folder or bool(reason))
