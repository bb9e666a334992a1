"""The spec that is written is one that the program takes, with every comment in it made true."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from qtm_action.formats import Format
from qtm_action.init.grouping import Group
from qtm_action.init.questions import GivenAddress
from qtm_action.init.render import render

if TYPE_CHECKING:
    from tests.unit.init.conftest import Project

EVERY_FORMAT = render(
    [Group(each, ("a.xml",), files=1, tests=2) for each in Format],
    address=GivenAddress(),
    build="BUILD_NUMBER",
)
OPTIONAL = re.compile(r"^(\s*)# (\s*\w+: \S.*  # .*)$", re.MULTILINE)


def test_a_spec_for_every_format_is_valid(project: Project) -> None:
    spec = project.load(EVERY_FORMAT)
    assert [each.format for each in spec.imports] == list(Format)
    assert spec.warnings == ()


@pytest.mark.parametrize(
    "suggestion", [*OPTIONAL.finditer(EVERY_FORMAT)], ids=lambda each: each[2].split()[0]
)
def test_every_line_that_can_be_added_is_valid(suggestion: re.Match[str], project: Project) -> None:
    text = (
        EVERY_FORMAT[: suggestion.start()] + suggestion[1] + suggestion[2] + EVERY_FORMAT[suggestion.end() :]
    )
    if not suggestion[1]:  # one of the defaults
        text = text.replace("# defaults:", "defaults:")
    spec = project.load(text)
    key = suggestion[2].split(":")[0].strip()
    assert spec.warnings == ()
    assert key in str(spec.imports)


def test_there_are_lines_that_can_be_added() -> None:
    assert len(OPTIONAL.findall(EVERY_FORMAT)) >= 8


def test_the_url_is_kept_as_it_was_given(project: Project) -> None:
    url = "https://jira.example.com:8443/jira"
    assert project.spec(url).jira_url == url


@pytest.mark.parametrize("region", ["us", "AU", "https://gateway.example.com:8443/qtm"])
def test_a_region_stands_in_place_of_the_url(project: Project, region: str) -> None:
    spec = project.spec(region=region)
    assert (spec.region, spec.jira_url) == (region, None)
    assert "jiraUrl" not in project.text(region=region)


def test_a_cloud_site_leads_to_the_region(project: Project) -> None:
    site = "https://acme.atlassian.net"
    text = project.text(site)
    assert "\n# region: us\n" in text
    assert "QMetry > About > Hosted Region" in text
    spec = project.load(text.replace("# region", "region"))
    assert (spec.region, spec.jira_url) == ("us", site)


def test_a_name_is_used_once(project: Project) -> None:
    project.write("a.xml")
    project.write("b/c.xml")
    assert list(project.imports()) == ["junit", "junit-2"]
