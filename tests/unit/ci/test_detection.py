"""Which platform a run is on."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from qtm_action.ci import PlatformName, detect, open_platform
from qtm_action.redaction import Redactor
from tests.unit.ci.conftest import ENVIRONMENTS


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, PlatformName.PLAIN),
        ({"CI": "true"}, PlatformName.PLAIN),
        ({"GITHUB_ACTIONS": "true"}, PlatformName.GITHUB),
        ({"GITHUB_ACTIONS": "false"}, PlatformName.PLAIN),
        ({"GITLAB_CI": "true"}, PlatformName.GITLAB),
        ({"TF_BUILD": "True"}, PlatformName.AZURE),
        ({"JENKINS_URL": "https://jenkins.example.com/"}, PlatformName.JENKINS),
        ({"BITBUCKET_BUILD_NUMBER": "7"}, PlatformName.PLAIN),
        ({"CIRCLECI": "true"}, PlatformName.PLAIN),
    ],
)
def test_the_platform_is_known_by_what_it_sets(environ: dict[str, str], expected: PlatformName) -> None:
    assert detect(environ) is expected


@pytest.mark.parametrize("name", PlatformName)
def test_each_platform_opens_as_itself_and_prints_nothing_yet(name: PlatformName) -> None:
    stdout = io.StringIO()
    environ = ENVIRONMENTS[name.value]

    for platform in (
        open_platform(environ, stdout=stdout, redactor=Redactor([]), debug=False),
        open_platform({}, name=name, stdout=stdout, redactor=Redactor([]), debug=False),
    ):
        assert platform.name is name
    assert stdout.getvalue() == ""


def test_opening_a_platform_loads_nothing_heavy() -> None:
    code = """
import sys
before = set(sys.modules)
import qtm_action.ci, qtm_action.ci.github, qtm_action.redaction
print(*set(sys.modules) - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not {"json", "requests", "yaml", "ssl", "zipfile", "shutil", "html"} & set(done.stdout.split())


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
