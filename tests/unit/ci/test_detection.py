"""Which platform a run is on."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from qtm_action.ci import PLATFORMS, Platform, detect, open_platform
from qtm_action.ci.azure import Azure
from qtm_action.ci.github import GitHub
from qtm_action.ci.gitlab import GitLab
from qtm_action.ci.jenkins import Jenkins
from qtm_action.ci.shell import Shell
from qtm_action.redaction import Redactor
from tests.unit.ci.conftest import ENVIRONMENTS


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Shell),
        ({"CI": "true"}, Shell),
        ({"GITHUB_ACTIONS": "true"}, GitHub),
        ({"GITHUB_ACTIONS": "false"}, Shell),
        ({"GITLAB_CI": "true"}, GitLab),
        ({"TF_BUILD": "True"}, Azure),
        ({"JENKINS_URL": "https://jenkins.example.com/"}, Jenkins),
        ({"BITBUCKET_BUILD_NUMBER": "7"}, Shell),
        ({"CIRCLECI": "true"}, Shell),
    ],
)
def test_the_platform_is_known_by_what_it_sets(environ: dict[str, str], expected: type[Platform]) -> None:
    assert detect(environ) is expected


def test_each_platform_opens_as_itself_and_prints_nothing_yet() -> None:
    stdout = io.StringIO()
    opened = [
        type(open_platform(environ, stdout=stdout, redactor=Redactor([]), debug=False))
        for environ in ENVIRONMENTS.values()
    ]

    assert opened == list(PLATFORMS)
    assert stdout.getvalue() == ""


def test_opening_a_platform_loads_nothing_heavy() -> None:
    code = """
import sys
before = set(sys.modules)
import qtm_action.ci, qtm_action.ci.github, qtm_action.redaction
print(*set(sys.modules) - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not {"requests", "yaml", "ssl", "zipfile", "shutil", "html"} & set(done.stdout.split())


@pytest.mark.parametrize(
    ("name", "environ", "words"),
    [
        ("plain", {}, "-e QTM_API_KEY"),
        ("jenkins", {}, "withCredentials"),
        ("azure", {}, "$(QTM_API_KEY)"),
        ("github", {}, "${{ secrets.QTM_API_KEY }}"),
        ("github", {"GITHUB_ACTOR": "dependabot[bot]"}, "Dependabot"),
        ("gitlab", {}, "protected variables are hidden"),
        ("gitlab", {"CI_COMMIT_REF_PROTECTED": "true"}, "masked variables"),
        (
            "gitlab",
            {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2", "CI_MERGE_REQUEST_PROJECT_ID": "1"},
            "merge request from a fork",
        ),
    ],
)
def test_missing_credentials_are_answered_in_the_platforms_own_words(
    name: str, environ: dict[str, str], words: str
) -> None:
    platform = open_platform(
        {**ENVIRONMENTS[name], **environ}, stdout=io.StringIO(), redactor=Redactor([]), debug=False
    )

    assert words in platform.credentials_hint()
