"""The Jenkins examples and the shared-library step, run by a small stand-in whose steps are real."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SandboxOptions
from tests.container.engine import API_KEY, TOKEN
from tests.runners.project import program_on_path

if TYPE_CHECKING:
    from tests.container.engine import Finished
    from tests.runners.platforms import Jenkins
    from tests.runners.project import Project

LIBRARY_PIPELINE = (
    "@Library('qtm-action@v1') _\npipeline {{ agent any\n post {{ always {{ script {{ {} }} }} }} }}\n"
)


def library_build(jenkins: Jenkins, project: Project, call: str) -> Finished:
    """Build a pipeline whose post section is one call of the library's step."""
    assert project.run("./run-tests.sh").code == 0
    project.write("Jenkinsfile", LIBRARY_PIPELINE.format(call))
    return jenkins.build(project)


@pytest.mark.parametrize("example", ["Jenkinsfile", "Jenkinsfile.library"])
def test_the_example_is_green_and_reads_the_cycle_from_the_report(
    jenkins: Jenkins, project: Project, sandbox: Sandbox, example: str
) -> None:
    project.copy_example(f"jenkins/{example}", "Jenkinsfile", sandbox.url)
    done = jenkins.build(project)

    assert done.code == 0, done.output
    assert re.search(r"^Imported into SBX-TR-\d+$", done.output, re.MULTILINE), done.output
    assert done.output.endswith("Finished: SUCCESS\n")
    command_lines = (jenkins.folder / "command-lines").read_text()
    assert "run " in command_lines
    for secret in (API_KEY, TOKEN):
        assert secret not in done.output
        assert secret not in command_lines


@pytest.mark.parametrize("example", ["Jenkinsfile", "Jenkinsfile.library"])
def test_a_failed_import_is_red(jenkins: Jenkins, project: Project, example: str) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        project.copy_example(f"jenkins/{example}", "Jenkinsfile", sandbox.url)
        done = jenkins.build(project)

    assert done.code == 1, done.output
    assert "the project is read-only" in done.output
    assert done.output.endswith("Finished: FAILURE\n")


def test_the_step_can_make_the_build_unstable_in_place_of_failed(jenkins: Jenkins, project: Project) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        call = (
            f"def report = qtmImport(jiraUrl: '{sandbox.url}', format: 'junit', files: 'results/unit/*.xml', "
            "whenNotSuccessful: 'unstable'); echo report.status"
        )
        done = library_build(jenkins, project, call)

    assert "FAILED (exit code 1)" in done.output, done.output
    assert done.output.endswith("FAILED\nFinished: UNSTABLE\n")


def test_the_step_takes_a_user_with_password_and_inputs_in_camel_case(
    jenkins: Jenkins, project: Project, sandbox: Sandbox
) -> None:
    call = (
        f"def report = qtmImport(jiraUrl: '{sandbox.url}', format: 'junit', files: ['results/unit/*.xml'], "
        "userCredentialsId: 'jira-user', dryRun: true, automationHierarchy: 2); echo report.dryRun.toString()"
    )
    done = library_build(jenkins, project, call)

    assert done.code == 0, done.output
    assert '"automationHierarchy": 2' in done.output
    assert done.output.endswith("true\nFinished: SUCCESS\n")


def test_the_step_runs_a_program_of_the_agent_when_there_is_no_image(
    jenkins: Jenkins, project: Project, sandbox: Sandbox
) -> None:
    program_on_path(jenkins.folder / "bin")
    settings = f"image: '', jiraUrl: '{sandbox.url}', format: 'junit', files: 'results/unit/*'"
    call = f"echo qtmImport({settings}).status"
    done = library_build(jenkins, project, call)

    assert done.code == 0, done.output
    assert done.output.endswith("SUCCESS\nFinished: SUCCESS\n")


def test_the_step_reads_no_report_that_an_earlier_build_left(jenkins: Jenkins, project: Project) -> None:
    (jenkins.folder / "bin" / "qtm-action").write_text("#!/bin/sh\nexit 70\n")
    (jenkins.folder / "bin" / "qtm-action").chmod(0o755)
    project.write("qtm-import.json", '{"status": "SUCCESS"}')
    call = "echo 'report: ' + qtmImport(image: '', whenNotSuccessful: 'unstable')"
    done = library_build(jenkins, project, call)

    assert "QTM4J import: FAILED (exit code 70)" in done.output, done.output
    assert done.output.endswith("report: [:]\nFinished: UNSTABLE\n")
    assert not (project.folder / "qtm-import.json").exists()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("token: 'secret'", "token must be stored in Jenkins; set tokenCredentialsId"),
        ("password: 'secret'", "password must be stored in Jenkins; set userCredentialsId"),
        (
            "tokenCredentialsId: 'a', userCredentialsId: 'b'",
            "tokenCredentialsId or userCredentialsId, not both",
        ),
        ("whenNotSuccessful: 'ignore'", "whenNotSuccessful must be 'error' or 'unstable'"),
        ("passVariables: ['A=B']", "passVariables contains an invalid name: A=B"),
        ("'jira-url': 'x'", "jira-url is not a setting"),
        ("apiKeyCredentialsId: 'elsewhere'", "Could not find credentials entry with ID 'elsewhere'"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_reported(
    jenkins: Jenkins, project: Project, settings: str, told: str
) -> None:
    done = library_build(jenkins, project, f"qtmImport({settings})")

    assert done.code == 1, done.output
    assert told in done.output
    assert "secret'" not in done.output
