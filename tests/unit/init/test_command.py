"""What init asks, writes and leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import InvalidInputError
from qtm_action.init import detect
from qtm_action.init.command import InitRequest, spec_text, write_spec
from qtm_action.init.questions import GivenAddress
from qtm_action.log import Silence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.init.conftest import Project


class Kept(Silence):
    """A log that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, message: str) -> None:
        self.lines.append(message)

    def warning(self, message: str) -> None:
        self.lines.append(f"warning: {message}")

    def __str__(self) -> str:
        return "\n".join(self.lines)


def run(root: Path, *, started_in: Path | None = None, answers: list[str] | None = None) -> str:
    log = Kept()
    left = iter(answers or ())
    ask = (lambda _question: next(left)) if answers is not None else None
    write_spec(InitRequest(root, started_in or root, ask=ask), log)
    return str(log)


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        (["https://jira.example.com/jira"], '\njiraUrl: "https://jira.example.com/jira"\n'),
        (["jira.example.com", "https://jira.example.com"], '\njiraUrl: "https://jira.example.com"\n'),
        ([""], "\n# jiraUrl: https://jira.example.com\n"),
        (["https://acme.atlassian.net", "eu", "au"], '\nregion: "au"\njiraUrl: "https://acme.atlassian.net"'),
        (["https://acme.atlassian.net", ""], '\n# region: us\njiraUrl: "https://acme.atlassian.net"'),
        (["no", "https://user:secret@jira", "ftp://x"], "\n# jiraUrl: https://jira.example.com\n"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_person_is_asked_for_jiras_address(project: Project, answers: list[str], line: str) -> None:
    run(project.root, answers=answers)
    assert line in (project.root / "qtm-import.yml").read_text(encoding="utf-8")


def test_a_cloud_site_without_region_gets_a_step_with_an_example(project: Project) -> None:
    log = run(project.root, answers=["https://acme.atlassian.net", ""])
    assert "QTM_REGION=us" in log
    assert "Replace us with your region. Jira shows it under QMetry > About > Hosted Region." in log
    assert "QTM_TOKEN" not in log


def test_the_last_line_says_what_comes_next(project: Project) -> None:
    last = run(project.root).splitlines()[-1]
    assert last == "`qtm-action validate` checks the spec, `qtm-action doctor` checks the connection."


def test_a_region_that_no_spec_can_have_is_refused(project: Project) -> None:
    with pytest.raises(InvalidInputError, match="region: expected us, au"):
        spec_text(InitRequest(project.root, project.root, GivenAddress(region="mars")), Silence())


def test_the_step_names_the_folder_of_the_spec_as_the_pipeline_sees_it(project: Project) -> None:
    project.write(".git/HEAD")
    project.write(".gitlab-ci.yml")
    project.write("services/app/out.xml")
    log = run(project.root / "services/app")
    assert "Paste this step for GitLab CI" in log
    assert "QTM_WORKING_DIRECTORY: services/app" in log


def test_without_a_repository_a_pipeline_starts_where_the_program_did(project: Project) -> None:
    project.write("Jenkinsfile")
    project.write("app/out.xml")
    log = run(project.root / "app", started_in=project.root)
    assert "Paste this step for Jenkins" in log
    assert "QTM_WORKING_DIRECTORY=app" in log


def test_a_url_that_no_spec_can_have_is_refused_without_repeating_it(project: Project) -> None:
    request = InitRequest(project.root, project.root, GivenAddress("https://user:s3cret@jira.example.com"))
    with pytest.raises(InvalidInputError) as caught:
        spec_text(request, Silence())
    assert "jira-url" in caught.value.message
    assert "s3cret" not in caught.value.message


def test_a_folder_that_is_not_there_is_an_invalid_input(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="is not a folder"):
        write_spec(InitRequest(tmp_path / "gone", tmp_path), Silence())


@pytest.mark.parametrize("target", ["missing", "other.yml"])
def test_a_link_in_the_place_of_the_spec_is_left_alone(project: Project, target: str) -> None:
    project.write("other.yml", "version: 1\n")
    (project.root / "qtm-import.yml").symlink_to(target)
    with pytest.raises(InvalidInputError, match="already exists"):
        run(project.root)
    assert (project.root / "other.yml").read_text(encoding="utf-8") == "version: 1\n"


def test_what_is_read_is_bounded_in_time_and_the_rest_is_counted(project: Project) -> None:
    for name in "abc":
        project.write(f"{name}.xml")
    clock: Iterator[float] = iter([0.0, 1.0, detect.SECONDS + 1, detect.SECONDS + 2])
    workspace = detect.look_through(project.root, log=Silence(), clock=lambda: next(clock))
    assert [each.path for each in workspace.candidates] == ["a.xml"]
    assert workspace.unread == 2


def test_large_files_are_read_in_usual_places_only(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "_LARGEST_ELSEWHERE", 10)
    project.write("data.xml")
    project.write("surefire-reports/TEST-a.xml")
    workspace = detect.look_through(project.root, log=Silence())
    assert [each.path for each in workspace.candidates] == ["surefire-reports/TEST-a.xml"]
    assert workspace.unread == 1


def test_what_was_not_read_is_logged(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "_LARGEST_ELSEWHERE", 10)
    project.write("data.xml")
    assert "warning: skipped 1 file: too large" in run(project.root)
