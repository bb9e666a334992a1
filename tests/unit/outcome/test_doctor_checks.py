"""How the checks of doctor are shown, and which of them decides the exit code."""

from __future__ import annotations

import pytest

from qtm_action.errors import (
    AuthenticationError,
    InvalidSpecError,
    Problem,
    ResultFilesError,
    UnreachableError,
)
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

FINE = Check("proxy", Verdict.FINE, "not used for this address")
KEY = wrong("api-key", AuthenticationError("refused", hint="Make one."), Stage.CONNECTION)
TLS = wrong("TLS", UnreachableError("a certificate"), Stage.CONNECTION)
FILES = wrong("files", ResultFilesError("no file"), Stage.FILES)
SPEC = wrong("spec", InvalidSpecError("no spec"))


@pytest.mark.parametrize(
    ("checks", "code"),
    [([FINE], 0), ([not_checked("app", "TLS")], 0), ([KEY], 4), ([TLS, FILES], 3), ([KEY, FILES, SPEC], 2)],
)
def test_the_exit_code_is_that_of_what_an_import_meets_first(checks: list[Check], code: int) -> None:
    assert exit_code(checks) == code


def test_a_check_is_a_line_and_what_to_do_is_the_next() -> None:
    assert line(FINE) == "✓ proxy        not used for this address"
    assert line(KEY) == "✗ api-key      refused\n             → Make one."
    assert line(not_checked("app", "TLS")) == "– app          not checked, see TLS"  # noqa: RUF001


def test_of_several_problems_the_first_is_shown_and_the_others_are_counted() -> None:
    problems = [Problem("is wrong", "Write it right.", file="a.yml", line=3), Problem("too")]
    check = wrong("spec", InvalidSpecError("2 problems", problems=problems))
    assert (check.seen, check.hint) == (
        "a.yml:3: is wrong (and 1 more: see qtm-action validate)",
        "Write it right.",
    )


def test_the_table_shows_foreign_text_as_it_is() -> None:
    shown = table([FINE, wrong("app", AuthenticationError("<b>@me | x\n</table>"))])
    assert "<code>&lt;b&gt;@me |</code> x <code>&lt;/table&gt;</code>" in shown
    assert shown.count("</table>") == 1
    assert "1 check failed: app; an import would exit with code 4" in shown


def test_the_ending_never_claims_that_something_was_imported() -> None:
    assert all("nothing was imported" in ending(checks) for checks in ([FINE], [KEY]))
