"""The CI systems that a repository uses, and the step to paste into the pipeline of each."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qtm_action.ci.azure import Azure
from qtm_action.ci.jenkins import Jenkins
from qtm_action.words import environment_variable, set_in_shell

SERVER_SECRETS = ("api-key", "token")
CLOUD_SECRETS = ("api-key",)
_VARIABLES = {each: environment_variable(each) for each in SERVER_SECRETS}
_GITHUB_SECRETS = {"api-key": "QTM_API_KEY", "token": "JIRA_TOKEN"}
_JENKINS_CREDENTIALS = {"api-key": "qtm-api-key", "token": "jira-token"}
OWNER = "OWNER stands for the account that hosts qtm-action."
_DOCKER = 'docker run --rm --user "$(id -u):$(id -g)" --volume "{workspace}:/workspace" \\'


@dataclass(frozen=True, slots=True)
class CiSystem:
    """A CI system: ``signs`` are the files of a repository that it reads, relative to its top.

    ``build`` is the variable with the number of a build. ``store`` says where the secrets are stored, and
    ``stored_as`` under which names. ``step`` makes the step from the inputs that it has to set, and from the
    secrets.
    """

    name: str
    signs: tuple[str, ...]
    build: str
    store: str
    paste: str
    step: Callable[[Mapping[str, str], Sequence[str]], str]
    stored_as: Mapping[str, str] = field(default_factory=lambda: _VARIABLES)

    def needs(self, secrets: Sequence[str]) -> str:
        """Return a sentence on where to store these secrets."""
        return f"Store {' and '.join(self.stored_as[each] for each in secrets)} {self.store}."


def detect(root: Path) -> list[CiSystem]:
    """Return the CI systems whose files are in ``root``; the shell where there is none."""
    found = [each for each in CI_SYSTEMS if any(_exists(root / sign) for sign in each.signs)]
    return found or [SHELL]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _github(inputs: Mapping[str, str], secrets: Sequence[str]) -> str:
    return f"""\
      - uses: OWNER/qtm-action@v1
        if: ${{{{ !cancelled() }}}}    # import the results of failed tests too
        with:
{_lines(inputs, "          {name}: {value}")}\
{"".join(f"          {each}: ${{{{ secrets.{_GITHUB_SECRETS[each]} }}}}{chr(10)}" for each in secrets)}"""


def _gitlab(inputs: Mapping[str, str], _secrets: Sequence[str]) -> str:
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


def _jenkins(inputs: Mapping[str, str], secrets: Sequence[str]) -> str:
    run = _docker(inputs, secrets, "$WORKSPACE", Jenkins.job_variables)
    bound = f",{chr(10)}{' ' * 25}".join(
        f"string(credentialsId: '{_JENKINS_CREDENTIALS[each]}', variable: '{_VARIABLES[each]}')"
        for each in secrets
    )
    return f"""\
post {{
    always {{    // import the results of failed tests too
        withCredentials([{bound}]) {{
            sh '''
{textwrap.indent(run, " " * 16)}\
            '''
        }}
    }}
}}
"""


def _azure(inputs: Mapping[str, str], secrets: Sequence[str]) -> str:
    return f"""\
  - script: |
{textwrap.indent(_docker(inputs, secrets, "$PWD", Azure.job_variables), " " * 6)}\
    name: qtm
    displayName: Import the results into QTM4J
    condition: succeededOrFailed()    # import the results of failed tests too
    env:
{"".join(f"      {_VARIABLES[each]}: $({_VARIABLES[each]}){chr(10)}" for each in secrets)}"""


def _bitbucket(inputs: Mapping[str, str], _secrets: Sequence[str]) -> str:
    return f"""\
    - step:
        name: Import the results into QTM4J
        image: ghcr.io/OWNER/qtm-action:1
        script:
{_lines(inputs, "          - export {variable}={value}")}\
          - qtm-action
"""


def _circleci(inputs: Mapping[str, str], secrets: Sequence[str]) -> str:
    return f"""\
      - run:
          name: Import the results into QTM4J
          when: always    # import the results of failed tests too
          command: |
{textwrap.indent(_docker(inputs, secrets, "$PWD", ["CIRCLE_BUILD_NUM"]), " " * 12)}"""


def _shell(inputs: Mapping[str, str], secrets: Sequence[str]) -> str:
    variables = {_VARIABLES[each]: "…" for each in secrets}
    variables |= {environment_variable(name): value for name, value in inputs.items()}
    return f"{set_in_shell(variables)}\nqtm-action\n"


def _docker(
    inputs: Mapping[str, str], secrets: Sequence[str], workspace: str, variables: Sequence[str]
) -> str:
    names = " ".join([*(_VARIABLES[each] for each in secrets), *variables])
    passed = (" ".join(f"--env {name}" for name in line.split()) for line in textwrap.wrap(names, 60))
    return (
        f"{_DOCKER.format(workspace=workspace)}\n"
        f"{''.join(f'  {line} {chr(92)}{chr(10)}' for line in passed)}"
        f"{_lines(inputs, '  --env {variable}={value} ' + chr(92))}"
        "  ghcr.io/OWNER/qtm-action:1\n"
    )


def _lines(inputs: Mapping[str, str], form: str) -> str:
    """Return a line for each input in that form; ``variable`` is the name that shells use."""
    return "".join(
        form.format(name=name, value=value, variable=environment_variable(name)) + "\n"
        for name, value in inputs.items()
    )


CI_SYSTEMS = (
    CiSystem(
        "GitHub Actions",
        (".github/workflows",),
        "GITHUB_RUN_NUMBER",
        "in the repository's secrets",
        "after the step that runs the tests, in .github/workflows",
        _github,
        _GITHUB_SECRETS,
    ),
    CiSystem(
        "GitLab CI",
        (".gitlab-ci.yml",),
        "CI_PIPELINE_IID",
        "in masked CI/CD variables",
        "as a job into .gitlab-ci.yml (the tests' job must keep the result files as artifacts)",
        _gitlab,
    ),
    CiSystem(
        "Jenkins",
        ("Jenkinsfile",),
        "BUILD_NUMBER",
        "in Jenkins' credentials, as Secret text",
        "after `stages { … }` in the Jenkinsfile",
        _jenkins,
        _JENKINS_CREDENTIALS,
    ),
    CiSystem(
        "Azure Pipelines",
        ("azure-pipelines.yml", "azure-pipelines.yaml"),
        "BUILD_BUILDNUMBER",
        "in the pipeline's secret variables",
        "after the step that runs the tests, in azure-pipelines.yml",
        _azure,
    ),
    CiSystem(
        "Bitbucket Pipelines",
        ("bitbucket-pipelines.yml",),
        "BITBUCKET_BUILD_NUMBER",
        "in secured repository variables",
        "after the step that runs the tests, in bitbucket-pipelines.yml (that step must keep the result "
        "files as artifacts)",
        _bitbucket,
    ),
    CiSystem(
        "CircleCI",
        (".circleci/config.yml",),
        "CIRCLE_BUILD_NUM",
        "in a context",
        "after the step that runs the tests, in .circleci/config.yml",
        _circleci,
    ),
)
SHELL = CiSystem("a shell", (), "BUILD_NUMBER", "as secrets of your CI", "into your pipeline", _shell)
