"""The CI systems that a repository shows signs of, and the step to paste into the pipeline of each."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

OWNER = "OWNER stands for the account that hosts qtm-action."
_DOCKER = 'docker run --rm --user "$(id -u):$(id -g)" --volume "{workspace}:/workspace" \\'


@dataclass(frozen=True, slots=True)
class CiSystem:
    """A CI system: ``signs`` are the files of a repository that it reads, relative to its top.

    ``build`` is the variable with the number of a build. ``secrets`` says where the secrets are stored.
    ``step`` makes the step from the inputs that it has to set.
    """

    name: str
    signs: tuple[str, ...]
    build: str
    secrets: str
    paste: str
    step: Callable[[Mapping[str, str]], str]


def detect(root: Path) -> list[CiSystem]:
    """Return the CI systems whose files are in ``root``; the shell where there is none."""
    found = [each for each in CI_SYSTEMS if any(_exists(root / sign) for sign in each.signs)]
    return found or [SHELL]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _github(inputs: Mapping[str, str]) -> str:
    return f"""\
      - uses: OWNER/qtm-action@v1
        if: ${{{{ !cancelled() }}}}    # import the results of failed tests too
        with:
{_lines(inputs, "          {name}: {value}")}\
          api-key: ${{{{ secrets.QTM_API_KEY }}}}
          token: ${{{{ secrets.JIRA_TOKEN }}}}
"""


def _gitlab(inputs: Mapping[str, str]) -> str:
    variables = _lines(inputs, "    {variable}: {value}")
    return f"""\
import-results:
  stage: .post
  when: always
  image: ghcr.io/OWNER/qtm-action:1
{f"  variables:{chr(10)}{variables}" if variables else ""}\
  script: qtm-action
  artifacts:
    when: always
    reports:
      dotenv: qtm-import.env    # QTM_TEST_CYCLE_KEY and the other outputs for later jobs
"""


def _jenkins(inputs: Mapping[str, str]) -> str:
    run = _docker(inputs, "$WORKSPACE", "JENKINS_URL", "BUILD_NUMBER")
    return f"""\
post {{
    always {{    // import the results of failed tests too
        withCredentials([string(credentialsId: 'qtm-api-key', variable: 'QTM_API_KEY'),
                         string(credentialsId: 'jira-token', variable: 'QTM_TOKEN')]) {{
            sh '''
{textwrap.indent(run, " " * 16)}\
            '''
        }}
    }}
}}
"""


def _azure(inputs: Mapping[str, str]) -> str:
    return f"""\
  - script: |
{textwrap.indent(_docker(inputs, "$PWD", "TF_BUILD", "BUILD_BUILDNUMBER"), " " * 6)}\
    name: qtm
    displayName: Import the results into QTM4J
    condition: succeededOrFailed()    # import the results of failed tests too
    env:
      QTM_API_KEY: $(QTM_API_KEY)
      QTM_TOKEN: $(QTM_TOKEN)
"""


def _bitbucket(inputs: Mapping[str, str]) -> str:
    return f"""\
    - step:
        name: Import the results into QTM4J
        image: ghcr.io/OWNER/qtm-action:1
        script:
{_lines(inputs, "          - export {variable}={value}")}\
          - qtm-action
"""


def _circleci(inputs: Mapping[str, str]) -> str:
    return f"""\
      - run:
          name: Import the results into QTM4J
          when: always    # import the results of failed tests too
          command: |
{textwrap.indent(_docker(inputs, "$PWD", "CIRCLE_BUILD_NUM"), " " * 12)}"""


def _shell(inputs: Mapping[str, str]) -> str:
    return f"export QTM_API_KEY=… QTM_TOKEN=…\n{_lines(inputs, 'export {variable}={value}')}qtm-action\n"


def _docker(inputs: Mapping[str, str], workspace: str, *variables: str) -> str:
    passed = " ".join(f"--env {name}" for name in ("QTM_API_KEY", "QTM_TOKEN", *variables))
    return (
        f"{_DOCKER.format(workspace=workspace)}\n"
        f"  {passed} \\\n"
        f"{_lines(inputs, '  --env {variable}={value} ' + chr(92))}"
        "  ghcr.io/OWNER/qtm-action:1\n"
    )


def _lines(inputs: Mapping[str, str], form: str) -> str:
    """Return a line for each input in that form; ``variable`` is the name that shells use."""
    return "".join(
        form.format(name=name, value=value, variable="QTM_" + name.replace("-", "_").upper()) + "\n"
        for name, value in inputs.items()
    )


CI_SYSTEMS = (
    CiSystem(
        "GitHub Actions",
        (".github/workflows",),
        "GITHUB_RUN_NUMBER",
        "the repository's secrets QTM_API_KEY and JIRA_TOKEN",
        "after the step that runs the tests, in .github/workflows",
        _github,
    ),
    CiSystem(
        "GitLab CI",
        (".gitlab-ci.yml",),
        "CI_PIPELINE_IID",
        "the masked CI/CD variables QTM_API_KEY and QTM_TOKEN",
        "as a job in .gitlab-ci.yml; the job that runs the tests keeps the result files as artifacts",
        _gitlab,
    ),
    CiSystem(
        "Jenkins",
        ("Jenkinsfile",),
        "BUILD_NUMBER",
        "the credentials qtm-api-key and jira-token, of the kind Secret text",
        "after `stages { … }` in the Jenkinsfile",
        _jenkins,
    ),
    CiSystem(
        "Azure Pipelines",
        ("azure-pipelines.yml", "azure-pipelines.yaml"),
        "BUILD_BUILDNUMBER",
        "the pipeline's secret variables QTM_API_KEY and QTM_TOKEN",
        "after the step that runs the tests, in azure-pipelines.yml",
        _azure,
    ),
    CiSystem(
        "Bitbucket Pipelines",
        ("bitbucket-pipelines.yml",),
        "BITBUCKET_BUILD_NUMBER",
        "the secured repository variables QTM_API_KEY and QTM_TOKEN",
        "after the step that runs the tests, in bitbucket-pipelines.yml; that step keeps the result files as "
        "artifacts",
        _bitbucket,
    ),
    CiSystem(
        "CircleCI",
        (".circleci/config.yml",),
        "CIRCLE_BUILD_NUM",
        "a context with QTM_API_KEY and QTM_TOKEN",
        "after the step that runs the tests, in .circleci/config.yml",
        _circleci,
    ),
)
SHELL = CiSystem("a shell", (), "BUILD_NUMBER", "QTM_API_KEY and QTM_TOKEN", "into your pipeline", _shell)
