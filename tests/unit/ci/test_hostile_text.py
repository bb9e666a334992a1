"""Nothing that foreign text says acts on a platform, breaks a layout, or is lost to the reader.

Everything is said twice, once with a hostile text and once with harmless words in its place; the
commands, sections, outputs and elements that a platform finds must be the same.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from qtm_action.ci.publishing import variable_name
from qtm_action.errors import ExitCode, Problem, Severity
from qtm_action.outcome.outputs import outputs, report_json
from qtm_action.outcome.report import ErrorReport, ImportReport, Report, UploadReport
from qtm_action.outcome.summary import markdown, page
from qtm_action.qtm4j.model import CycleSummary
from qtm_action.results.model import Failure, TestCounts
from tests.unit.ci.conftest import ENVIRONMENTS, Destinations
from tests.unit.ci.hostile import HOSTILE, words
from tests.unit.ci.readers import (
    Structure,
    azure_commands,
    github_commands,
    github_file,
    gitlab_dotenv,
    gitlab_sections,
    rendered,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from qtm_action.ci import Platform
    from tests.unit.ci.conftest import Opened

HARMLESS = "harmless words"
# What this program prints itself: colours of labels and titles, and GitLab's marks.
OWN = re.compile(
    r"\x1b\[(?:1|31;1|33|36;1|0)m|\x1b\[0Ksection_(?:start|end):[0-9]+:qtm_import_[0-9]+\r\x1b\[0K|\n"
)
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")

hostile_texts = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
platforms = pytest.mark.parametrize("name", ENVIRONMENTS)


def say_everything(platform: Platform, text: str) -> None:
    """Say ``text`` in every way there is."""
    for say in (platform.debug, platform.info, platform.warning, platform.error, platform.progress):
        say(text)
        say(f"told in the end: {text}")
    platform.document(text)
    platform.problem(Problem(text, text, Severity.ERROR, text, 3, 4, text))
    platform.problem(Problem("in a file", file=text, line=1, severity=Severity.WARNING))
    with platform.group(text):
        platform.info(text)
    first, second = platform.ordered([text, f"second {text}"])
    for log in (second, first):
        with log:
            for say in (log.debug, log.info, log.warning, log.error, log.progress):
                say(text)
            log.problem(Problem(text, text))


def hostile_report(text: str, *, with_links: bool = True) -> Report:
    """Return a report with ``text`` wherever foreign text can be."""
    message, text = text, text[:20_000]
    problem = Problem(text, text, Severity.WARNING, text, 3, 4, text)
    error = ErrorReport("refused", text, text, ExitCode.REFUSED, (problem, problem))
    one = ImportReport(
        name=text,
        format=text,
        files=(text,),
        upload=UploadReport(text, 1, True, "ab"),
        tests=TestCounts(1, 2, 3, 4),
        failures=(Failure(text, text), Failure(text)),
        tracking_id=text or "x",
        import_status="INPROCESS",
        process_status=text,
        message=message,
        summary=(CycleSummary("PRJ-TR-1", text, 1), CycleSummary(text, text, 1)),
        record={text: text, "summary": [{"testCycleIssueKey": text, "testCycle": text}]},
        error=error,
        warnings=(text,),
    )
    address = "https://jira.example.com/jira" if with_links else text
    other = ImportReport(name="other", import_status=text or "X", error=error)
    return Report("FAILED", ExitCode.REFUSED, (one, other), error, (problem,), address)


@hostile_texts
@platforms
def test_on_the_log_foreign_text_is_only_shown(opened: Callable[..., Opened], name: str, text: str) -> None:
    told, harmless = opened(name), opened(name)
    if name != "github":
        text = text[:50_000]  # a megabyte is tried on one platform
    say_everything(told.platform, text)
    say_everything(harmless.platform, HARMLESS)

    assert [each.name for each in github_commands(told.output)] == [
        each.name for each in github_commands(harmless.output)
    ]
    assert [each.name for each in azure_commands(told.output)] == [
        each.name for each in azure_commands(harmless.output)
    ]
    assert gitlab_sections(told.output) == gitlab_sections(harmless.output)
    assert not UNSEEN.search(OWN.sub("", told.output))
    for word in words(text):
        assert word in told.output


@hostile_texts
def test_an_annotation_keeps_its_place_and_shows_the_text(opened: Callable[..., Opened], text: str) -> None:
    told = opened("github")
    told.platform.problem(Problem(text, text, Severity.ERROR, f"results/{text}", 3, 4, text))

    (command,) = github_commands(told.output)
    assert list(command.properties) == ["title", "file", "line", "col"]
    assert command.properties["line"] == "3"
    assert len(command.data) < 4_096
    for word in words(text[:200]):
        assert word in command.data


@hostile_texts
@platforms
def test_no_line_of_a_log_is_longer_than_a_person_reads(
    opened: Callable[..., Opened], name: str, text: str
) -> None:
    told = opened(name)
    told.platform.info(text)
    told.platform.warning(text)

    assert max(map(len, told.lines)) < 20_000


@hostile_texts
def test_outputs_hold_what_was_meant_and_no_more(
    opened: Callable[..., Opened], tmp_path: Path, text: str
) -> None:
    files = {"GITHUB_OUTPUT": str(tmp_path / "o"), "GITHUB_STEP_SUMMARY": str(tmp_path / "s")}
    told = opened("github", files)
    report = hostile_report(text)
    expected = outputs(report)

    assert publish(told, report, Destinations())
    found = github_file((tmp_path / "o").read_text(encoding="utf-8"))
    for name in expected.keys() - found.keys():
        assert len(expected[name]) > 256 * 1024
        assert f"the output {name} is left out" in told.output
    assert list(found) == [name for name in expected if name in found]
    assert json.loads(found["report"]) == json.loads(expected["report"])
    for name, value in found.items():
        assert "\n" not in value
        if name != "report":
            assert re.fullmatch(r"[\w .,:/@%+=-]*", value), name


@hostile_texts
def test_a_dotenv_file_is_read_alike_by_gitlab_and_by_a_shell(
    opened: Callable[..., Opened], tmp_path: Path, text: str
) -> None:
    path = tmp_path / "deep" / "qtm-import.env"
    report = hostile_report(text)
    publish(opened("gitlab"), report, Destinations(dotenv_file=path))

    found = gitlab_dotenv(path.read_bytes())
    assert list(found) == [variable_name(name) for name in outputs(report) if name != "report"]
    assert all(re.fullmatch(r"[\w.,:/@%+-]*", value, re.ASCII) for value in found.values())


@hostile_texts
def test_the_report_file_is_json_that_says_the_same(
    opened: Callable[..., Opened], tmp_path: Path, text: str
) -> None:
    path = tmp_path / "qtm-import.json"
    report = hostile_report(text)
    publish(opened("jenkins"), report, Destinations(report_file=path))

    written = path.read_text(encoding="utf-8")
    assert json.loads(written) == json.loads(report_json(report))
    assert not UNSEEN.search(written.replace("\n", ""))


@hostile_texts
def test_the_markdown_summary_is_blocks_of_html_that_keep_their_layout(text: str) -> None:
    told, harmless = rendered(markdown(hostile_report(text))), rendered(markdown(hostile_report(HARMLESS)))

    assert shape(told) == shape(harmless)
    assert all(address.startswith("https://jira.example.com/jira/") for address in told.addresses)
    for word in words(text[:200]):
        assert word in told.text
    assert not UNSEEN.search(told.text.replace("\n", ""))


@hostile_texts
def test_the_page_keeps_its_layout(text: str) -> None:
    told, harmless = Structure(page(hostile_report(text))), Structure(page(hostile_report(HARMLESS)))

    assert shape(told) == shape(harmless)
    assert told.addresses[0] == "data:,"
    assert all(address.startswith("https://jira.example.com/jira/") for address in told.addresses[1:])


@hostile_texts
def test_what_stands_outside_code_means_nothing_to_a_platform_that_renders_the_summary(text: str) -> None:
    outside = re.sub(r"<code>.*?</code>", "", markdown(hostile_report(text, with_links=False)))

    assert not re.search(r"[@$]|#\w|:\w+:|https?:|www\.|GH-", outside.replace("&#39;", "'"))
    assert "<a " not in outside


def shape(page: Structure) -> list[str]:
    """Return a page's elements without those that depend on whether a text is empty."""
    return [tag for tag in page.tags if tag not in ("br", "a href", "/a", "li", "/li", "ul", "/ul")]


def publish(told: Opened, report: Report, destinations: Destinations) -> bool:
    return told.platform.publish(
        outputs(report),
        summary=markdown(report),
        page=lambda: page(report),
        report_json=report_json(report),
        destinations=destinations,
    )
