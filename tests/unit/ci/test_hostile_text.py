"""Nothing that foreign text says acts on a platform, breaks a layout, or is lost to the reader.

Everything is logged twice, once with a hostile text and once with harmless words in its place; the
commands, sections, outputs and elements that a platform finds must be the same.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qtm_action.ci.platform import CiJob
from qtm_action.ci.publishing import Destinations, variable_name
from qtm_action.errors import Problem, RefusedError, Severity
from qtm_action.exit_codes import ExitCode
from qtm_action.outcome.outputs import outputs, report_json
from qtm_action.outcome.report import ImportReport, Report
from qtm_action.outcome.summary import markdown, page
from qtm_action.qtm4j.deployment import Connection
from qtm_action.qtm4j.server import JiraServer, parse_jira_url
from qtm_action.qtm4j.values import Credentials, CycleSummary
from qtm_action.results.result_files import Failure, Payload, TestCounts
from tests.unit.ci.conftest import ENVIRONMENTS
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

    from qtm_action.ci import Platform
    from tests.unit.ci.conftest import Opened

HARMLESS = "harmless words"
# What this program prints itself: colours of labels and titles, and GitLab's marks.
OWN = re.compile(
    r"\x1b\[(?:1|31;1|33|36;1|0)m|\x1b\[0Ksection_(?:start|end):[0-9]+:qtm_import_[0-9]+\r\x1b\[0K|\n"
)
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")

platforms = pytest.mark.parametrize("name", ENVIRONMENTS)


def log_everything(platform: Platform, text: str) -> None:
    """Log ``text`` in every way there is."""
    for write in (platform.debug, platform.info, platform.warning, platform.progress):
        write(text)
        write(f"logged in the end: {text}")
    platform.document(text)
    platform.problem(Problem(text, text, Severity.ERROR, text, 3, 4, text))
    platform.problem(Problem("in a file", file=text, line=1, severity=Severity.WARNING))
    with platform.group(text):
        platform.info(text)
    first, second = platform.ordered([text, f"second {text}"])
    for log in (second, first):
        with log:
            for write in (log.debug, log.info, log.warning, log.progress):
                write(text)


ADDRESS = parse_jira_url("https://jira.example.com/jira")
SERVER = JiraServer(ADDRESS, Connection(ADDRESS, Credentials("some-key")), "test")


def cycle(key: str, text: str, *, with_link: bool) -> CycleSummary:
    """Return what the progress record says of a test cycle, with the link that is made of it."""
    record = {"importStatus": "SUCCESS", "summary": [{"testCycleIssueKey": key, "testCycle": text}]}
    (read,) = SERVER.read_progress(record, "id-1").summary
    return CycleSummary(key, text, 1, url=read.url if with_link else None)


def hostile_report(text: str, *, with_links: bool = True) -> Report:
    """Return a report with ``text`` wherever foreign text can be."""
    message, text = text, text[:20_000]
    problem = Problem(text, text, Severity.WARNING, text, 3, 4, text)
    error = RefusedError(text, hint=text, problems=(problem, problem))
    one = ImportReport(
        name=text,
        format=text,
        files=(text,),
        upload=Payload(Path("a.xml"), text, 1, "ab", is_zip=True),
        tests=TestCounts(1, 2, 3, 4),
        failures=(Failure(text, text), Failure(text)),
        tracking_id=text or "x",
        import_status="INPROCESS",
        process_status=text,
        message=message,
        summary=(cycle("PRJ-TR-1", text, with_link=with_links), cycle(text, text, with_link=with_links)),
        record={text: text, "summary": [{"testCycleIssueKey": text, "testCycle": text}]},
        error=error,
        warnings=(text,),
    )
    address = "https://jira.example.com/jira" if with_links else text
    other = ImportReport(name="other", import_status=text or "X", error=error)
    job = CiJob(text or "x", text or "x", text or "x", text or "x")
    return Report("FAILED", ExitCode.REFUSED, (one, other), error, (problem,), address, job=job)


@platforms
def test_in_the_log_foreign_text_is_only_shown(opened: Callable[..., Opened], name: str) -> None:
    harmless = opened(name)
    log_everything(harmless.platform, HARMLESS)
    for attack, text in HOSTILE.items():
        ci = opened(name)
        log_everything(ci.platform, text)

        for read in (github_commands, azure_commands):
            names = [each.name for each in read(ci.output)]
            assert names == [each.name for each in read(harmless.output)], attack
        assert gitlab_sections(ci.output) == gitlab_sections(harmless.output), attack
        assert not UNSEEN.search(OWN.sub("", ci.output)), attack
        assert all(word in ci.output for word in words(text)), attack


def test_an_annotation_keeps_its_place_and_shows_the_text(opened: Callable[..., Opened]) -> None:
    for attack, text in HOSTILE.items():
        ci = opened("github")
        ci.platform.problem(Problem(text, text, Severity.ERROR, f"results/{text}", 3, 4, text))

        (command,) = github_commands(ci.output)
        assert list(command.properties) == ["title", "file", "line", "col"], attack
        assert command.properties["line"] == "3", attack
        assert len(command.data) < 4_096, attack
        assert all(word in command.data for word in words(text[:200])), attack


@platforms
def test_no_line_of_a_log_is_longer_than_a_person_reads(opened: Callable[..., Opened], name: str) -> None:
    for attack, text in HOSTILE.items():
        ci = opened(name)
        ci.platform.info(text)
        ci.platform.warning(text)

        assert max(map(len, ci.lines)) < 20_000, attack


def test_outputs_hold_what_was_meant_and_no_more(opened: Callable[..., Opened], tmp_path: Path) -> None:
    files = {"GITHUB_OUTPUT": tmp_path / "o", "GITHUB_STEP_SUMMARY": tmp_path / "s"}
    for attack, text in HOSTILE.items():
        ci = opened("github", {name: str(path) for name, path in files.items()})
        report = hostile_report(text)
        expected = outputs(report)

        assert publish(ci, report, Destinations()), attack
        found = github_file(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))
        assert list(found) == list(expected), attack
        assert json.loads(found.pop("report")) == json.loads(expected["report"]), attack
        assert all(re.fullmatch(r"[\w .,:/@%+=-]*", value) for value in found.values()), attack
        for path in files.values():
            path.unlink()


def test_a_dotenv_file_is_read_alike_by_gitlab_and_by_a_shell(
    opened: Callable[..., Opened], tmp_path: Path
) -> None:
    path = tmp_path / "deep" / "qtm-import.env"
    for attack, text in HOSTILE.items():
        report = hostile_report(text)
        publish(opened("gitlab"), report, Destinations(dotenv_file=path))

        found = gitlab_dotenv(path.read_bytes())
        assert list(found) == [variable_name(name) for name in outputs(report) if name != "report"], attack
        assert all(re.fullmatch(r"[\w.,:/@%+-]*", value, re.ASCII) for value in found.values()), attack


def test_the_report_file_is_json_that_says_the_same(opened: Callable[..., Opened], tmp_path: Path) -> None:
    path = tmp_path / "qtm-import.json"
    for attack, text in HOSTILE.items():
        report = hostile_report(text)
        publish(opened("jenkins"), report, Destinations(report_file=path))

        written = path.read_text(encoding="utf-8")
        assert json.loads(written) == json.loads(report_json(report)), attack
        assert not UNSEEN.search(written.replace("\n", "")), attack


def test_the_markdown_summary_is_blocks_of_html_that_keep_their_layout() -> None:
    harmless = shape(rendered(markdown(hostile_report(HARMLESS))))
    for attack, text in HOSTILE.items():
        read = rendered(markdown(hostile_report(text)))

        assert shape(read) == harmless, attack
        assert all(address.startswith("https://jira.example.com/jira/") for address in read.addresses), attack
        assert all(word in read.text for word in words(text[:200])), attack
        assert not UNSEEN.search(read.text.replace("\n", "")), attack


def test_the_page_keeps_its_layout() -> None:
    harmless = shape(Structure(page(hostile_report(HARMLESS))))
    for attack, text in HOSTILE.items():
        read = Structure(page(hostile_report(text)))

        assert shape(read) == harmless, attack
        assert read.addresses[0] == "data:,", attack
        assert all(address.startswith("https://jira.example.com/jira/") for address in read.addresses[1:]), (
            attack
        )


def test_what_stands_outside_code_means_nothing_to_a_platform_that_renders_the_summary() -> None:
    for attack, text in HOSTILE.items():
        outside = re.sub(r"<code>.*?</code>", "", markdown(hostile_report(text, with_links=False)))

        assert not re.search(r"[@$]|#\w|:\w+:|https?:|www\.|GH-", outside.replace("&#39;", "'")), attack
        assert "<a " not in outside, attack


def shape(page: Structure) -> list[str]:
    """Return a page's elements without those that depend on whether a text is empty."""
    return [tag for tag in page.tags if tag not in ("br", "a href", "/a", "li", "/li", "ul", "/ul")]


def publish(ci: Opened, report: Report, destinations: Destinations) -> bool:
    return ci.platform.publish(
        outputs(report),
        summary=markdown(report),
        page=lambda: page(report),
        report_json=report_json(report),
        destinations=destinations,
    )
