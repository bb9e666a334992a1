"""The job summary shows a person in half a minute what became of a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qtm_action.ci.platform import CiJob
from qtm_action.errors import (
    InvalidSpecError,
    NotFinishedError,
    OutcomeUnknownError,
    Problem,
    RefusedError,
    Severity,
    TerminatedRunError,
)
from qtm_action.exit_codes import ExitCode
from qtm_action.outcome.import_verdict import NotSentError, TestsFailedError
from qtm_action.outcome.report import ImportReport, Report
from qtm_action.outcome.summary import markdown, page
from qtm_action.outcome.summary.fitting import Block, fitted
from qtm_action.outcome.summary.html_page import bar as drawn_bar
from qtm_action.outcome.summary.markdown_text import signs
from qtm_action.outcome.summary.markup import code, link, sentence
from qtm_action.qtm4j.values import CycleSummary
from qtm_action.results.result_files import Failure, Payload, TestCounts
from tests.unit.ci.readers import Structure, rendered

CYCLE_URL = "https://jira.example.com/jira/secure/QTMAction.jspa#/TestCycleDetail/mqNETxEnS6"
UNIT = ImportReport(
    name="unit",
    format="junit",
    files=("a.xml", "b.xml"),
    upload=Payload(Path("a.zip"), "junit-results.zip", 1_234_567, "ab" * 32, is_zip=True),
    tests=TestCounts(passed=100, failed=3, skipped=2, errors=1),
    failures=(Failure("shop.Cart.total", "expected 3 but was 4"), Failure("shop.Cart.empty")),
    tracking_id="6f-1",
    import_status="SUCCESS",
    process_status="SUCCESS",
    message="File is imported successfully.",
    summary=(CycleSummary("PRJ-TR-7", "Unit tests", 3, 4, 1_005, 1, url=CYCLE_URL),),
    warnings=("the server is slow",),
    seconds={"total": 75.0},
)
REFUSED = RefusedError(
    "the server refused the import: no such label",
    hint="Correct the label.",
    problems=(
        Problem("the server refused the import: no such label"),
        Problem("unknown label", "Is it archived?", file="qtm-import.yml", line=7, path="fields.labels"),
    ),
)
FAILED = ImportReport("acceptance", "qaf", error=REFUSED)
WAITING = ImportReport(
    "smoke",
    "testng",
    tracking_id="7a-2",
    import_status="INPROCESS",
    error=NotFinishedError("not finished within 15 min"),
)
REPORT = Report(
    "FAILED",
    ExitCode.REFUSED,
    (UNIT, FAILED, WAITING),
    warnings=(Problem("two files are old", severity=Severity.WARNING, file="qtm-import.yml", line=2),),
    jira_url="https://jira.example.com/jira",
    seconds=80.0,
)


def words_of(report: Report) -> str:
    """Return the words of the summary, without its elements."""
    return " ".join(rendered(markdown(report)).text.split())


def test_the_first_lines_are_the_outcome() -> None:
    first, second, third = markdown(REPORT).splitlines()[:3]

    assert first == "<h2>❌ The import was rejected</h2>"
    assert second == (
        "<p><strong>1 of 3 imports succeeded</strong>. 3 test cases created, 4 versions created, "
        "1,005 versions reused, 1 step created. Exit code 5 after 1 min 20 s.</p>"
    )
    assert third == (
        f"<p>{'✅' * 17}❌⚠️\N{HEAVY MINUS SIGN}<br>106 tests: "
        "✅&nbsp;100&nbsp;passed, ❌&nbsp;3&nbsp;failed, ⚠️&nbsp;1&nbsp;error, "
        "\N{HEAVY MINUS SIGN}&nbsp;2&nbsp;skipped</p>"
    )


def test_every_import_is_a_row_with_a_link_to_its_test_cycle() -> None:
    words = words_of(REPORT)

    assert (
        "unitJUnit, 2 files✅ SUCCESSPRJ-TR-7 Unit tests106 tests: 100 passed, 3 failed, 1 error, 2 skipped"
        "3 test cases created4 versions created1,005 versions reused1 step created1 min 15 s"
    ) in words
    assert (
        words.index("acceptanceQAF") < words.index("smokeTestNG") < words.index("unitJUnit")
    )  # failed first
    assert "ImportStatusTest cycleTestsIn JiraTime" in words
    assert "imported successfully" not in words
    assert "acceptanceQAF❌ not imported" in words
    assert "smokeTestNG⏳ INPROCESS" in words
    assert rendered(markdown(REPORT)).addresses == [CYCLE_URL]


def test_what_went_wrong_is_shown_once_with_what_to_do() -> None:
    words = words_of(REPORT)

    assert (
        "acceptance: the server refused the import: no such label"
        "qtm-import.yml:7 fields.labels: unknown labelIs it archived?Correct the label."
    ) in words
    assert words.count("the server refused the import: no such label") == 1
    assert "smoke: not finished within 15 min" in words


def test_an_unfinished_import_can_be_followed() -> None:
    words = words_of(REPORT)

    assert (
        "smoke: not finished within 15 minTo resume waiting, run again with "
        "tracking-id: 7a-2 or qtm-action import --tracking-id 7a-2"
    ) in words
    assert "not confirmed" not in words
    going_on = replace(WAITING, error=None)
    assert "Not finished smoke: QTM4J is still importing it. To wait for it, run again with" in words_of(
        Report("INPROCESS", ExitCode.OK, (going_on,))
    )
    lost = OutcomeUnknownError("the answer was lost")
    unsure = replace(WAITING, import_status=None, error=lost)
    assert "The upload was not confirmed. Before importing it again, check it with" in words_of(
        replace(REPORT, imports=(unsure,))
    )
    refused = replace(UNIT, import_status=None, error=REFUSED)  # a 413, after the tracking id
    assert "run again with" not in words_of(replace(REPORT, imports=(UNIT, FAILED, refused)))


def test_the_cause_comes_before_what_was_not_sent_for_it() -> None:
    held = ImportReport("smoke", "junit", error=NotSentError("not sent", exit_code=ExitCode.RESULT_FILES))
    words = words_of(replace(REPORT, imports=(held, replace(held, name="web"), FAILED)))

    assert words.index("acceptance: the server refused") < words.index("smoke, web: not sent")
    assert words.index("acceptanceQAF") < words.index("smokeJUnit")


def test_only_what_the_server_had_is_listed_as_uploaded() -> None:
    refused = replace(UNIT, import_status=None, error=REFUSED)
    assert "Uploaded" not in words_of(replace(REPORT, imports=(refused,)))
    assert "Would be uploaded" in words_of(replace(REPORT, imports=(UNIT,), dry_run=True))


def test_failed_tests_warnings_and_uploads_are_folded() -> None:
    page = rendered(markdown(REPORT))
    words = " ".join(page.text.split())

    assert page.tags.count("details") == 3
    assert (
        "Failed tests: 4 unit: 4 failed, first 2 shownshop.Cart.totalexpected 3 but was 4shop.Cart.empty"
    ) in words
    assert "2 warnings qtm-import.yml:2 two files are old unit: the server is slow" in words
    assert "unitjunit-results.zip1.2 MiB6f-1" in words
    assert "ab" * 32 not in words


def test_tests_that_never_reached_jira_are_labelled() -> None:
    refused = replace(UNIT, name="e2e", import_status=None, summary=(), error=REFUSED)
    words = words_of(replace(REPORT, imports=(UNIT, refused)))

    assert "106 of these 212 tests were not imported." in words
    assert "2 skippednot imported" in words
    assert "not imported" not in words_of(replace(REPORT, imports=(UNIT,)))
    assert "None of these tests was imported." in words_of(replace(REPORT, imports=(refused,)))


def test_a_validation_shows_which_imports_are_valid() -> None:
    valid = replace(UNIT, import_status="SKIPPED", message="valid", tracking_id=None, summary=())
    assert "unitJUnit, 2 files✅ valid106 tests" in words_of(
        replace(REPORT, status="SKIPPED", exit_code=ExitCode.OK, imports=(valid,), dry_run=True)
    )
    words = words_of(replace(REPORT, exit_code=ExitCode.RESULT_FILES, imports=(FAILED, valid), dry_run=True))
    assert words.startswith("❌ Not valid: result files are missing or invalid")
    assert "acceptanceQAF❌ not valid" in words
    for other in ("SKIPPED", "validvalid", "not imported"):
        assert other not in words


def test_what_is_only_uploaded_is_counted_as_uploaded() -> None:
    uploaded = replace(WAITING, error=None)
    words = words_of(Report("INPROCESS", ExitCode.OK, (uploaded,)))

    assert words.startswith("⏳ Uploaded; QTM4J is still importing 1 of 1 import uploaded.")


def test_what_failed_can_be_retried_by_pasting() -> None:
    refused = replace(UNIT, name="e2e tests", import_status=None, error=REFUSED)
    summary = markdown(replace(REPORT, imports=(UNIT, refused)))

    assert "<pre><code>only: |\n  e2e tests\n</code></pre>" in summary
    assert "--only &#39;e2e tests&#39;" in summary


def test_an_archived_page_says_what_it_is_of() -> None:
    job = CiJob("shop/web", "main", "128", "https://ci.example.com/job/128")
    html = page(replace(REPORT, job=job, ended="2026-11-25 21:09:37 CET"))

    assert "<title>The import was rejected - shop/web main #128</title>" in html
    assert '<a href="https://ci.example.com/job/128">' in html
    assert "2026-11-25 21:09:37 CET" in html
    assert "<title>The import was rejected - jira.example.com</title>" in page(REPORT)


def test_the_error_of_a_whole_run_is_shown_once() -> None:
    stopped = TerminatedRunError("terminated (SIGTERM)")
    words = words_of(Report("FAILED", ExitCode.TERMINATED, (replace(FAILED, error=stopped),), error=stopped))

    assert words.startswith("❌ Terminated")
    assert words.count("terminated (SIGTERM)") == 1


def test_a_run_that_never_came_to_its_imports_has_no_table() -> None:
    error = InvalidSpecError("30 errors", problems=(Problem("bad"),) * 30)
    summary = markdown(Report("FAILED", ExitCode.INVALID_INPUT, error=error))

    assert "<table>" not in summary
    assert summary.count("<li>bad</li>") == 20
    assert "and 10 more; see the log" in summary
    assert "Exit code 2 after 0.0 s" in summary


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"status": "SUCCESS"}, "✅ Imported into QTM4J"),
        ({"status": "SUCCESS", "imports": (UNIT,)}, "✅ Imported; 4 tests failed"),
        ({"status": "INPROCESS"}, "⏳ Uploaded; QTM4J is still importing"),
        ({"status": "SKIPPED"}, "⏭️ Nothing to import"),
        ({"status": "SKIPPED", "dry_run": True}, "✅ Valid: 0 imports checked, nothing was sent"),
        ({"status": "FAILED", "exit_code": ExitCode.IMPORT_FAILED}, "❌ The import failed"),
        (
            {
                "exit_code": ExitCode.IMPORT_FAILED,
                "imports": (replace(UNIT, error=TestsFailedError("")),),
            },
            "❌ Imported; 4 tests failed",
        ),
        ({"exit_code": ExitCode.AUTHENTICATION}, "❌ The credentials were rejected"),
        ({"exit_code": ExitCode.DEFECT}, "❌ Internal error"),
    ],
)
def test_the_title_says_the_outcome(changes: dict[str, Any], title: str) -> None:
    report = replace(Report("SUCCESS", ExitCode.OK), **changes)

    assert markdown(report).splitlines()[0] == f"<h2>{title}</h2>"
    assert f"<title>{title.partition(' ')[2]}</title>" in page(report)
    assert f"</svg> {title.partition(' ')[2]}</h1>" in page(report)


@pytest.mark.parametrize("code", [code for code in ExitCode if code is not ExitCode.OK])
def test_every_exit_code_has_a_red_title(code: ExitCode) -> None:
    assert markdown(Report("FAILED", code)).startswith("<h2>❌ ")


@pytest.mark.parametrize(
    ("status", "icon"),
    [("SUCCESS", "✅ SUCCESS"), ("SKIPPED", "⏭️ SKIPPED"), ("PARTIALLY_SUCCESS", "❌ PARTIALLY_SUCCESS")],
)
def test_a_final_status_that_is_not_success_has_a_red_mark(status: str, icon: str) -> None:
    assert icon in words_of(replace(REPORT, imports=(replace(UNIT, import_status=status),)))


def test_a_success_that_is_red_has_a_red_mark() -> None:
    assert "❌ SUCCESS" in words_of(replace(REPORT, imports=(replace(UNIT, error=REFUSED),)))


def test_what_the_server_did_not_report_is_not_made_up() -> None:
    bare = ImportReport("bare", import_status="SUCCESS", summary=(CycleSummary(), CycleSummary("PRJ-TR-1")))
    words = words_of(Report("SUCCESS", ExitCode.OK, (bare,)))

    assert "created" not in words
    assert words.endswith("bare✅ SUCCESSPRJ-TR-1")


def test_in_the_table_a_number_stays_with_its_noun() -> None:
    row = next(line for line in markdown(REPORT).splitlines() if line.startswith("<tr><td><code>unit"))

    assert "<td>106&nbsp;tests: 100&nbsp;passed, 3&nbsp;failed, 1&nbsp;error, 2&nbsp;skipped</td>" in row
    assert "<td>3&nbsp;test&nbsp;cases&nbsp;created<br>4&nbsp;versions&nbsp;created<br>" in row
    assert "✅&nbsp;SUCCESS" in row
    assert "<td>1&nbsp;min&nbsp;15&nbsp;s</td>" in row


def test_many_cycles_are_shortened_and_counted() -> None:
    many = replace(UNIT, summary=tuple(CycleSummary(f"PRJ-TR-{number}") for number in range(1_012)))
    words = words_of(replace(REPORT, imports=(many,)))

    assert "PRJ-TR-9and 1,002 more" in words


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (TestCounts(), ""),
        (TestCounts(passed=1), "✅" * 20),
        (TestCounts(passed=10, failed=10), "✅" * 10 + "❌" * 10),
        (TestCounts(passed=10_000, failed=1), "✅" * 19 + "❌"),
        (TestCounts(passed=1, failed=1, errors=1, skipped=10_000), "✅❌⚠️" + "\N{HEAVY MINUS SIGN}" * 17),
        (TestCounts(passed=1, failed=1, errors=1), "✅" * 6 + "❌" * 7 + "⚠️" * 7),
    ],
)
def test_the_bar_shows_every_kind_that_there_is(counts: TestCounts, expected: str) -> None:
    assert signs(counts) == expected


def test_the_drawn_bar_fills_its_width() -> None:
    drawn = drawn_bar(TestCounts(passed=1, failed=1, skipped=2))

    assert Structure(drawn).tags.count("rect x width height fill") == 3
    assert 'x="300.00" width="300.00" height="16" fill="#818b98"' in drawn
    assert 'aria-label="4 tests: 1 passed, 1 failed, 2 skipped"' in drawn
    assert [f"&nbsp;{words}</span>" in drawn for words in ("1 passed", "1 failed", "2 skipped")] == [True] * 3


def test_the_page_stands_alone_and_runs_no_script() -> None:
    html = page(REPORT)
    seen = Structure(html)

    assert html.startswith("<!DOCTYPE html>\n")
    assert "default-src 'none'" in html
    assert "script" not in [tag.split(" ")[0] for tag in seen.tags]
    assert seen.addresses == [
        "data:,",
        CYCLE_URL,
    ]
    opened = [tag.split(" ")[0] for tag in seen.tags if not tag.startswith("/")]
    closed = [tag[1:] for tag in seen.tags if tag.startswith("/")]
    assert sorted(tag for tag in opened if tag not in ("meta", "link", "br", "!doctype")) == sorted(closed)


def many_imports(number: int) -> Report:
    return replace(
        REPORT, imports=tuple(replace(UNIT, name=f"import {each}", warnings=()) for each in range(number))
    )


@pytest.mark.parametrize("limit", [20_000, 300_000])
def test_a_summary_stays_under_its_limit_by_whole_rows_and_says_so(limit: int) -> None:
    summary = markdown(many_imports(1_000), limit=limit)
    seen = rendered(summary)

    assert 0.6 * limit < len(summary.encode()) <= limit
    rows = summary.count("<br>JUnit, 2&nbsp;files")
    assert f"{1_000 - rows:,} more imports omitted here." in summary
    assert seen.tags.count("tr") == seen.tags.count("/tr")
    assert seen.tags.count("li") == seen.tags.count("/li")
    assert seen.tags.count("details") == seen.tags.count("/details") == 3


def test_short_blocks_are_kept_whole_when_a_long_one_is_cut() -> None:
    long = Block("<ul>", ("<li>é</li>",) * 1_000, "</ul>")
    short = Block("<ul>", ("<li>a</li>", "<li>b</li>"), "</ul>")

    first, second, third = fitted([short, long, short], 3_000)
    assert first == third == str(short)
    assert second.endswith("</ul>\n")
    kept = second.count("<li>é</li>")
    assert kept > 200
    assert f"<li><em>{1_000 - kept:,} more omitted here.</em></li>" in second


def test_a_limit_below_everything_still_gives_the_headline() -> None:
    summary = markdown(many_imports(50), limit=1)

    assert summary.startswith("<h2>")
    assert "50 more imports omitted here." in summary


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "javascript:alert(1)",
        "ftp://j.example.com",
        "//j.example.com",
        "https://j.example.com/ x",
        "https://",
    ],
)
def test_only_a_web_address_becomes_a_link(address: str | None) -> None:
    assert link(address, "PRJ-1") == "<code>PRJ-1</code>"


def test_a_very_long_address_is_no_link_rather_than_a_cut_one() -> None:
    assert link(f"https://j.example.com/{'x' * 2_000}", "PRJ-1") == "<code>PRJ-1</code>"
    assert link('https://j.example.com/?a="b"&c', "P") == (
        '<a href="https://j.example.com/?a=&quot;b&quot;&amp;c"><code>P</code></a>'
    )


def test_a_sentence_stays_prose_unless_something_in_it_could_mean_something() -> None:
    assert sentence("File is imported successfully.") == "File is imported successfully."
    menu = "QMetry > Automation API > Generate (it succeeded)"
    assert sentence(menu) == menu.replace(">", "&gt;")
    assert sentence("ask @bob & <i> now") == "ask <code>@bob &amp; &lt;i&gt;</code> now"
    assert code(" \u3000") == "<em>(empty)</em>"


@pytest.mark.parametrize(
    "word",
    ["@bob", "#12", "gh-3", ":smile:", "$x$", "WWW.x.org", "!5", "%3", "~bug", "_x_", "1a2b3c4d", "x" * 30],
)
def test_only_the_word_that_could_mean_something_is_code(word: str) -> None:
    assert sentence(f"see {word} now") == f"see <code>{word}</code> now"
