"""The reason of a failure, where no kept file shows it: see test_real_files.py for those that do."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from qtm_action.redaction import Redactor, protect
from qtm_action.results.readers.reasons import MAX_READ, MAX_REASON, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTIFY = """=== RUN   TestTotal
    cart_test.go:12:
        \tError Trace:\t/home/ci/shop/cart_test.go:12
        \tError:      \tNot equal:
        \t            \texpected: 2
        \t            \tactual  : 3
        \tTest:       \tTestTotal
--- FAIL: TestTotal (0.00s)
"""


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("Failed", TESTIFY), "Not equal: expected: 2 actual : 3"),
        (("the rate over rate(sold[5m]) is 0",), "the rate over rate(sold[5m]) is 0"),
        (("", "null", "java.io.IOException"), "java.io.IOException"),
        (("failure", "", ""), "failure"),
        (("Total: 3",), "Total: 3"),
        (("got:\n\n  pear\n\n    at cart.js:4:5",), "got: pear"),
        (
            ("(from function `assert' in file a.bash, line 3,\n in test file b.bats, line 4)\n  `x' failed",),
            "`x' failed",
        ),
        (
            ("Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'till'",),
            "KeyError: 'till'",
        ),
        (
            ("Expected: 2...", "Failure:\ntest_total [a.rb:8]:\nExpected: 2\n  Actual: 3\n"),
            "Expected: 2 Actual: 3",
        ),
        (("still loading...", "something else"), "still loading..."),
        (("", "Given a cart.......passed\nWhen x.....undefined\nThen y....skipped"), "When x.....undefined"),
        ((), ""),
        (("\n \n",), ""),
    ],
)
def test_the_first_line_that_reports_something(texts: tuple[str, ...], expected: str) -> None:
    assert reason(*texts) == expected


@pytest.mark.parametrize("name", ["total", "CartTest.total", "CartTest::total"])
def test_the_tests_own_name_reports_nothing(name: str) -> None:
    assert reason(f"{name}\n3 is not 2", names=("total", "CartTest.total", "CartTest::total")) == "3 is not 2"


def test_a_generic_word_with_the_tests_own_name_is_not_informative() -> None:
    text = "Scenario: wrong\n\nThen there are 3\n\nMessage:\n\n1 items (RuntimeError)\n./cart.rb:3:in `/x/'"

    assert reason("failed wrong", text, "failed", names=("wrong",)) == "1 items (RuntimeError)"
    assert reason("Test failed: wrong", "3 is not 2", names=("wrong",)) == "3 is not 2"
    assert reason("it went wrong", "3 is not 2", names=("wrong",)) == "it went wrong"


@pytest.fixture
def secret() -> Iterator[str]:
    protect(Redactor(("hunter2-hunter2-hunter2",)))
    yield "hunter2-hunter2-hunter2"
    protect(Redactor(()))


def test_a_secret_is_masked_before_the_line_is_cut(secret: str) -> None:
    assert secret[:8] not in reason("x" * (MAX_REASON - 10) + secret)
    assert secret[:8] not in reason("\n" * (MAX_READ - 10) + secret)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 30_000,
        "\\x1b[" * 5000,
        "in file " * 4000,
        "a:" * 10_000,
        "[1;" * 9000,
        "\n" * 20_000,
        "." * 20_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    start = time.process_time()

    assert len(reason(text)) <= MAX_REASON

    assert time.process_time() - start < 0.5  # what is not linear in the length takes longer
