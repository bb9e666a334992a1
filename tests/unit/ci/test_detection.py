"""Which platform a run is on."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qtm_action.ci import PLATFORMS, Platform, open_platform
from qtm_action.ci.azure import Azure
from qtm_action.ci.github import GitHub
from qtm_action.ci.gitlab import GitLab
from qtm_action.ci.jenkins import Jenkins
from qtm_action.ci.platform import CiJob
from qtm_action.redaction import Redactor
from tests.unit.ci.conftest import ENVIRONMENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.ci.conftest import Opened

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Platform),
        ({"CI": "true"}, Platform),
        ({"GITHUB_ACTIONS": "true"}, GitHub),
        ({"GITHUB_ACTIONS": "false"}, Platform),
        ({"GITLAB_CI": "false"}, GitLab),
        ({"GITLAB_CI": "true"}, GitLab),
        ({"TF_BUILD": "True"}, Azure),
        ({"JENKINS_URL": "https://jenkins.example.com/"}, Jenkins),
        ({"BITBUCKET_BUILD_NUMBER": "7"}, Platform),
        ({"CIRCLECI": "true"}, Platform),
    ],
)
def test_the_platform_is_known_by_what_it_sets(environ: dict[str, str], expected: type[Platform]) -> None:
    stdout = io.StringIO()
    platform = open_platform(environ, stdout=stdout, redactor=Redactor([]), debug=False)
    assert type(platform) is expected
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
        ("gitlab", {}, "gets no protected variables"),
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


@pytest.mark.parametrize(
    ("name", "environ", "job"),
    [
        (
            "github",
            {
                "GITHUB_REPOSITORY": "shop/web",
                "GITHUB_HEAD_REF": "",
                "GITHUB_REF_NAME": "main",
                "GITHUB_RUN_NUMBER": "128",
                "GITHUB_SERVER_URL": "https://github.com",
                "GITHUB_RUN_ID": "9",
            },
            CiJob("shop/web", "main", "128", "https://github.com/shop/web/actions/runs/9"),
        ),
        (
            "gitlab",
            {
                "CI_PROJECT_PATH": "shop/web",
                "CI_COMMIT_REF_NAME": "main",
                "CI_PIPELINE_IID": "128",
                "CI_JOB_URL": "https://gitlab.com/shop/web/-/jobs/9",
            },
            CiJob("shop/web", "main", "128", "https://gitlab.com/shop/web/-/jobs/9"),
        ),
        (
            "jenkins",
            {
                "JOB_NAME": "shop/web",
                "BRANCH_NAME": "main",
                "BUILD_NUMBER": "128",
                "BUILD_URL": "https://ci.example.com/job/shop/128/",
            },
            CiJob("shop/web", "main", "128", "https://ci.example.com/job/shop/128/"),
        ),
        (
            "azure",
            {
                "SYSTEM_TEAMPROJECT": "the shop",
                "BUILD_REPOSITORY_NAME": "web",
                "BUILD_SOURCEBRANCH": "refs/heads/main",
                "BUILD_BUILDNUMBER": "20261125.1",
                "BUILD_BUILDID": "9",
                "SYSTEM_COLLECTIONURI": "https://dev.azure.com/shop/",
            },
            CiJob(
                "web",
                "main",
                "20261125.1",
                "https://dev.azure.com/shop/the%20shop/_build/results?buildId=9",
            ),
        ),
        ("plain", {"GITHUB_REPOSITORY": "shop/web"}, CiJob()),
        ("github", {}, CiJob()),
    ],
)
def test_each_platform_says_which_job_it_is(
    opened: Callable[..., Opened], name: str, environ: dict[str, str], job: CiJob
) -> None:
    assert opened(name, environ).platform.job() == job


class Asked(dict[str, str]):
    """An environment that knows which of its variables were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


@pytest.mark.parametrize(
    ("platform", "page"),
    [
        *((Jenkins, page) for page in ("README.md", "docs/jenkins.md", "docs/fan-in.md")),
        *((Jenkins, page) for page in ("examples/ci/jenkins/Jenkinsfile", "vars/qtmImport.groovy")),
        *((Azure, page) for page in ("docs/other-ci.md", "examples/ci/azure/azure-pipelines.yml")),
    ],
)
def test_containers_get_the_variables_that_a_job_is_known_by(platform: type[Platform], page: str) -> None:
    environ = Asked()
    made = platform(environ, stdout=io.StringIO(), redactor=Redactor([]))
    environ.names.clear()
    made.job()
    sign = next(name for name, each in PLATFORMS.items() if each is platform)
    assert set(platform.job_variables) == environ.names | {sign}

    text = (ROOT / page).read_text(encoding="utf-8")
    for container in re.findall(rf"--env {sign} .*?qtm-action:1|'{sign}'.*?\]", text, re.DOTALL):
        assert set(platform.job_variables) <= set(re.findall(r"\w+", container))
    assert sign in text
