"""What the end of the log says about going on."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from qtm_action.ci import open_platform
from qtm_action.errors import ExitCode
from qtm_action.outcome.closing_lines import tell
from qtm_action.outcome.report import ErrorReport, ImportReport, Report
from qtm_action.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE = ImportReport("done", files=("a.xml",), import_status="SUCCESS")
REFUSED = ErrorReport("refused", "no", "", ExitCode.REFUSED)
UNKNOWN = ErrorReport("outcome-unknown", "the answer was lost", "", ExitCode.UNREACHABLE)
FAILED = ImportReport("failed", files=("a.xml",), error=REFUSED)
UNCONFIRMED = ImportReport("unconfirmed", files=("a.xml",), tracking_id="id-1", error=UNKNOWN)
FOLLOWED = ImportReport("import id-2", tracking_id="id-2", import_status="FAILED", error=REFUSED)


def told(imports: Sequence[ImportReport]) -> str:
    stdout = io.StringIO()
    platform = open_platform({}, stdout=stdout, redactor=Redactor([]), debug=False)
    tell(Report("FAILED", ExitCode.REFUSED, tuple(imports)), platform, soft_fail=False)
    return stdout.getvalue()


@pytest.mark.parametrize("imports", [[FAILED], [DONE, UNCONFIRMED], [DONE, FOLLOWED], [DONE]])
def test_nothing_is_offered_to_be_made_again_that_may_be_there_already(imports: list[ImportReport]) -> None:
    assert "run again" not in told(imports)


def test_what_failed_for_certain_can_be_made_again() -> None:
    assert told([DONE, FAILED, UNCONFIRMED]).splitlines()[-2].endswith("one name a line: failed")
