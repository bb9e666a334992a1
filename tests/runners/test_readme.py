"""The README's three pipeline snippets, copied by a user who changes the account and the address alone."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.container.engine import API_KEY, ROOT, TOKEN

if TYPE_CHECKING:
    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.runners.platforms import Act, GitLab, Jenkins
    from tests.runners.project import Project

RUN_TESTS = """\
#!/bin/sh
mkdir -p shop/target/surefire-reports
echo '<testsuite name="Shop"><testcase name="opens"/></testsuite>' >shop/target/surefire-reports/TEST-Shop.xml
"""


def snippet(heading: str, sandbox: Sandbox) -> str:
    """Return the README's block of code for a platform: the first of all, or that of the fold of its name."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    start = "# qtm-action" if heading == "GitHub Actions" else f"<details><summary>{heading}</summary>"
    found = re.search(rf"^{start}\n.*?^```\w+\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert found, f"no snippet below {heading}"
    return found[1].replace("OWNER", "owner").replace("https://jira.example.com", sandbox.url)


@pytest.fixture
def shop(project: Project) -> Project:
    project.write("run-tests.sh", RUN_TESTS)
    return project


def test_the_github_snippet_is_a_right_first_run(github: Act, shop: Project, sandbox: Sandbox) -> None:
    (step,) = yaml.safe_load(textwrap.dedent(snippet("GitHub Actions", sandbox)))
    steps = [
        {"uses": "actions/checkout@v7"},
        {"run": "./run-tests.sh"},
        {**step, "id": "qtm"},
        {"run": 'echo "${{ steps.qtm.outputs.import-status }}"'},
    ]
    workflow = {"on": "push", "jobs": {"test": {"runs-on": "ubuntu-latest", "steps": steps}}}
    shop.write(".github/workflows/import.yml", yaml.safe_dump(workflow, width=1000))
    done = github.push(shop, sandbox.url, {"QTM_API_KEY": API_KEY, "JIRA_TOKEN": TOKEN})

    assert done.code == 0, done.output
    assert re.search(r"\| SUCCESS$", done.output, re.MULTILINE), done.output


def test_the_gitlab_snippet_is_a_right_first_run(gitlab: GitLab, shop: Project, sandbox: Sandbox) -> None:
    test = "test:\n  script: ./run-tests.sh\n  artifacts:\n    paths: ['**/surefire-reports/']\n\n"
    later = 'later:\n  stage: .post\n  needs: [import-results]\n  script: echo "in $QTM_TEST_CYCLE_KEY"\n'
    shop.write(".gitlab-ci.yml", f"{test}{snippet('GitLab CI', sandbox)}\n{later}")
    done = gitlab.pipeline(shop)

    assert done.code == 0, done.output
    assert re.search(r"> in SBX-TR-\d+$", done.output, re.MULTILINE), done.output


def test_the_jenkins_snippet_is_a_right_first_run(jenkins: Jenkins, shop: Project, sandbox: Sandbox) -> None:
    pipeline = snippet("Jenkins", sandbox)
    assert "mvn --batch-mode clean verify" in pipeline
    shop.write("Jenkinsfile", pipeline.replace("mvn --batch-mode clean verify", "sh ./run-tests.sh"))
    done = jenkins.build(shop)

    assert done.code == 0, done.output
    assert json.loads((shop.folder / "qtm-import.json").read_text(encoding="utf-8"))["status"] == "SUCCESS"
