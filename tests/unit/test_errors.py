"""Problems and errors as a person reads them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

import qtm_action.session  # noqa: F401 - all errors are imported with it
from qtm_action.errors import Problem, QtmActionError
from qtm_action.exit_codes import ExitCode
from qtm_action.outcome.import_verdict import NotSentError
from qtm_action.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("wrong"), "wrong"),
        (Problem("wrong", file="a.yml"), "a.yml: wrong"),
        (Problem("wrong", file="a.yml", line=3), "a.yml:3: wrong"),
        (Problem("wrong", file="a.yml", line=3, column=7, path="imports[0]"), "a.yml:3:7: imports[0]: wrong"),
        (Problem("wrong", line=3), "wrong"),
    ],
)
def test_a_problem_names_its_place_as_far_as_it_is_known(problem: Problem, text: str) -> None:
    assert str(problem) == text


def kinds(kind: type[QtmActionError]) -> Iterator[type[QtmActionError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from kinds(each)


def test_every_error_can_be_copied_without_secrets_and_compared() -> None:
    for kind in kinds(QtmActionError):
        make = partial(kind, exit_code=ExitCode.RESULT_FILES) if kind is NotSentError else kind
        error = make("a secret-word", hint="find secret-word", problems=[Problem("secret-word")])
        clean = Redactor(["secret-word"]).apply(error)

        assert type(clean) is kind
        assert (str(clean), clean.hint, clean.problems) == ("a ***", "Find ***.", (Problem("***"),))
        assert clean == make("a ***", hint="Find ***.", problems=[Problem("***")])
        assert (
            len({clean, error, make("a secret-word", hint="find secret-word", problems=error.problems)}) == 2
        )
