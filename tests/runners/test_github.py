"""The GitHub example, run by act: the action is built from this checkout as GitHub builds it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qtm_action.sandbox.options import SandboxOptions
from qtm_action.sandbox.server import Sandbox
from tests.container.engine import API_KEY, TOKEN

if TYPE_CHECKING:
    from tests.runners.platforms import Act
    from tests.runners.project import Project


SECRETS = {"QTM_API_KEY": API_KEY, "JIRA_TOKEN": TOKEN}


def test_the_example_is_green_and_hands_on_the_cycle(github: Act, project: Project, sandbox: Sandbox) -> None:
    project.leave_legacy_results()
    project.copy_example("github/import.yml", ".github/workflows/import.yml", sandbox.url)
    done = github.push(project, sandbox.url, SECRETS)

    assert done.code == 0, done.output
    assert re.search(r"\| SUCCESS SBX-TR-\d+$", done.output, re.MULTILINE), done.output
    assert API_KEY not in done.output
    assert TOKEN not in done.output


def test_results_of_failed_tests_are_imported_too(github: Act, project: Project, sandbox: Sandbox) -> None:
    project.copy_example("github/import.yml", ".github/workflows/import.yml", sandbox.url)
    project.let_tests_fail()
    done = github.push(project, sandbox.url, SECRETS)

    assert done.code == 1, done.output
    assert re.search(r"\| SUCCESS SBX-TR-\d+$", done.output, re.MULTILINE), done.output


def test_a_failed_import_is_red(github: Act, project: Project) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        project.copy_example("github/import.yml", ".github/workflows/import.yml", sandbox.url)
        done = github.push(project, sandbox.url, SECRETS)

    assert done.code == 1, done.output
    assert "the project is read-only" in done.output
    assert re.search(r"\| FAILED", done.output), done.output


def test_a_pull_request_without_secrets_is_skipped(github: Act, project: Project, sandbox: Sandbox) -> None:
    project.copy_example("github/import.yml", ".github/workflows/import.yml", sandbox.url)
    done = github.push(project, sandbox.url, {})

    assert done.code == 0, done.output
    assert re.search(r"\| SKIPPED", done.output), done.output
